"""One analysis carried out: in its turn, in one transaction, and kept with what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert

from app.analyses.analysis import Analysis, Order, Outcome
from app.city import City
from app.db.guard import guarded
from app.db.tables import ANALYSIS_RUNS
from app.db.turn import Turn, in_turn
from layers.declare import Layer
from layers.grading.rule_set import RuleSet


@dataclass(frozen=True)
class Run:
    """A run of an analysis; `id` is None for one that changed nothing (dry run)."""

    id: int | None
    outcome: Outcome


def carry_out(
    engine: Engine,
    analysis: Analysis,
    order: Order,
    place: tuple[City, dict[str, Layer]],
    *,
    actor: str,
    dry_run: bool = False,
) -> Run:
    """Run an analysis and keep what it found.

    Args:
        engine: One that may write.
        analysis: Which.
        order: By which rules and over which days.
        place: City and layers.
        actor: Who asks; stands in every row that changes.
        dry_run: Find out everything, change nothing.

    Raises:
        BadParameter: A day or a rule set that can't be.
        DatabaseAway: The database went away; nothing was written.
    """
    city, layers = place
    with guarded(), in_turn(engine, _turn(analysis, order, actor)) as connection:
        started = datetime.now(UTC)
        outcome = analysis.work(connection, layers, city, order)
        if dry_run:
            connection.rollback()
            return Run(None, outcome)
        return Run(_keep(connection, analysis, outcome, (started, actor)), outcome)


def _turn(analysis: Analysis, order: Order, actor: str) -> Turn:
    """One writer of the layer at a time, imports among them."""
    named = " ".join(f"{rules.id} {rules.version}" for rules in order.book.values())
    reason = f"analyse {analysis.name}{f': {named}' if named else ''}"
    return Turn(actor, reason, analysis.layer, raising=True, also=analysis.also)


def _keep(
    connection: Connection, analysis: Analysis, outcome: Outcome, by: tuple[datetime, str]
) -> int:
    values = {
        "analysis": analysis.name,
        "started_at": by[0],
        "finished_at": datetime.now(UTC),
        "actor": by[1],
        "parameters": dict(outcome.parameters),
        "rule_sets": described(outcome.rule_sets),
        "result": dict(outcome.result),
        "changes": dict(outcome.changes),
    }
    statement = insert(ANALYSIS_RUNS).values(values).returning(ANALYSIS_RUNS.c.id)
    return int(connection.scalar(statement) or 0)


def described(rule_sets: Sequence[RuleSet]) -> list[dict[str, Any]]:
    """Return rule sets as a run names them."""
    return [
        {"kind": rules.kind, "id": rules.id, "version": rules.version, "title": rules.title.zh,
         "title_en": rules.title.en, "source": rules.source}
        for rules in rule_sets
    ]  # fmt: skip
