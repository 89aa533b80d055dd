"""A layer into a file."""

from pathlib import Path

from sqlalchemy import Engine

from app.errors import CommandFailed
from app.exports import EXPORTS
from app.exports.form import Form, Order
from app.exports.parts.metadata import digest_of_file, metadata_of, write_beside
from app.queries.feature import Shape
from app.queries.where import Where
from layers.declare import Layer


def write_file(engine: Engine, layer: Layer, file: Path) -> int:
    """Write every feature of a layer; the format follows the ending. Returns the bytes written.

    A file appears only when it is whole. Where the format has no place for where it comes from,
    that is written beside it.

    Raises:
        CommandFailed: No format has this ending, or the folder can't be written.
    """
    endings = {form.ending: name for name, form in EXPORTS.items()}
    name = endings.get(file.suffix.removeprefix("."))
    if name is None:
        raise CommandFailed(f"no format ends in {file.suffix!r}; there are: {', '.join(endings)}")
    # GDAL tells formats by their ending: that of the partial file is the same.
    form = EXPORTS[name]
    order = Order(engine, layer, Where(), Shape())
    partial = file.with_name(f".partial-{file.name}")
    try:
        _write(form, order, partial)
        partial.replace(file)
        if form.told_in is None:
            write_beside(file, metadata_of(name, form, order, digest_of_file(file)))
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
