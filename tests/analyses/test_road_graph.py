"""Routes become a graph where they cross or meet, also where a file lets them end a little short."""

import pytest
from sqlalchemy import Connection

from app.analyses.road_graph import graph
from app.analyses.routes import read_routes
from layers.registry import LAYERS
from tests.analyses.roads import add_road, at, line
from tests.builders import the_city


def north(along_m: float, start_m: float, end_m: float) -> str:
    ends = ", ".join("{} {}".format(*at(along_m, aside)) for aside in (start_m, end_m))
    return f"MULTILINESTRING(({ends}))"


@pytest.mark.parametrize(("start", "degree"), [(-500, 4), (0, 3), (8, 3), (-8, 3)])
def test_routes_meet_in_one_node(connection: Connection, start: float, degree: int) -> None:
    add_road(connection)
    add_road(connection, "X1", north(1200, start, 900), name="支线")
    roads = graph(read_routes(connection, LAYERS, the_city().metric_srid))
    assert roads.cuts["S213"].tolist() == pytest.approx([0, 1200, 3000], abs=0.1)
    assert max(len(edges) for edges in roads.network.at.values()) == degree
    assert roads.sections("S213")[0] == pytest.approx((0, 1200), abs=0.1)
    assert roads.place("S213", 1300)[1] == pytest.approx(100, abs=0.1)


def test_routes_that_keep_apart_do_not_meet(connection: Connection) -> None:
    add_road(connection)
    add_road(connection, "X1", line(0, 3000, aside_m=60), name="旁线")
    roads = graph(read_routes(connection, LAYERS, the_city().metric_srid))
    assert all(len(edges) == 1 for edges in roads.network.at.values())
    assert roads.network.length_m == pytest.approx(6000, abs=0.5)
