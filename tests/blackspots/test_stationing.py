"""Stakes by stones: there and back, outliers left out, beyond the outermost a metre is a metre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots.stationing import stationing


def test_without_stones_the_ends_scale_and_an_unknown_end_is_the_length() -> None:
    known = stationing(980, (2000, 3000))
    assert float(known.stake(490)) == 2500
    unknown = stationing(980, (2000, None))
    assert unknown.last_m == 2980


def test_between_stones_stakes_are_shared_out_and_beyond_them_a_metre_is_a_metre() -> None:
    told = stationing(3000, (0, None), [(990, 15000), (100, 14000), (2000, 16000)])
    assert (told.first_m, told.last_m) == (13900, 17000)
    assert float(told.stake(545)) == pytest.approx(14500)
    assert float(told.position(14500)) == pytest.approx(545)


def test_one_stone_is_not_enough_and_outliers_are_the_fewest() -> None:
    assert stationing(1000, (0, None), [(500, 9000)]).last_m == 1000
    stones = [(0, 0), (100, 100), (200, 9), (300, 300), (400, 400), (400, 401)]
    told = stationing(1000, (0, None), stones)
    assert told.dropped == 2
    assert float(told.stake(200)) == pytest.approx(200)


def test_a_break_in_the_stakes_stays() -> None:
    stones = [(0, 0), (1000, 1000), (2000, 7000), (3000, 8000)]
    told = stationing(3000, (0, None), stones)
    assert told.dropped == 0
    assert float(told.stake(2500)) == 7500


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 90_000)), max_size=12),
       st.floats(0, 5000))  # fmt: skip
def test_stakes_rise_and_lead_back(stones: list[tuple[int, int]], position: float) -> None:
    told = stationing(5000, (0, None), stones)
    assert (told.positions[1:] > told.positions[:-1]).all()
    assert (told.stakes[1:] > told.stakes[:-1]).all()
    back = float(told.position(float(told.stake(position))))
    assert back == pytest.approx(position, abs=1e-6)


@pytest.mark.parametrize(("length", "ends"), [(0, (0, None)), (10, (5, 5)), (10, (5, 1))])
def test_a_route_without_a_length_is_refused(length: float, ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="length"):
        stationing(length, ends)
