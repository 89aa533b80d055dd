"""A layer into a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.city import read_city
from app.commands.database import prepared
from app.commands.layer_name import LayerName
from app.commands.terminal import answer
from app.crs import read_crs
from app.errors import CommandFailed
from app.exports import EXPORTS
from app.exports.form import Form, Order
from app.exports.parts.metadata import digest_of_file, metadata_of, write_beside
from app.queries.feature import Shape
from app.queries.filters.cql2 import read_filter
from app.queries.where import Where
from app.settings import Settings


def export(
    layer: LayerName,
    file: Annotated[Path, typer.Argument()],
    filter_text: Annotated[
        str | None,
        typer.Option(
            "--filter", help="Only what CQL2 lets through, text or JSON.", show_default=False
        ),
    ] = None,
    crs: Annotated[str, typer.Option(help="Reference system: EPSG:4549, CRS84 …")] = "CRS84",
) -> None:
    """Write a layer to a file; the format follows the ending. What it holds is told beside it."""
    settings = Settings()
    where = Where(filter=read_filter(
        filter_text,
        "cql2-json" if (filter_text or "").lstrip().startswith("{") else None,
        zone=read_city(settings.city_folder).time_zone,
    ))  # fmt: skip
    shape = Shape(crs=read_crs(crs))
    with prepared(settings) as engine:
        size = write_file(Order(engine, layer, where, shape), file)
    told = {"layer": layer.id, "file": str(file), "bytes": size}
    answer(told, as_json=os.environ.get("RISKMAP_JSON") == "1",
           as_text=f"{file}: {size:,} bytes")  # fmt: skip


def write_file(order: Order, file: Path) -> int:
    """Write what is ordered; the format follows the ending. Returns the bytes written.

    A file appears only when it is whole. Where it comes from, its size and its SHA-256 are written
    beside it, whether or not the format has a place for the former.

    Raises:
        BadParameter: The filter names what the layer has not, or the format knows no such system.
        CommandFailed: No format has this ending, or the folder can't be written.
    """
    endings = {form.ending: name for name, form in EXPORTS.items()}
    name = endings.get(file.suffix.removeprefix("."))
    if name is None:
        raise CommandFailed(f"no format ends in {file.suffix!r}; there are: {', '.join(endings)}")
    # GDAL tells formats by their ending: that of the partial file is the same.
    form = EXPORTS[name]
    partial = file.with_name(f".partial-{file.name}")
    try:
        _write(form, order, partial)
        told = metadata_of(name, form, order, digest_of_file(partial))
        partial.replace(file)
        write_beside(file, told)
    except OSError as fault:
        raise CommandFailed(f"{file} can't be written: {fault.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def _write(form: Form, order: Order, file: Path) -> None:
    if form.filled:
        form.filled(order, file)
    if form.streamed:
        with file.open("wb") as stream:
            for chunk in form.streamed(order):
                stream.write(chunk)
