"""GeoJSON text sequences, RFC 8142 as newline-delimited features: one a line."""

from collections.abc import Iterator

from app.exports.form import Form
from app.queries.feature import every
from layers.declare import Layer


def written(rows: Iterator[bytes], _layer: Layer) -> Iterator[bytes]:
    """The rows as they come."""
    yield from rows


FORM = Form(
    media_type="application/geo+json-seq", ending="geojsonl", statement=every, written=written
)
