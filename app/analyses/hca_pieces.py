"""One pipe cut where anything changes: every piece has one class location and one grade.

The stretch on which a target lies within a distance is the target's buffer cut with the line:
exact, without a sampling step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.lines.abreast import abreast
from app.lines.line import Line
from layers.grading import class_location, hca, pipeline, surroundings
from layers.grading.assessment import UngradableInput
from layers.grading.class_location import ClassLocationRules, Settlement, Stretch
from layers.grading.hca_rules import HcaRules, Neighbour, Pipe
from layers.grading.rule_set import RuleBook
from layers.grading.surroundings import Surroundings, Target

CORNERS = 64
"""Corners of a quarter of a circle: two centimetres of 200 m."""

CENTIMETRE = 0.01

SHORTEST_M = 0.05
"""A piece that is shorter comes from rounding."""

TABLES: Mapping[str, str] = {"gas": "gas", "oil": "oil", "products": "oil"}
"""Medium of a pipeline, and the table of the standard that applies."""

RANKS = {words.zh: rank for rank, words in enumerate(hca.ROMAN)}


@dataclass(frozen=True)
class Rules:
    """The rule sets of one run."""

    hca: HcaRules
    classes: ClassLocationRules
    surroundings: Surroundings

    @classmethod
    def among(cls, book: RuleBook) -> "Rules":
        """The rule sets of a book, else the shipped ones."""
        return cls(HcaRules.among(book), ClassLocationRules.among(book), Surroundings.among(book))


@dataclass(frozen=True)
class Near:
    """A protection target near a pipe: its row, and its shape in the line's plane."""

    row: Mapping[str, Any]
    flat: BaseGeometry

    @cached_property
    def target(self) -> Target:
        """The target as the tables see it."""
        row = self.row
        return Target(row["kind"], row["households"], row["storeys"], row["gathering_persons"],
                      row["gathering_days"])  # fmt: skip


@dataclass(frozen=True)
class Graded:
    """A piece of pipe.

    Attributes:
        start_m: True metres where it begins; `end_m` where it ends.
        severity: 0 none, 1 Ⅰ … 3 Ⅲ.
        rows: Rows of the standard that are met.
        decided_by: What decided, Chinese.
        area_class: Class location, 1 to 4.
        near: Positions of the targets within the bands here.
        nearest_m: Distance of the nearest target that is in the tables; infinite without one.
        unknown: What is not known and could meet a row, Chinese; empty: nothing.
    """

    start_m: float
    end_m: float
    severity: int
    rows: tuple[str, ...]
    decided_by: str
    area_class: int
    near: frozenset[int]
    nearest_m: float
    unknown: str


@dataclass(frozen=True)
class Piping:
    """A pipe with its targets, ready to be graded.

    Attributes:
        line: Its line.
        row: Its row in the register.
        table: `gas` or `oil`.
        near: Targets that may lie within the widest band.
        rules: The rule sets.
    """

    line: Line
    row: Mapping[str, Any]
    table: str
    near: Sequence[Near]
    rules: Rules

    @cached_property
    def radius_m(self) -> float | None:
        """Impact radius of a gas pipe whose size is known and plausible."""
        diameter, pressure = self.row["outside_diameter_mm"], self.row["maop_mpa"]
        if self.table != "gas" or diameter is None or pressure is None:
            return None
        try:
            return pipeline.impact_radius_m(diameter, pressure, self.rules.hca.radius_form)
        except UngradableInput:
            return None

    @cached_property
    def scale(self) -> float:
        """Metres of the plane in a true metre, here."""
        return sum(part.length for part in self.line.parts) / self.line.length_m

    @cached_property
    def bands_m(self) -> tuple[float, ...]:
        """Distances at which some row of the pipe's table draws its line."""
        rows = [row for row in self.rules.hca.rows if row.medium == self.table]
        fixed = {row.within_m for row in rows if row.within_m is not None}
        radius = {self.radius_m} if any(row.within_radius for row in rows) else set()
        return tuple(sorted(each for each in fixed | radius if each is not None))

    def intervals(self, near: Near, within_m: float) -> list[tuple[float, float]]:
        """Where on the pipe a target lies within a distance, true metres, both ends closed."""
        return self.line.intervals(near.flat.buffer(within_m * self.scale, quad_segs=CORNERS))

    def settlements(self) -> list[Settlement]:
        """The targets that count for the class location, once for each branch that they touch."""
        found = []
        strip = self.rules.classes.strip_m
        for near in self.near:
            degrees = self.line.plane.round_earth(near.flat)
            for window in self.intervals(near, strip):
                beside = abreast(self.line, degrees, strip, window)
                if beside.foot.beyond is not None and not beside.runs_through:
                    continue  # the strip ends flat, where the pipe ends
                low, high = (min(max(end, 0.0), self.line.length_m) for end in beside.span)
                made = surroundings.settlement(near.target, (low, high), self.rules.surroundings)
                if made is not None:
                    found.append(made)
        return found

    def classes(self) -> tuple[Stretch, ...]:
        """The class location of every metre."""
        return class_location.classify(self.line.length_m, self.settlements(), self.rules.classes)


def graded(piping: Piping, stretches: Sequence[Stretch]) -> list[Graded]:
    """Return the pieces of a pipe in order, each graded by the highest row that it meets."""
    bands = [
        {band: piping.intervals(near, band) for band in piping.bands_m} for near in piping.near
    ]
    cuts = {0.0, piping.line.length_m, *(each.end_m for each in stretches)}
    for spans in bands:
        cuts.update(end for found in spans.values() for span in found for end in span)
    widest = [max(spans, default=0.0) for spans in bands]
    pieces = []
    for start, end in pairwise(_apart(sorted(cuts), piping.line.length_m)):
        middle = (start + end) / 2
        close = [
            number for number, spans in enumerate(bands)
            if any(low <= middle <= high for low, high in spans.get(widest[number], ()))
        ]  # fmt: skip
        stretch = next(each for each in stretches if each.start_m <= middle <= each.end_m)
        pieces.append(_piece(piping, (start, end), close, stretch.area_class))
    return pieces


def _apart(cuts: list[float], length_m: float) -> list[float]:
    """Return cuts without those that follow another too closely; the end stays."""
    kept = [cuts[0]]
    for cut in cuts[1:]:
        if cut - kept[-1] >= SHORTEST_M:
            kept.append(cut)
    if kept[-1] != length_m:
        kept[-1:] = [length_m] if len(kept) > 1 else [kept[0], length_m]
    return kept


def _piece(
    piping: Piping, span: tuple[float, float], close: Sequence[int], area_class: int
) -> Graded:
    middle = piping.line.plane.flat(shapely.Point(piping.line.place((span[0] + span[1]) / 2)))
    stretch = piping.line.cut(*span)
    neighbours: list[Neighbour] = []
    for number in close:
        near = piping.near[number]
        ends, heart = (float(shapely.distance(near.flat, each)) / piping.scale
                       for each in (stretch, middle))  # fmt: skip
        metres = _told_m(ends, heart, piping.bands_m)
        neighbours += surroundings.neighbours(near.target, metres, piping.rules.surroundings)
    row = piping.row
    pipe = Pipe(piping.table, area_class, row["outside_diameter_mm"], row["maop_mpa"])
    made = hca.grade(pipe, neighbours, piping.rules.hca)
    names = [step.name.removesuffix(" 行") for step in made.steps if step.name.endswith(" 行")]
    severity = RANKS[str(made.steps[-1].value)]
    unknown = made.decided_by if made.grade is None else ""
    nearest = min((each.distance_m for each in neighbours), default=float("inf"))
    return Graded(span[0], span[1], severity, tuple(names), made.decided_by, area_class,
                  frozenset(close), nearest, unknown)  # fmt: skip


def _told_m(nearest: float, middle: float, bands: Sequence[float]) -> float:
    """Return the distance of a target from a piece, to the centimetre.

    A piece lies within a band or outside of it as its middle does, since it was cut where bands
    begin; its end touches the band, and rounding must not let it in.
    """
    beyond = [band + CENTIMETRE for band in bands if band < middle]
    within = [band for band in bands if band >= middle]
    told = round(max(nearest, *beyond, 0.0), 2)
    return min(told, *within) if within else told
