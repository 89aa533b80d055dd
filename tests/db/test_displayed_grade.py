"""The database keeps the grade that is shown beside the one that was assessed."""

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from app.db.tables import history_of, table_of
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add

GRADED = [layer for layer in LAYERS.values() if layer.graded]

every_graded_layer = pytest.mark.parametrize("layer", GRADED, ids=lambda layer: layer.id)


@every_graded_layer
@pytest.mark.parametrize(
    ("grade", "raised", "displayed"),
    [(4, 0, 4), (4, 1, 3), (2, 1, 1), (1, 1, 1), (3, 9, 1), (None, 1, None)],
)
def test_shown_is_the_assessed_one_raised(
    shared_engine: Engine, layer: Layer, grade: int | None, raised: int, displayed: int | None
) -> None:
    table = table_of(layer)
    with shared_engine.connect() as connection, connection.begin() as transaction:
        fid = add(connection, layer.id, grade=grade, raised=raised)
        shown = connection.scalar(select(table.c.displayed_grade).where(table.c.fid == fid))
        transaction.rollback()
    assert shown == displayed


def test_raising_is_kept_in_the_history(empty_engine: Engine) -> None:
    points = LAYERS["risk_points"]
    table, past = table_of(points), history_of(points)
    with empty_engine.begin() as connection:
        fid = add(connection, "risk_points", grade=2)
    with empty_engine.begin() as connection:
        connection.execute(update(table).where(table.c.fid == fid).values(raised=1))
    with empty_engine.connect() as connection:
        before = connection.execute(select(past.c.grade, past.c.displayed_grade)).all()
    assert before == [(2, 2)]


def test_nothing_is_lowered(shared_engine: Engine) -> None:
    with shared_engine.connect() as connection, pytest.raises(IntegrityError, match="raised"):
        add(connection, "risk_points", grade=2, raised=-1)
