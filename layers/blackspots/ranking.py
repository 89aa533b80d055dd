"""The worst pieces of a road network: a fixed length of road, ranked by deaths.

Source: the rule set names the document; pieces begin at crashes, which finds the most deaths that
any piece of that length holds (`layers.blackspots.windows`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from layers.blackspots import windows
from layers.blackspots.crash_list import CrashList
from layers.blackspots.find import Span
from layers.grading.rule_set import Number, RuleSet, Whole


class CrashRankingRules(RuleSet):
    """How long the pieces are that are ranked by deaths.

    Attributes:
        period_years: Years over which crashes are counted.
        piece_m: Length of a piece along its route; half-open.
        listed: How many pieces are told at most.
    """

    kind: Literal["crash_ranking"]
    method: Literal["ROAD"]
    period_years: Annotated[Number, Field(gt=0, le=20)]
    piece_m: Annotated[Number, Field(gt=0, le=100_000)]
    listed: Annotated[Whole, Field(ge=1, le=1000)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a route with its crashes; shorter than asked where the route ends."""

    route: str
    from_m: float
    to_m: float
    crashes: CrashList

    @property
    def deaths(self) -> int:
        """Of all its crashes."""
        return int(self.crashes.deaths.sum())


def worst_pieces(
    roads: Mapping[str, tuple[CrashList, Span]], rules: CrashRankingRules
) -> list[Piece]:
    """Pieces with a death, those with the most first; among equals the one with more crashes.

    No two pieces of a route share a place.

    Args:
        roads: By route: the crashes of the years of the rule set, first and last stake.
        rules: Length and number.
    """
    pieces = [
        piece
        for route, (crashes, span) in roads.items()
        for piece in _of_route(route, crashes, span, rules)
    ]
    pieces.sort(key=lambda one: (-one.deaths, -len(one.crashes), one.route, one.from_m))
    return pieces[: rules.listed]


def _of_route(route: str, crashes: CrashList, span: Span, rules: CrashRankingRules) -> list[Piece]:
    # A death outweighs every crash of the route, so that crashes decide among equals only.
    worth = crashes.deaths * (len(crashes) + 1) + 1
    found = []
    for one in windows.best(crashes.measure_m, worth, rules.piece_m, rules.listed):
        inside = (crashes.measure_m >= one.from_m) & (crashes.measure_m < one.to_m)
        piece = Piece(route, one.from_m, min(one.to_m, span[1]), crashes.at(inside))
        if np.any(piece.crashes.deaths):
            found.append(piece)
    return found
