"""Which haven a place lies in, at its time."""

from functools import lru_cache

import numpy as np
import shapely

from app.analyses.shore import Haven, Shore
from tests.builders import the_city

DAY_S = 86_400.0


def haven(name: str | None, lon: float, first_s: float = -np.inf, end_s: float = np.inf) -> Haven:
    """A square of about two kilometres, in force from an instant, closed, to one, open."""
    return Haven(shapely.box(lon - 0.01, 30.49, lon + 0.01, 30.51), (first_s, end_s), name)


@lru_cache
def shore(*havens: Haven) -> Shore:
    city = the_city()
    return Shore(city.base_file("land"), city.metric_srid, havens)


def names(of: Shore, *places: tuple[float, float]) -> list[str | None]:
    lon, seconds = np.array(places, dtype=float).T
    return of.havens_at(lon, np.full(len(lon), 30.5), seconds, 1000)


def test_haven_in_force_that_is_nearest_gives_its_name() -> None:
    of = shore(haven("甲", 123.0), haven("乙", 123.025), haven("丙", 123.5, DAY_S, 2 * DAY_S))
    # 0.0125 degrees are 1200 m; the two squares are 480 m apart.
    assert names(of, (123.0, 0), (123.0111, 0), (123.0139, 0), (123.025, 0), (123.6, 0)) == [
        "甲", "甲", "乙", "乙", None,
    ]  # fmt: skip
    assert names(of, (123.5, 0), (123.5, DAY_S), (123.5, 2 * DAY_S - 1), (123.5, 2 * DAY_S)) == [
        None, "丙", "丙", None,
    ]  # fmt: skip
    assert names(of, (123.5199, DAY_S), (123.521, DAY_S)) == ["丙", None]


def test_of_equal_ones_the_first_and_of_none_nothing() -> None:
    assert names(shore(haven("甲", 123.0), haven("乙", 123.0)), (123.0, 0)) == ["甲"]
    assert names(shore(haven(None, 123.0)), (123.0, 0)) == [None]
    assert names(shore(), (123.0, 0)) == [None]
    empty = np.empty(0)
    assert shore(haven("甲", 123.0)).havens_at(empty, empty, empty, 1000) == []


def test_off_the_ports_is_neither_land_nor_haven() -> None:
    of = shore(haven("丙", 123.5, DAY_S, 2 * DAY_S))
    lon, lat = np.array([123.5, 123.5, 121.15]), np.array([30.5, 30.5, 30.04])
    off = of.off_the_ports(lon, lat, np.array([0, DAY_S, 0]), 1000)
    assert off.tolist() == [True, False, False], "yet closed; open; on land"
