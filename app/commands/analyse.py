"""An analysis run from the command line: rule sets read, days read, the outcome told."""

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from app.analyses.analysis import ANALYSES, Analysis, Order
from app.analyses.carry_out import Run, carry_out, described
from app.analyses.recent_events import RECENT_EVENTS
from app.city import City, read_city
from app.commands.database import prepared
from app.commands.event_watch import look_once
from app.commands.terminal import answer
from app.errors import BadParameter, CommandFailed
from app.settings import Settings
from layers.grading.rule_set import RULES, InvalidRuleSet, RuleSet, load
from layers.registry import LAYERS


@dataclass(frozen=True)
class Report:
    """What a run found."""

    analysis: Analysis
    run: Run

    def as_json(self) -> dict[str, Any]:
        """The report for a machine."""
        outcome = self.run.outcome
        return {
            "analysis": self.analysis.name,
            "run": self.run.id,
            "dry_run": self.run.id is None,
            "parameters": outcome.parameters,
            "rule_sets": described(outcome.rule_sets),
            "changes": outcome.changes,
            "result": outcome.result,
        }

    def as_text(self) -> str:
        """The report as the terminal shows it."""
        end = ["nothing was changed (--dry-run)"] if self.run.id is None else []
        return "\n".join([*self.run.outcome.lines, *end])


def named(name: str) -> Analysis:
    """The analysis of a name.

    Raises:
        CommandFailed: There is none.
    """
    if name not in ANALYSES:
        raise CommandFailed(f"there is no analysis {name!r}; there are: {', '.join(ANALYSES)}")
    return ANALYSES[name]


def order_of(
    analysis: Analysis, rules: Sequence[str], first: str | None, last: str | None
) -> Order:
    """What is asked, from the words of a command line.

    Args:
        analysis: Which.
        rules: Files of rule sets, or ids of shipped ones; of each kind one.
        first: Day as 2026-10-31, or None.
        last: Likewise.

    Raises:
        CommandFailed: A rule set that must not be used or that the analysis does not take, a
            word that is no day; says which.
    """
    if not analysis.dated and (first or last):
        raise CommandFailed(f"{analysis.name} takes no days (--from, --to)")
    book: dict[str, RuleSet] = {}
    for word in rules:
        found = _read(word)
        if found.kind not in analysis.kinds:
            kinds = ", ".join(analysis.kinds) or "none"
            raise CommandFailed(
                f"{word}: {analysis.name} takes no rule set of kind {found.kind}; it takes: {kinds}"
            )
        if found.kind in book:
            raise CommandFailed(f"{word}: a second rule set of kind {found.kind}")
        book[found.kind] = found
    return Order(book, _day("--from", first), _day("--to", last))


def only_some(analysis: Analysis, order: Order, codes: Sequence[str]) -> Order:
    """The order for some features only.

    Raises:
        CommandFailed: The analysis always looks at all.
    """
    if codes and analysis.chosen is None:
        raise CommandFailed(f"{analysis.name} takes no --only: it always looks at all")
    return replace(order, only=tuple(dict.fromkeys(codes)))


def _read(word: str) -> RuleSet:
    path = Path(word)
    if path.suffix != ".toml" and not (RULES / f"{word}.toml").is_file():
        raise CommandFailed(f"{word}: is neither a .toml file nor the id of a shipped rule set")
    try:
        return load(word)
    except InvalidRuleSet as fault:
        raise CommandFailed(str(fault)) from None


def _day(name: str, word: str | None) -> date | None:
    if word is None:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise CommandFailed(f"{name} {word}: is no day, write 2026-10-31") from None


def analyse(
    engine: Engine, city: City, analysis: Analysis, order: Order, *, dry_run: bool = False
) -> Report:
    """Run an analysis.

    Raises:
        CommandFailed: A day that can't be.
    """
    try:
        run = carry_out(engine, analysis, order, (city, LAYERS), actor=getpass.getuser(),
                        dry_run=dry_run)  # fmt: skip
    except BadParameter as fault:
        raise CommandFailed(f"--{fault}") from None
    return Report(analysis, run)


def command(  # noqa: PLR0913, PLR0917 - one option of the command each
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(ANALYSES))],
    rules: Annotated[
        list[str] | None,
        typer.Option(help="A rule set (file, or id of a shipped one); once for each kind."),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, 2023-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day; today.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Code of a pipeline (hca); once for each; all.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all, write nothing.")] = False,
    recent: Annotated[
        bool, typer.Option("--recent", help="Only what is new (events); the service does it too.")
    ] = False,
) -> None:
    """Run an analysis, write its layer, print what it found and what changed."""
    settings = Settings()
    chosen = named(name)
    if recent:
        _only_recent(settings, chosen, others=bool(rules or first or last or only or dry_run))
        return
    order = only_some(chosen, order_of(chosen, rules or [], first, last), only or [])
    with prepared(settings) as engine:
        report = analyse(engine, read_city(settings.city_folder), chosen, order, dry_run=dry_run)
    as_json = os.environ.get("RISKMAP_JSON") == "1"
    answer(report.as_json(), as_json=as_json, as_text=report.as_text())


def _only_recent(settings: Settings, chosen: Analysis, *, others: bool) -> None:
    if chosen.name != RECENT_EVENTS.name or others:
        raise CommandFailed("--recent goes with `analyse events` alone")
    # Whoever asks the service goes first.
    os.nice(10)
    with prepared(settings) as engine:
        run = look_once(engine, read_city(settings.city_folder))
    as_json = os.environ.get("RISKMAP_JSON") == "1"
    if run is None:
        answer({"analysis": chosen.name, "run": None}, as_json=as_json,
               as_text="nothing new 无新船位或海区、风情变化")  # fmt: skip
        return
    report = Report(chosen, run)
    answer(report.as_json(), as_json=as_json, as_text=report.as_text())
