"""Statements that are kept: the same form is the same statement, other values give other answers."""

from sqlalchemy import Connection

from app.queries.along import Piece, Strip, along
from app.queries.nearby import Around, nearby
from layers.registry import LAYERS
from tests.builders import add

POINTS = [LAYERS["risk_points"]]


def around(lon: float, within_m: float, limit: int = 10, grade_max: int | None = None) -> Around:
    place = f'{{"type":"Point","coordinates":[{lon},30]}}'
    return Around(place, (lon, 30, lon, 30), within_m, 32651, grade_max, limit)


def found(connection: Connection, lon: float, within_m: float, **words: int) -> list[int]:
    asked = nearby(POINTS, around(lon, within_m, **words))
    return [row.fid for row in connection.execute(asked.statement, dict(asked.values))]


def test_one_form_is_one_statement() -> None:
    one, other = (nearby(POINTS, around(lon, 50.0)) for lon in (121.0, 121.2))
    assert one.statement is other.statement
    assert one.values != other.values
    graded = nearby(POINTS, around(121.0, 50.0, grade_max=2))
    assert graded.statement is not one.statement
    wide = nearby(POINTS, around(180.0, 50.0))
    assert wide.statement is not one.statement, "two boxes at 180°"


def test_values_of_one_question_do_not_stay_for_the_next(connection: Connection) -> None:
    west = add(connection, "risk_points", "POINT(121 30)", code="W", grade=1)
    east = add(connection, "risk_points", "POINT(121.2 30)", code="E", grade=4)
    assert found(connection, 121.0, 50.0) == [west]
    assert found(connection, 121.2, 50.0) == [east]
    assert found(connection, 121.0, 50_000.0) == [west, east]
    assert found(connection, 121.2, 50_000.0, limit=1) == [east]
    assert found(connection, 121.2, 50_000.0, grade_max=3) == [west]


def test_any_number_of_pieces_is_one_statement() -> None:
    piece = Piece("0102", (121.0, 30.0, 121.01, 30.0))
    strips = (Strip([piece] * n, ("pipelines", n), 5.0, None, "stake", 9) for n in (1, 100))
    one, many = (along(POINTS, strip) for strip in strips)
    assert one.statement is many.statement
    assert len(many.values["lines"]) == len(many.values["west"]) == 100
