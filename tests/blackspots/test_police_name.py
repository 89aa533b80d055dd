"""Segments are named as the police print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots.police_name import InvalidStake, segment, stake


def test_the_black_spot_of_the_list_of_2020() -> None:
    told = segment("浒溪线", "S213", 14600, 14850, "阳明街道新桥村路段")
    assert told == "浒溪线(S213)14K+600M—14K+850M(阳明街道新桥村路段)"
    assert segment("浒溪线", "S213", 14600, 14850) == "浒溪线(S213)14K+600M—14K+850M"


@pytest.mark.parametrize(
    ("measure", "told"),
    [(0, "0K+000M"), (5, "0K+005M"), (999.4, "0K+999M"), (999.6, "1K+000M"), (148100, "148K+100M")],
)
def test_a_stake_is_told_to_the_metre(measure: float, told: str) -> None:
    assert stake(measure) == told


def test_one_stake_stands_alone_and_a_road_without_number_has_no_brackets() -> None:
    assert segment("横鄞线", None, 6000, 6000) == "横鄞线6K+000M"
    assert segment("横鄞线", "", 6000, 6500) == "横鄞线6K+000M—6K+500M"


@pytest.mark.parametrize("wrong", [-1, -0.6, float("nan"), float("inf")])
def test_a_stake_that_no_road_has_is_refused(wrong: float) -> None:
    with pytest.raises(InvalidStake):
        stake(wrong)


@given(st.integers(0, 999_999))
def test_a_stake_reads_back(measure: int) -> None:
    kilometres, metres = stake(measure).removesuffix("M").split("K+")
    assert int(kilometres) * 1000 + int(metres) == measure
    assert len(metres) == 3
