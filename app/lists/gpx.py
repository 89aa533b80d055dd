"""GPX 1.1 for hand-held receivers: points and areas as waypoints, lines as tracks; WGS 84."""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely

OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="riskmap" xmlns="http://www.topografix.com/GPX/1/1">\n'
)

CLOSING = "</gpx>\n"

FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Control characters that XML 1.0 does not know."""


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
