"""A line with the stake of every vertex: with it a phone finds itself without a network."""

from itertools import pairwise
from typing import Any

import numpy as np

from app.lines.line import Line

PLACES, DECIMALS = 7, 3
"""Decimals of a degree (a centimetre) and of a metre (a millimetre)."""

LONGEST_EDGE_M = 500.0
"""What is straight in one plane is bent in another: by 3 mm over so many metres."""


def staked_vertices(line: Line) -> list[list[list[float]]]:
    """Return for each unbroken part of a line its vertices as lon, lat, stake in metres.

    Between two vertices a stake is shared out evenly along the edge. Vertices are added where the
    calibration bends, and on edges longer than 500 m.
    """
    return [_part(line, measures) for measures in line.measures]


def _part(line: Line, measures: Any) -> list[list[float]]:
    bends = line.stationing.positions
    inner = bends[(bends > measures[0]) & (bends < measures[-1])]
    corners = np.unique(np.concatenate([measures, inner]))
    steps = [
        np.linspace(low, high, int((high - low) // LONGEST_EDGE_M) + 1, endpoint=False)
        for low, high in pairwise(corners)
    ]
    alongs = np.concatenate([*steps, corners[-1:]])
    last = len(alongs) - 1
    return [
        # The end of a part and the start of the next one are the same metre of the line.
        _vertex(line, float(along - 1e-6 if at == last else along), float(along))
        for at, along in enumerate(alongs)
    ]


def _vertex(line: Line, at: float, along: float) -> list[float]:
    lon, lat = line.place(at)
    return [round(lon, PLACES), round(lat, PLACES), round(line.stake(along), DECIMALS)]
