"""Counting features by area: a line once an area with its length, a border point in one area.

Counts what it is given; where things lie is found by the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layers.grading import guard
from layers.grading.area import AreaRules, Counts
from layers.grading.assessment import GRADES, UngradableInput


@dataclass(frozen=True, slots=True)
class Member:
    """A feature, or a piece of one, in an area.

    Attributes:
        fid: Identity of the feature; pieces of one line share it.
        grade: 1..4; None 未评估.
        length_m: Length of the piece in metres; None for what has no length.
    """

    fid: str
    grade: int | None
    length_m: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of an area, and the length of its lines by grade (None: 未评估)."""

    counts: Counts
    length_m: Mapping[int | None, float]


@dataclass(frozen=True, slots=True)
class Place:
    """The area to which a point belongs; `on_border` when several cover it."""

    code: str
    on_border: bool


def tally(members: Iterable[Member]) -> Tally:
    """Count features once each, and add up the lengths of their pieces.

    Raises:
        UngradableInput: A grade outside 1..4, a negative length, one feature with two grades.

    Source: 区域汇总: a line counts once per township with its length share.
    """
    grades: dict[str, int | None] = {}
    lengths: dict[int | None, float] = {}
    for member in members:
        _check(member)
        if grades.setdefault(member.fid, member.grade) != member.grade:
            reason = f"同一对象 {member.fid} 有两个等级"
            raise UngradableInput("grade", member.grade, reason, "one feature has two grades")
        if member.length_m is not None:
            lengths[member.grade] = lengths.get(member.grade, 0.0) + member.length_m
    found = list(grades.values())
    numbers = [found.count(grade) for grade in (*GRADES, None)]
    return Tally(Counts(*numbers), lengths)


def place(covering: Sequence[str], rules: AreaRules | None = None) -> Place:
    """Return the area of a point from the codes of all areas that cover it.

    A point on a border belongs to the area with the lowest code; a point in none, at sea or
    outside the city, goes to a bucket of its own.

    Source: 区域汇总: ST_Covers, tie to the lowest area code.
    """
    if not covering:
        return Place((rules or AreaRules.shipped()).outside, on_border=False)
    return Place(min(covering), on_border=len(set(covering)) > 1)


def _check(member: Member) -> None:
    if member.grade is not None and (isinstance(member.grade, bool) or member.grade not in GRADES):
        raise UngradableInput("grade", member.grade, "须为 1 至 4", "is not 1 to 4")
    if member.length_m is not None:
        guard.number("length_m", member.length_m, at_least=0)
