"""The road network as a graph: routes cut where they meet or cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.analyses.routes import Route
from layers.blackspots.network import Edge, Network, Place

TOUCH_M = 15.0
"""Ends so near to another route are joined to it: files rarely let them meet exactly."""

GRID_M = 2 * TOUCH_M
"""Junctions this near to each other are one node."""


@dataclass(frozen=True)
class RoadGraph:
    """Routes cut at junctions.

    Attributes:
        junctions: Positions along each route where another meets it, rising.
        network: The edges.
        first_edge: Number of the first edge of each route; the others follow in order.
        cuts: Positions of the ends of each route's edges, from 0 to its length.
    """

    junctions: dict[str, NDArray[np.float64]]
    network: Network
    first_edge: dict[str, int]
    cuts: dict[str, NDArray[np.float64]]

    def place(self, route: str, position_m: float) -> Place:
        """Return the edge at a position of a route, and the metres along it."""
        cuts = self.cuts[route]
        inner = int(np.searchsorted(cuts[1:-1], position_m, side="right"))
        return self.first_edge[route] + inner, float(position_m - cuts[inner])

    def sections(self, route: str) -> list[tuple[float, float]]:
        """Return the stretches between junctions, as positions."""
        return list(pairwise(self.cuts[route].tolist()))


def graph(routes: dict[str, Route]) -> RoadGraph:
    """Cut the routes where they meet."""
    keys = list(routes)
    lines = [shapely.multilinestrings(list(routes[key].parts)) for key in keys]
    meetings = _meetings(lines)
    junctions: dict[str, NDArray[np.float64]] = {}
    cuts: dict[str, NDArray[np.float64]] = {}
    first: dict[str, int] = {}
    edges: list[Edge] = []
    nodes: dict[tuple[int, int], int] = {}
    for number, key in enumerate(keys):
        route = routes[key]
        positions, _ = route.snap(meetings[number])
        junctions[key] = np.unique(positions)
        cuts[key] = _cuts(junctions[key], route.length_m)
        first[key] = len(edges)
        named = [_node(route, position, nodes) for position in cuts[key].tolist()]
        for (a, b), (start, end) in zip(pairwise(named), pairwise(cuts[key]), strict=True):
            edges.append(Edge(a, b, float(end - start)))
    return RoadGraph(junctions, Network(edges), first, cuts)


def _meetings(lines: Sequence[BaseGeometry]) -> dict[int, list[shapely.Point]]:
    """Return for each line the places where another crosses it or ends on it."""
    found: dict[int, list[shapely.Point]] = {number: [] for number in range(len(lines))}
    tree = shapely.STRtree(lines)
    for one, line in enumerate(lines):
        for other in tree.query(line, predicate="dwithin", distance=TOUCH_M).tolist():
            if other > one:
                places = _shared(line, lines[other])
                found[one] += places
                found[other] += places
    return found


def _shared(one: BaseGeometry, other: BaseGeometry) -> list[shapely.Point]:
    """Return where two lines cross, and where either ends beside the other."""
    crossing = shapely.get_coordinates(shapely.intersection(one, other))
    ends = [
        shapely.Point(end)
        for line, beside in ((one, other), (other, one))
        for part in shapely.get_parts(line)
        for end in (part.coords[0], part.coords[-1])
        if shapely.Point(end).distance(beside) <= TOUCH_M
    ]
    return [*(shapely.Point(xy) for xy in crossing), *ends]


def _cuts(junctions: NDArray[np.float64], length_m: float) -> NDArray[np.float64]:
    """Return the ends of the edges; junctions nearer than a node's size are one cut."""
    kept = [0.0]
    for position in junctions.tolist():
        if position - kept[-1] > GRID_M and length_m - position > GRID_M:
            kept.append(position)
    return np.array([*kept, length_m])


def _node(route: Route, position_m: float, nodes: dict[tuple[int, int], int]) -> int:
    """Return the node at a position: a known one within a node's size, or a new one."""
    point = route.point(position_m)
    column, row = int(point.x // GRID_M), int(point.y // GRID_M)
    for i in (0, -1, 1):
        for j in (0, -1, 1):
            if (column + i, row + j) in nodes:
                return nodes[column + i, row + j]
    nodes[column, row] = len(set(nodes.values()))
    return nodes[column, row]
