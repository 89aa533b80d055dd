"""Position reports of the database as arrays, one vessel's number after the other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    DateTime,
    Double,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)

from app.db.fixed_rows import Rows, fixed_rows, seconds_of
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.path import Numbers

COLUMNS = {"mmsi": "int4", "seen_at": "int8", "lon": "float8", "lat": "float8",
           "speed_kn": "float8", "course_deg": "float8", "status": "int4"}  # fmt: skip

FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reports:
    """All reports of one number in order of time, without an instant twice.

    Attributes:
        mmsi: Nine digits.
        seconds: Since 1970.
        lon: Degrees.
        lat: Degrees.
        speed_kn: NaN where not told.
        course_deg: Likewise.
        status: -1 where not told.
    """

    mmsi: str
    seconds: Numbers
    lon: Numbers
    lat: Numbers
    speed_kn: Numbers
    course_deg: Numbers
    status: NDArray[np.int64]


def reports(
    connection: Connection,
    layers: dict[str, Layer],
    *,
    since: Mapping[str, datetime | None] | None = None,
    period: tuple[datetime, datetime] | None = None,
) -> Iterator[Reports]:
    """Reports of vessels, in the order of their numbers; never all in memory.

    The connection takes no other statement until the iterator ends.

    Args:
        connection: In a transaction, whose own rows are seen.
        layers: Every layer.
        since: Whose, MMSI to the first instant, closed, None for the first of all; None: of all.
        period: Begin closed, end open; None: all.
    """
    statement = _statement(layers, period)
    columns = table_of(layers["vessel_positions"]).c
    if since is not None:
        statement = _only(statement, columns, since)
    yield from _by_vessel(fixed_rows(connection, statement, COLUMNS))


def many_reports(
    connection: Connection, layers: dict[str, Layer], since: Mapping[str, datetime | None]
) -> Counter[str]:
    """How many reports of each vessel there are; `since` as in `reports`."""
    columns = table_of(layers["vessel_positions"]).c
    statement = select(columns.mmsi, func.count()).group_by(columns.mmsi)
    rows = connection.execute(_only(statement, columns, since))
    many: Counter[str] = Counter()
    for mmsi, number in rows:
        many[mmsi] = number
    return many


def _only(
    statement: Select[Any], columns: Any, since: Mapping[str, datetime | None]
) -> Select[Any]:
    instants = _array("instants", list(since.values()), DateTime(timezone=True))
    asked = (
        func.unnest(_array("numbers", list(since), Text), instants)
        .table_valued("mmsi", "at", name="asked")
        .render_derived()
    )
    late_enough = or_(asked.c.at.is_(None), columns.seen_at >= asked.c.at)
    return statement.join(asked, and_(columns.mmsi == asked.c.mmsi, late_enough))


def _array(name: str, values: Sequence[Any], kind: Any) -> Any:
    return cast(bindparam(name, list(values), type_=ARRAY(kind)), ARRAY(kind))


def _statement(layers: dict[str, Layer], period: tuple[datetime, datetime] | None) -> Select[Any]:
    columns = table_of(layers["vessel_positions"]).c
    nan = cast("NaN", Double)
    microseconds = func.extract("epoch", columns.seen_at - FIRST_DAY) * 1_000_000
    statement = select(
        cast(columns.mmsi, Integer), cast(microseconds, BigInteger),
        func.ST_X(columns.geom), func.ST_Y(columns.geom),
        func.coalesce(columns.speed_kn, nan), func.coalesce(columns.course_deg, nan),
        func.coalesce(columns.status, -1),
    ).where(columns.geom.is_not(None), ~func.ST_IsEmpty(columns.geom))  # fmt: skip
    if period is not None:
        statement = statement.where(columns.seen_at >= period[0], columns.seen_at < period[1])
    # As numbers, which are sorted sooner than text.
    return statement.order_by(cast(columns.mmsi, Integer), columns.seen_at)


def _by_vessel(pieces: Iterator[Rows]) -> Iterator[Reports]:
    held: list[Rows] = []
    for piece in pieces:
        if not len(piece):
            continue
        numbers = piece["mmsi"]
        edges = np.flatnonzero(np.diff(numbers)) + 1
        if held and held[0]["mmsi"][0] != numbers[0]:
            yield _reports(held)
            held = []
        first, *others = np.split(piece, edges)
        held.append(first)
        for other in others:
            yield _reports(held)
            held = [other]
    if held:
        yield _reports(held)


def _reports(parts: list[Rows]) -> Reports:
    rows = np.concatenate(parts)

    def numbers(name: str) -> Numbers:
        return np.asarray(rows[name], dtype=np.float64)

    return Reports(
        f"{int(rows['mmsi'][0]):09d}", seconds_of(rows["seen_at"]), numbers("lon"), numbers("lat"),
        numbers("speed_kn"), numbers("course_deg"), rows["status"].astype(np.int64),
    )  # fmt: skip
