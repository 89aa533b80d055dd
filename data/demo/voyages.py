"""Voyages: where a boat is at each instant of a fortnight, over water only."""

from dataclasses import dataclass

import numpy as np

from data.demo.sea import Sea, to_metres

KNOT_MS = 1852 / 3600
HOUR_S = 3600.0
UNDER_WAY, MOORED, FISHING = 0, 5, 7
"""Navigational status, ITU-R M.1371."""


@dataclass(frozen=True)
class Trade:
    """How boats of one gear work.

    Attributes:
        grounds: West, south, east, north of the fishing grounds, degrees.
        fishing_h: Least and most hours of work in a trip.
        port_h: Least and most hours in port between trips.
        tow_kn: Speed at work.
        tow_h: Least and most hours of one tow or line.
        reach_m: How far from the first place the boat works.
    """

    grounds: tuple[float, float, float, float]
    fishing_h: tuple[float, float]
    port_h: tuple[float, float]
    tow_kn: tuple[float, float]
    tow_h: tuple[float, float]
    reach_m: float


_FAR = (122.85, 29.55, 124.4, 30.95)
_MIDDLE = (122.75, 29.6, 123.6, 30.9)
_BAY = (121.15, 30.36, 121.75, 30.56)

TRADES = {
    "拖网": Trade(_FAR, (40, 90), (40, 110), (2.8, 3.9), (2.5, 4.5), 17_000),
    "帆张网": Trade(_FAR, (36, 76), (40, 110), (2.0, 2.8), (1.0, 2.0), 7_000),
    "流刺网": Trade(_MIDDLE, (30, 70), (40, 100), (2.0, 3.2), (1.5, 3.5), 12_000),
    "灯光围网": Trade(_FAR, (30, 60), (40, 90), (2.2, 4.0), (0.6, 1.4), 15_000),
    "笼壶": Trade(_MIDDLE, (30, 70), (40, 90), (2.4, 4.0), (1.2, 2.6), 11_000),
    "渔运船": Trade(_MIDDLE, (6, 14), (20, 60), (2.0, 3.0), (0.5, 1.5), 5_000),
    "钓具": Trade((122.7, 29.6, 123.3, 30.9), (20, 50), (40, 100), (2.0, 3.0), (0.8, 2.0), 8_000),
    "定置": Trade(_BAY, (5, 10), (14, 40), (2.0, 3.0), (0.4, 1.0), 2_500),
    "养殖": Trade(_BAY, (4, 8), (14, 40), (2.0, 3.0), (0.3, 0.8), 2_000),
    "其他": Trade(_BAY, (4, 9), (14, 40), (2.0, 3.2), (0.4, 1.2), 3_000),
}
"""How boats work, by gear as the register names it."""


@dataclass(frozen=True)
class Course:
    """A boat's course: seconds from the start, metres, and status until the next point."""

    seconds: np.ndarray
    metres: np.ndarray
    status: np.ndarray


def course(
    sea: Sea, port: np.ndarray, gear: str, span_s: float, random: np.random.Generator
) -> Course:
    """Return the course of a boat over `span_s` seconds; it may begin in the midst of a trip."""
    trade = TRADES[gear]
    pieces: list[tuple[np.ndarray, np.ndarray, int]] = []
    clock = -float(random.uniform(0, sum(trade.fishing_h) / 2 + 30)) * HOUR_S
    while clock < span_s:
        for metres, speed_ms, status in _trip(sea, port, trade, random):
            lengths = np.hypot(*np.diff(metres, axis=0).T)
            seconds = clock + np.concatenate([[0], np.cumsum(lengths / speed_ms)])
            pieces.append((seconds, metres, status))
            clock = float(seconds[-1])
        stay = float(random.uniform(*trade.port_h)) * HOUR_S
        pieces.append((np.array([clock + 1, clock + stay]), np.vstack([port, port]), MOORED))
        clock += stay + 1
    return Course(
        seconds=np.concatenate([piece[0] for piece in pieces]),
        metres=np.vstack([piece[1] for piece in pieces]),
        status=np.concatenate([np.full(len(piece[0]), piece[2]) for piece in pieces]),
    )


def _trip(
    sea: Sea, port: np.ndarray, trade: Trade, random: np.random.Generator
) -> list[tuple[np.ndarray, float, int]]:
    """Return way out, work and way home, each with its speed."""
    ground = _ground(sea, trade, random)
    steaming = float(random.uniform(8.2, 9.8)) * KNOT_MS
    out = sea.swayed(sea.way(port, ground), random)
    work = _work(trade, ground, random)
    home = sea.swayed(sea.way(port, work[-1])[::-1], random)
    slow = float(random.uniform(*trade.tow_kn)) * KNOT_MS
    return [(out, steaming, UNDER_WAY), (work, slow, FISHING), (home, steaming, UNDER_WAY)]


def _ground(sea: Sea, trade: Trade, random: np.random.Generator) -> np.ndarray:
    """Return a place on the grounds with room to work."""
    west, south, east, north = trade.grounds
    for _ in range(500):
        degrees = np.array([random.uniform(west, east), random.uniform(south, north)])
        place = to_metres(degrees)
        if sea.room(place) > trade.reach_m + 1500:
            return place
    raise ValueError("the fishing grounds have no open water")


def _work(trade: Trade, ground: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return tows to and fro, each a little aside of the last, within reach of the ground."""
    hours = float(random.uniform(*trade.fishing_h))
    speed = sum(trade.tow_kn) / 2 * KNOT_MS
    heading = float(random.uniform(0, np.pi))
    place, points = ground, [ground]
    while hours > 0:
        tow_h = float(random.uniform(*trade.tow_h))
        hours -= tow_h
        heading += np.pi + float(random.normal(0, 0.22))
        end = _kept(place + speed * tow_h * HOUR_S * _unit(heading), ground, trade.reach_m)
        steps = max(int(tow_h * 4), 3)
        line = place + (end - place) * np.linspace(0, 1, steps + 1)[1:, None]
        line += np.cumsum(random.normal(0, 60, line.shape), axis=0)
        turn = line[-1] + _unit(heading + np.pi / 2) * float(random.uniform(150, 900))
        points.extend([*line, _kept(turn, ground, trade.reach_m)])
        place = points[-1]
    return np.array(points)


def _unit(angle: float) -> np.ndarray:
    return np.array([np.cos(angle), np.sin(angle)])


def _kept(place: np.ndarray, centre: np.ndarray, reach_m: float) -> np.ndarray:
    """Return the place, drawn back to the rim where it lies beyond reach."""
    away = place - centre
    length = float(np.hypot(*away))
    return place if length <= reach_m else centre + away / length * reach_m
