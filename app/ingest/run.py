"""An import from file to report: read, name, parse, load, and what follows; one transaction."""

import getpass
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, update

from app.city import City
from app.db.guard import guarded
from app.db.tables import IMPORTS
from app.db.turn import Turn, in_turn
from app.ingest.datum import shift_of
from app.ingest.load import Staging
from app.ingest.locate import Locator
from app.ingest.merge import compute, merge, stage
from app.ingest.naming import Mapped, Naming, known_words, name_columns
from app.ingest.parse import parse
from app.ingest.read import Table, read
from app.ingest.record import GradedRow, Rejection
from app.ingest.report import Report
from app.ingest.suspicion import suspect
from app.ingest.turns import last_fid, turn_of
from layers.declare import Layer
from layers.vessel_positions import VesselPosition

Tick = Callable[[int, float | None], None]
"""Told rows read and the share of the file, 0 to 1."""

TOLD_EVERY = 1000

NOTED = 20
"""Remarks of a file that a report tells."""


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how.

    Attributes:
        layer: Where the rows go.
        path: The file.
        crs: Reference system of its coordinates, longitude or easting first.
        dry_run: Do everything, then undo it.
        actor: Who imports; None for the user of the machine.
        mapping: Header to field where a person decided it; None: as the headers say.
        number: Id that the record shall have; None for the next.
    """

    layer: Layer
    path: Path
    crs: str = "EPSG:4326"
    dry_run: bool = False
    actor: str | None = None
    mapping: Mapped | None = None
    number: int | None = None


def run(
    engine: Engine,
    order: Order,
    city: City,
    layers: dict[str, Layer],
    tick: Tick = lambda _rows, _share: None,
) -> Report:
    """Import a file in one transaction.

    Args:
        engine: One that may write.
        order: What to import.
        city: Profile of the city, for the extent in which features may lie.
        layers: Every layer, for what follows an import.
        tick: Told the number of rows read so far from time to time, and which share of the file
            they are, None where that is not known.

    Raises:
        ImportRefused: The file can't be read or lacks a required column; nothing was written.
        BadParameter: The reference system is unknown or refused.
        DatabaseAway: The database went away; nothing was written.
    """
    report = Report(order.layer.id)
    locator = Locator(order.layer, city.extent, order.crs)
    with read(order.path, known_words(order.layer, order.mapping)) as table:
        naming = name_columns(table, order.layer, order.path.name, order.mapping)
        if naming.unread:
            report.warnings.append(f"未使用的列 columns not used: {', '.join(naming.unread)}")
        if table.crs and not locator.same_as(table.crs):
            report.warnings.append(
                f"文件自称 {table.crs}，按 {order.crs} 导入 the file says {table.crs}, "
                f"taken as {order.crs}; use --crs to say otherwise"
            )
        outcomes = _outcomes(table, order.layer, naming, locator, city)
        rows = _valid(outcomes, table, report, tick)
        with guarded(), in_turn(engine, _turn(order, layers)) as connection:
            before = last_fid(connection, order.layer)
            staging = stage(connection, rows, list(naming.fields.values()), order.layer, report)
            _doubt(connection, staging, order, city, report)
            merge(connection, staging, layers, report)
            report.warnings.extend((*table.notes[:NOTED], *locator.notes()))
            compute(connection, layers, report, city)
            if order.dry_run:
                connection.rollback()
            else:
                _record(connection, order, report, {"mapping": naming.mapping, "last_fid": before})
    return report


def _doubt(
    connection: Connection, staging: Staging, order: Order, city: City, report: Report
) -> None:
    """Warn where the coordinates seem shifted; before the rows take the places of those stored."""
    if shift_of(order.crs, order.layer) is None:
        doubt = suspect(connection, order.layer, staging.table, city)
        if doubt is not None:
            report.warnings.append(doubt.told(order.layer.id, order.path.name))


def _turn(order: Order, layers: dict[str, Layer]) -> Turn:
    """One import of a layer at a time; who imports stands in every row that it changes."""
    return turn_of(order.layer, layers, _actor(order), f"import {order.path.name}")


def _actor(order: Order) -> str:
    return order.actor or getpass.getuser()


def _outcomes(
    table: Table, layer: Layer, naming: Naming, locator: Locator, city: City
) -> Iterator[GradedRow | Rejection]:
    """One for each row of the file, in order."""
    if table.positions and layer.row is VesselPosition and not locator.moves:
        return table.positions
    return parse(table.records, layer, naming, locator, city.time_zone)


def _valid(
    outcomes: Iterator[GradedRow | Rejection], table: Table, report: Report, tick: Tick
) -> Iterator[GradedRow]:
    for outcome in outcomes:
        report.read += 1
        if report.read % TOLD_EVERY == 0:
            tick(report.read, table.progress() if table.progress else None)
        if isinstance(outcome, GradedRow):
            yield outcome
        else:
            report.reject(outcome)


def _record(connection: Connection, order: Order, report: Report, facts: Mapping[str, Any]) -> None:
    digest = hashlib.sha256()
    with order.path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    values = {
        "layer": report.layer, "file": order.path.name, "sha256": digest.hexdigest(),
        "crs": order.crs, "actor": _actor(order), "report": {}, **facts,
    }  # fmt: skip
    if order.number is not None:
        values["id"] = order.number
    report.id = connection.execute(insert(IMPORTS).values(values).returning(IMPORTS.c.id)).scalar()
    told = report.as_json()
    told["rejects"] = told["rejects"][:1000]
    connection.execute(update(IMPORTS).where(IMPORTS.c.id == report.id).values(report=told))
