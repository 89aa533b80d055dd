"""GPX 1.1 for hand-held receivers: points and areas as waypoints, lines as tracks; WGS 84."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry import shape as shape_of

from app.exports.form import Form
from app.queries.feature import every
from layers.declare import Layer

OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="riskmap" xmlns="http://www.topografix.com/GPX/1/1">\n'
)

CLOSING = "</gpx>\n"

FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Control characters that XML 1.0 does not know."""


def written(rows: Iterator[bytes], layer: Layer) -> Iterator[bytes]:
    """Every feature as a waypoint or track; a feature that is not located is a comment.

    The schema wants waypoints before tracks, so tracks are kept until the rows end.
    """
    yield (OPENING + f"<metadata><name>{text(layer.title)}</name></metadata>\n").encode()
    tracks: list[str] = []
    for feature in _features(rows):
        name = feature["properties"].get(layer.label) or str(feature["id"])
        if feature["geometry"] is None:
            yield f"<!-- {text(name).replace('--', '- -')}: not located -->\n".encode()
            continue
        geometry = shape_of(feature["geometry"])
        if "Line" in geometry.geom_type:
            tracks.append(track(name, geometry))
        else:
            yield waypoint(name, geometry, "", layer.title).encode()
    yield ("".join(tracks) + CLOSING).encode()


def _features(rows: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Features of the lines of a stream whose chunks end anywhere."""
    kept = b""
    for chunk in rows:
        *lines, kept = (kept + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines if line)
    if kept.strip():
        yield json.loads(kept)


def waypoint(name: object, geometry: Any, description: str, kind: str) -> str:
    """A waypoint; of an area a point that lies in it."""
    place = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    told = f"<desc>{text(description)}</desc>" if description else ""
    return (
        f"<wpt lat={quoteattr(f'{place.y:.7f}')} lon={quoteattr(f'{place.x:.7f}')}>"
        f"<name>{text(name)}</name>{told}<type>{text(kind)}</type></wpt>\n"
    )


def track(name: object, geometry: Any) -> str:
    """A track with a segment for every unbroken part."""
    segments = "".join(f"<trkseg>{_points(part)}</trkseg>" for part in shapely.get_parts(geometry))
    return f"<trk><name>{text(name)}</name>{segments}</trk>\n"


def _points(part: Any) -> str:
    pairs: Iterable[list[float]] = shapely.get_coordinates(part).tolist()
    return "".join(f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"/>' for lon, lat in pairs)


def text(value: object) -> str:
    """Text that XML takes."""
    return escape(str(value).translate(FORBIDDEN))


FORM = Form(media_type="application/gpx+xml", ending="gpx", statement=every, written=written)
