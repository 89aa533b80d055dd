"""Rule sets applied again to what is stored: what moves, and where to."""

import getpass
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.analyses.moves import Regraded, Step, word
from app.analyses.regrade_layers import Order, regrade_layers
from app.city import read_city
from app.db.guard import guarded
from app.db.turn import Turn, in_turn
from app.errors import CommandFailed
from app.settings import Settings
from layers.declare import Layer
from layers.grading.rule_set import InvalidRuleSet, RuleSet, load
from layers.registry import LAYERS

LISTED = 20
"""Moves and faults that a person is shown; a machine gets all."""


@dataclass
class Report:
    """What a regrading did, or would do.

    Attributes:
        dry_run: Whether nothing was changed.
        rules: Id and version of the rule set that replaced a shipped one; None: all shipped.
        layers: What happened to each layer.
        warnings: What a person should look at.
    """

    dry_run: bool
    rules: str | None
    layers: list[Regraded]
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for a machine."""
        return {
            "dry_run": self.dry_run,
            "rules": self.rules,
            "layers": [layer.as_json() for layer in self.layers],
            "warnings": self.warnings,
        }

    def as_text(self) -> str:
        """The report as the terminal shows it."""
        parts = [line for layer in self.layers for line in _lines(layer)]
        end = ["nothing was changed (--dry-run)"] if self.dry_run else []
        return "\n".join([*parts, *(f"! {warning}" for warning in self.warnings), *end])


def read_rules(file: Path | None) -> RuleSet | None:
    """The rule set of a file, checked; None where no file is named.

    Raises:
        CommandFailed: It must not be used; says file, line and key.
    """
    if file is None:
        return None
    if file.suffix != ".toml":
        # Any other name would be taken for the id of a shipped rule set.
        raise CommandFailed(f"{file}: a rule set is a .toml file")
    try:
        return load(file)
    except InvalidRuleSet as fault:
        raise CommandFailed(str(fault)) from None


def grade(
    engine: Engine,
    layer: Layer | None,
    rules: RuleSet | None,
    *,
    dry_run: bool = False,
    listed: int | None = LISTED,
) -> Report:
    """Grade one layer or all again, in one transaction.

    Args:
        engine: One that may write.
        layer: The layer; None for all that are graded.
        rules: What replaces the shipped rule set of its kind; None: all shipped.
        dry_run: Find out everything, change nothing.
        listed: Moves to list for each layer; None for all.

    Raises:
        CommandFailed: The layer has no grades.
    """
    if layer is not None and not layer.graded:
        graded = ", ".join(each.id for each in LAYERS.values() if each.graded)
        raise CommandFailed(f"{layer.id} has no grades; graded are: {graded}")
    order = Order(
        actor=getpass.getuser(),
        reason=_reason(rules),
        today=read_city(Settings().city_folder).today(),
        layers=None if layer is None else [layer],
        book=None if rules is None else {rules.kind: rules},
        dry_run=dry_run,
        listed=listed,
    )
    turn = Turn(order.actor, order.reason, alone=True)
    with guarded(), in_turn(engine, turn) as connection:
        outcomes = regrade_layers(connection, LAYERS, order)
        if dry_run:
            connection.rollback()
    named = None if rules is None else f"{rules.id} {rules.version}"
    return Report(dry_run, named, outcomes, _warnings(rules, outcomes))


def _reason(rules: RuleSet | None) -> str:
    return "grade: shipped rule sets" if rules is None else f"grade: {rules.id} {rules.version}"


def _warnings(rules: RuleSet | None, outcomes: Sequence[Regraded]) -> list[str]:
    if rules is None:
        return []
    found = []
    if not rules.applies_on(datetime.now(UTC).date()):
        end = rules.effective_to or ".."
        found.append(f"{rules.id} is not in force today: {rules.effective_from}/{end}")
    if not any((rules.id, rules.version) in outcome.rule_sets for outcome in outcomes):
        found.append(f"{rules.id} {rules.version} (kind {rules.kind}) decided no row")
    return found


def _lines(layer: Regraded) -> list[str]:
    moving = layer.moving
    counts = f"{layer.rows} rows, {layer.changed} assessed otherwise, {moving} change grade"
    lines = [f"{layer.layer}: {counts}, {layer.refused} refused"]
    if layer.rows:
        lines += _table(layer.steps)
    for move in layer.moves[:LISTED]:
        lines.append(f"  {_shown(move.was)} → {_shown(move.now)}  {move.id}  {move.name or ''}")
    if moving > LISTED:
        lines.append(f"  … and {moving - LISTED} more; --json lists all")
    for refusal in layer.refusals[:LISTED]:
        lines.append(f"  ! {refusal.rows} × {refusal.fault}")
    if len(layer.refusals) > LISTED:
        lines.append(f"  ! … and {len(layer.refusals) - LISTED} more; --json lists all")
    return lines


def _table(steps: Counter[Step]) -> list[str]:
    grades = (1, 2, 3, 4, None)
    head = "  from\\to" + "".join(f"{_shown(now):>10}" for now in grades)
    rows = [
        f"  {_shown(was):>7}" + "".join(f"{steps[was, now]:>10}" for now in grades)
        for was in grades
    ]
    return [head, *rows]


def _shown(grade: int | None) -> str:
    return "-" if grade is None else word(grade)
