"""The road network as a graph: shortest ways along it, and long routes stitched from its edges."""

import heapq
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

Node = tuple[int, int]
"""A point of the network, rounded to ten metres so that ends that nearly touch are joined."""

_GRID_M = 10.0


@dataclass(frozen=True)
class Edge:
    """One edge, with its far end and its line running that way."""

    to: Node
    line: np.ndarray
    length_m: float


class RoadGraph:
    """Edges by node; every edge stands at both of its ends."""

    def __init__(self, lines: list[BaseGeometry]) -> None:
        """Take lines in metres, each of which is an edge."""
        self.edges: dict[Node, list[Edge]] = defaultdict(list)
        for line in lines:
            points = shapely.get_coordinates(line)
            ends = _node(points[0]), _node(points[-1])
            self.edges[ends[0]].append(Edge(ends[1], points, line.length))
            self.edges[ends[1]].append(Edge(ends[0], points[::-1], line.length))
        self._nodes = list(self.edges)
        self._places = np.array(self._nodes, dtype=float) * _GRID_M

    def nearest(self, place: np.ndarray) -> Node:
        """Return the node nearest to a place."""
        gaps = self._places - place
        return self._nodes[int(np.argmin(np.hypot(gaps[:, 0], gaps[:, 1])))]

    def way(self, start: Node, end: Node) -> np.ndarray | None:
        """Return the shortest way as (n, 2) metres; None where there is none.

        Source: Dijkstra, A note on two problems in connexion with graphs, 1959.
        """
        came: dict[Node, tuple[Node, np.ndarray]] = {}
        least = {start: 0.0}
        queue = [(0.0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == end:
                return _walked(came, start, end)
            if cost > least[node]:
                continue
            for edge in self.edges[node]:
                further = cost + edge.length_m
                if further < least.get(edge.to, np.inf):
                    least[edge.to] = further
                    came[edge.to] = (node, edge.line)
                    heapq.heappush(queue, (further, edge.to))
        return None


def split(lines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the lines cut wherever two meet, merged where only two do."""
    noded = shapely.union_all([shapely.set_precision(line, 1.0) for line in lines])
    merged = shapely.line_merge(noded)
    return [part for part in shapely.get_parts(merged) if isinstance(part, LineString)]


def stitched(lines: list[BaseGeometry], *, turn_deg: float = 50) -> list[LineString]:
    """Return long routes: edges joined at each junction to the one that goes straightest on."""
    free = {i: shapely.get_coordinates(line) for i, line in enumerate(lines)}
    routes = []
    for start in sorted(free, key=lambda i: -lines[i].length):
        if start not in free:
            continue
        points = free.pop(start)
        points = _grown(points, free, turn_deg)
        routes.append(LineString(_grown(points[::-1], free, turn_deg)[::-1]))
    return routes


def _grown(points: np.ndarray, free: dict[int, np.ndarray], turn_deg: float) -> np.ndarray:
    """Return the points with free edges added at the end, taking those edges."""
    while True:
        best, best_turn = None, turn_deg
        for i, edge in free.items():
            for line in (edge, edge[::-1]):
                if _node(line[0]) == _node(points[-1]):
                    turn = _turn(points[-2:], line[:2])
                    if turn < best_turn:
                        best, best_turn, taken = i, turn, line
        if best is None:
            return points
        free.pop(best)
        points = np.vstack([points, taken[1:]])


def _turn(before: np.ndarray, after: np.ndarray) -> float:
    """Return by how many degrees the way turns between two steps."""
    one, two = before[1] - before[0], after[1] - after[0]
    cosine = one @ two / max(float(np.hypot(*one) * np.hypot(*two)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _node(point: np.ndarray) -> Node:
    return round(point[0] / _GRID_M), round(point[1] / _GRID_M)


def _walked(came: dict[Node, tuple[Node, np.ndarray]], start: Node, end: Node) -> np.ndarray | None:
    pieces: list[np.ndarray] = []
    node = end
    while node != start:
        node, line = came[node]
        pieces.append(line if not pieces else line[:-1])
    return np.vstack(pieces[::-1]) if pieces else None
