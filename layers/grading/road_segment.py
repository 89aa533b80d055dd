"""Road segments of the register: by their crashes, or by fall, water and guardrail.

A row is anything with the attributes of `RegisteredSegment`; the layer's own class is one.
"""

from typing import Protocol

from layers.grading import road, roadside
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import worst

BESIDE = frozenset({"临水临崖", "高落差"})
"""Kinds of segment that are dangerous by what lies beside them."""

CURVE = "急弯"
"""The kind that both methods must know: its crashes, and its radius and guardrail."""


class RegisteredSegment(Protocol):
    """What is read of a segment; None: not known."""

    @property
    def kind(self) -> str:
        """What makes it dangerous, in Chinese."""

    @property
    def crashes(self) -> int | None:
        """Crashes in three years."""

    @property
    def fatal_crashes(self) -> int | None:
        """Crashes with a death."""

    @property
    def major_crashes(self) -> int | None:
        """Crashes with three deaths or more."""

    @property
    def general_crashes(self) -> int | None:
        """Crashes of general procedure."""

    @property
    def unsafe_road(self) -> bool | None:
        """Whether the road played a part."""

    @property
    def psi_rank_value(self) -> float | None:
        """Rank by excess among the black spots, (0, 1]."""

    @property
    def guardrail(self) -> str | None:
        """State of the guardrail."""

    @property
    def drop_m(self) -> float | None:
        """Height of the fall, metres."""

    @property
    def water_depth_m(self) -> float | None:
        """Depth of the water, metres."""

    @property
    def edge_distance_m(self) -> float | None:
        """From the shoulder to the water, metres."""

    @property
    def sharp_curve(self) -> bool | None:
        """Whether the curve is below standard."""


def grade(row: RegisteredSegment, book: RuleBook | None = None) -> Assessment:
    """Grade a segment by the method of its kind; the other method can only make it worse.

    What is not known makes nothing blue: a segment beside water whose guardrail nobody looked at is
    not assessed for lack of crashes, nor is a sharp curve, nor one of any kind where a fall, water
    or a curve below standard is known to ask for a guardrail of which nothing is known.

    Args:
        row: The segment.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Raises:
        UngradableInput: A value that either method refuses.

    Source: 2008 市级公路危险路段规定; 浙江省公路安全保障工程管理办法.
    """
    rules = roadside.RoadsideRules.among(book)
    by_crashes = road.grade(
        road.CrashCounts(
            crashes=row.crashes,
            fatal_crashes=row.fatal_crashes,
            major_crashes=row.major_crashes,
            general_crashes=row.general_crashes,
            unsafe_road=row.unsafe_road,
            psi_rank=row.psi_rank_value,
        ),
        road.RoadRules.among(book),
    )
    place = roadside.Roadside(
        guardrail=row.guardrail,
        drop_m=row.drop_m,
        water_depth_m=row.water_depth_m,
        edge_distance_m=row.edge_distance_m,
        sharp_curve=row.sharp_curve,
    )
    beside = roadside.grade(place, rules)
    own, other = (beside, by_crashes) if row.kind in BESIDE else (by_crashes, beside)
    unknown = own.grade is None or (
        beside.grade is None and (row.kind == CURVE or roadside.asks_for_guardrail(place, rules))
    )
    found = worst((own, other)) or own
    if unknown and found.grade == rules.otherwise:
        return own if own.grade is None else beside
    return found
