"""Undoing an import at the terminal."""

from app.city import read_city
from app.commands.database import prepared
from app.errors import CommandFailed
from app.ingest.undo import Undone, undo
from app.settings import Settings
from layers.registry import LAYERS


def undo_import(number: int, *, alone: bool) -> Undone:
    """Undo an import.

    Args:
        number: Its id.
        alone: Whether the command names nothing to import beside it.

    Raises:
        CommandFailed: A layer or a file stands beside it.
    """
    if not alone:
        raise CommandFailed("--undo takes the number of an import and no LAYER or FILE")
    settings = Settings()
    city = read_city(settings.city_folder)
    with prepared(settings) as engine:
        return undo(engine, number, city, LAYERS)
