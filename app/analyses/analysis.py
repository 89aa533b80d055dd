"""What an analysis is, and which there are: each writes its layer and keeps why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pkgutil import resolve_name
from typing import Any

from sqlalchemy import Connection

from app.city import City
from layers.declare import Layer
from layers.grading.rule_set import RuleBook, RuleSet


@dataclass(frozen=True)
class Order:
    """What is asked of an analysis.

    Attributes:
        book: Rule sets that replace the shipped ones, by kind.
        first: First day, closed; None: as the analysis thinks best.
        last: Last day, closed; None: today.
        only: Codes of the features that are looked at; empty: all.
    """

    book: RuleBook = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What an analysis found.

    Attributes:
        parameters: By what it was done beside the rule sets, ready for JSON.
        rule_sets: Those that it used.
        result: What was found and why, ready for JSON.
        changes: What changed since the run before, ready for JSON.
        lines: The same for a person at a terminal.
    """

    parameters: Mapping[str, Any]
    rule_sets: Sequence[RuleSet]
    result: Mapping[str, Any]
    changes: Mapping[str, Any]
    lines: Sequence[str]


Work = Callable[[Connection, dict[str, Layer], City, Order], Outcome]
"""Finds and writes, in the transaction of the connection."""


@dataclass(frozen=True)
class Analysis:
    """One analysis.

    Attributes:
        name: As commands and addresses call it.
        title: In Chinese; `title_en` in English.
        summary: One sentence on what it finds and writes, in English.
        layer: Id of the layer that it writes.
        kinds: Kinds of rule sets that it takes.
        dated: Whether it takes a first and a last day.
        chosen: Layer of whose features it may look at some only; None: always at all.
        also: Ids of other layers that nobody may write meanwhile.
        follows: Whether every import does it too, for what it changed.
        place: Module and function that do the work; loaded when needed.
    """

    name: str
    title: str
    title_en: str
    summary: str
    layer: str
    kinds: tuple[str, ...]
    dated: bool
    place: str
    chosen: str | None = None
    also: tuple[str, ...] = ()
    follows: bool = False

    @property
    def work(self) -> Work:
        """The function that does it."""
        work: Work = resolve_name(self.place)
        return work


ANALYSES = {
    each.name: each
    for each in (
        Analysis(
            name="blackspots",
            title="事故多发点段",
            title_en="Black spots",
            summary="Where crashes cluster on roads; writes road segments with their evidence.",
            layer="road_segments",
            kinds=("blackspot", "crash_weights", "crash_screening", "road", "roadside"),
            dated=True,
            place="app.analyses.blackspot_run:run",
        ),
        Analysis(
            name="density",
            title="渔船密度",
            title_en="Vessel density",
            summary="Vessel-hours of tracks in hexagons; writes vessel density.",
            layer="vessel_density",
            kinds=("sea_density",),
            dated=True,
            place="app.analyses.density_run:run",
        ),
        Analysis(
            name="events",
            title="海上事件",
            title_en="Events at sea",
            summary="Lost signals, encounters, loitering, collision risks, close passes, closed "
            "waters; writes vessel events with their evidence.",
            layer="vessel_events",
            kinds=("sea_events", "moratorium", "vessel"),
            dated=True,
            place="app.analyses.vessel_events:run",
        ),
        Analysis(
            name="hca",
            title="高后果区与地区等级",
            title_en="High-consequence areas",
            summary="Class locations of pipelines, and the areas that a failure would hurt most.",
            layer="high_consequence_areas",
            kinds=("hca", "class_location", "surroundings"),
            dated=False,
            place="app.analyses.hca_run:run",
            chosen="pipelines",
        ),
        Analysis(
            name="tracks",
            title="渔船航迹",
            title_en="Vessel tracks",
            summary="Tracks of all positions made anew, cut by the ports of now; writes vessel "
            "tracks.",
            layer="vessel_tracks",
            kinds=(),
            dated=False,
            place="app.analyses.tracks_run:run",
            also=("vessel_positions", "vessels"),
            follows=True,
        ),
    )
}
"""Every analysis by its name."""
