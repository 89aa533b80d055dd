"""What is installed, reachable, migrated, stale: each fault with its mend."""

import shutil
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from app.cluster import Cluster
from app.db.engine import writing
from app.db.guard import guarded
from app.db.schema import OLDEST_POSTGIS, head, revision_of
from app.db.tables import table_of
from app.errors import RiskMapError
from app.http.page_routes import BUILT
from app.settings import Settings
from layers.declare import Layer
from layers.registry import LAYERS

LEAST_FREE_MB = 500


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is well, what was seen, what mends it."""

    what: str
    well: bool
    seen: str
    mend: str = ""

    def as_text(self) -> str:
        """One line, two where there is a mend."""
        line = f"{'ok   ' if self.well else 'FAULT'} {self.what}: {self.seen}"
        return line if self.well or not self.mend else f"{line}\n      → {self.mend}"


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is started or changed."""
    findings = [_page(), _disk(settings)]
    url = settings.database_url
    if url is None:
        cluster = Cluster(settings.home)
        if not cluster.running():
            stopped = Finding("database", well=False, seen="the private cluster is stopped",
                              mend="./riskmap db start")  # fmt: skip
            return [*findings, stopped]
        url = cluster.url
    engine = writing(url)
    try:
        with guarded():
            findings += _database(engine)
    except (RiskMapError, DBAPIError) as fault:
        mend = "check RISKMAP_DATABASE_URL and that the server runs"
        findings.append(Finding("database", well=False, seen=type(fault).__name__, mend=mend))
    finally:
        engine.dispose()
    return findings


def _page() -> Finding:
    built = (BUILT / "index.html").is_file()
    return Finding("web page", built, "built" if built else "not built", "./riskmap demo")


def _disk(settings: Settings) -> Finding:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    return Finding("disk", free_mb > LEAST_FREE_MB, f"{free_mb} MB free", "make room")


def _database(engine: Engine) -> list[Finding]:
    with engine.connect() as connection:
        found = connection.scalar(
            text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
        )
        oldest = ".".join(str(part) for part in OLDEST_POSTGIS)
        well = found is not None and tuple(map(int, found.split(".")[:2])) >= OLDEST_POSTGIS
        findings = [Finding("PostGIS", well, found or "missing", f"install PostGIS {oldest}+")]
        revision = revision_of(connection)
        findings.append(Finding("schema", revision == head(), f"revision {revision}",
                                "./riskmap db migrate"))  # fmt: skip
        if revision == head():
            findings += [_layer(connection, layer) for layer in LAYERS.values()]
    return findings


def _layer(connection: Connection, layer: Layer) -> Finding:
    table = table_of(layer)
    located = func.count().filter(table.c.geom.is_not(None))
    rows, with_place = connection.execute(select(func.count(), located)).one()
    seen = f"{rows} features, {rows - with_place} not located"
    return Finding(layer.id, rows > 0, seen, f"./riskmap import {layer.id} FILE")
