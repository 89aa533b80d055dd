"""A regrading of every row finds room beside the old rows and touches no index."""

import pytest
from sqlalchemy import Engine, text

from app.db.tables import FILLFACTOR
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, sql

GRADED = [layer for layer in LAYERS.values() if layer.graded]


@pytest.mark.parametrize("layer", GRADED, ids=lambda layer: layer.id)
def test_every_graded_layer_leaves_room(shared_engine: Engine, layer: Layer) -> None:
    options = f"SELECT reloptions FROM pg_class WHERE oid = '{layer.id}'::regclass"  # noqa: S608
    assert sql(shared_engine, options) == [f"fillfactor={FILLFACTOR}"]


def test_every_row_stays_on_its_page(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        for number in range(400):
            add(connection, "risk_points", "POINT(121.1 30.1)", grade=1 + number % 4)
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE risk_points SET rule_version = 'next'"))
        hot = connection.execute(
            text(
                "SELECT pg_stat_get_xact_tuples_updated('risk_points'::regclass), "
                "pg_stat_get_xact_tuples_hot_updated('risk_points'::regclass)"
            )
        ).one()
    assert hot[0] == 400
    assert hot[1] >= 340  # all but those of the last page, which may be fuller
