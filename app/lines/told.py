"""What is told of a line and of a place on it, ready for JSON."""

from typing import Any

import numpy as np

from app.lines.foot import Foot
from app.lines.line import Line
from app.lines.plane import ELLIPSOID
from layers import stake

ORIGINS = {
    "markers": "里程由桩牌分段校准 stakes calibrated piecewise by markers",
    "true_metres": "无桩牌，里程为沿线实长 no markers, stakes are true metres along the line",
}


def line_told(line: Line) -> dict[str, Any]:
    """The line, its ends and where its stakes come from."""
    layer, fid, code, name = line.name
    return {
        "layer": layer,
        "id": fid,
        "code": code,
        "name": name,
        "origin": line.origin,
        "origin_text": ORIGINS[line.origin],
        "markers": line.markers,
        "length_m": round(line.length_m, 2),
        "first": stake.spell(line.first_m, 1),
        "last": stake.spell(line.last_m, 1),
        "first_m": round(line.first_m, 2),
        "last_m": round(line.last_m, 2),
    }


def foot_told(line: Line, foot: Foot) -> dict[str, Any]:
    """A place on the line with its stake, side and distance."""
    measure = line.stake(foot.along_m)
    return {
        "stake": stake.spell(measure),
        "measure_m": round(measure, 2),
        "side": foot.side,
        "distance_m": round(foot.offset_m, 2),
        "lon": round(foot.lon, 7),
        "lat": round(foot.lat, 7),
        "beyond": foot.beyond,
    }


def bearing_deg(one: tuple[float, float], other: tuple[float, float]) -> float | None:
    """Degrees clockwise from north from one lon, lat to another; None where both are one place."""
    forward, _, apart = ELLIPSOID.inv(*one, *other)
    return None if apart < 1e-3 else round(float(np.mod(forward, 360)), 1)  # noqa: PLR2004 - a millimetre
