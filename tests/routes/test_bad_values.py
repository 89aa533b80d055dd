"""Every way in which the address of a request can be wrong, or looks so."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.routes.told import ITEMS, problem

ZEROS = "0" * 400


def place(values: Any) -> str:
    """A value of `after` as a stranger may forge it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


BAD = [
    (f"{ITEMS}?limit=-1", "limit"),
    (f"{ITEMS}?limit=0", "limit"),
    (f"{ITEMS}?limit=abc", "limit"),
    (f"{ITEMS}?limit=1.5", "limit"),
    (f"{ITEMS}?limit=", "limit"),
    (f"{ITEMS}?limit=1_0", "limit"),
    (f"{ITEMS}?limit=5&limit=6", "limit"),
    (f"{ITEMS}?bbox=NaN,1,2,3", "bbox"),
    (f"{ITEMS}?bbox=1,2,inf,3", "bbox"),
    (f"{ITEMS}?bbox=120,31,121,30", "bbox"),
    (f"{ITEMS}?bbox=1,2,3", "bbox"),
    (f"{ITEMS}?bbox=1,2,3,4,5", "bbox"),
    (f"{ITEMS}?bbox=a,b,c,d", "bbox"),
    (f"{ITEMS}?bbox=", "bbox"),
    (f"{ITEMS}?bbox=-181,0,0,1", "bbox"),
    (f"{ITEMS}?bbox=0,-91,1,1", "bbox"),
    (f"{ITEMS}?bbox=1e308,1e308,1.1e308,1.1e308&bbox-crs=EPSG:3857", "bbox"),
    (f"{ITEMS}?bbox=-1e308,-1e308,1e308,1e308&bbox-crs=EPSG:4549", "bbox"),
    (f"{ITEMS}?bbox=1,2,3,4&bbox-crs=EPSG:2401", "bbox-crs"),
    (f"{ITEMS}?crs=EPSG:999999", "crs"),
    (f"{ITEMS}?crs=nonsense", "crs"),
    (f"{ITEMS}?crs=", "crs"),
    (f"{ITEMS}?crs=EPSG:4214", "crs"),
    (f"{ITEMS}?crs=EPSG:2401", "crs"),
    (f"{ITEMS}?crs=EPSG:4610", "crs"),
    (f"{ITEMS}?crs=EPSG:5773", "crs"),
    (f"{ITEMS}?crs=EPSG:4978", "crs"),
    (f"{ITEMS}?datetime=yesterday", "datetime"),
    (f"{ITEMS}?datetime=2026-11-03T08:00:00", "datetime"),
    (f"{ITEMS}?datetime=2026-13-03", "datetime"),
    (f"{ITEMS}?datetime=../..", "datetime"),
    (f"{ITEMS}?datetime=2026-11-04/2026-11-03", "datetime"),
    (f"{ITEMS}?datetime=2026-11-03/2026-11-04/2026-11-05", "datetime"),
    (f"{ITEMS}?datetime=0.5", "datetime"),
    (f"{ITEMS}?datetime=20261103", "datetime"),
    (f"{ITEMS}?assessed_at=0", "assessed_at"),
    (f"{ITEMS}/1/grade?asof=", "asof"),
    ("/api/summary?asof=", "asof"),
    ("/api/live/nearest?lon=122&lat=30&at=", "at"),
    (f"{ITEMS}?datetime=", "datetime"),
    (f"{ITEMS}?asof=soon", "asof"),
    (f"{ITEMS}?asof=", "asof"),
    (f"{ITEMS}?grade=5", "grade"),
    (f"{ITEMS}?grade=red", "grade"),
    (f"{ITEMS}?grade=1,,2", "grade"),
    (f"{ITEMS}?expert_grade=99999999999", "expert_grade"),
    (f"{ITEMS}?expert_grade=1{ZEROS}", "expert_grade"),
    (f"{ITEMS}?l_value=nan", "l_value"),
    (f"{ITEMS}?l_value=1e999", "l_value"),
    (f"{ITEMS}?name=%00", "name"),
    (f"{ITEMS}?code=a%00b", "code"),
    (f"{ITEMS}?township_code=%00", "township_code"),
    (f"{ITEMS}?assessed_at=soon", "assessed_at"),
    (f"{ITEMS}?notice_board=maybe", "notice_board"),
    (f"{ITEMS}?sortby=nonsense", "sortby"),
    (f"{ITEMS}?sortby=name;DROP TABLE risk_points", "sortby"),
    (f"{ITEMS}?properties=name,nonsense", "properties"),
    (f"{ITEMS}?after=garbage", "after"),
    (f"{ITEMS}?after=", "after"),
    (f"{ITEMS}?after=%F0%9F%98%80", "after"),
    (f"{ITEMS}?after={place([])}", "after"),
    (f"{ITEMS}?after={place([1, 2])}", "after"),
    (f"{ITEMS}?after={place([2**70])}", "after"),
    (f"{ITEMS}?after={place({'a': 1})}", "after"),
    (f"{ITEMS}?before=garbage", "before"),
    (f"{ITEMS}?before={place([1])}&after={place([1])}", "before"),
    (f"{ITEMS}?f=xml", "f"),
    (f"{ITEMS}/1?f=geojson", "f"),
    ("/api?f=pdf", "f"),
    ("/api/openapi.json?f=2.0", "f"),
    ("/api/collections?f=", "f"),
    ("/api/tileMatrixSets/Nonsense", "scheme"),
    (f"{ITEMS}?sortby=name&after={place([chr(0), 1])}", "after"),
    (f"{ITEMS}?sortby=name&after={place([chr(0xD800), 1])}", "after"),
    (f"{ITEMS}?sortby=grade&after={place([10**30, 1])}", "after"),
    (f"{ITEMS}?sortby=l_value&after={place([float('nan'), 1])}", "after"),
    ("/api/nearby?lon=abc&lat=1", "lon"),
    ("/api/nearby?lon=181&lat=1", "lon"),
    ("/api/nearby?lon=nan&lat=1", "lon"),
    ("/api/nearby?lat=1", "lon"),
    ("/api/nearby?lon=1&lat=1&within_m=-1", "within_m"),
    ("/api/nearby?lon=1&lat=1&within_m=inf", "within_m"),
    ("/api/nearby?lon=1&lat=1&within_m=1e300", "within_m"),
    ("/api/nearby?lon=1&lat=1&limit=0", "limit"),
    ("/api/nearby?lon=1&lat=1&grade_max=5", "grade_max"),
    ("/api/nearby?lon=1&lat=1&layers=nonsense", "layers"),
    ("/api/nearby?lon=1&lat=1&layers=", "layers"),
    ("/api/nearby?lon=1&lat=1&lon=2", "lon"),
    ("/api/search?q=%00", "q"),
    ("/api/search?q=", "q"),
    (f"/api/search?q={'a' * 101}", "q"),
    ("/api/search?q=a&limit=0", "limit"),
    ("/api/summary?by=colour", "by"),
    ("/api/summary?method=guess", "method"),
    ("/api/summary?layers=nonsense", "layers"),
    ("/api/summary?layers=townships", "layers"),
    ("/api/summary?bbox=1,2", "bbox"),
    ("/api/summary?asof=soon", "asof"),
    ("/api/styles/pink.json", "id"),
    ("/api/tiles/nonsense.json", "layers"),
    ("/api/tiles/nonsense/0/0/0.mvt", "layers"),
    ("/api/tiles/risk_points/a/0/0.mvt", "z"),
    ("/api/collections/risk_points/export?f=exe", "f"),
    ("/api/collections/risk_points/export?limit=5", "limit"),
    ("/api/collections/risk_points/export?crs=EPSG:4214", "crs"),
    ("/api/collections/risk_points/items/abc", "id"),
    ("/api/collections/risk_points/items/-1", "id"),
    ("/api/collections/risk_points/items/1?crs=EPSG:4214", "crs"),
    ("/api/collections/risk_points/items/1?asof=soon", "asof"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "parameter"), BAD, ids=[path[:90] for path, _ in BAD])
def test_bad_value_is_refused_and_its_parameter_named(
    alive: TestClient, path: str, parameter: str
) -> None:
    told = problem(alive.get(path), 400)
    assert parameter in [each["parameter"] for each in told["errors"]]


def test_refusal_of_beijing_1954_says_why(alive: TestClient) -> None:
    told = problem(alive.get(f"{ITEMS}?crs=EPSG:2401"), 400)
    assert "Beijing 1954" in told["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/collections/nonsense", "/api/collections/nonsense/items", "/nonsense", "/api/nonsense",
        "/api/collections/risk_points/items/999999999", "/api/tiles/risk_points/3/8/0.mvt",
        "/api/tiles/risk_points/0/0/1.mvt", "/api/tiles/risk_points/22/4194303/4194304.mvt",
        "/api/collections/risk_points/tiles/WebMercatorQuad/1/2/0", "/api/base/nonsense.geojson",
        "/api/base/..%2Fprofile.toml.geojson", "/assets/none.js", "/assets/..%2F..%2F..%2Fcli.py",
        "/assets/%2Fetc%2Fpasswd", "/assets/%00", "/assets/" + "a" * 300,
        "/api/collections/townships/items/1/grade", "/api/collections/risk_points%2Fitems/items",
        "/api/collections/risk_points%00/items", "/api/collections/..%2F..%2Fetc%2Fpasswd",
        "/api/collections/risk_points/tiles/Nonsense/1/1/0",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem(alive: TestClient, path: str) -> None:
    answer = alive.get(path)
    assert answer.status_code in {400, 404}, answer.text[:200]
    problem(answer, answer.status_code)


def test_zoom_beyond_the_deepest_is_a_problem(alive: TestClient) -> None:
    for path in ("/api/tiles/risk_points/23/0/0.mvt", "/api/tiles/risk_points/-1/0/0.mvt"):
        answer = alive.get(path)
        problem(answer, answer.status_code)
        assert answer.status_code in {400, 404}


ODD = [
    "'; DROP TABLE risk_points; --", '"', "\\", "%", "_", "100%", "$$", "%(name)s", "{0}", ":name",
    "<script>", "余姚", "😀", "a'b", "\u202e", "\n", "null", "1) OR (1=1",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_text_from_outside_stays_text(alive: TestClient, text: str) -> None:
    for parameter in ("name", "code", "township_code", "enterprise"):
        answer = alive.get(ITEMS, params={parameter: text})
        assert answer.status_code == 200, (parameter, answer.text)
        if text != "null":
            assert answer.json()["features"] == []
    assert alive.get("/api/search", params={"q": text}).status_code == 200
    assert (
        alive.get("/api/collections/risk_points/export", params={"name": text}).status_code == 200
    )
    assert alive.get(ITEMS).json()["numberMatched"] == 6


def test_percent_and_underscore_are_no_wildcards_in_search(alive: TestClient) -> None:
    for word in ("%", "_", "X%"):
        assert alive.get("/api/search", params={"q": word}).json()["features"] == []
    assert alive.get("/api/search", params={"q": "X"}).json()["features"] != []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"), (b"{", "application/json"), (b"[]", "application/json"),
        (b"null", "application/json"), (b'"Point"', "application/json"), (b"{}", "application/json"),
        (b'{"type":"Point"}', "application/json"), (b"a=1", "application/x-www-form-urlencoded"),
        (b'{"type":"Point","coordinates":[]}', "application/json"),
        (b'{"type":"Point","coordinates":["a","b"]}', "application/json"),
        (b'{"type":"Point","coordinates":[NaN,1]}', "application/json"),
        (b'{"type":"Point","coordinates":[1e999,1]}', "application/json"),
        (b'{"type":"Point","coordinates":[200,1]}', "application/json"),
        (b'{"type":"Point","coordinates":[1]}', "application/json"),
        (b'{"type":"Point","coordinates":{"a":1}}', "application/json"),
        (b'{"type":"LineString","coordinates":[[1,1]]}', "application/json"),
        (b'{"type":"LineString","coordinates":[[1,1],[NaN,2],[2,2]]}', "application/json"),
        (b'{"type":"Polygon","coordinates":[[[1,1],[2,2]]]}', "application/json"),
        (b'{"type":"Polygon","coordinates":[]}', "application/json"),
        (b'{"type":"Circle","coordinates":[1,1]}', "application/json"),
        (b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1,1]}}', "application/json"),
        (b'{"type":"GeometryCollection","geometries":[]}', "application/json"),
        (b'{"type":"GeometryCollection","geometries":5}', "application/json"),
        (b'{"type":5,"coordinates":[1,1]}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"type":"GeometryCollection","geometries":[' * 400, "application/json"),
    ],
)  # fmt: skip
def test_body_that_is_no_geometry_is_a_problem(alive: TestClient, body: bytes, kind: str) -> None:
    answer = alive.post("/api/nearby", content=body, headers={"content-type": kind})
    assert answer.status_code in {400, 415, 422}, answer.text[:200]
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [
        "datetime=0001-01-01", "datetime=9999-12-31", "asof=0001-01-01", "asof=9999-12-31",
        "datetime=0001-01-01T00:00:00%2B14:00/..", "datetime=../9999-12-31T23:59:59-12:00",
        "limit=99999999999999999999", "bbox=180,-90,-180,90", "bbox=-180,-90,180,90",
        "bbox=170,-10,-170,10", "bbox=120,30,0,122,31,100", "grade=unassessed", "grade=1,2,unassessed",
        "category=01,02", "category=危险化学品", "sortby=-grade,name", "sortby=%2Bname",
        "sortby=+name", "sortby=name,-name", "properties=", "properties=name,name", "crs=4549",
        "crs=http://www.opengis.net/def/crs/EPSG/0/4490", "crs=urn:ogc:def:crs:EPSG::3857",
        "bbox=120,30,122,31&bbox-crs=CRS84", "bbox=30,120,31,122&bbox-crs=EPSG:4326",
        "bbox=3300000,500000,3400000,700000&bbox-crs=EPSG:4549", "notice_board=true",
        "crs=EPSG:32601", "crs=EPSG:2193", "crs=EPSG:3031", "crs=EPSG:3395", "crs=EPSG:27700",
    ],
)  # fmt: skip
def test_unusual_but_right_value_is_answered(alive: TestClient, query: str) -> None:
    for path in (ITEMS, "/api/collections/risk_points/export"):
        if path != ITEMS and query.startswith(("limit", "sortby")):
            continue
        answer = alive.get(f"{path}?{query}")
        if answer.status_code == 400 and query.startswith("crs=EPSG"):
            problem(answer, 400)  # a system that can't hold the features may be refused
            continue
        assert answer.status_code == 200, answer.text[:300]
        assert answer.json()["type"] == "FeatureCollection"


def test_range_that_a_file_does_not_have_is_a_problem(alive: TestClient) -> None:
    path = "/api/collections/risk_points/export?f=xlsx"
    size = len(alive.get(path).content)
    answer = alive.get(path, headers={"range": f"bytes={size * 9}-"})
    assert problem(answer, 416)["type"] == "/problems/no-such-range"
    assert answer.headers["content-range"].startswith("bytes */")
    told = problem(alive.get(path, headers={"range": "bytes=abc"}), 400)
    assert [each["parameter"] for each in told["errors"]] == ["Range"]
    assert alive.get(path, headers={"range": "bytes=0-9"}).status_code == 206
