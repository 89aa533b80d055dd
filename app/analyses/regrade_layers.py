"""Every graded layer graded again in one transaction, with all or some rule sets replaced."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text, update

from app.analyses.moves import Regraded
from app.analyses.neighbours import HAZARDS, count_neighbours
from app.analyses.raising import raise_again
from app.analyses.regrade import LISTED, Regrading
from app.db.tables import table_of
from layers.declare import Layer
from layers.grading.rule_set import RuleBook

LEADER, FOLLOWER = "vessels", "vessel_tracks"
"""A track carries a copy of its vessel's grade, from which its own is made."""


@dataclass(frozen=True)
class Order:
    """What is to be graded again, and how.

    Attributes:
        layers: Graded layers; None for all.
        book: Rule sets that replace the shipped ones; None: all shipped.
        dry_run: Find out everything, change nothing.
        listed: Moves to list for each layer; None for all.
        actor: Who does it.
        reason: Why, as history tells it.
        today: Day in the city's zone, against which deadlines are held.
    """

    actor: str
    reason: str
    today: date
    layers: Sequence[Layer] | None = None
    book: RuleBook | None = None
    dry_run: bool = False
    listed: int | None = LISTED


def regrade_layers(
    connection: Connection, layers: Mapping[str, Layer], order: Order
) -> list[Regraded]:
    """Grade layers again; imports wait until the transaction ends.

    The caller ends the transaction, and rolls it back after a dry run: the vessels' new grades are
    written even then, because their tracks are graded from them.

    Args:
        connection: In a transaction that has not written yet.
        layers: Every layer.
        order: What to grade, and how.

    Returns:
        What happened to each layer; its followers come after it.
    """
    _begin(connection, order)
    outcomes = [_regrade(connection, layers, layer, order) for layer in _chosen(layers, order)]
    if not order.dry_run:
        raise_again(connection, layers, order.today)
    return outcomes


def _chosen(layers: Mapping[str, Layer], order: Order) -> Iterator[Layer]:
    """The layers in the order in which they depend on each other."""
    asked = layers.values() if order.layers is None else order.layers
    graded = {layer.id: layer for layer in asked if layer.graded}
    if LEADER in graded and FOLLOWER in layers:
        graded[FOLLOWER] = layers[FOLLOWER]
    follower = graded.pop(FOLLOWER, None)
    yield from graded.values()
    if follower is not None:
        yield follower


def _begin(connection: Connection, order: Order) -> None:
    """Wait for imports and let others wait; who grades stands in every row that changes."""
    # Every import holds this lock, most of them shared.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('riskmap townships'))"))
    connection.execute(
        text(
            "SELECT set_config('riskmap.actor', :actor, true), "
            "set_config('riskmap.reason', :reason, true)"
        ),
        {"actor": order.actor, "reason": order.reason},
    )


def _regrade(
    connection: Connection, layers: Mapping[str, Layer], layer: Layer, order: Order
) -> Regraded:
    if layer.id == FOLLOWER:
        _copy_grades(connection, layers)
    if layer.id == HAZARDS:
        count_neighbours(connection, dict(layers), order.book or {})
    regrading = Regrading(connection, layer, book=order.book)
    regrading.list_moves(order.listed)
    if not order.dry_run or layer.id == LEADER:
        regrading.write()
    return regrading.outcome


def _copy_grades(connection: Connection, layers: Mapping[str, Layer]) -> None:
    """Give every track the grade that its vessel has now."""
    vessels, tracks = table_of(layers[LEADER]), table_of(layers[FOLLOWER])
    connection.execute(
        update(tracks)
        .values(vessel_grade=vessels.c.grade)
        .where(
            tracks.c.mmsi == vessels.c.mmsi,
            tracks.c.vessel_grade.is_distinct_from(vessels.c.grade),
        )
    )
