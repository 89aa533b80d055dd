"""What the running service holds: made once at start, typed, passed down."""

from dataclasses import dataclass

from sqlalchemy import Engine

from app.analyses.looks import Looks
from app.city import City, read_city
from app.counts import Counts
from app.db.engine import reading, writing
from app.db.reader import Reader
from app.db.versions import Versions
from app.extents import Extents
from app.ingest.desk import Desk
from app.ingest.uploads import Uploads
from app.lines.shelf import Lines
from app.settings import Settings
from app.tiles.maker import Tiles
from layers.declare import Layer

EXPORTS_AT_ONCE, EXPORTS_WAIT_S = 4, 600
"""Exports that run beside each other, and seconds that others wait: more at once would take the
processors from the map, and a file that is late is better than none."""


@dataclass(frozen=True)
class State:
    """The parts of the service.

    Attributes:
        settings: As the environment gave them.
        city: Profile of the city.
        layers: Every layer by id.
        reader: Short statements.
        export_engine: Long statements, with connections of their own so that they don't starve
            the map.
        versions: Layer versions.
        tiles: Tiles made and kept.
        counts: Numbers of features by layer.
        extents: Boxes and times of layers.
        lines: Pipelines and roads with their stakes.
        imports: Imports over HTTP.
        writing_engine: For what inspectors send.
        looks: When it looks for events at sea by itself.
    """

    settings: Settings
    city: City
    layers: dict[str, Layer]
    reader: Reader
    export_engine: Engine
    versions: Versions
    tiles: Tiles
    counts: Counts
    extents: Extents
    lines: Lines
    imports: Desk
    writing_engine: Engine
    looks: Looks

    def close(self) -> None:
        """Let go of every connection; an import that runs is rolled back."""
        self.imports.close()
        self.writing_engine.dispose()
        self.reader.close()
        self.export_engine.dispose()


def open_state(settings: Settings, url: str, layers: dict[str, Layer]) -> State:
    """Make the parts; no connection is opened yet, so the service starts without a database."""
    engine = reading(
        url, connections=settings.connections, timeout_ms=settings.statement_timeout_ms
    )
    reader = Reader(engine)
    versions = Versions(reader)
    city = read_city(settings.city_folder)
    uploads = Uploads(settings.home / "uploads", settings.upload_mb * 1_000_000)
    return State(
        settings=settings,
        city=city,
        layers=layers,
        reader=reader,
        export_engine=reading(
            url,
            connections=EXPORTS_AT_ONCE,
            timeout_ms=settings.export_timeout_ms,
            careful=True,
            wait_s=EXPORTS_WAIT_S,
        ),
        versions=versions,
        counts=Counts(reader, versions),
        extents=Extents(reader, versions, city.time_zone),
        lines=Lines(reader, versions, layers),
        imports=Desk(writing(url), city, layers, uploads, reader),
        writing_engine=writing(url),
        looks=Looks(settings.events_every_s),
        tiles=Tiles(reader, versions, budget=settings.tile_budget, shelf_mb=settings.tile_cache_mb),
    )
