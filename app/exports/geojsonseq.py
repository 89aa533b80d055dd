"""GeoJSON text sequences, RFC 8142 as newline-delimited features: one a line."""

from collections.abc import Iterator

from app.db.copy import copied
from app.exports.form import Form, Order
from app.queries.feature import every


def streamed(order: Order) -> Iterator[bytes]:
    """The rows as they come."""
    return copied(order.engine, every(order.layer, order.where, order.shape))


FORM = Form(media_type="application/geo+json-seq", ending="geojsonl", continues=True,
            streamed=streamed)  # fmt: skip
