"""High-consequence areas of one pipe: pieces that follow each other made one, and described."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely import MultiLineString

from app.analyses.hca_pieces import Graded, Near, Piping
from layers import stake
from layers.grading.hca import ROMAN

LISTED = 12
"""Targets that are named in a row."""


@dataclass(frozen=True)
class Area:
    """One high-consequence area.

    Attributes:
        piping: The pipe.
        pieces: Its pieces in order; between them may lie gaps that are too short to part it.
    """

    piping: Piping
    pieces: tuple[Graded, ...]

    @property
    def start_m(self) -> float:
        """True metres where it begins."""
        return self.pieces[0].start_m

    @property
    def end_m(self) -> float:
        """True metres where it ends."""
        return self.pieces[-1].end_m

    @property
    def from_m(self) -> float:
        """Stake where it begins."""
        return self.piping.line.stake(self.start_m)

    @property
    def to_m(self) -> float:
        """Stake where it ends."""
        return self.piping.line.stake(self.end_m)

    @property
    def worst(self) -> Graded:
        """The piece that decides: the gravest, of these the one with the nearest target."""
        return max(self.pieces, key=lambda each: (each.severity, -each.nearest_m))

    @property
    def near(self) -> list[Near]:
        """The targets within its bands."""
        numbers = sorted({number for piece in self.pieces for number in piece.near})
        return [self.piping.near[number] for number in numbers]

    @property
    def line(self) -> MultiLineString:
        """Its line in metres of the plane."""
        return self.piping.line.cut(self.start_m, self.end_m)

    def kind(self) -> str:
        """What makes it one, by the targets in it; people where only the class location does."""
        rules = self.piping.rules.surroundings
        counted: Counter[str] = Counter()
        for near in self.near:
            kind = rules.of(near.row["kind"])
            for each in rules.types:
                if kind and set(kind.neighbours) & set(each.neighbours):
                    counted[each.type] += 1
        return counted.most_common(1)[0][0] if counted else "人员密集型"

    def values(self) -> dict[str, Any]:
        """The fields of its row that follow from the pipe and the targets."""
        near = self.near
        households = [each.row["households"] for each in near if each.row["households"] is not None]
        persons = [each.row["population"] for each in near if each.row["population"] is not None]
        rows = list(dict.fromkeys(name for piece in self.pieces for name in piece.rows))
        named = self.piping.row["name"] or self.piping.row["code"]
        span = f"{stake.spell(self.from_m)}—{stake.spell(self.to_m)}"
        radius = self.piping.radius_m
        return {
            "name": f"{named} {span} 高后果区",
            "pipeline_code": self.piping.row["code"],
            "medium": self.piping.table,
            "from_m": round(self.from_m, 1),
            "to_m": round(self.to_m, 1),
            "length_m": round(self.end_m - self.start_m, 1),
            "severity": str(self.worst.severity),
            "decided_by": self.worst.decided_by,
            "rows_met": "、".join(rows),
            "kind": self.kind(),
            "area_class": max(piece.area_class for piece in self.pieces),
            "impact_radius_m": None if radius is None else round(radius, 2),
            "households": sum(households) if households else None,
            "persons": sum(persons) if persons else None,
            "targets": "、".join(each.row["name"] for each in near[:LISTED]) or None,
        }

    def evidence(self) -> dict[str, Any]:
        """Its pieces and targets, ready for JSON."""
        line = self.piping.line
        return {
            "severity": ROMAN[self.worst.severity].zh,
            "unknown_households": sum(_unknown(each) for each in self.near),
            "pieces": [
                {
                    "from_m": round(line.stake(piece.start_m), 2),
                    "to_m": round(line.stake(piece.end_m), 2),
                    "severity": ROMAN[piece.severity].zh,
                    "rows": list(piece.rows),
                    "decided_by": piece.decided_by,
                    "area_class": piece.area_class,
                }
                for piece in self.pieces
            ],
            "targets": [{name: each.row[name] for name in ("fid", "code", "name", "kind",
                                                           "households", "population")}
                        for each in self.near],
        }  # fmt: skip


def _unknown(near: Near) -> bool:
    kind = near.target.kind in {"村庄", "居民小区"}
    return kind and near.row["households"] is None


def areas(piping: Piping, pieces: Sequence[Graded], gap_m: float) -> list[Area]:
    """Return the areas of a pipe in order.

    Args:
        piping: The pipe.
        pieces: All its pieces in order.
        gap_m: Areas that are not further apart are one (closed).
    """
    found: list[list[Graded]] = []
    for piece in _same_joined(pieces):
        if piece.severity == 0:
            continue
        if found and piece.start_m - found[-1][-1].end_m <= gap_m:
            found[-1].append(piece)
        else:
            found.append([piece])
    return [Area(piping, tuple(each)) for each in found]


def _same_joined(pieces: Sequence[Graded]) -> list[Graded]:
    """Return pieces with neighbours of one severity, one class and the same rows made one."""
    found: list[Graded] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last and (last.severity, last.rows, last.area_class) == (
            piece.severity, piece.rows, piece.area_class,
        ):  # fmt: skip
            nearer = min(last, piece, key=lambda each: each.nearest_m)
            found[-1] = replace(nearer, start_m=last.start_m, end_m=piece.end_m,
                                near=last.near | piece.near,
                                unknown=last.unknown or piece.unknown)  # fmt: skip
        else:
            found.append(piece)
    return found
