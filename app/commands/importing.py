"""A file in: one import with its report and its refused rows."""

from dataclasses import dataclass
from pathlib import Path

from app.city import read_city
from app.commands.database import prepared
from app.commands.terminal import counting
from app.errors import CommandFailed, DatabaseAway
from app.ingest.mapping_file import Declared, mapping_of, read_mapping, write_mapping
from app.ingest.rejected_rows import write_rejected
from app.ingest.report import Report
from app.ingest.run import Order, run
from app.ingest.zone import read_zone
from app.settings import Settings
from layers.declare import Layer
from layers.registry import LAYERS

CUT_OFF = (
    "the database went away; an import is all or nothing, and done again it changes nothing twice: "
    "run the command again 数据库中断；导入是整体事务，重复执行不会重复写入，请重新执行"
)
"""Nothing tries an import of the terminal again by itself, as the service does with a question."""


@dataclass(frozen=True)
class Asked:
    """What a person asked for at the terminal; see `riskmap import --help`."""

    layer: Layer
    file: Path
    crs: str | None
    timezone: str | None
    dry_run: bool
    mapping: Path | None
    rejects: Path | None
    save_mapping: Path | None


def import_file(asked: Asked) -> Report:
    """Import a file; refused rows go to a workbook to be put right, or to a CSV list.

    Raises:
        CommandFailed: The folder of the refused rows or of the mapping is not there, nothing was
            imported; or the database went away.
    """
    settings = Settings()
    city = read_city(settings.city_folder)
    rejects = asked.rejects
    for path in (rejects, asked.save_mapping):
        if path is not None and not path.resolve().parent.is_dir():
            raise CommandFailed(f"{path}: there is no such folder; nothing was imported")
    kept = None if asked.mapping is None else read_mapping(asked.mapping)
    order = _order(asked, kept)
    if asked.save_mapping is not None:
        columns = mapping_of(asked.file, asked.layer, order.mapping)
        write_mapping(asked.save_mapping, Declared(columns, order.timezone, order.crs))
    with prepared(settings) as engine, counting(asked.layer.title_en) as tick:
        try:
            report = run(engine, order, city, LAYERS, tick)
        except DatabaseAway as fault:
            raise CommandFailed(CUT_OFF) from fault
    if rejects is not None and rejects.suffix.lower() == ".xlsx":
        write_rejected(order, report, rejects)
    elif rejects is not None:
        report.write_rejects(rejects)
    if rejects is not None and report.rows_listed < report.rejected:
        report.warnings.append(
            f"{rejects.name} 只含前 {report.rows_listed} 行退回行，共 {report.rejected} 行 "
            f"holds the first {report.rows_listed} of {report.rejected} refused rows"
        )
    return report


def _order(asked: Asked, kept: Declared | None) -> Order:
    """What is to be imported: what is asked for now wins over what was kept of the source."""
    zone = None if asked.timezone is None else read_zone(asked.timezone, "--timezone")
    return Order(
        asked.layer, asked.file, asked.crs or (kept.crs if kept else None),
        dry_run=asked.dry_run, mapping=kept.columns if kept else None,
        timezone=zone or (kept.timezone if kept else None),
    )  # fmt: skip
