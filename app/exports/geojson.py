"""GeoJSON, RFC 7946: one FeatureCollection whose last members show that it is whole."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.crs import CRS84, WGS84_LON_LAT, Crs
from app.db.copy import copied
from app.exports.form import Form, Order
from app.exports.parts.origin import described, tallied_on
from app.queries.feature import every


def written(
    rows: Iterator[bytes],
    origin: Mapping[str, Any],
    seen: Callable[[], Mapping[str, Any]] = dict,
    crs: Crs = WGS84_LON_LAT,
) -> Iterator[bytes]:
    """Features between a head that says where they come from and a tail with count and checksum.

    Args:
        rows: Lines with a feature each, in chunks that end anywhere.
        origin: What stands in the head, known at once: the first byte waits for nothing else.
        seen: What is told in the tail beside count and checksum; asked after the last row.
        crs: Reference system of the coordinates, x before y.
    """
    head = {
        "type": "FeatureCollection",
        **{name: origin[name] for name in ("name", "title", "source", "licence") if name in origin},
        **_system(crs),
        "metadata": dict(origin),
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
    last = {
        **seen(), "numberReturned": features, "sha256": digest.hexdigest(), "complete": True,
    }  # fmt: skip
    yield opening + closing + b"]," + json.dumps(last, ensure_ascii=False)[1:].encode() + b"\n"


def _system(crs: Crs) -> dict[str, Any]:
    """The member that names any system but CRS84, which a file without one is in.

    Source: The GeoJSON Format Specification (2008), 3.1; RFC 7946, 4, lets it stand where who
    writes and who reads agreed, as by asking for `crs=`.
    """
    if crs.uri == CRS84:
        return {}
    return {"crs": {"type": "name", "properties": {"name": crs.urn}}}


def streamed(order: Order) -> Iterator[bytes]:
    """The file of an order."""
    seen: dict[str, Any] = {}
    rows = copied(
        order.engine,
        every(order.layer, order.where, order.shape),
        lambda connection: seen.update(rule_sets=tallied_on(connection, order)["rule_sets"]),
    )
    origin = {"name": order.layer.id, **described(order)}
    return written(rows, origin, lambda: seen, order.shape.crs)


FORM = Form(
    media_type="application/geo+json",
    ending="geojson",
    told_in="members metadata, rule_sets, numberReturned and sha256 (of the lines of features)",
    streamed=streamed,
)
