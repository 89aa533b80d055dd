"""A small map as SVG: lines, bands and places in metres, north up, with a scale bar."""

from dataclasses import dataclass
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

LABEL_PT = 2.6
"""Height of a label in the units of the map."""

BARS_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Mark:
    """One thing on the map.

    Attributes:
        shape: Metres, easting and northing.
        style: Presentation attributes of SVG.
        label: Written beside it; empty for none.
        radius: Of a point, in units of the map.
    """

    shape: BaseGeometry
    style: str
    label: str = ""
    radius: float = 1.1


def strip_map(
    marks: list[Mark], extent: BaseGeometry, width_mm: float = 182, height_mm: float = 92
) -> str:
    """Return an SVG of one millimetre a unit.

    Args:
        marks: What is drawn, the lowest first; all of one plane.
        extent: What must be seen.
        width_mm: Of the map.
        height_mm: Of the map.
    """
    west, south, east, north = extent.bounds
    scale = min(width_mm / max(east - west, 1.0), height_mm / max(north - south, 1.0)) * 0.92
    middle = ((west + east) / 2, (south + north) / 2)

    def at(x: float, y: float) -> tuple[float, float]:
        return (width_mm / 2 + (x - middle[0]) * scale, height_mm / 2 - (y - middle[1]) * scale)

    frame = shapely.box(
        middle[0] - width_mm / 2 / scale, middle[1] - height_mm / 2 / scale,
        middle[0] + width_mm / 2 / scale, middle[1] + height_mm / 2 / scale,
    )  # fmt: skip
    drawn, labels = [], []
    for mark in marks:
        seen = shapely.get_parts(shapely.intersection(mark.shape, frame)).tolist()
        drawn += [_path(part, mark, at) for part in seen if not part.is_empty]
        if mark.label and mark.shape.intersects(frame):
            place = shapely.intersection(mark.shape, frame).representative_point()
            x, y = at(place.x, place.y)
            labels.append(
                f'<text x="{x + 1.6:.2f}" y="{y - 0.8:.2f}" font-size="{LABEL_PT}" '
                f'fill="#111">{escape(mark.label)}</text>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" '
        f'viewBox="0 0 {width_mm} {height_mm}"><rect width="100%" height="100%" fill="#fbfbf8"/>'
        f"{''.join(drawn)}{''.join(labels)}{_bar(scale, width_mm, height_mm)}</svg>"
    )


def _path(part: BaseGeometry, mark: Mark, at: object) -> str:
    assert callable(at)
    if part.geom_type == "Point":
        x, y = at(*part.coords[0][:2])
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{mark.radius}" {mark.style}/>'
    if part.geom_type == "Polygon":
        rings = [shapely.get_exterior_ring(part), *getattr(part, "interiors", ())]
        text = " ".join(_ring(ring, at) + "Z" for ring in rings)
        return f'<path d="{text}" fill-rule="evenodd" {mark.style}/>'
    if part.geom_type == "LineString":
        return f'<path d="{_ring(part, at)}" fill="none" {mark.style}/>'
    return ""


def _ring(ring: BaseGeometry, at: object) -> str:
    assert callable(at)
    points = (at(x, y) for x, y in shapely.get_coordinates(ring).tolist())
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _bar(scale: float, width: float, height: float) -> str:
    """A scale bar at the lower left and an arrow to the north at the upper right."""
    metres = max((each for each in BARS_M if each * scale <= width / 4), default=BARS_M[0])
    long, y = metres * scale, height - 5
    return (
        f'<path d="M5 {y}h{long:.2f}m0 -1.5v3m{-long:.2f} 0v-3" stroke="#111" '
        f'stroke-width="0.4" fill="none"/><text x="{5 + long + 1.5:.2f}" y="{y + 1}" '
        f'font-size="2.8">{metres} m</text>'
        f'<path d="M{width - 8} 14l2.5 -9l2.5 9l-2.5 -2z" fill="#111"/>'
        f'<text x="{width - 6.6}" y="18" font-size="3">N</text>'
    )
