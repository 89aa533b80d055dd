"""Black spots as road segments: found again by overlap, graded, written; what changed is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from app.analyses.routes import Route, key_of
from app.db.assessments import Written, keep
from app.db.tables import table_of
from layers.blackspots.crash_list import Harm
from layers.blackspots.police_name import segment
from layers.declare import Layer
from layers.grading.rule_set import RuleBook

KIND = "事故多发"

HELD = ("treatment_state", "treatment_year", "responsible_unit", "responsible_person",
        "responsible_phone", "code")  # fmt: skip
"""What people enter; an analysis leaves it as it is."""


@dataclass(frozen=True)
class Wanted:
    """A black spot that shall be a road segment.

    Attributes:
        route: Where it lies.
        harm: Crashes in the years that the grade counts.
        found: Evidence for the row: method, criteria, score, rank, crash numbers.
    """

    route: Route
    from_m: float
    to_m: float
    harm: Harm
    found: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """A black spot as it is stored now."""

    fid: int
    code: str
    name: str
    grade: int | None
    was: Mapping[str, Any] | None


class Segments:
    """The road segments of earlier analyses, and the ones that replace them.

    Args:
        connection: In a transaction.
        layers: Every layer.
        srid: Metric system of the routes.
        book: Rule sets that replace the shipped ones.
    """

    def __init__(
        self, connection: Connection, layers: dict[str, Layer], srid: int, book: RuleBook | None
    ) -> None:
        """Read what earlier analyses found."""
        self._connection = connection
        self._layer = layers["road_segments"]
        self._table: Table[Any] = table_of(self._layer)
        self._townships = table_of(layers["townships"])
        self._srid = srid
        self._book = book
        self.earlier: list[Mapping[str, Any]] = [
            dict(row)
            for row in connection.execute(
                select(self._table)
                .where(self._table.c.found_by == "analysis", self._table.c.kind == KIND)
                .order_by(self._table.c.code)
            ).mappings()
        ]
        self._codes = set(connection.scalars(select(self._table.c.code)))

    def match(self, wanted: Sequence[Wanted]) -> list[Mapping[str, Any] | None]:
        """Return for each black spot the earlier one that it is: the greatest overlap first."""
        pairs = sorted(
            (
                (-overlap, new, old)
                for new, spot in enumerate(wanted)
                for old, row in enumerate(self.earlier)
                if key_of(row["route_code"] or "") == key_of(spot.route.code)
                and (overlap := _overlap(spot, row)) > 0
            ),
        )
        found: dict[int, int] = {}
        for _, new, old in pairs:
            if new not in found and old not in found.values():
                found[new] = old
        return [self.earlier[found[n]] if n in found else None for n in range(len(wanted))]

    def write(self, spot: Wanted, was: Mapping[str, Any] | None) -> Kept:
        """Store a black spot, new or in the place of an earlier one."""
        code = was["code"] if was else self._new_code(spot)
        place = self._place(spot)
        row = self._row(spot, code, was, place)
        assert self._layer.grade is not None
        assessment = self._layer.grade(row, self._book)
        written = Written.of(assessment)
        keep(self._connection, [written])
        values = row.model_dump() | written.columns()
        values["geom"] = func.ST_Transform(self._line(spot), 4326)
        table = self._table
        if was is None:
            statement = insert(table).values(values).returning(table.c.fid)
            fid = int(self._connection.scalar(statement) or 0)
        else:
            fid = was["fid"]
            if self._differs(was, row, written):
                self._connection.execute(update(table).where(table.c.fid == fid).values(values))
        return Kept(fid, code, row.name, assessment.grade, was)

    def remove(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take out earlier black spots; their history keeps them."""
        if rows:
            fids = [row["fid"] for row in rows]
            self._connection.execute(delete(self._table).where(self._table.c.fid.in_(fids)))

    def _row(
        self, spot: Wanted, code: str, was: Mapping[str, Any] | None, place: str | None
    ) -> Any:
        held = {name: was[name] for name in HELD} if was else {}
        harm = spot.harm
        return self._layer.row(
            **{
                "code": code,
                "name": segment(spot.route.name, spot.route.code, spot.from_m, spot.to_m, place),
                "kind": KIND,
                "route_code": spot.route.code,
                "route_name": spot.route.name,
                "from_m": round(spot.from_m, 1),
                "to_m": round(spot.to_m, 1),
                "crashes": harm.crashes,
                "fatal_crashes": harm.fatal_crashes,
                "major_crashes": harm.major_crashes,
                "general_crashes": harm.general_crashes,
                "unsafe_road": harm.unsafe_road,
                "deaths": harm.deaths,
                "injuries": harm.injuries,
                "aadt": spot.route.aadt,
                "treatment_state": "未治理",
                "responsible_unit": spot.route.responsible_unit,
                "found_by": "analysis",
                **spot.found,
                **held,
            }
        )

    def _differs(self, was: Mapping[str, Any], row: Any, written: Written) -> bool:
        now = row.model_dump() | written.columns()
        return any(was[name] != value for name, value in now.items())

    def _line(self, spot: Wanted) -> Any:
        return from_shape(spot.route.cut(spot.from_m, spot.to_m), srid=self._srid)

    def _place(self, spot: Wanted) -> str | None:
        """Return the township of the middle, as the police add it; None outside of all."""
        middle = spot.route.point(
            float(spot.route.stationing.position((spot.from_m + spot.to_m) / 2))
        )
        point = func.ST_Transform(from_shape(middle, srid=self._srid), 4326)
        areas = self._townships
        name = self._connection.scalar(
            select(areas.c.name)
            .where(func.ST_Intersects(areas.c.geom, point))
            .order_by(areas.c.code)
            .limit(1)
        )
        return f"{name}路段" if name else None

    def _new_code(self, spot: Wanted) -> str:
        """Return a code that no segment has: route and first stake."""
        first = f"SGDF-{spot.route.code}-{round(spot.from_m):06d}"
        code, number = first, 1
        while code in self._codes:
            number += 1
            code = f"{first}-{number}"
        self._codes.add(code)
        return code


def _overlap(spot: Wanted, row: Mapping[str, Any]) -> float:
    if row["from_m"] is None or row["to_m"] is None:
        return 0.0
    return float(min(spot.to_m, row["to_m"]) - max(spot.from_m, row["from_m"]))
