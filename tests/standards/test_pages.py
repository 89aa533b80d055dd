"""Whoever asks for a page gets one, with the same content and links as programs get."""

import html
import json
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from app.maps.palette import LOOKS
from layers.registry import LAYERS
from tests.builders import add, service, stock

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

OF_A_LAYER = ("", "/items?limit=2", "/items/1", "/queryables", "/schema", "/tiles",
              "/tiles/WebMercatorQuad")  # fmt: skip

STYLES = ["/api/styles/light.json", "/api/styles/dark.json"]

PATHS = [
    "/api", "/api/conformance", "/api/collections", "/api/tileMatrixSets",
    "/api/tileMatrixSets/WebMercatorQuad",
    *STYLES, *(f"/api/tiles/{layer}.json" for layer in LAYERS), "/api/tiles/risk_points,pipelines.json",
    *(f"/api/collections/{layer}{part}" for layer in LAYERS for part in OF_A_LAYER),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    stock(made, 6)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def alive(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_page_has_the_links_of_the_content_and_loads_nothing(alive: TestClient, path: str) -> None:
    plain = alive.get(path)
    shown = alive.get(path, headers={"accept": BROWSER})
    assert plain.headers["content-type"].split(";")[0].endswith("json")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in plain.headers["vary"]
    assert "Accept" in shown.headers["vary"]
    page = shown.text
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert not re.search(r"<(?:link|img|iframe|object)\b|@import|url\(", page)
    hrefs = set(re.findall(r'href="([^"]+)"', page))
    told = plain.json()
    for link in told.get("links", []):
        if link["rel"] not in {"self", "alternate"} and not link.get("templated"):
            assert link["href"].replace("&", "&amp;") in hrefs
    if "links" in told:
        ways = {each["rel"]: each for each in told["links"]}
        assert ways["self"]["type"] == plain.headers["content-type"].split(";")[0]
        assert ways["alternate"]["type"] == "text/html"
        assert alive.get(ways["alternate"]["href"]).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", [*PATHS[:8], "/api/tiles/pipelines.json"])
def test_f_stands_above_accept_and_tags_differ(alive: TestClient, path: str) -> None:
    joined = "&" if "?" in path else "?"
    page = alive.get(f"{path}{joined}f=html")
    plain = alive.get(f"{path}{joined}f=json", headers={"accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert "json" in plain.headers["content-type"]
    if "etag" in page.headers:
        assert page.headers["etag"] != plain.headers["etag"]
        again = alive.get(f"{path}{joined}f=html", headers={"if-none-match": page.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", [*STYLES, "/api/tiles/risk_points.json?filter=grade%3D1"])
def test_page_of_what_has_no_links_leads_to_its_content(alive: TestClient, path: str) -> None:
    page = alive.get(path, headers={"accept": BROWSER}).text
    ways = [html.unescape(each) for each in re.findall(r'href="([^"]+f=json[^"]*)"', page)]
    assert [alive.get(each).json() for each in ways] == [alive.get(path).json()]


def test_landing_page_leads_to_the_styles(alive: TestClient) -> None:
    told = [each["href"] for each in alive.get("/api").json()["links"]]
    assert all(any(href.endswith(path) for href in told) for path in STYLES)


def test_features_on_a_page_are_those_of_the_content(alive: TestClient) -> None:
    address = "/api/collections/risk_points/items?limit=3&sortby=-code&grade=1,2,unassessed"
    plain = alive.get(address).json()
    page = alive.get(f"{address}&f=html").text
    shown = re.findall(r'/items/(\d+)\?f=html"', page)
    assert [int(each) for each in shown] == [each["id"] for each in plain["features"]]
    for each in plain["features"]:
        assert LOOKS[each["properties"]["grade"]].label in page
    assert "svg" in page


def test_text_from_outside_is_text_on_every_page(
    make_database: Callable[[str], str], template: str
) -> None:
    made = writing(make_database(template))
    evil = "<script>alert(1)</script>\"'&"
    with made.begin() as connection:
        add(connection, "risk_points", "POINT(121 30)", name=evil, code=evil, enterprise=evil)
    with service(made.url.render_as_string(hide_password=False)) as client:
        for path in ("items", "items/1"):
            page = client.get(f"/api/collections/risk_points/{path}?f=html").text
            assert "<script" not in page
            assert "&lt;script&gt;" in page
    made.dispose()


def test_map_is_left_out_where_coordinates_are_no_degrees(alive: TestClient) -> None:
    page = alive.get("/api/collections/pipelines/items/1?f=html&crs=EPSG:4549").text
    assert "<svg" not in page
    assert "<svg" in alive.get("/api/collections/pipelines/items/1?f=html").text


def test_feature_without_a_place_is_told(alive: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        fid = add(connection, "crashes", None)
    page = alive.get(f"/api/collections/crashes/items/{fid}?f=html").text
    assert "尚无位置" in page
    assert json.dumps(None) in alive.get(f"/api/collections/crashes/items/{fid}").text
