"""What is promised of every route, and of every way in which a request can be wrong."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import insert, text
from starlette.testclient import TestClient

from app.db.captures import CAPTURE_PHOTOS, CAPTURES
from app.db.engine import writing
from app.main import ROUTES as MODULES
from app.settings import CHECKOUT
from tests.builders import service, stock

NOWHERE = "postgresql://nobody:s3cret@127.0.0.1:1/none"
"""Nothing listens there."""

EXAMPLES = {
    "layer": "risk_points", "layers": "risk_points,pipelines", "id": "1", "z": "14", "x": "13703",
    "y": "6756", "row": "6756", "col": "13703", "analysis": "blackspots", "scheme": "WebMercatorQuad",
    "key": "00000000-0000-4000-8000-000000000001", "number": "1",
}  # fmt: skip

LOCATE = "/api/collections/{layer}/items/{id}/locate"

NEEDED = {
    "/api/nearby": "lon=121.1&lat=30.05",
    "/api/search": "q=a",
    LOCATE: "stake=K0",
    "/api/live/nearest": "lon=122&lat=30.5",
}

LAYER_OF = {LOCATE: "pipelines", LOCATE.replace("locate", "nearby"): "pipelines",
            LOCATE.replace("locate", "stakes"): "pipelines",
            LOCATE.replace("locate", "sheet"): "high_consequence_areas"}  # fmt: skip
"""Routes of one kind of layer."""

WITHOUT_DATABASE = (
    "/", "/import", "/check", "/inspect", "/inspect-worker.js", "/assets", "/healthz", "/metrics", "/api/base", "/api/styles", "/api/city", "/api/legend",
    "/api/conformance", "/api/openapi.json", "/api/docs", "/api/tiles/{layers}.json",
    "/api/collections/{layer}/queryables", "/api/collections/{layer}/schema",
    "/api/collections/{layer}/tiles", "/api/collections/{layer}/tiles/WebMercatorQuad", "/api", "/api/verdict/activities",
    "/api/tileMatrixSets", "/api/tileMatrixSets/{scheme}", "/api/check/uses",
    "/api/collections/{layer}/template.xlsx",
)  # fmt: skip
"""Routes that answer whether or not there is a database."""

PAGES = ("/", "/import", "/check", "/inspect")
"""Pages for people."""

LEAK = re.compile(
    r"psycopg|sqlalchemy|SELECT |FROM |Traceback|/tmp/|/home/|s3cret|nobody|"
    + re.escape(str(CHECKOUT))
)


def routes() -> list[APIRoute]:
    """Every route of the application."""
    return [
        route for module in MODULES for route in module.router.routes if isinstance(route, APIRoute)
    ]


def path_of(route: APIRoute) -> str:
    """The route's path with values that exist."""
    names = {**EXAMPLES, "name": "outline" if "base" in route.path else "none.js"}
    names["layer"] = LAYER_OF.get(route.path, names["layer"])
    if "styles" in route.path:
        names["id"] = "light"
    path = re.sub(r"\{(\w+)(:path)?\}", lambda match: names[match[1]], route.path)
    asks = route.path in NEEDED and "GET" in (route.methods or ())
    return f"{path}?{NEEDED[route.path]}" if asks else path


ROUTES = routes()

every_get = pytest.mark.parametrize(
    "route", [each for each in ROUTES if each.methods and "GET" in each.methods],
    ids=lambda each: each.path,
)  # fmt: skip


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    stock(engine, 6)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO imports (id, layer, file, sha256, crs, actor, report) VALUES "
                "(1, 'risk_points', 'a.csv', '', 'EPSG:4326', 'a', '{\"rejects\": []}')"
            )
        )
        key, seen = EXAMPLES["key"], "2026-11-25T00:00:00Z"
        connection.execute(
            insert(CAPTURES).values(
                key=key, layer="encroachments", fid=1, code="X", actor="a", sha256="", seen_at=seen
            )
        )
        connection.execute(
            insert(CAPTURE_PHOTOS).values(key=key, number=1, sha256="", content=b"photo")
        )
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def alive(url: str) -> Iterator[TestClient]:
    with service(url) as client:
        yield client


@pytest.fixture(scope="module")
def lost() -> Iterator[TestClient]:
    with service(NOWHERE) as client:
        yield client


def problem(answer: Response, status: int) -> dict[str, Any]:
    """The problem that an answer tells; asserts its whole shape."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) <= {"type", "title", "status", "detail", "instance", "errors"}
    assert {"type", "title", "status", "detail", "instance"} <= set(told)
    assert told["status"] == status
    assert all(isinstance(told[name], str) for name in ("type", "title", "detail", "instance"))
    for each in told.get("errors", []):
        assert each["detail"]
        assert "parameter" in each or "pointer" in each
    assert not LEAK.search(answer.text), answer.text
    return told


def test_walk_meets_every_kind_of_route() -> None:
    paths = {route.path for route in ROUTES}
    assert len(paths) > 20
    assert {"/", "/api", "/api/nearby", "/healthz", "/api/collections/{layer}/items"} <= paths


@every_get
def test_route_answers(alive: TestClient, route: APIRoute) -> None:
    answer = alive.get(path_of(route))
    assert answer.status_code == (404 if route.path.startswith("/assets") else 200)
    assert answer.content


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if each.path.startswith("/api")], ids=lambda each: each.path
)
def test_unknown_parameter_is_refused_and_named(alive: TestClient, route: APIRoute) -> None:
    path = path_of(route)
    joined = f"{path}{'&' if '?' in path else '?'}nonsense=1"
    method = "GET" if "GET" in (route.methods or ()) else next(iter(route.methods or ()))
    answer = alive.request(
        method,
        joined,
        json={"type": "Point", "coordinates": [121, 30]} if method != "GET" else None,
    )
    told = problem(answer, 400)
    assert [each["parameter"] for each in told["errors"]] == ["nonsense"]


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if each.path in PAGES], ids=lambda each: each.path
)
def test_page_opens_whatever_a_messenger_adds_to_its_link(
    alive: TestClient, route: APIRoute
) -> None:
    plain, shared = (alive.get(f"{path_of(route)}{query}") for query in ("", "?from=timeline"))
    assert (shared.status_code, shared.content) == (plain.status_code, plain.content)


@every_get
def test_wrong_method_is_a_problem(alive: TestClient, route: APIRoute) -> None:
    taken = {method for each in ROUTES if each.path == route.path for method in each.methods or ()}
    for method in {"PUT", "DELETE", "PATCH"} - taken:
        answer = alive.request(method, path_of(route))
        problem(answer, 405)
        assert taken <= set(answer.headers["allow"].split(", "))


@every_get
def test_head_is_answered_like_get_without_content(alive: TestClient, route: APIRoute) -> None:
    got, asked = alive.get(path_of(route)), alive.head(path_of(route))
    assert asked.status_code == got.status_code
    assert asked.content == b""
    assert asked.headers["content-type"] == got.headers["content-type"]


@every_get
def test_options_does_no_harm(alive: TestClient, route: APIRoute) -> None:
    answer = alive.options(path_of(route))
    assert answer.status_code in {200, 204, 405}
    if answer.status_code == 405:
        problem(answer, 405)


@every_get
def test_without_a_database_a_route_waits_or_needs_none(lost: TestClient, route: APIRoute) -> None:
    answer = lost.get(path_of(route))
    needs_none = any(
        route.path == each or (each in {"/assets", "/api/base", "/api/styles"}
                               and route.path.startswith(each)) for each in WITHOUT_DATABASE
    )  # fmt: skip
    if needs_none:
        assert answer.status_code in {200, 404}
    else:
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1


def test_process_is_alive_but_not_ready_without_a_database(lost: TestClient) -> None:
    assert lost.get("/healthz").json() == {"status": "alive"}
    assert problem(lost.get("/readyz"), 503)["type"] == "/problems/database-away"


def test_bad_request_is_told_even_without_a_database(lost: TestClient) -> None:
    problem(lost.get("/api/collections/risk_points/items?limit=abc"), 400)
    problem(lost.get("/api/nearby?lon=200&lat=0"), 400)
    problem(lost.get("/api/tiles/risk_points/3/9/0.mvt"), 404)


ITEMS = "/api/collections/risk_points/items"

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


PLACE = {"type": "Point", "coordinates": [121.1, 30]}

SENT = {"layer": "encroachments", "properties": {"name": "x", "kind": "占压"}, "geometry": PLACE,
        "seen_at": "2026-11-01T00:00:00Z"}  # fmt: skip

WALK = {"pipeline_code": "A", "from_m": 1, "to_m": 100, "track": [[121, 30, 1, 1], [121, 30, 2, 1]]}

NEW = "00000000-0000-4000-8000-000000000002"

CROSSED = {"type": "Polygon",
           "coordinates": [[[121, 30], [121.1, 30.1], [121.1, 30], [121, 30.1], [121, 30]]]}  # fmt: skip


AFAR = [[[[0, 0], [1e-7, 0], [0, 0], [0, 0]], [[84.5, 0], [0, 0], [-1e-133, 0], [0, 0]]]]

ROUND = {"type": "Polygon", "coordinates": [[[-14.7, -2.4], [1.1, 67.1], [-60.1, 9.6], [-180, 0],
                                             [59.5, 73.4], [-135.3, 0], [-14.7, -2.4]]]}  # fmt: skip


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else [1, 2]


BAD_BODIES = [
    ("POST", "/api/nearby", {**PLACE, "coordinates": nested(600)}, ""),
    ("POST", "/api/nearby", {**PLACE, "coordinates": [10**400, 1]}, ""),
    ("POST", "/api/nearby", {**PLACE, "coordinates": [True, 1]}, ""),
    ("POST", "/api/nearby", {"type": "LineString", "coordinates": [[1, 2], [-179, -2]]}, "/coordinates"),
    ("POST", "/api/nearby", {"type": "LineString", "coordinates": [[7, 90], [120, -90]]}, "/coordinates"),
    ("POST", "/api/nearby?within_m=500", {"type": "MultiPolygon", "coordinates": AFAR}, "/coordinates"),
    ("POST", "/api/verdict", {"activity": "mining", "geometry": CROSSED}, "/geometry"),
    ("POST", "/api/verdict", {"activity": "mining", "geometry": PLACE, "from": 0}, "/from"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": "0001-01-01T00:00:00+14:00"}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": "9999-12-31T23:59:59-12:00"}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": 0}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "actor": "a\0"}, "/actor"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "properties": {"\ud800": "1"}}, "/properties/?"),
    ("PUT", f"/api/patrols/{NEW}", {**WALK, "pipeline_code": "A\0"}, "/pipeline_code"),
]  # fmt: skip
"""What once was an error of the service."""


@pytest.mark.parametrize(("method", "path", "body", "pointer"), BAD_BODIES,
                         ids=[f"{path}-{number}" for number, (_, path, *_) in enumerate(BAD_BODIES)])  # fmt: skip
def test_bad_body_is_refused_and_its_part_named(
    alive: TestClient, method: str, path: str, body: Any, pointer: str
) -> None:
    answer = alive.request(method, path, content=json.dumps(body).encode(),
                           headers={"content-type": "application/json"})  # fmt: skip
    assert pointer in [each["pointer"] for each in problem(answer, 422)["errors"]]


def test_work_that_crosses_itself_is_judged_as_it_is_stored(alive: TestClient) -> None:
    work = {**SENT, "layer": "third_party_works", "geometry": CROSSED,
            "properties": {"name": "x", "activity": "mining"}}  # fmt: skip
    answer = alive.put("/api/captures/00000000-0000-4000-8000-000000000003", json=work)
    assert answer.status_code == 201, answer.text
    assert answer.json()["verdict"]["verdict"]


def test_geometry_round_the_earth_is_measured_without_stakes(alive: TestClient) -> None:
    found = alive.post("/api/nearby?layers=pipelines&limit=3", json=ROUND)
    assert found.status_code == 200, found.text
    assert len(found.json()["features"]) == 3
    assert all("stake_from" not in each for each in found.json()["features"])


def test_site_that_crosses_itself_over_a_pipeline_has_its_stakes(alive: TestClient) -> None:
    west, east = 121.0995, 121.1005
    crossed = {"type": "Polygon", "coordinates": [[[west, 30.053], [east, 30.055], [east, 30.053],
                                                   [west, 30.055], [west, 30.053]]]}  # fmt: skip
    found = alive.post("/api/nearby?layers=pipelines&within_m=10", json=crossed)
    assert found.status_code == 200, found.text
    assert all("stake_from" in each for each in found.json()["features"])
    assert found.json()["features"]


def test_positions_with_and_without_a_height_are_one_line(alive: TestClient) -> None:
    mixed = {
        "type": "LineString",
        "coordinates": [[121.1, 30], [121.2, 30.1, 9], [121.3, 30, 1, 2]],
    }
    plain = {"type": "LineString", "coordinates": [[121.1, 30], [121.2, 30.1], [121.3, 30]]}
    answers = [alive.post("/api/nearby?within_m=900", json=each) for each in (mixed, plain)]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


SAID = [
    (f"{ITEMS}/abc", "应为整数"),
    (f"{ITEMS}/-1", "数值过小，应不小于 0"),
    (f"{ITEMS}?f=xml", "不在允许的取值之内"),
    (f"{ITEMS}?l_value=abc", "应为数字"),
    (f"{ITEMS}?notice_board=maybe", "应为是或否"),
    (f"{ITEMS}?assessed_at=2026-13-01", "不是有效日期"),
    ("/api/nearby?lon=nan&lat=1", "应为有限数值"),
    ("/api/nearby?lon=181&lat=1", "数值过大，应不大于 180"),
    ("/api/search?q=", "文字过短，至少 1"),
    ("/api/search", "缺少必填值"),
    (f"/api/search?q={'a' * 101}", "文字过长，最多 100"),
    ("/api/live/tracks?mmsi=1", "格式不符"),
    ("/api/captures/1", "不是有效的 UUID"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "words"), SAID)
def test_refusal_is_told_in_chinese_too(alive: TestClient, path: str, words: str) -> None:
    [fault] = problem(alive.get(path), 400)["errors"]
    assert fault["detail"].endswith(f" {words}")
    assert fault["detail"].isascii() is False


def test_refusal_of_a_body_is_told_in_chinese_too(alive: TestClient) -> None:
    path, kind = f"/api/captures/{NEW}", {"content-type": "application/json"}
    told = problem(alive.put(path, json={**SENT, "a/b": 1, "layer": "x", "seen_at": "soon"}), 422)
    said = {each["pointer"]: each["detail"] for each in told["errors"]}
    assert said.keys() == {"/a~1b", "/layer", "/seen_at"}
    assert said["/a~1b"].endswith("不是已知的字段")
    assert said["/layer"].endswith("不在允许的取值之内")
    assert said["/seen_at"] == "a date is written 2026-11-03 日期写作 2026-11-03"
    [fault] = problem(alive.put(path, content=b'{"a":', headers=kind), 422)["errors"]
    assert fault["pointer"] == ""
    assert fault["detail"] == "is no JSON: Expecting value at character 5 不是有效的 JSON"
    [fault] = problem(alive.put(path), 422)["errors"]
    assert (fault["pointer"], fault["detail"]) == ("", "Field required 缺少必填值")
