"""What changed grade between two instants: counts from × to, features worst first, who and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.tables import history_of, table_of
from app.queries.source import rows_of
from layers.declare import Layer

UNASSESSED, ABSENT = 5, 6
"""Ranks after the grades 1 to 4: there without a grade, and not there at all."""


@dataclass(frozen=True)
class Between:
    """Two instants; the later one may lie in the future and means now then."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Place:
    """Where a page of changes ended: ranks after and before, number of the layer, feature id."""

    now: int
    was: int
    layer: int
    fid: int


def matrix(layer: Layer, between: Between) -> Select[Any]:
    """Rows `was`, `now` (ranks) and `n`; those that stay are counted too."""
    both = _both(layer, between)
    return select(both.c.was, both.c.now, func.count().label("n")).group_by(both.c.was, both.c.now)


def page(
    layers: Sequence[Layer], between: Between, limit: int, after: Place | None = None
) -> Select[Any]:
    """Features that changed, the worst first, then those that worsened most.

    One more than the limit is asked, so that the caller knows whether there is a next page.

    Args:
        layers: Graded layers whose history is kept.
        between: The two instants.
        limit: Features at most.
        after: Where the page before ended; None for the first.
    """
    parts = [_changed(layer, number, between) for number, layer in enumerate(layers)]
    found = union_all(*parts).subquery("found")
    # A feature that came from further below worsened more: its rank before counts backwards.
    order = (found.c.now, -found.c.was, found.c.layer, found.c.fid)
    statement = select(found).order_by(*order).limit(limit + 1)
    if after is None:
        return statement
    behind = (after.now, -after.was, after.layer, after.fid)
    return statement.where(tuple_(*order) > tuple_(*(literal(each) for each in behind)))


def deeds(layer: Layer, between: Between, ranks: Mapping[int, int]) -> Select[Any]:
    """Who made the last change of grade, when and why: `fid`, `at`, `by`, `reason`.

    A later change of another field is none; for a feature that came it is its coming, where its
    grade stayed since.

    Args:
        layer: The layer.
        between: The two instants.
        ranks: Features that changed between them, to their rank at the later one.
    """
    past = history_of(layer)
    asked = values(column("fid", BigInteger), column("now", Integer), name="asked").data(
        list(ranks.items())
    )
    replaced = (
        select(past.c.fid, past.c.replaced_at.label("at"), past.c.replaced_by.label("by"),
               past.c.reason, literal(0).label("kind"))
        .join(asked, asked.c.fid == past.c.fid)
        .where(
            past.c.replaced_at > between.begin,
            past.c.replaced_at <= between.end,
            func.coalesce(past.c.grade, UNASSESSED) != asked.c.now,
        )
    )  # fmt: skip
    came = (_births(rows, between, list(ranks)) for rows in (table_of(layer), past))
    found = union_all(replaced, *came).subquery("found")
    return (
        select(found.c.fid, found.c.at, found.c.by, found.c.reason)
        .ext(distinct_on(found.c.fid))
        # The last change of grade; without one the first state.
        .order_by(found.c.fid, found.c.kind, case((found.c.kind == 0, found.c.at)).desc(),
                  found.c.at)
    )  # fmt: skip


def _births(rows: FromClause, between: Between, fids: Sequence[int]) -> Select[Any]:
    """States that began between the instants: the first may be a feature's coming."""
    since = rows.c.changed_at
    return select(rows.c.fid, since, rows.c.changed_by, cast(null(), Text), literal(1)).where(
        rows.c.fid.in_(fids), since > between.begin, since <= between.end
    )


def _changed(layer: Layer, number: int, between: Between) -> Select[Any]:
    both = _both(layer, between)
    return select(literal(number, Integer).label("layer"), *both.c).where(both.c.was != both.c.now)


def _both(layer: Layer, between: Between) -> Subquery:
    """Every feature that was there at one of the instants, with its ranks at both."""
    was, now = (_state(layer, each) for each in (between.begin, between.end))
    names = ("fid", "name", "township_code")
    joined = was.join(now, was.c.fid == now.c.fid, full=True)
    return (
        select(
            *(func.coalesce(now.c[name], was.c[name]).label(name) for name in names),
            _rank(was.c.grade, was.c.fid).label("was"),
            _rank(now.c.grade, now.c.fid).label("now"),
        )
        .select_from(joined)
        .subquery("both")
    )


def _state(layer: Layer, instant: datetime) -> Subquery:
    rows = rows_of(layer, instant)
    name = func.coalesce(cast(rows.c[layer.label], Text), cast(rows.c[layer.key[0]], Text))
    return select(rows.c.fid, rows.c.grade, rows.c.township_code, name.label("name")).subquery()


def _rank(grade: Any, fid: Any) -> Any:
    return case((fid.is_(None), ABSENT), else_=func.coalesce(grade, UNASSESSED))
