"""Inventories as registers write them, to the holdings of GB 18218."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import inventory, major_hazard
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import RULES, parse


class Unit:
    """A unit as the register has it."""

    def __init__(self, holds: str | None, population: int | None = None,
                 reported: int | None = None) -> None:  # fmt: skip
        self.inventory, self.population, self.reported_population = holds, population, reported


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("液氯 250 t", [("氯", 250)]),
        ("氯：250吨", [("氯", 250)]),
        ("液氯 250 t；氨 12 t", [("氯", 250), ("氨", 12)]),
        ("1,3-丁二烯 3000 kg", [("1,3-丁二烯", 3)]),
        ("７６６４－４１－７　５ｔ", [("氨", 5)]),
        ("柴油 4000 t（W5.4）", [("柴油", 4000)]),
        ("汽油 1,500 t\n甲醇 1000 t;", [("汽油", 1500), ("甲醇", 1000)]),
    ],
)
def test_spellings_of_registers(text: str, held: list[tuple[str, float]]) -> None:
    assert [(each.substance, each.quantity_t) for each in inventory.read(text)] == held


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no substance"), (" ；", "no substance"), ("液氯", "not written"),
        ("液氯 5", "without a unit"), ("液氯 5 磅磅", "no known unit"), ("液氯 -5 t", "negative"),
        ("液氯 nan t", "not written"), ("神秘物 5 t", "no class"), ("7803-51-1 5 t", "check digit"),
        ("柴油 5 t（W99）", "not one of"), ("液氯 1e12 t", "outside"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_with_the_column_and_both_reasons(
    text: str, word: str
) -> None:
    with pytest.raises(UngradableInput) as refused:
        inventory.read(text)
    assert refused.value.field == "inventory"
    assert word in refused.value.reason_en
    assert refused.value.reason


@pytest.mark.parametrize(
    ("unit", "grade"),
    [
        (Unit("液氯 4.9 t", 0), None),
        (Unit("液氯 5 t；氨 5 t", 0), 3),
        (Unit("液氯 250 t", 100), 1),
        (Unit("氨 12 t", 60), 3),
        (Unit("汽油 4000 t", 120), 2),
        (Unit("汽油 1500 t；甲醇 1000 t", 45), 2),
        (Unit("液化石油气 500 t", 35), 2),
        (Unit("液氯 250 t"), None),
        (Unit("液氯 250 t", None, 100), 1),
        (Unit(None, 5), None),
    ],
)
def test_worked_examples_of_the_standard(unit: Unit, grade: int | None) -> None:
    assert major_hazard.grade(unit).grade == grade


def test_mapping_of_the_rule_set_makes_any_installation_red() -> None:
    words = (RULES / "gb18218.toml").read_text(encoding="utf-8")
    book = {"gb18218": parse(words.replace('mapping = "by_level"', 'mapping = "all_red"'))}
    assert major_hazard.grade(Unit("氨 12 t", 60), book).grade == 1
    assert major_hazard.grade(Unit("氨 12 t"), book).grade == 1


@given(st.floats(5, 5000), st.floats(0, 5000), st.integers(0, 500), st.integers(0, 500))
def test_more_substance_and_more_neighbours_never_lessen(
    tonnes: float, more: float, people: int, others: int
) -> None:
    def graded(holds: float, near: int) -> int:
        return major_hazard.grade(Unit(f"液氯 {holds:.3f} t", near)).grade or 5

    assert graded(min(tonnes + more, 9000), people + others) <= graded(tonnes, people)
