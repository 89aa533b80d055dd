"""What stands with every export: where it comes from and what is in it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from app.db.reader import Reader
from app.exports.form import Order
from app.queries.table import changed_at, tally
from app.queries.where import Where

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Time of a layer that never changed; the first that a zip archive can hold."""


def data_time(order: Order) -> datetime:
    """When the layer changed last, in UTC."""
    found = Reader(order.engine).value(changed_at(order.layer))
    return found.astimezone(UTC) if found else EARLIEST


def origin_of(order: Order) -> dict[str, Any]:
    """Title, licence, data time, filter, reference system, rule sets and count of an export.

    Nothing in it depends on when it is asked for: the same data give the same file.
    """
    return {**described(order), **tallied(order)}


def tallied(order: Order) -> dict[str, Any]:
    """Rule sets and count, which only a look at every feature tells."""
    return counted(Reader(order.engine).all(tally(order.layer, order.where)))


def tallied_on(connection: Connection, order: Order) -> dict[str, Any]:
    """The same on a connection that is in use already."""
    return counted(connection.execute(tally(order.layer, order.where)).mappings().all())


def counted(found: Sequence[Any]) -> dict[str, Any]:
    """What the rows of a tally say."""
    graded = [each for each in found if each["rule_set"] is not None]
    return {
        "rule_sets": [f"{each['rule_set']} {each['rule_version']}" for each in graded],
        "count": sum(each["n"] for each in found),
    }


def described(order: Order) -> dict[str, Any]:
    """What is known at once: title, licence, data time, filter and reference system."""
    layer = order.layer
    return {
        "layer": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "summary": layer.summary,
        "source": layer.source.title,
        "licence": layer.source.licence,
        "data_time": data_time(order).isoformat(),
        "filter": filter_of(order.where),
        "crs": order.shape.crs.uri,
    }


def filter_of(where: Where) -> dict[str, Any]:
    """The filter as a person reads it; empty where everything was let through."""
    span = where.span
    parts: dict[str, Any] = {
        "bbox": list(where.box) if where.box else None,
        "bbox_epsg": where.box_srid if where.box else None,
        "datetime": f"{span.start or '..'}/{span.end or '..'}" if span else None,
        "asof": where.asof.isoformat() if where.asof else None,
        **{
            name: [None if each is None else str(each) for each in values]
            for name, values in where.fields.items()
        },
        "filter": where.filter.tree if where.filter else None,
        "filter_crs": where.filter.crs.uri if where.filter else None,
        "after": where.after,
    }
    return {name: part for name, part in parts.items() if part is not None}


def as_text(origin: dict[str, Any]) -> str:
    """The origin as JSON text."""
    return json.dumps(origin, ensure_ascii=False, indent=2)
