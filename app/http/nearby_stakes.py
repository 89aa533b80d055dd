"""What an answer of `nearby` says beyond distances: certainty, and stakes on the lines it found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Point, make_valid
from shapely.errors import GEOSException
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from app.errors import BadParameter
from app.http.locate_routes import TOLERANCE_M, read_stake, stake_told
from app.lines.abreast import abreast
from app.lines.line import Line
from app.lines.read import STAKED
from app.state import State
from layers.stake import spell

BAND_M = 1000.0
"""How far from a line a drawn geometry still stretches its interval of stakes."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Certainty:
    """How sure it is that each feature lies within the distance.

    Attributes:
        each: Members of each feature, in their order.
        told: Members of the answer.
    """

    each: list[dict[str, Any]]
    told: dict[str, Any]


def certainty(rows: Rows, within_m: float | None, accuracy_m: float | None) -> Certainty:
    """Return which features are certain and which possible; beyond a distance all are excluded.

    A position that is known to `accuracy_m` may lie so much nearer or further: what is nearer than
    the distance less the accuracy is certain, what is further than both together is excluded.
    """
    if within_m is None or accuracy_m is None:
        return Certainty([{} for _ in rows], {})
    sure = within_m - accuracy_m
    words = ["certain" if row["distance_m"] <= sure else "possible" for row in rows]
    told = {
        "accuracy_m": accuracy_m,
        "certain": words.count("certain"),
        "possible": words.count("possible"),
        "certain_within_m": max(sure, 0.0),
        "excluded_beyond_m": within_m + accuracy_m,
        "certainty_text": (
            f"{max(sure, 0.0):g} m 以内确定，{within_m + accuracy_m:g} m 以外排除，其间可能 "
            "certain within, excluded beyond, possible between"
        ),
    }
    return Certainty([{"certainty": word} for word in words], told)


def at_stake(
    parts: State, line: str | None, stake: str | None
) -> tuple[float, float, dict[str, Any]]:
    """Lon, lat of a stake on a line, and what is said of it.

    Raises:
        BadParameter: One of the two is missing or is none, or the line does not reach the stake.
        NotFound: There is no such line.
    """
    if line is None or stake is None:
        raise BadParameter("line" if line is None else "stake", "is missing 缺少")
    layer_id, _, number = line.partition("/")
    if layer_id not in STAKED or not number.isascii() or not number.isdigit() or len(number) > 18:  # noqa: PLR2004
        raise BadParameter("line", f"write one of {', '.join(STAKED)} and an id: pipelines/12")
    measure = read_stake(stake)
    found = parts.lines.one(layer_id, int(number))
    place = stake_told(found, measure)
    if not found.holds(measure):
        ends = f"{found.first_m:.1f}–{found.last_m:.1f} m"
        raise BadParameter("stake", f"the line has the stakes {ends} 桩号超出管线范围")
    return place["lon"], place["lat"], {"at": {"line": line, **place, "origin": found.origin}}


def stakes_of(parts: State, rows: Rows, place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each feature that carries stakes where on it the place lies; else nothing.

    Where a line passes a point several times, `stakes` has all of them.
    """
    wanted: dict[str, list[int]] = {}
    for row in rows:
        if row["layer"] in STAKED:
            wanted.setdefault(row["layer"], []).append(row["fid"])
    lines = {
        (layer_id, fid): line
        for layer_id, fids in wanted.items()
        for fid, line in parts.lines.several(layer_id, fids).items()
    }
    shape = shape_of(place)
    each = [lines.get((row["layer"], row["fid"])) for row in rows]
    return [{} if line is None else _staked(line, shape) for line in each]


def _staked(line: Line, shape: BaseGeometry) -> dict[str, Any]:
    sound = shape if shape.is_valid else make_valid(shape)
    try:
        told = abreast(line, sound, BAND_M).as_json(line, point=isinstance(shape, Point))
    except GEOSException:
        # It reaches round the Earth, where the line's plane has no places.
        return {}
    told.pop("bearing_deg")
    branches = line.feet(shape.x, shape.y, TOLERANCE_M) if isinstance(shape, Point) else []
    if len(branches) > 1:
        told["stakes"] = [spell(line.stake(foot.along_m)) for foot in branches]
    return told | {"origin": line.origin}


def opened(feature: str, members: dict[str, Any]) -> str:
    """Return a feature's text with more members at its beginning."""
    if not members:
        return feature
    return f"{json.dumps(members, ensure_ascii=False)[:-1]},{feature[1:]}"
