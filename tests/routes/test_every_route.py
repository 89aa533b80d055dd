"""What is promised of every route."""

import re

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from app.main import ROUTES as MODULES
from tests.routes.told import EXAMPLES, problem

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
