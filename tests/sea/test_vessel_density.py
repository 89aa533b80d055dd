"""Time in cells: nothing is lost, and the rate of reports does not matter."""

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from layers.sea.density import Cells, clipped, time_in_cells
from layers.sea.path import Numbers

EXACT_S = 5


def squares(lon: Numbers, lat: Numbers) -> Cells:
    """Squares of a tenth of a degree."""
    found = np.floor(lon * 10).astype(np.int64) * 10_000 + np.floor(lat * 10).astype(np.int64)
    return np.asarray(found, dtype=np.int64)


def hexagons(lon: Numbers, lat: Numbers) -> Cells:
    """H3 cells of resolution 6."""
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return np.array([h3.latlng_to_cell(y, x, 6) for y, x in pairs], dtype=np.int64)


GRIDS = pytest.mark.parametrize("grid", [squares, hexagons])

# A tenth of a metre: a step that is lost beside 122 degrees stands on both sides of an edge.
DEGREES = st.integers(-300_000, 300_000).map(lambda millionths: millionths / 1e6)
STEPS = arrays(float, st.shared(st.integers(1, 12), key="n"), elements=DEGREES)
LASTS = arrays(float, st.shared(st.integers(1, 12), key="n"), elements=st.floats(1, 5000))


def seconds_of(grid: object, seconds: Numbers, lon: Numbers, lat: Numbers) -> dict[int, float]:
    cells, times = time_in_cells(seconds, lon, lat, grid, EXACT_S)  # type: ignore[arg-type]
    return dict(zip(cells.tolist(), times.tolist(), strict=True))


def test_hour_across_an_edge_is_split_where_it_is_crossed() -> None:
    found = seconds_of(squares, np.array([0.0, 3600]), np.array([122.025, 122.225]),
                     np.array([30.05, 30.05]))  # fmt: skip
    assert list(found.values()) == pytest.approx([1350, 1800, 450], abs=5)


@GRIDS
def test_vessel_that_lies_still_counts_in_its_cell(grid: object) -> None:
    still = seconds_of(grid, np.array([0.0, 7200]), np.array([122.05] * 2), np.array([30.05] * 2))
    assert list(still.values()) == [7200]


@GRIDS
@given(STEPS, STEPS, LASTS)
@settings(max_examples=40)
def test_sum_is_the_time_of_the_track(
    grid: object, east: Numbers, north: Numbers, lasts: Numbers
) -> None:
    seconds = np.concatenate(([0.0], np.cumsum(lasts)))
    lon = 122 + np.concatenate(([0.0], np.cumsum(east)))
    lat = 30 + np.concatenate(([0.0], np.cumsum(north)))
    found = seconds_of(grid, seconds, lon, lat)
    assert sum(found.values()) == pytest.approx(seconds[-1])
    assert all(time > 0 for time in found.values())
    assert set(grid(lon, lat).tolist()) <= set(found)  # type: ignore[operator]


@GRIDS
@given(STEPS, STEPS, LASTS, st.integers(2, 30))
@settings(max_examples=25)
def test_reports_between_reports_change_nothing(
    grid: object, east: Numbers, north: Numbers, lasts: Numbers, times_as_many: int
) -> None:
    seconds = np.concatenate(([0.0], np.cumsum(lasts)))
    lon = 122 + np.concatenate(([0.0], np.cumsum(east)))
    lat = 30 + np.concatenate(([0.0], np.cumsum(north)))
    dense = np.interp(np.arange((len(seconds) - 1) * times_as_many + 1) / times_as_many,
                      np.arange(len(seconds)), seconds)  # fmt: skip
    few = seconds_of(grid, seconds, lon, lat)
    many = seconds_of(grid, dense, np.interp(dense, seconds, lon), np.interp(dense, seconds, lat))
    # A step goes into a cell and out of it once, and each is placed to five seconds.
    within_s = 2 * EXACT_S * len(lasts)
    for cell in set(few) | set(many):
        assert few.get(cell, 0) == pytest.approx(many.get(cell, 0), abs=within_s)


def test_track_is_cut_at_the_ends_of_a_period() -> None:
    seconds, lon = np.array([0.0, 100, 200]), np.array([122.0, 123, 125])
    at, east, north = clipped(seconds, lon, np.array([30.0, 30, 30]), 50, 150)
    assert (at.tolist(), east.tolist(), north.tolist()) == (
        [50, 100, 150], [122.5, 123, 124], [30, 30, 30],
    )  # fmt: skip
    assert len(clipped(seconds, lon, lon, 200, 300)[0]) == 0
    assert clipped(seconds, lon, lon, -5, 500)[0].tolist() == [0, 100, 200]
