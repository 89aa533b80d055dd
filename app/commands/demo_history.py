"""A past for the demonstration city (示意): risk points that were graded otherwise, and later ones.

The one place that writes dates into the past, and only for the demonstration: triggers are off
meanwhile, so that nothing is stamped with the day of the loading. Chance is fixed by the points'
numbers, so that every loading has the same past.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import Connection, Engine, and_, func, insert, literal, or_, select, text, update

from app.db.assessments import Written, keep
from app.db.tables import history_of, table_of
from layers.declare import Layer
from layers.grading.assessment import UngradableInput

BEGAN_DAYS_AGO = 500
"""When the register of the demonstration began."""

LATEST_DAYS_AGO, SPAN_DAYS = 2, 420
"""Changes lie between these days, more of them late than early."""

HAPPENED = ("crashes", "vessel_events")
"""Layers of what happened at an instant, which is recorded then and not before."""

ONE_IN, GRAVE_ONE_IN, NEW_ONE_IN = 20, 4, 60
"""One point in so many was graded otherwise, of the grave ones more; one in so many came later."""

GRAVE = 2
"""重大 and 较大: what a year of inspections looks at first."""

LIKELIHOODS = (0.1, 0.2, 0.5, 1.0, 3.0, 6.0, 10.0)
"""Values of L in the table of LEC; a point had another one before."""

ACTOR = "示意"
REASONS = ("定期复评（示意）", "整改完成后复评（示意）", "工艺变更复评（示意）", "专家核查（示意）")


@dataclass(frozen=True)
class Earlier:
    """What a point was before, and when that ended."""

    fid: int
    l_value: float
    written: Written
    ended_at: datetime
    reason: str


def write_past(engine: Engine, layers: Mapping[str, Layer], now: datetime | None = None) -> int:
    """Give every layer a beginning in the past and some risk points an earlier grade.

    Args:
        engine: One that may write.
        layers: Every layer; those that keep no history are left alone.
        now: Instant from which days are counted back; this one when None.

    Returns:
        How many points have an earlier state.
    """
    now = now or datetime.now(UTC)
    points = layers["risk_points"]
    with engine.begin() as connection:
        for layer in layers.values():
            if layer.kept:
                _begin(connection, layer, now - timedelta(days=BEGAN_DAYS_AGO))
        earlier = list(_earlier(connection, points, now))
        with _untriggered(connection, points):
            for each in earlier:
                _put(connection, points, each, now)
            _arrive(connection, points, now)
    return len(earlier)


def _begin(connection: Connection, layer: Layer, began: datetime) -> None:
    table = table_of(layer)
    recorded = func.greatest(table.c[layer.instant], began) if layer.id in HAPPENED else began
    with _untriggered(connection, layer):
        connection.execute(update(table).values(changed_at=recorded, changed_by=ACTOR))


@contextmanager
def _untriggered(connection: Connection, layer: Layer) -> Iterator[None]:
    """A block in which a layer's triggers do nothing; a failure rolls all back."""
    connection.execute(text(f"ALTER TABLE {layer.id} DISABLE TRIGGER USER"))
    yield
    connection.execute(text(f"ALTER TABLE {layer.id} ENABLE TRIGGER USER"))


def _earlier(connection: Connection, points: Layer, now: datetime) -> Iterator[Earlier]:
    """Some of the points that LEC grades, each with the likelihood that it had before."""
    table = table_of(points)
    rows = connection.execute(
        select(table)
        .where(table.c.grading_method == "LEC", table.c.direct_rule.is_(None),
               or_(table.c.fid % ONE_IN == 0,
                   and_(table.c.grade <= GRAVE, table.c.fid % GRAVE_ONE_IN == 0)))
        .order_by(table.c.fid)
    )  # fmt: skip
    for number, row in enumerate(rows.mappings().all()):
        # Two of three were better before: the year brought more works than measures.
        step = -1 if number % 3 else 1
        place = LIKELIHOODS.index(row["l_value"]) + step
        if not 0 <= place < len(LIKELIHOODS):
            continue
        before = SimpleNamespace(**{**row, "l_value": LIKELIHOODS[place]})
        try:
            assert points.grade is not None
            written = Written.of(points.grade(before))
        except UngradableInput:
            continue
        keep(connection, [written])
        days = LATEST_DAYS_AGO + SPAN_DAYS * (number * 7919 % 997 / 997) ** 3
        yield Earlier(row["fid"], LIKELIHOODS[place], written, now - timedelta(days=days),
                      REASONS[number % len(REASONS)])  # fmt: skip


def _put(connection: Connection, points: Layer, earlier: Earlier, now: datetime) -> None:
    """Write the earlier state; the present one begins where it ended."""
    table, past = table_of(points), history_of(points)
    began = now - timedelta(days=BEGAN_DAYS_AGO)
    given = {
        **earlier.written.columns(), "l_value": earlier.l_value, "raised": 0,
        "displayed_grade": earlier.written.grade, "changed_at": began, "changed_by": ACTOR,
        "replaced_at": earlier.ended_at, "replaced_by": ACTOR, "reason": earlier.reason,
    }  # fmt: skip
    copied = [column.name for column in past.c if column.name not in given]
    values = dict.fromkeys(copied)
    row = connection.execute(select(table).where(table.c.fid == earlier.fid)).mappings().one()
    connection.execute(insert(past).values({**{name: row[name] for name in values}, **given}))
    connection.execute(
        update(table).where(table.c.fid == earlier.fid).values(changed_at=earlier.ended_at)
    )


def _arrive(connection: Connection, points: Layer, now: datetime) -> None:
    """Let some points come later than the others, spread over the last months."""
    table = table_of(points)
    days = LATEST_DAYS_AGO + (table.c.fid * 31) % 200
    connection.execute(
        update(table)
        .where(table.c.fid % NEW_ONE_IN == 1)
        .values(changed_at=now - days * literal(timedelta(days=1)))
    )
