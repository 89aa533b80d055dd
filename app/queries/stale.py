"""From which day on an assessment is stale: a mark beside the colour, never a colour."""

from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, cast, func

from layers.declare import Layer
from layers.grading.dynamic import DynamicRules


def stale_from(
    layer: Layer, rows: FromClause, rules: DynamicRules | None = None
) -> ColumnElement[Any] | None:
    """The first day on which a row's assessment no longer holds.

    The same as `layers.grading.dynamic.is_stale` says of a row, as a column: the day after
    `holds_until`, or without one the day after the months of the rule set.

    Args:
        layer: The layer.
        rows: Its rows.
        rules: The shipped rule set when None.

    Returns:
        A column of days, empty for rows that say nothing of their assessment; None for a layer
        that does not.
    """
    months = (rules or DynamicRules.shipped()).stale_after_months
    last_days: list[ColumnElement[Any]] = []
    if layer.holds_until:
        last_days.append(rows.c[layer.holds_until])
    if layer.assessed_on:
        end: Any = rows.c[layer.assessed_on] + func.make_interval(0, months)
        last_days.append(cast(end, Date))
    return func.coalesce(*last_days) + 1 if last_days else None


def is_stale(layer: Layer, rows: FromClause, today: Any) -> ColumnElement[bool] | None:
    """Whether a row has a grade whose assessment no longer holds; None as for `stale_from`."""
    first_day = stale_from(layer, rows)
    return None if first_day is None else rows.c.grade.is_not(None) & (first_day <= today)
