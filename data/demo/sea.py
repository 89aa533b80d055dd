"""The water: which places are sea, and ways over it round headlands and islands."""

import heapq

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

METRES_NORTH = 110_900.0
METRES_EAST = 96_050.0
"""Metres of a degree at 30.4 degrees north, where the boats are; true to one per cent."""

BOX = (120.85, 29.2, 123.2, 31.3)
"""West, south, east, north of the grid; further east there is no land to go round."""

_STEP = 0.012
"""Degrees between the points of the grid."""

_CLEARANCE_M = 700.0
_BERTH_M = 60.0
_SIDESTEP_M = 2500.0
_BLOCK_M = 8000.0
"""Grounds this near to each other share one way, so that it is looked for once."""

_NEIGHBOURS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))

Cell = tuple[int, int]


def to_metres(degrees: np.ndarray) -> np.ndarray:
    """Return (n, 2) metres of (n, 2) lon, lat."""
    scaled: np.ndarray = degrees * (METRES_EAST, METRES_NORTH)
    return scaled


def to_degrees(metres: np.ndarray) -> np.ndarray:
    """Return (n, 2) lon, lat of (n, 2) metres."""
    scaled: np.ndarray = metres / (METRES_EAST, METRES_NORTH)
    return scaled


def _steps(land: BaseGeometry) -> shapely.STRtree:
    """Return every step of the coast, ready to be searched."""
    rings = shapely.get_rings(shapely.get_parts(land))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    pairs = np.stack([points[:-1], points[1:]], axis=1)[ring[:-1] == ring[1:]]
    return shapely.STRtree(np.asarray(shapely.linestrings(pairs)))


class Sea:
    """Water of the base map; geometries in the metres of this module."""

    def __init__(self, land: BaseGeometry) -> None:
        """Take all land, in degrees."""
        near = shapely.clip_by_rect(land, BOX[0] - 0.3, BOX[1] - 0.3, BOX[2] + 1, BOX[3] + 0.1)
        self.land = shapely.transform(near, to_metres)
        self._near = self.land.buffer(_BERTH_M * 2)
        self._shallow = shapely.simplify(self.land.buffer(_CLEARANCE_M), 60.0)
        self._coast = _steps(shapely.simplify(self.land, 150.0))
        shapely.prepare(self.land)
        shapely.prepare(self._near)
        shapely.prepare(self._shallow)
        self._columns = np.arange(BOX[0], BOX[2], _STEP)
        self._rows = np.arange(BOX[1], BOX[3], _STEP)
        east, north = np.meshgrid(self._columns * METRES_EAST, self._rows * METRES_NORTH)
        wet = ~shapely.contains_xy(self._shallow, east, north)
        self._wet_cells = np.argwhere(wet)
        self._open = {(row, column) for row, column in self._wet_cells.tolist()}
        self._came: dict[Cell, dict[Cell, Cell]] = {}
        self._ways: dict[tuple[Cell, Cell], np.ndarray] = {}

    def dry(self, metres: np.ndarray) -> np.ndarray:
        """Return which points lie on land."""
        on_land: np.ndarray = shapely.contains_xy(self.land, metres[:, 0], metres[:, 1])
        return on_land

    def room(self, place: np.ndarray) -> float:
        """Return how far the nearest land is, metres."""
        return float(self.land.distance(Point(place)))

    def _rooms(self, places: np.ndarray) -> np.ndarray:
        """Return how far the coast is from each place, true to 150 m."""
        _, gaps = self._coast.query_nearest(
            shapely.points(places), all_matches=False, return_distance=True
        )
        return np.asarray(gaps)

    def berth(self, place: np.ndarray) -> np.ndarray:
        """Return the place in the water, just off the shore, that is nearest to a place on it."""
        quay = self.land.buffer(_BERTH_M).boundary
        berth = quay.interpolate(quay.project(Point(place)))
        return np.array([berth.x, berth.y])

    def way(self, port: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return way points from a port to a place at sea, all of it over water."""
        last = np.array([min(target[0], (BOX[2] - 0.03) * METRES_EAST), target[1]])
        inner = self._known(self._cell(port), self._cell(np.round(last / _BLOCK_M) * _BLOCK_M))
        return np.vstack([port, inner, target])

    def _known(self, start: Cell, end: Cell) -> np.ndarray:
        """Return the way points between two cells, found once."""
        if (start, end) not in self._ways:
            if start not in self._came:
                self._came[start] = self._spread(start)
            cells = [end]
            while cells[-1] != start:
                cells.append(self._came[start][cells[-1]])
            places = np.array([self._place(cell) for cell in cells[::-1]])
            self._ways[start, end] = self._pulled(places)
        return self._ways[start, end]

    def _place(self, cell: Cell) -> np.ndarray:
        return np.array([self._columns[cell[1]] * METRES_EAST, self._rows[cell[0]] * METRES_NORTH])

    def _cell(self, place: np.ndarray) -> Cell:
        """Return the nearest wet cell."""
        wet = self._wet_cells
        east = self._columns[wet[:, 1]] * METRES_EAST - place[0]
        north = self._rows[wet[:, 0]] * METRES_NORTH - place[1]
        row, column = wet[int(np.argmin(np.hypot(east, north)))]
        return int(row), int(column)

    def _spread(self, start: Cell) -> dict[Cell, Cell]:
        """Return the cell before each reachable cell on the shortest way from the start.

        Source: Dijkstra, A note on two problems in connexion with graphs, 1959.
        """
        least = {start: 0.0}
        came: dict[Cell, Cell] = {}
        queue = [(0.0, start)]
        while queue:
            cost, cell = heapq.heappop(queue)
            if cost > least[cell]:
                continue
            for row, column in _NEIGHBOURS:
                beside = cell[0] + row, cell[1] + column
                if beside not in self._open:
                    continue
                further = cost + (row * row + column * column) ** 0.5
                if further < least.get(beside, np.inf):
                    least[beside] = further
                    came[beside] = cell
                    heapq.heappush(queue, (further, beside))
        return came

    def _pulled(self, points: np.ndarray) -> np.ndarray:
        """Return the fewest of the points between which one sees over water."""
        kept = [0]
        while kept[-1] < len(points) - 1:
            seen, hidden = kept[-1] + 1, len(points)
            while hidden - seen > 1:
                middle = (seen + hidden) // 2
                sight = LineString(points[[kept[-1], middle]])
                if self._shallow.intersects(sight):
                    hidden = middle
                else:
                    seen = middle
            kept.append(seen)
        return points[kept]

    def swayed(self, points: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Return the way with a bend of its own, as far as the water on both sides allows."""
        line = LineString(points)
        along = np.linspace(0, line.length, max(int(line.length / 600), 8))
        places = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
        step = np.gradient(places, axis=0)
        sideways = np.column_stack([-step[:, 1], step[:, 0]])
        sideways /= np.maximum(np.hypot(*sideways.T), 1e-9)[:, None]
        room = self._rooms(places) - 500
        waves = sum(
            random.uniform(-1, 1) * np.sin(along / line.length * np.pi * k) for k in (1, 2, 3, 5)
        )
        shift = np.clip(waves, -1.2, 1.2) / 1.2 * np.clip(room, 0, _SIDESTEP_M)
        shift = np.convolve(np.pad(shift, 4, mode="edge"), np.ones(9) / 9, mode="valid")
        shift *= np.sin(along / line.length * np.pi) ** 0.3
        for share in (1.0, 0.5, 0.25, 0.1):
            bent = places + sideways * (shift * share)[:, None]
            if not self._near.intersects(LineString(bent[3:-3])):
                return bent
        return places
