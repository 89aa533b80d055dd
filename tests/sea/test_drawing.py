"""Ways for display: as many positions as there is room for, and how exact that is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.sea.drawing import LEAST_M, Way, drawing, silences
from layers.sea.path import distance_m

MINUTE_S = 60.0


def way(minutes: list[float], lon: list[float], lat: float = 30.0, mmsi: str = "412000001") -> Way:
    many = len(minutes)
    return Way(mmsi, 0, np.array(minutes) * MINUTE_S, np.array(lon), np.full(many, lat))


def straight(many: int) -> Way:
    return way([float(each) for each in range(many)], [122 + each / 500 for each in range(many)])


def test_every_position_is_drawn_where_there_is_room() -> None:
    drawn = drawing([straight(90), straight(10)], 100, None)
    assert (drawn.within_m, [kept.sum() for kept in drawn.kept]) == (0, [90, 10])
    assert drawing([], 100, None).kept == []


def test_straight_way_needs_its_ends_only_and_a_silence_its_own() -> None:
    (kept,) = drawing([straight(200)], 100, None).kept
    assert np.flatnonzero(kept).tolist() == [0, 199]
    minutes = [*range(100), *range(131, 231)]
    broken = way([float(each) for each in minutes], [122 + each / 500 for each in minutes])
    drawn = drawing([broken], 100, None)
    assert np.flatnonzero(drawn.kept[0]).tolist() == [0, 99, 100, 199]
    assert silences(broken.seconds, drawn.kept[0], drawn.silence_s) == [1]
    assert drawn.within_m == LEAST_M


def test_stop_on_a_straight_way_is_kept() -> None:
    minutes = [float(each) for each in range(40)]
    lon = [122 + min(each, 10) / 500 + max(each - 30, 0) / 500 for each in range(40)]
    (kept,) = drawing([way(minutes, lon)], 20, None).kept
    assert np.flatnonzero(kept).tolist() == [0, 10, 30, 39]


def test_room_is_made_by_longer_silences_before_ends_are_more_than_asked() -> None:
    hourly = way(
        [float(60 * each) for each in range(200)], [122 + each / 500 for each in range(200)]
    )
    drawn = drawing([hourly], 100, None)
    assert (drawn.silence_s, int(drawn.kept[0].sum())) == (7200, 2)
    daily = way([float(1440 * each) for each in range(200)], [122.0] * 200)
    assert drawing([daily], 100, None).kept[0].all(), "an end is never left out"


@pytest.mark.parametrize("within_m", [10, 100, 1000])
def test_tolerance_may_be_asked_for(within_m: int) -> None:
    swaying = way([float(each) for each in range(300)],
                  [122 + each / 500 + 0.002 * np.sin(each) for each in range(300)])  # fmt: skip
    drawn = drawing([swaying], 1000, within_m)
    assert drawn.within_m == within_m
    many = int(drawn.kept[0].sum())
    assert (many > 250, many < 10) == (within_m == 10, within_m == 1000)
    assert drawing([swaying], 1000, 0).kept[0].all()


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 5000), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)),
            min_size=2, max_size=60,
        ),
        min_size=1, max_size=4,
    ),
    st.integers(20, 100),
)  # fmt: skip
def test_nothing_left_out_is_further_from_the_drawn_place_than_told(
    steps: list[list[tuple[int, float, float]]], most: int
) -> None:
    ways = []
    for each in steps:
        seconds, lon, lat = np.cumsum(np.array(each, dtype=np.float64), axis=0).T
        ways.append(Way("412000001", 0, seconds, 122 + lon, 30 + lat))
    drawn = drawing(ways, most, None)
    ends = 0
    for each, kept in zip(ways, drawn.kept, strict=True):
        broken = np.flatnonzero(np.diff(each.seconds) > drawn.silence_s) + 1
        for part in np.split(np.arange(len(each.seconds)), broken):
            assert kept[part[0]]
            assert kept[part[-1]]
            ends += min(len(part), 2)
            told = part[kept[part]]
            lon, lat = (
                np.interp(each.seconds[part], each.seconds[told], axis[told])
                for axis in (each.lon, each.lat)
            )
            off = distance_m(lon, lat, each.lon[part], each.lat[part])
            assert np.max(off) <= max(drawn.within_m * 1.001, 1e-3)
    assert sum(int(kept.sum()) for kept in drawn.kept) <= max(most, ends)
