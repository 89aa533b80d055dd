"""A layer into a file."""

from pathlib import Path

from sqlalchemy import Engine

from app.db.copy import copied
from app.errors import CommandFailed
from app.exports import EXPORTS
from app.queries.feature import Shape
from app.queries.where import Where
from layers.declare import Layer


def write_file(engine: Engine, layer: Layer, file: Path) -> int:
    """Write every feature of a layer; the format follows the ending. Returns the bytes written.

    A file appears only when it is whole.

    Raises:
        CommandFailed: No format has this ending, or the folder can't be written.
    """
    endings = {form.ending: form for form in EXPORTS.values()}
    form = endings.get(file.suffix.removeprefix("."))
    if form is None:
        raise CommandFailed(f"no format ends in {file.suffix!r}; there are: {', '.join(endings)}")
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("wb") as stream:
            rows = copied(engine, form.statement(layer, Where(), Shape()))
            for chunk in form.written(rows, layer):
                stream.write(chunk)
        partial.replace(file)
    except OSError as fault:
        raise CommandFailed(f"{file} can't be written: {fault.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size
