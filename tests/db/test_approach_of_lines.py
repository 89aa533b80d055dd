"""What PostGIS says of two lines with instants: the values that it, and this project, published."""

import pytest
from sqlalchemy import Connection, text

POSTGIS = [
    ("LINESTRINGZM(0 0 0 0,10 0 5 3600)", "LINESTRINGZM(0 2 10 0,12 1 2 3600)", 2731.034483, 1.9652147377620688),
    ("LINESTRINGZM(0 0 0 0,10 10 10 10)", "LINESTRINGZM(0 0 0 1,10 10 10 10)", 10, 0),
    ("LINESTRINGZM(0 0 0 0,10 10 10 10)", "LINESTRINGZM(0 0 0 5,10 10 10 15)", 5, None),
    ("LINESTRINGZM(0 0 0 0,0 0 0 10)", "LINESTRINGZM(-30 0 5 4,10 0 5 6)", 5.5, None),
    ("LINESTRINGZM(0 0 0 0,0 0 0 10)", "LINESTRINGZM(0 5 0 10,10 0 5 11)", 10, None),
    ("LINESTRINGM(0 0 0,0 0 4)", "LINESTRINGM(0 0 5,0 0 10)", None, None),
    ("LINESTRINGM(0 0 0,1 0 1)", "LINESTRINGM(0 0 1,1 0 2)", 1, 1),
    ("LINESTRINGZM(0 0 0 0,1 0 0 1)", "LINESTRINGZM(0 0 3 0,1 0 2 1)", 1, 2),
    ("LINESTRINGM(0 0 0,10 0 10)", "LINESTRINGM(0 1 0,10 1 10)", 0, 1),
    ("LINESTRINGM(0 0 0,10 0 10)", "LINESTRINGM(10 1 0,0 1 10)", 5, 1),
    ("LINESTRINGM(0 0 0,10 0 10)", "LINESTRINGM(5 -5 0,5 5 10)", 5, 0),
    ("LINESTRINGM(0 0 0,10 0 10)", "LINESTRINGM(5 -5 0,5 5 20)", 6, 2.23606797749979),
]  # fmt: skip
"""Lines, instant and distance of the closest approach; None: not published."""


@pytest.mark.parametrize(("one", "two", "at", "far"), POSTGIS)
def test_postgis_gives_what_it_published(
    connection: Connection, one: str, two: str, at: float | None, far: float | None
) -> None:
    """Source: PostGIS' manual and its regress/core/temporal.sql."""
    words = ("SELECT ST_ClosestPointOfApproach(:a, :b), ST_DistanceCPA(:a, :b), "
             "ST_CPAWithin(:a, :b, :limit)").replace(":a", "CAST(:a AS geometry)").replace(":b", "CAST(:b AS geometry)")  # fmt: skip
    limit = 1e15 if far is None else far + 1e-9
    found = connection.execute(text(words), {"a": one, "b": two, "limit": limit}).one()
    assert found[0] == (None if at is None else pytest.approx(at, abs=1e-6))
    if far is not None:
        assert found[1] == pytest.approx(far, abs=1e-9)
    assert found[2] is (at is not None)
    if far:
        nearer = connection.execute(text(words), {"a": one, "b": two, "limit": far * 0.95}).one()
        assert nearer[2] is False


def test_two_boats_that_pass_in_the_metric_system_of_the_city(connection: Connection) -> None:
    """Source: computed for this project outside of it, by PostGIS and by MEOS."""
    found = connection.execute(text(
        "SELECT ST_ClosestPointOfApproach(one, two), ST_DistanceCPA(one, two) FROM (SELECT "
        "ST_AddMeasure(ST_Transform('SRID=4326;LINESTRING(121.5 30.4,121.6 30.4)'::geometry, 4549), 0, 3600) AS one, "
        "ST_AddMeasure(ST_Transform('SRID=4326;LINESTRING(121.6 30.41,121.5 30.41)'::geometry, 4549), 0, 3600) AS two"
        ") AS boats"
    )).one()  # fmt: skip
    assert found[0] == pytest.approx(1799.9999978, abs=1e-6)
    assert found[1] == pytest.approx(1108.8964807649, abs=1e-6)
