"""An import from file to report: read, name, parse, load, and what follows; one transaction."""

import getpass
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, update

from app.city import City
from app.crs import refusal_of
from app.db.guard import guarded
from app.db.tables import IMPORTS
from app.db.turn import Turn, in_turn
from app.errors import ImportRefused
from app.ingest.datum import shift_of
from app.ingest.feed import Batch, row_batches
from app.ingest.header_units import check_units
from app.ingest.load import Staging
from app.ingest.locate import Locator
from app.ingest.merge import compute, merge, stage
from app.ingest.naming import Mapped, Naming, known_words, name_columns
from app.ingest.parse import parse
from app.ingest.position_rows import position_batches
from app.ingest.read import Table, read
from app.ingest.record import GradedRow, Rejection
from app.ingest.remarks import on_clocks, on_messages, on_system
from app.ingest.report import Report
from app.ingest.suspicion import suspect
from app.ingest.system import system_of
from app.ingest.turns import last_fid, turn_of
from app.ingest.unfolding import Unfolding
from app.ingest.zone import zone_of
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
        crs: Reference system of its coordinates, longitude or easting first, as it was declared;
            None where nobody did.
        dry_run: Do everything, then undo it.
        actor: Who imports; None for the user of the machine.
        mapping: Header to field where a person decided it; None: as the headers say.
        number: Id that the record shall have; None for the next.
        timezone: Zone of instants without an offset, as it was declared; None where nobody did:
            that of the city, and at sea none.
    """

    layer: Layer
    path: Path
    crs: str | None = None
    dry_run: bool = False
    actor: str | None = None
    mapping: Mapped | None = None
    number: int | None = None
    timezone: str | None = None


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
            they are, None where that is not known; at last, with 1, when all are in the table and
            only what follows is left to be computed.

    Raises:
        ImportRefused: The file can't be read, lacks a required column, or names a unit in a header
            that is not known, or is in a refused system; nothing was written.
        BadParameter: The reference system is unknown or refused.
        DatabaseAway: The database went away; nothing was written.
    """
    report = Report(order.layer.id, crs_declared=order.crs is not None, timezone=order.timezone)
    zone = zone_of(order.timezone, order.layer, city.time_zone)
    with read(order.path, known_words(order.layer, order.mapping)) as table:
        naming = name_columns(table, order.layer, order.path.name, order.mapping)
        locator = _locator(table.crs, order, city, report)
        report.warnings.extend(check_units(order.layer, naming.fields, order.path.name))
        if naming.unread:
            report.warnings.append(f"未使用的列 columns not used: {', '.join(naming.unread)}")
        unfolding = Unfolding(order.layer, naming.fields)
        reading = _Reading(table, report, tick, unfolding)
        batches = _batches(reading, order.layer, naming, locator, zone)
        with guarded(), in_turn(engine, _turn(order, layers)) as connection:
            before = last_fid(connection, order.layer)
            brought = [*naming.fields.values(), *unfolding.also]
            staging = stage(connection, batches, brought, order.layer, report, unfolding.also)
            _doubt(connection, staging, order, city, report)
            merge(staging, layers, report)
            tick(report.read, 1.0)
            report.left_out.update(table.left_out)
            report.warnings.extend((*table.notes[:NOTED], *locator.notes(), *unfolding.notes()))
            report.warnings.extend((*on_clocks(report.reasons), *on_messages(table.left_out)))
            compute(connection, layers, report, city)
            # A stake may have placed some by now.
            report.unlocated = report.unlocated and staging.unlocated()
            if order.dry_run:
                connection.rollback()
            else:
                _record(connection, order, report, {"mapping": naming.mapping, "last_fid": before})
    return report


def refuse_old_datum(claimed: str | None, order: Order) -> None:
    """Refuse a file that says it is in Beijing 54 or Xian 80, unless another system is declared.

    Raises:
        ImportRefused: It does; its places would be wrong by tens of metres.
    """
    reason = refusal_of(claimed) if claimed and order.crs is None else None
    if reason is not None:
        raise ImportRefused(
            f"{order.path.name}: the file says {claimed[:60] if claimed else ''}. {reason}; if it "
            "is mislabelled, say --crs with what it is 如标注有误，请用 --crs 说明"
        )


def _locator(claimed: str | None, order: Order, city: City, report: Report) -> Locator:
    """What finds the places of a file that says `claimed` of itself; the report is told."""
    refuse_old_datum(claimed, order)
    report.crs = system_of(order.crs, claimed)
    locator = Locator(order.layer, city.extent, report.crs)
    report.warnings.extend(on_system(claimed, order.crs, locator))
    return locator


def _doubt(
    connection: Connection, staging: Staging, order: Order, city: City, report: Report
) -> None:
    """Warn where the coordinates seem shifted; before the rows take the places of those stored."""
    if shift_of(report.crs, order.layer) is None:
        doubt = suspect(connection, order.layer, staging.table, city)
        if doubt is not None:
            report.warnings.append(doubt.told(order.layer.id, order.path.name))


def _turn(order: Order, layers: dict[str, Layer]) -> Turn:
    """One import of a layer at a time; who imports stands in every row that it changes."""
    return turn_of(order.layer, layers, _actor(order), f"import {order.path.name}")


def _actor(order: Order) -> str:
    return order.actor or getpass.getuser()


@dataclass(frozen=True)
class _Reading:
    """A file that is being read, and who is told of it."""

    table: Table
    report: Report
    tick: Tick
    unfolding: Unfolding

    def count(self, rows: int = 1) -> None:
        """So many more rows were read."""
        told = self.report.read // TOLD_EVERY
        self.report.read += rows
        if self.report.read // TOLD_EVERY > told:
            share = self.table.progress() if self.table.progress else None
            self.tick(self.report.read, share)


def _batches(
    reading: _Reading, layer: Layer, naming: Naming, locator: Locator, zone: str | None
) -> Iterator[Batch]:
    """The valid rows of the file; the report is told of the others."""
    table = reading.table
    if table.positions and layer.row is VesselPosition and not locator.moves:
        return _counted(position_batches(table.positions), reading)
    unfolding = reading.unfolding
    outcomes = parse(table.records, layer, naming, locator, zone, unfolding)
    brought = (*naming.fields.values(), *unfolding.also)
    return row_batches(_valid(outcomes, reading), layer, brought)


def _counted(batches: Iterator[Batch], reading: _Reading) -> Iterator[Batch]:
    for batch in batches:
        reading.count(batch.rows)
        yield batch


def _valid(outcomes: Iterator[GradedRow | Rejection], reading: _Reading) -> Iterator[GradedRow]:
    for outcome in outcomes:
        reading.count()
        if isinstance(outcome, GradedRow):
            yield outcome
        else:
            reading.report.reject(outcome)


def _record(connection: Connection, order: Order, report: Report, facts: Mapping[str, Any]) -> None:
    digest = hashlib.sha256()
    with order.path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    values = {
        "layer": report.layer, "file": order.path.name, "sha256": digest.hexdigest(),
        "crs": report.crs, "actor": _actor(order), "report": {}, **facts,
    }  # fmt: skip
    if order.number is not None:
        values["id"] = order.number
    report.id = connection.execute(insert(IMPORTS).values(values).returning(IMPORTS.c.id)).scalar()
    told = report.as_json()
    told["rejects"] = told["rejects"][:1000]
    connection.execute(update(IMPORTS).where(IMPORTS.c.id == report.id).values(report=told))
