"""Small builders of rows, files and services, so that a test shows only what it is about."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from starlette.testclient import TestClient

from app.analyses.analysis import ANALYSES
from app.city import City, read_city
from app.db.tables import ANALYSIS_RUNS, IMPORTS, LIVE_MESSAGES, history_of, table_of
from app.ingest.report import Report
from app.ingest.run import Order, run
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.declare import FieldFacts, Layer
from layers.registry import LAYERS

NUMBERS = count(1)
"""Makes keys that no other row of a test run has."""

SHIP = 413_000_000
"""Numbers from here on are of ships of China."""


def value_of(layer: Layer, facts: FieldFacts, number: int) -> Any:
    """A value that a required field takes, different for every number where it may be."""
    annotation = layer.row.model_fields[facts.name].annotation
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if facts.name == "mmsi":
        return str(SHIP + number)
    if facts.codes:
        return next(iter(facts.codes))
    kinds: dict[type, Any] = {
        str: f"X{number}", int: 2, float: 1.0, bool: True, date: date(2026, 11, 3),
        datetime: datetime(2026, 11, 3, tzinfo=UTC),
    }  # fmt: skip
    return kinds[facts.kind]


def row_of(layer: Layer, **given: Any) -> dict[str, Any]:
    """The columns of a row: what is given, and something for every other field that must be."""
    number = next(NUMBERS)
    needed = {
        name: value_of(layer, facts, number)
        for name, facts in layer.fields.items()
        if not facts.nullable and name not in given
    }
    return {**needed, **given}


def add(connection: Connection, layer_id: str, wkt: str | None = None, **given: Any) -> int:
    """Insert one row by plain SQL; returns its id. `grade` may be given on a graded layer."""
    layer = LAYERS[layer_id]
    values = row_of(layer, **given)
    if wkt is not None:
        values["geom"] = func.ST_GeomFromText(wkt, 4326)
    table = table_of(layer)
    return int(connection.scalar(insert(table).values(values).returning(table.c.fid)) or 0)


def row(engine: Engine, layer_id: str, **key: Any) -> dict[str, Any]:
    """The stored row of a key; its geometry stands in `wkt`."""
    table = table_of(LAYERS[layer_id])
    statement = select(table, func.ST_AsText(table.c.geom).label("wkt"))
    for name, value in key.items():
        statement = statement.where(table.c[name] == value)
    with engine.connect() as connection:
        return dict(connection.execute(statement).mappings().one())


def rows(engine: Engine, layer_id: str) -> int:
    """How many rows a layer's table holds."""
    with engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table_of(LAYERS[layer_id])))
    return int(found or 0)


def sql(engine: Engine, statement: str) -> Any:
    """The first value that a statement gives."""
    with engine.connect() as connection:
        return connection.scalar(text(statement))


def the_city() -> City:
    """The default city."""
    return read_city(Settings().city_folder)


def load(engine: Engine, layer_id: str, path: Path, **order: Any) -> Report:
    """Import a file."""
    return run(engine, Order(LAYERS[layer_id], path, **order), the_city(), LAYERS)


def load_text(
    engine: Engine, layer_id: str, folder: Path, content: str, name: str = "file.csv", **order: Any
) -> Report:
    """Write a file and import it."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return load(engine, layer_id, path, **order)


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: Any) -> str:
    """A GeoJSON FeatureCollection as text."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


@contextmanager
def service(url: str, **settings: Any) -> Iterator[TestClient]:
    """The service over a database, with settings of its own."""
    configure_logs("CRITICAL")
    state = open_state(Settings(**settings), url, LAYERS)
    try:
        with TestClient(create_app(state), raise_server_exceptions=False) as client:
            yield client
    finally:
        state.close()


def clear(engine: Engine) -> None:
    """Take out every row of every layer, of their history, of the lists of imports and analyses."""
    with engine.begin() as connection:
        for layer in LAYERS.values():
            connection.execute(delete(table_of(layer)))
            if layer.kept:
                connection.execute(delete(history_of(layer)))
        connection.execute(delete(IMPORTS))
        connection.execute(delete(ANALYSIS_RUNS))
        connection.execute(delete(LIVE_MESSAGES))


def shape_at(layer: Layer, number: int) -> str:
    """A geometry of the layer's kind, a little further east with every number."""
    x = 121.1 + number / 1000
    return {
        "Point": f"POINT({x} 30.052)",
        "MultiLineString": f"MULTILINESTRING(({x} 30.052, {x} 30.06))",
        "LineStringM": f"LINESTRINGM({x} 30.052 {1000 * number}, {x} 30.06 {1000 * number + 600})",
        "MultiPolygon": f"MULTIPOLYGON((({x} 30.052, {x + 0.0005} 30.052, {x} 30.06, {x} 30.052)))",
        "Geometry": f"POLYGON(({x} 30.052, {x + 0.0005} 30.052, {x} 30.06, {x} 30.052))",
    }[layer.geometry]


def stock(engine: Engine, many: int) -> None:
    """Give every layer so many rows, one of every grade and the rest unassessed; run analyses."""
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE vessel_positions_all PARTITION OF vessel_positions DEFAULT")
        )
        for layer in LAYERS.values():
            for number in range(many):
                grade = {"grade": number if 1 <= number <= 4 else None} if layer.graded else {}
                add(connection, layer.id, shape_at(layer, number), **grade)
        for name in ANALYSES:
            connection.execute(insert(ANALYSIS_RUNS).values(
                analysis=name, started_at=func.now(), finished_at=func.now(), actor="test",
                parameters={}, rule_sets=[], result={}, changes={},
            ))  # fmt: skip
