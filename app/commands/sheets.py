"""Sheets to fill in and import: an empty one of a layer, or its rows that have no place yet."""

from pathlib import Path
from typing import Annotated

import typer

from app.city import read_city
from app.commands.database import prepared
from app.commands.layer_name import LayerName
from app.commands.terminal import say
from app.errors import CommandFailed
from app.ingest.template import write_template
from app.ingest.unlocated import write_unlocated
from app.settings import Settings

Sheet = Annotated[Path, typer.Argument(metavar="FILE.xlsx")]


def template(layer: LayerName, file: Sheet) -> None:
    """Write an empty .xlsx with the headers, units and choices of a layer, and one example."""
    _workbook(file)
    write_template(layer, file, read_city(Settings().city_folder).middle)
    say(f"{file}")


def unlocated(layer: LayerName, file: Sheet) -> None:
    """Write the rows without a place to an .xlsx, to be completed and imported again."""
    _workbook(file)
    with prepared(Settings()) as engine:
        number = write_unlocated(engine, layer, file)
    say(f"{file}: {number} 条未定位 rows without a place")


def _workbook(file: Path) -> None:
    if file.suffix.lower() != ".xlsx":
        raise CommandFailed(f"{file.name}: the sheet is an .xlsx file")
