"""Vessels of the register and their tracks: from a row to the facts that are scored.

A row is anything with the attributes of `RegisteredVessel`; the layer's own class is one.
"""

from datetime import date
from typing import Protocol

from layers.grading import vessel
from layers.grading.assessment import Assessment, UngradableInput, Words
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import assessed, unassessed

GEARS = {
    "帆张网": "stow_net",
    "渔运船": "fish_carrier",
    "笼壶": "pot",
    "拖网": "trawl",
    "流刺网": "drift_net",
    "灯光围网": "light_seine",
    "钓具": "line",
    "养殖": "aquaculture",
    "定置": "set_net",
    "其他": "other",
}
"""Gear as the register writes it to the gear of the rule set."""

WOODEN = "木质"
"""Hull of wood, as the register writes it."""


class RegisteredVessel(Protocol):
    """What is read of a vessel; None: not known."""

    @property
    def gear(self) -> str | None:
        """Gear, in Chinese."""

    @property
    def hull(self) -> str | None:
        """Hull, in Chinese."""

    @property
    def length_m(self) -> float | None:
        """Length overall, metres."""

    @property
    def built_year(self) -> int | None:
        """Year built."""

    @property
    def crew(self) -> int | None:
        """People on board."""

    @property
    def crew_minimum(self) -> int | None:
        """Crew required."""

    @property
    def certificate_until(self) -> date | None:
        """Last day of the certificates."""

    @property
    def ais_fitted(self) -> bool | None:
        """Whether AIS is fitted."""

    @property
    def beidou_fitted(self) -> bool | None:
        """Whether BeiDou is fitted."""

    @property
    def violations(self) -> int | None:
        """Violations in twelve months."""

    @property
    def assessed_on(self) -> date | None:
        """Day to which age and papers are counted."""


def grade(row: RegisteredVessel, book: RuleBook | None = None) -> Assessment:
    """Grade a vessel of the register by its static score.

    Ages and papers are counted to `assessed_on`; without that day they are not known. Hours offline
    are no part of the register: that a device is fitted is all that is looked at here.

    Args:
        row: The vessel.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Raises:
        UngradableInput: A gear that the register does not know, a hull built after the assessment.

    Source: 余政办发〔2016〕82号 第 22 项.
    """
    if row.gear is not None and row.gear not in GEARS:
        listed = "、".join(GEARS)
        raise UngradableInput("gear", row.gear, f"不是已知作业类型({listed})", "is no known gear")
    return vessel.grade(
        vessel.VesselFacts(
            gear=None if row.gear is None else GEARS[row.gear],
            hull_age_years=_age(row.built_year, row.assessed_on),
            wooden=None if row.hull is None else row.hull == WOODEN,
            length_m=row.length_m,
            crew=row.crew,
            papers_in_order=_papers(row),
            positioning_works=_all((row.ais_fitted, row.beidou_fitted)),
            violations=row.violations,
        ),
        vessel.VesselRules.among(book),
    )


def grade_of_track(vessel_grade: int | None) -> Assessment:
    """Grade a track as its vessel; None: the vessel is in no register or not assessed.

    Source: 余政办发〔2016〕82号 第 22 项.
    """
    rules = vessel.VesselRules.shipped()
    inputs = {"vessel_grade": vessel_grade}
    if vessel_grade is None:
        return unassessed(rules, inputs, ("vessel_grade",))
    known = {band.grade: band for band in rules.bands}
    if vessel_grade not in known:
        raise UngradableInput("vessel_grade", vessel_grade, "须为 1 至 4", "is not 1 to 4")
    lowest = vessel_grade == rules.bands[-1].grade
    name = known[vessel_grade]
    decided = Words(f"渔船为{name.zh}", f"the vessel is graded {name.en}")
    down = Words("须降低渔船本身的等级", "the vessel's own grade must fall")
    because = (decided, None if lowest else down)
    return assessed(rules, vessel_grade, inputs, (), because=because)


def _age(built_year: int | None, assessed_on: date | None) -> int | None:
    if built_year is None or assessed_on is None:
        return None
    if built_year > assessed_on.year:
        raise UngradableInput(
            "built_year", built_year, "晚于评估日期", "is later than the day of the assessment"
        )
    return assessed_on.year - built_year


def _papers(row: RegisteredVessel) -> bool | None:
    until, day = row.certificate_until, row.assessed_on
    valid = None if until is None or day is None else until >= day
    crew, least = row.crew, row.crew_minimum
    manned = None if crew is None or least is None else crew >= least
    return _all((valid, manned))


def _all(parts: tuple[bool | None, ...]) -> bool | None:
    """Return False when one is False, None when one is not known, True otherwise."""
    if False in parts:
        return False
    return None if None in parts else True
