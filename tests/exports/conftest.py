"""Databases of the folder: one emptied before every test, one in which every layer has rows."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.db.engine import writing
from layers.registry import LAYERS
from tests.builders import add, service, stock
from tests.emptied import empty_engine, empty_url, own_url

__all__ = ["empty_engine", "empty_url", "own_url"]

ROWS = 6

TEXT = "余姚市 \"大黄山\", <一> & 'x'; 化工"

HOLED = (
    "MULTIPOLYGON(((121.2 30.05, 121.21 30.05, 121.21 30.06, 121.2 30.06, 121.2 30.05), "
    "(121.203 30.053, 121.207 30.053, 121.207 30.057, 121.203 30.057, 121.203 30.053)), "
    "((121.1234567 30.0512345, 121.13 30.05, 121.13 30.06, 121.1234567 30.0512345)))"
)
ODD: dict[str, tuple[str, ...]] = {
    "Point": ("POINT(121.1234567 30.7654321)",),
    "MultiLineString": (
        "MULTILINESTRING((121.1 30.05, 121.1234567 30.06), (121.2 30.05, 121.2 30.07))",
    ),
    "LineStringM": ("LINESTRINGM(121.1 30.05 0, 121.1234567 30.06 60, 121.2 30.05 120)",),
    "MultiPolygon": (HOLED,),
    "Geometry": (
        HOLED,
        "POINT(121.1234567 30.7654321)",
        "LINESTRING(121.1 30.05, 121.1234567 30.06)",
    ),
}
"""Several parts, a hole, seven decimals: what a format could flatten or round."""


@pytest.fixture(scope="package")
def stocked_url(make_database: Callable[[str], str], template: str) -> str:
    """A database in which every layer has rows, odd shapes with odd texts, and unlocated rows."""
    url = make_database(template)
    engine = writing(url)
    stock(engine, ROWS)
    with engine.begin() as connection:
        for layer in LAYERS.values():
            facts = layer.fields[layer.label]
            words = {layer.label: TEXT} if facts.kind is str and not facts.codes else {}
            for shape in ODD[layer.geometry]:
                add(connection, layer.id, shape, **words)
            if layer.id in {"risk_points", "protection_targets"}:
                add(connection, layer.id, None)
    engine.dispose()
    return url


@pytest.fixture(scope="package")
def stocked(stocked_url: str) -> Iterator[TestClient]:
    with service(stocked_url) as client:
        yield client
