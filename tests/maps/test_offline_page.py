"""The folium map: the palette of the city map, red on top, nothing from another host."""

import html
import json
import re

import geopandas as gpd
import pytest
from folium.plugins import HeatMap
from shapely import Point

from app.city import City
from app.errors import CommandFailed
from app.maps.offline import written
from app.maps.page import draw
from app.maps.palette import LOOKS
from layers.registry import LAYERS

POINTS = LAYERS["risk_points"]

LOADED = re.compile(r"""<(?:script|link|img)[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//|@import""")
"""What a browser fetches by itself; a link that a person may follow is none."""


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    """One point of every grade, as `app.frames.frame` gives them; ids are no places of rows."""
    grades = [None, 4, 3, 2, 1]
    columns = {name: [None] * len(grades) for name in POINTS.fields}
    columns |= {
        "name": [f"点{grade}" for grade in grades],
        "category": ["01"] * len(grades),
        "grade": grades,
    }
    places = [Point(121.1 + number / 100, 30.1) for number in range(len(grades))]
    found = gpd.GeoDataFrame(columns, geometry=places, crs="EPSG:4326", index=range(50, 55))
    found["grade"] = found["grade"].astype("Int64")
    return found


def test_page_loads_nothing_from_another_host(frame: gpd.GeoDataFrame, city: City) -> None:
    page = written(draw({POINTS: frame}, city))
    assert not LOADED.search(page)
    assert city.notice in page


def test_notebook_shows_a_map_that_loads_nothing_from_another_host(
    frame: gpd.GeoDataFrame, city: City
) -> None:
    shown = draw({POINTS: frame}, city)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert not LOADED.search(html.unescape(shown))


def test_every_grade_is_drawn_the_gravest_last(frame: gpd.GeoDataFrame, city: City) -> None:
    page = written(draw({POINTS: frame}, city))
    assert page.count('"type": "Point"') == len(frame)
    order = [page.index(f'class_name": "risk-{LOOKS[grade].symbol}') if
             f'class_name": "risk-{LOOKS[grade].symbol}' in page else
             page.index(f'className": "risk-{LOOKS[grade].symbol}')
             for grade in (None, 4, 3, 2, 1)]  # fmt: skip
    assert order == sorted(order)


def test_a_script_in_a_name_stays_text(frame: gpd.GeoDataFrame, city: City) -> None:
    frame.loc[50, "name"] = "<script>alert(1)</script>"
    page = written(draw({POINTS: frame}, city))
    assert "<script>alert(1)" not in page


def test_codes_are_told_by_their_meaning(frame: gpd.GeoDataFrame, city: City) -> None:
    page = written(draw({POINTS: frame}, city))
    assert json.dumps("危险化学品")[1:-1] in page


def test_a_plugin_that_is_not_carried_along_is_refused(frame: gpd.GeoDataFrame, city: City) -> None:
    drawn = draw({POINTS: frame}, city)
    HeatMap([[30.1, 121.1]]).add_to(drawn)
    with pytest.raises(CommandFailed, match="not carried along"):
        written(drawn)


def test_unassessed_is_never_blue() -> None:
    assert LOOKS[None].colour != LOOKS[4].colour
    assert LOOKS[None].symbol != LOOKS[4].symbol
