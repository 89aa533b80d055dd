"""GeoJSON, RFC 7946: one FeatureCollection whose last members show that it is whole."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from app.db.copy import copied
from app.exports.form import Form, Order
from app.queries.feature import every
from layers.declare import Layer


def written(rows: Iterator[bytes], layer: Layer) -> Iterator[bytes]:
    """Features between a head with title and licence and a tail with count and checksum."""
    head = {
        "type": "FeatureCollection",
        "name": layer.id,
        "title": layer.title,
        "source": layer.source.title,
        "licence": layer.source.licence,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    opening = json.dumps(head, ensure_ascii=False)[:-1].encode() + b',"features":[\n'
    features, digest, kept = 0, hashlib.sha256(), b""
    for chunk in rows:
        digest.update(chunk)
        features += chunk.count(b"\n")
        # The last line end is held back: a comma may follow it only if a feature does.
        yield opening + kept + chunk[:-1].replace(b"\n", b",\n")
        opening, kept = b"", b",\n" if chunk.endswith(b"\n") else chunk[-1:]
    closing = kept if kept != b",\n" else b"\n"
    tail = f'],"numberReturned":{features},"sha256":"{digest.hexdigest()}","complete":true}}\n'
    yield opening + closing + tail.encode()


def streamed(order: Order) -> Iterator[bytes]:
    """The file of an order."""
    rows = copied(order.engine, every(order.layer, order.where, order.shape))
    return written(rows, order.layer)


FORM = Form(media_type="application/geo+json", ending="geojson", streamed=streamed)
