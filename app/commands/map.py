"""The self-contained map: one HTML file that opens without a network."""

from pathlib import Path

from sqlalchemy import Engine

from app.city import City
from app.errors import CommandFailed
from app.frames import frame
from app.maps.offline import written
from app.maps.page import draw
from layers.declare import Layer


def write_map(engine: Engine, layers: list[Layer], city: City, file: Path) -> int:
    """Draw layers and write them to a file; returns its size in bytes.

    Raises:
        CommandFailed: The folder can't be written.
    """
    page = written(draw({layer: frame(engine, layer) for layer in layers}, city))
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as fault:
        raise CommandFailed(f"{file} can't be written: {fault.strerror}") from None
    return file.stat().st_size
