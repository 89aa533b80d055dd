"""Every line with instants that is stored is a trajectory: its instants rise."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from app.db import schema
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, sql

TIMED = [layer for layer in LAYERS.values() if layer.geometry == "LineStringM"]
REVISION = "0070"

every_timed_layer = pytest.mark.parametrize("layer", TIMED, ids=lambda layer: layer.id)


@every_timed_layer
@pytest.mark.parametrize(
    "line",
    ["LINESTRINGM(122 30 20, 122.1 30 10)", "LINESTRINGM(122 30 10, 122.1 30 20, 122.2 30 20)"],
    ids=["falls", "repeats"],
)
def test_a_line_whose_instants_do_not_rise_is_not_stored(
    shared_engine: Engine, layer: Layer, line: str
) -> None:
    with (
        shared_engine.connect() as connection,
        pytest.raises(IntegrityError, match=f"ck_{layer.id}_trajectory"),
    ):
        add(connection, layer.id, line)


@every_timed_layer
@pytest.mark.parametrize("line", [None, "LINESTRINGM(122 30 10, 122 30 10.000001)"])
def test_one_whose_instants_rise_by_a_microsecond_is(
    shared_engine: Engine, layer: Layer, line: str | None
) -> None:
    with shared_engine.connect() as connection, connection.begin() as transaction:
        assert add(connection, layer.id, line)
        transaction.rollback()


@every_timed_layer
def test_lines_of_before_are_put_in_order_and_what_has_no_two_instants_goes(
    empty_engine: Engine, layer: Layer
) -> None:
    lines = (
        "LINESTRINGM(122 30 0, 122.2 30 120, 122.1 30 60, 122.9 30 60)",
        "LINESTRINGM(122 30 5, 122.1 30 5)",
        "LINESTRINGM(122 30 0, 122 31 60)",
    )
    with empty_engine.begin() as connection:
        config = schema._config(connection)  # noqa: SLF001
        before = ScriptDirectory.from_config(config).get_revision(REVISION).down_revision
        command.downgrade(config, str(before))
        for line in lines:
            add(connection, layer.id, line, positions=99, length_km=99.0)
    with empty_engine.begin() as connection:
        command.upgrade(schema._config(connection), REVISION)  # noqa: SLF001
    kept = sql(
        empty_engine,
        "SELECT json_agg(json_build_array(positions, ST_AsText(geom), length_km < 20) "  # noqa: S608
        f"ORDER BY fid) FROM {layer.id}",
    )
    assert kept == [
        [3, "LINESTRING M (122 30 0,122.1 30 60,122.2 30 120)", True],
        [99, "LINESTRING M (122 30 0,122 31 60)", False],
    ]
    validated = text("SELECT convalidated FROM pg_constraint WHERE conname = :name")
    with empty_engine.connect() as connection:
        assert connection.scalar(validated, {"name": f"ck_{layer.id}_trajectory"}) is True
