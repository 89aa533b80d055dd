"""High-consequence areas as rows of their layer: found again by overlap, written, taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from app.analyses.hca_areas import Area
from app.db.assessments import Written, keep
from app.db.tables import table_of
from layers.declare import Layer
from layers.grading.rule_set import RuleBook

HELD = ("code", "entry_route", "escape_route", "assembly_point", "responsible_person",
        "responsible_phone", "identified_on")  # fmt: skip
"""What people enter, and since when it is known; an analysis leaves it as it is."""

MOVED_M = 1.0
"""An end that moves less is the same end."""


@dataclass(frozen=True)
class Stored:
    """An area as it is stored now, and as it was; None: it is new."""

    fid: int
    code: str
    name: str
    area: Area
    was: Mapping[str, Any] | None
    townships: str | None

    @property
    def change(self) -> str:
        """`new`, `worse`, `better`, `moved`, `otherwise` (another row decides) or `same`."""
        if self.was is None:
            return "new"
        now, before = self.area.worst.severity, int(self.was["severity"])
        if now != before:
            return "worse" if now > before else "better"
        ends = ((self.area.from_m, self.was["from_m"]), (self.area.to_m, self.was["to_m"]))
        if any(abs(a - b) > MOVED_M for a, b in ends):
            return "moved"
        decided = self.area.worst.decided_by
        return "same" if decided == self.was["decided_by"] else "otherwise"


class Store:
    """The areas of earlier analyses of some pipes, and those that replace them.

    Args:
        connection: In a transaction.
        layers: Every layer.
        book: Rule sets that replace the shipped ones.
        today: Day that a new area is identified on.
    """

    def __init__(
        self, connection: Connection, layers: Mapping[str, Layer], book: RuleBook, today: date
    ) -> None:
        """Read nothing yet."""
        self._connection = connection
        self._layer = layers["high_consequence_areas"]
        self._table: Table[Any] = table_of(self._layer)
        self._townships = table_of(layers["townships"])
        self._book = book
        self._today = today
        rows = connection.execute(select(self._table).order_by(self._table.c.code)).mappings()
        self._rows = [dict(row) for row in rows]
        self._codes = {row["code"] for row in self._rows}

    def replace(self, code: str, areas: Sequence[Area]) -> tuple[list[Stored], list[Any]]:
        """Store the areas of a pipe; return them, and the earlier ones that are none any more."""
        earlier = [row for row in self._rows
                   if row["pipeline_code"] == code and row["found_by"] == "analysis"]  # fmt: skip
        matched = _matched(areas, earlier)
        stored = [
            self._write(area, earlier[found] if found is not None else None)
            for area, found in zip(areas, matched, strict=True)
        ]
        gone = [row for number, row in enumerate(earlier) if number not in matched]
        self._remove(gone)
        return stored, gone

    def remove_others(self, codes: Sequence[str]) -> list[Any]:
        """Take out what analyses found on pipes that are looked at no more; return it."""
        gone = [row for row in self._rows
                if row["found_by"] == "analysis" and row["pipeline_code"] not in codes]  # fmt: skip
        self._remove(gone)
        return gone

    def _remove(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            fids = [row["fid"] for row in rows]
            self._connection.execute(delete(self._table).where(self._table.c.fid.in_(fids)))

    def _write(self, area: Area, was: Mapping[str, Any] | None) -> Stored:
        line = func.ST_Transform(from_shape(area.line, srid=area.piping.line.plane.srid), 4326)
        held = {name: was[name] for name in HELD} if was else {
            "code": self._new_code(area), "identified_on": self._today,
        }  # fmt: skip
        values = {**area.values(), "townships": self._townships_of(line), "found_by": "analysis"}
        row = self._layer.row(**values, **held)
        assert self._layer.grade is not None
        written = Written.of(self._layer.grade(row, self._book))
        keep(self._connection, [written])
        columns = row.model_dump() | written.columns()
        table = self._table
        if was is None:
            made = insert(table).values(columns | {"geom": line}).returning(table.c.fid)
            fid = int(self._connection.scalar(made) or 0)
        else:
            fid = int(was["fid"])
            if any(was[name] != value for name, value in columns.items()):
                changed = update(table).where(table.c.fid == fid).values(columns | {"geom": line})
                self._connection.execute(changed)
        return Stored(fid, row.code, row.name, area, was, row.townships)

    def _townships_of(self, line: Any) -> str | None:
        areas = self._townships
        named = select(func.string_agg(areas.c.name, "、")).where(
            func.ST_Intersects(areas.c.geom, line)
        )
        found = self._connection.scalar(named)
        return None if found is None else str(found)

    def _new_code(self, area: Area) -> str:
        number = 1
        while (code := f"{area.piping.row['code']}-HCA{number:03d}") in self._codes:
            number += 1
        self._codes.add(code)
        return code


def _matched(areas: Sequence[Area], earlier: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Return for each area the earlier one that it is: the greatest overlap first."""
    pairs = sorted(
        (-overlap, new, old)
        for new, area in enumerate(areas)
        for old, row in enumerate(earlier)
        if (overlap := min(area.to_m, row["to_m"]) - max(area.from_m, row["from_m"])) > 0
    )
    found: dict[int, int] = {}
    for _, new, old in pairs:
        if new not in found and old not in found.values():
            found[new] = old
    return [found.get(number) for number in range(len(areas))]
