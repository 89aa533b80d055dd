"""What PostGIS leaves out of a line, and what our own simplification keeps (ANALYTICS A1)."""

import numpy as np
import pytest
from sqlalchemy import Engine

from layers.sea.simplify import kept_for_display
from tests.builders import sql

Places = list[tuple[float, float, float]]
"""x, y and second of each vertex."""


def simplified(engine: Engine, line: str, tolerance: float) -> str:
    """ST_Simplify (Douglas-Peucker) as text."""
    return str(sql(engine, f"SELECT ST_AsText(ST_Simplify('{line}'::geometry, {tolerance}))"))


def timed(places: Places) -> str:
    return f"LINESTRING M ({','.join(f'{x} {y} {second}' for x, y, second in places)})"


def ours(places: Places, within: float) -> list[int]:
    x, y, seconds = np.array(places, dtype=np.float64).T
    return np.flatnonzero(kept_for_display(seconds, x, y, within)).tolist()


def test_douglas_and_peucker_keep_five_of_ten(shared_engine: Engine) -> None:
    line = "LINESTRING(0 0,1 .1,2 -.1,3 5,4 6,5 7,6 8.1,7 9,8 9,9 9)"
    assert simplified(shared_engine, line, 1) == "LINESTRING(0 0,2 -0.1,3 5,7 9,9 9)"


def test_simplified_line_keeps_its_instants_and_loses_the_stop(shared_engine: Engine) -> None:
    places = [(0.0, 0.0, 0.0), (5, 0, 8), (10, 0, 10)]
    assert simplified(shared_engine, timed(places), 1) == "LINESTRING M (0 0 0,10 0 10)"
    assert ours(places, 1) == [0, 1, 2], "at second 8 it was a metre from where the chord has it"


def test_stop_that_postgis_loses_is_kept_for_display(shared_engine: Engine) -> None:
    places = [(0.0, 0.0, 0.0), (100, 0, 100), (100.0001, 0, 1000), (200, 0, 1100), (300, 0, 1200)]
    assert simplified(shared_engine, timed(places), 5) == "LINESTRING M (0 0 0,300 0 1200)"
    assert [places[each][0] for each in ours(places, 5)] == [0, 100, 100.0001, 300]


@pytest.mark.parametrize("day_s", [1, 86_400])
def test_both_keep_the_same_where_the_pace_is_even(shared_engine: Engine, day_s: int) -> None:
    nodes = [(0, 0), (1, 0.1), (2, 0.2), (3, 0), (3, 3)]
    places = [(x, y, float(day * day_s)) for day, (x, y) in enumerate(nodes)]
    kept = [places[each] for each in (0, 3, 4)]
    assert ours(places, 1) == [0, 3, 4]
    told = ",".join(f"{x:g} {y:g} {second:.0f}" for x, y, second in kept)
    assert simplified(shared_engine, timed(places), 1) == f"LINESTRING M ({told})"
