"""Stakes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.stake import InvalidStake, parse, parse_span, spell


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("K12+300", 12300), ("k12+300.5", 12300.5), ("12+300", 12300), ("12K+300M", 12300),
        ("12K300", 12300), ("K12 300", 12300), ("K12 + 300", 12300), ("12.3km", 12300),
        ("12.3 公里", 12300), ("12公里300米", 12300), ("12.3千米", 12300), ("12300m", 12300),
        ("12300", 12300), ("K12", 12000), ("Ｋ１２＋３００．５", 12300.5), ("桩号K3+020", 3020),
        ("K0+000", 0), ("K12+5", 12005),
    ],
)  # fmt: skip
def test_every_spelling_is_read(text: str, metres: float) -> None:
    assert parse(text) == metres


@pytest.mark.parametrize(
    "text",
    ["", " ", "K", "K-1+000", "abc", "K12+1300", "12++3", "NaN", "inf", "1e9", "K12+", "+300",
     "1 2 3", "K1+2+3", "99999+000"],
)  # fmt: skip
def test_what_is_no_stake_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(InvalidStake) as refused:
        parse(text)
    assert refused.value.reason
    assert refused.value.reason_en


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("14K+600M—14K+850M", (14600, 14850)), ("K1+000~K1+300", (1000, 1300)),
        ("K3+200至K3+180", (3200, 3180)), ("K1－K2", (1000, 2000)), ("K5+500", (5500, 5500)),
    ],
)  # fmt: skip
def test_stretch_is_read_as_it_is_written(text: str, ends: tuple[float, float]) -> None:
    assert parse_span(text) == ends


def test_three_ends_are_no_stretch() -> None:
    with pytest.raises(InvalidStake):
        parse_span("K1—K2—K3")


@given(st.integers(0, 99_999_999))
def test_spelt_stake_is_read_back(decimetres: int) -> None:
    metres = decimetres / 10
    assert parse(spell(metres, 1)) == metres


@given(st.floats(0, 9_999_000))
def test_spelt_to_the_metre_differs_by_half_a_metre_at_most(metres: float) -> None:
    assert abs(parse(spell(metres)) - metres) <= 0.5000001
