"""OGC API – Features Parts 1 to 3, a test named after each requirement, over every layer where cheap.

Source: OGC 17-069r4, 18-058, 19-079r2.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from openapi_spec_validator import OpenAPIV30SpecValidator
from pyproj import Transformer
from shapely import box
from shapely.geometry import shape
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from layers.registry import LAYERS
from tests.builders import service, sql, stock

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"

ROWS = 6

POINTS = "/api/collections/risk_points"

every_layer = pytest.mark.parametrize("layer", list(LAYERS))


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    stock(made, ROWS)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def api(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as client:
        yield client


def told(answer: Response, kind: str = "application/json") -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == kind
    content: dict[str, Any] = answer.json()
    return content


def ways(content: dict[str, Any], rel: str) -> list[dict[str, str]]:
    return [each for each in content["links"] if each["rel"] == rel]


def items(api: TestClient, layer: str, **query: str) -> dict[str, Any]:
    return told(api.get(f"/api/collections/{layer}/items", params=query), "application/geo+json")


def parameter(api: TestClient, name: str) -> dict[str, Any]:
    definition = api.get("/api/openapi.json?f=3.0").json()
    held = definition["paths"]["/api/collections/{layer}/items"]["get"]["parameters"]
    assert {"$ref": f"#/components/parameters/{name}"} in held
    return dict(definition["components"]["parameters"][name])


# Part 1, core


def test_req_core_root_success(api: TestClient) -> None:
    content = told(api.get("/api"))
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert ways(content, rel), rel


def test_req_core_api_definition_success(api: TestClient) -> None:
    content = told(api.get("/api"))
    for way in (*ways(content, "service-desc"), *ways(content, "service-doc")):
        answer = api.get(way["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(way["type"])


def test_req_core_conformance_success(api: TestClient) -> None:
    [way] = ways(told(api.get("/api")), "conformance")
    classes = told(api.get(way["href"]))["conformsTo"]
    assert len(classes) == len(set(classes))
    for part, name in (("1", "core"), ("1", "oas30"), ("1", "html"), ("1", "geojson"), ("2", "crs"),
                       ("3", "filter"), ("3", "features-filter"), ("3", "queryables")):  # fmt: skip
        assert f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}" in classes


def test_req_core_http(api: TestClient) -> None:
    assert api.get("/api/collections/none").status_code == 404
    assert api.put("/api/collections").status_code == 405
    assert api.head("/api/collections").status_code == 200


@pytest.mark.parametrize("path", ["/api", "/api/conformance", "/api/collections", POINTS, f"{POINTS}/items",
                                  f"{POINTS}/items/1", f"{POINTS}/queryables"])  # fmt: skip
def test_req_core_query_param_unknown(api: TestClient, path: str) -> None:
    assert api.get(f"{path}?unknown_parameter=1").status_code == 400


@pytest.mark.parametrize("query", ["limit=-1", "limit=0", "limit=x", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=NaN,1,2,3",
                                   "datetime=yesterday", "bbox=120,31,121,30"])  # fmt: skip
def test_req_core_query_param_invalid(api: TestClient, query: str) -> None:
    answer = api.get(f"{POINTS}/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


@every_layer
def test_req_core_crs84(api: TestClient, layer: str) -> None:
    content = items(api, layer)
    for each in content["features"]:
        west, south, east, north = shape(each["geometry"]).bounds
        assert 121 <= west <= east <= 122
        assert 30 <= south <= north <= 31


def test_req_core_fc_md_op_and_success(api: TestClient) -> None:
    [way] = ways(told(api.get("/api")), "data")
    content = told(api.get(way["href"]))
    assert {each["id"] for each in content["collections"]} == set(LAYERS)


def test_req_core_fc_md_links(api: TestClient) -> None:
    content = told(api.get("/api/collections"))
    assert ways(content, "self")[0]["type"] == "application/json"
    assert ways(content, "alternate")[0]["type"] == "text/html"


def test_req_core_fc_md_items_and_items_links(api: TestClient) -> None:
    for each in told(api.get("/api/collections"))["collections"]:
        assert ways(each, "items")
        assert all(way["type"] for way in ways(each, "items"))


@every_layer
def test_req_core_fc_md_extent(api: TestClient, layer: str) -> None:
    content = told(api.get(f"/api/collections/{layer}"))
    [extent] = content["extent"]["spatial"]["bbox"]
    assert content["extent"]["spatial"]["crs"] == CRS84
    around = box(*extent)
    assert all(around.covers(shape(each["geometry"])) for each in items(api, layer)["features"])


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if each.instant])
def test_req_core_fc_md_extent_in_time(api: TestClient, layer: str) -> None:
    extent = told(api.get(f"/api/collections/{layer}"))["extent"]["temporal"]
    assert extent["trs"] == "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
    [(first, last)] = extent["interval"]
    values = [each["properties"][LAYERS[layer].instant] for each in items(api, layer)["features"]]
    if not any(values):
        assert (first, last) == (None, None)
        return
    # Days are those of the city; at both ends the interval holds whatever has an instant.
    asked = items(api, layer, datetime=f"{first}/{last}")["features"]
    assert len(asked) == sum(value is not None for value in values)
    for outside in (f"../{_moved(first, -1)}", f"{_moved(last, 1)}/.."):
        assert items(api, layer, datetime=outside)["features"] == []


def _moved(instant: str, microseconds: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(microseconds=microseconds)).isoformat()


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if not each.instant])
def test_layer_without_instants_tells_no_time(api: TestClient, layer: str) -> None:
    assert "temporal" not in told(api.get(f"/api/collections/{layer}"))["extent"]


@every_layer
def test_extent_is_that_of_the_features(api: TestClient, engine: Engine, layer: str) -> None:
    content = told(api.get(f"/api/collections/{layer}"))
    [extent] = content["extent"]["spatial"]["bbox"]
    held = sql(engine, f"SELECT ST_Extent(geom)::geometry FROM {layer}")  # noqa: S608 - a declared id
    sides = ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
    if held is not None:
        exact = [sql(engine, f"SELECT {side}('{held}'::geometry)") for side in sides]
        assert extent == pytest.approx(exact, rel=0, abs=1.01e-7)


@every_layer
def test_req_core_sfc_md_success(api: TestClient, layer: str) -> None:
    one = told(api.get(f"/api/collections/{layer}"))
    [other] = [
        each for each in told(api.get("/api/collections"))["collections"] if each["id"] == layer
    ]
    for name in ("id", "title", "description", "extent", "itemType", "crs", "storageCrs"):
        assert one[name] == other[name]
    assert ways(one, "items") == ways(other, "items")


@every_layer
def test_req_core_fc_op_and_response(api: TestClient, layer: str) -> None:
    [way] = [each for each in ways(told(api.get(f"/api/collections/{layer}")), "items")
             if each["type"] == "application/geo+json"]  # fmt: skip
    content = told(api.get(way["href"]), "application/geo+json")
    assert content["type"] == "FeatureCollection"
    assert len(content["features"]) == ROWS


def test_req_core_fc_limit_definition(api: TestClient) -> None:
    schema = parameter(api, "limit")["schema"]
    assert (schema["type"], schema["minimum"], schema["default"]) == ("integer", 1, 10)
    assert schema["maximum"] == 10_000


@every_layer
@pytest.mark.parametrize("limit", [1, 4, 6, 10_000, 10_001])
def test_req_core_fc_limit_response_1(api: TestClient, layer: str, limit: int) -> None:
    assert len(items(api, layer, limit=str(limit))["features"]) == min(limit, ROWS)


def test_req_core_fc_bbox_definition(api: TestClient) -> None:
    told_of = parameter(api, "bbox")
    assert (told_of["style"], told_of["explode"], told_of["required"]) == ("form", False, False)
    assert [each["minItems"] for each in told_of["schema"]["oneOf"]] == [4, 6]


@every_layer
def test_req_core_fc_bbox_response(api: TestClient, layer: str) -> None:
    every = items(api, layer)["features"]
    asked = (121.1015, 30.0, 121.1035, 30.1)
    inside = {each["id"] for each in every if shape(each["geometry"]).intersects(box(*asked))}
    text = ",".join(map(str, asked))
    assert {each["id"] for each in items(api, layer, bbox=text)["features"]} == inside
    assert 0 < len(inside) < ROWS
    high = ",".join(map(str, (*asked[:2], 0, *asked[2:], 9)))
    assert {each["id"] for each in items(api, layer, bbox=high)["features"]} == inside


def test_req_core_fc_bbox_response_across_the_antimeridian(api: TestClient) -> None:
    assert items(api, "risk_points", bbox="170,0,-170,60")["features"] == []
    assert len(items(api, "risk_points", bbox="121,0,-170,60")["features"]) == ROWS


def test_req_core_fc_time_definition(api: TestClient) -> None:
    assert parameter(api, "datetime")["schema"]["type"] == "string"


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if each.instant])
def test_req_core_fc_time_response(api: TestClient, layer: str) -> None:
    field = str(LAYERS[layer].instant)
    every = items(api, layer)["features"]
    for asked, wanted in (("2026-11-03", True), ("2026-11-02/2026-11-04", True), ("../2026-11-02T00:00:00Z", False),
                          ("2026-11-05T00:00:00Z/..", False)):  # fmt: skip
        filled = {each["id"] for each in every if each["properties"][field] is not None}
        expected = filled if wanted else set()
        assert {each["id"] for each in items(api, layer, datetime=asked)["features"]} == expected


@every_layer
def test_req_core_fc_links_and_rel_type(api: TestClient, layer: str) -> None:
    content = items(api, layer, limit="2")
    assert ways(content, "self")[0]["type"] == "application/geo+json"
    assert ways(content, "alternate")[0]["type"] == "text/html"
    assert all(each["type"] for each in content["links"])
    [following] = ways(content, "next")
    assert told(api.get(following["href"]), "application/geo+json")["features"]


@every_layer
def test_req_core_fc_numberMatched(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    assert items(api, layer, limit="2")["numberMatched"] == ROWS


@every_layer
def test_req_core_fc_numberReturned(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    content = items(api, layer, limit="2")
    assert content["numberReturned"] == len(content["features"]) == 2


def test_req_core_fc_timeStamp(api: TestClient) -> None:  # noqa: N802 - its name
    stamp = items(api, "risk_points").get("timeStamp")
    assert stamp is None or datetime.fromisoformat(stamp)


@every_layer
def test_req_core_f_success_and_links(api: TestClient, layer: str) -> None:
    [some] = items(api, layer, limit="1")["features"]
    one = told(api.get(f"/api/collections/{layer}/items/{some['id']}"), "application/geo+json")
    assert {name: one[name] for name in some} == some
    [way] = ways(one, "collection")
    assert told(api.get(way["href"]))["id"] == layer
    assert ways(one, "self")
    assert ways(one, "alternate")


# Part 1, encodings and definition


@every_layer
def test_req_geojson_content(api: TestClient, layer: str) -> None:
    for each in items(api, layer)["features"]:
        assert each["type"] == "Feature"
        assert {"id", "geometry", "properties"} <= set(each)


@pytest.mark.parametrize("path", ["/api", "/api/conformance", "/api/collections", POINTS, f"{POINTS}/items",
                                  f"{POINTS}/items/1"])  # fmt: skip
def test_req_html_definition_and_content(api: TestClient, path: str) -> None:
    answer = api.get(path, headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    for each in api.get(path).json()["links"]:
        if each["rel"] not in {"self", "alternate"}:
            assert each["href"].replace("&", "&amp;") in answer.text


def test_req_oas30_oas_definition(api: TestClient) -> None:
    answer = api.get(
        "/api/openapi.json", headers={"accept": "application/vnd.oai.openapi+json;version=3.0"}
    )
    definition = told(answer, "application/vnd.oai.openapi+json")
    assert list(OpenAPIV30SpecValidator(definition).iter_errors()) == []


def test_req_oas30_completeness_and_exceptions_codes(api: TestClient) -> None:
    for path, each in api.get("/api/openapi.json?f=3.0").json()["paths"].items():
        for operation in each.values():
            assert operation["operationId"]
            assert {"4XX", "5XX"} <= set(operation["responses"]), path


# Part 2


@every_layer
def test_req_crs_fc_md_crs_list_and_storageCrs(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    content = told(api.get(f"/api/collections/{layer}"))
    wanted = [CRS84, *(f"{EPSG}{code}" for code in (4326, 3857, 4490, 4549, 4528, 32651))]
    assert set(wanted) <= set(content["crs"])
    assert content["storageCrs"] in content["crs"]


def test_req_crs_fc_crs_valid_value_and_fc_bbox_crs_valid_value(api: TestClient) -> None:
    for name, value in (("crs", "http://www.opengis.net/def/crs/EPSG/0/999999"), ("crs", "nonsense"),
                        ("bbox-crs", "http://www.opengis.net/def/crs/OGC/0/None")):  # fmt: skip
        answer = api.get(f"{POINTS}/items", params={name: value, "bbox": "1,2,3,4"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == name


def test_req_crs_fc_crs_default_value_and_ogc_crs_header(api: TestClient) -> None:
    for path in (f"{POINTS}/items", f"{POINTS}/items/1"):
        assert api.get(path).headers["content-crs"] == f"<{CRS84}>"
        asked = api.get(path, params={"crs": f"{EPSG}4549"})
        assert asked.headers["content-crs"] == f"<{EPSG}4549>"


@every_layer
@pytest.mark.parametrize("code", [4326, 3857, 4490, 4549, 4528, 32651])
def test_req_crs_fc_crs_action(api: TestClient, layer: str, code: int) -> None:
    plain = items(api, layer, limit="1")["features"][0]
    other = items(api, layer, limit="1", crs=f"{EPSG}{code}")["features"][0]
    # Axes in the order of the authority on both sides.
    forth = Transformer.from_crs(4326, code)
    west, south = _first(plain["geometry"]["coordinates"])
    expected = forth.transform(south, west)
    fine = 2e-7 if code in {4326, 4490} else 0.02
    for part, true in zip(_first(other["geometry"]["coordinates"]), expected, strict=True):
        assert abs(part - true) < fine


def _first(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]


@pytest.mark.parametrize("code", [4326, 3857, 4490, 4549, 4528, 32651])
def test_req_crs_fc_bbox_crs_action(api: TestClient, code: int) -> None:
    forth = Transformer.from_crs(4326, code)
    # A low box: far from the central meridian, the sides of a high one lean over its neighbours.
    low, high = forth.transform(30.0515, 121.1015), forth.transform(30.0525, 121.1035)
    text = ",".join(map(repr, (*low, *high)))
    found = items(api, "risk_points", bbox=text, **{"bbox-crs": f"{EPSG}{code}"})["features"]
    plain = items(api, "risk_points", bbox="121.1015,30.0515,121.1035,30.0525")["features"]
    assert plain
    assert [each["id"] for each in found] == [each["id"] for each in plain]


# Part 3


@every_layer
def test_req_queryables_link_and_response(api: TestClient, layer: str) -> None:
    [way] = ways(
        told(api.get(f"/api/collections/{layer}")),
        "http://www.opengis.net/def/rel/ogc/1.0/queryables",
    )
    schema = told(api.get(way["href"]), "application/schema+json")
    assert re.fullmatch(
        "https://json-schema.org/draft/2020-12/schema|http.*2019-09.*", schema["$schema"]
    )
    assert schema["$id"] == way["href"]
    assert schema["type"] == "object"
    assert all({"type", "$ref"} & set(each) for each in schema["properties"].values())


@every_layer
def test_req_queryables_query_parameters_parameters(api: TestClient, layer: str) -> None:
    first = items(api, layer)["features"][0]
    key = LAYERS[layer].key[0]
    value = str(first["properties"][key])
    found = items(api, layer, **{key: value})["features"]
    assert first["id"] in [each["id"] for each in found]
    assert all(str(each["properties"][key]) == value for each in found)


def test_req_filter_filter_param_and_filter_lang_param(api: TestClient) -> None:
    text = items(api, "risk_points", filter="grade = 1")["features"]
    json_said = '{"op":"=","args":[{"property":"grade"},1]}'
    json = items(api, "risk_points", filter=json_said, **{"filter-lang": "cql2-json"})["features"]
    assert text == json
    assert {each["properties"]["grade"] for each in text} == {1}
    assert parameter(api, "filter-lang")["schema"]["enum"] == ["cql2-text", "cql2-json"]


def test_req_filter_filter_crs_wgs84_and_filter_crs_param(api: TestClient) -> None:
    plain = "S_INTERSECTS(geometry, BBOX(121.1015, 30.0, 121.1035, 30.1))"
    turned = "S_INTERSECTS(geometry, BBOX(30.0, 121.1015, 30.1, 121.1035))"
    found = items(api, "risk_points", filter=plain)["features"]
    assert found
    assert (
        items(api, "risk_points", filter=turned, **{"filter-crs": f"{EPSG}4326"})["features"]
        == found
    )


def test_req_filter_mixing_expressions(api: TestClient) -> None:
    found = items(
        api, "risk_points", filter="grade <= 3", bbox="121.1015,30.0,121.1035,30.1", grade="2,3,4"
    )
    assert {each["properties"]["grade"] for each in found["features"]} <= {2, 3}
    assert found["features"]


@every_layer
def test_req_filter_expression_construction(api: TestClient, layer: str) -> None:
    for wrong in ("nonsense = 1", "fid = 1", "assessment IS NULL"):
        assert (
            api.get(f"/api/collections/{layer}/items", params={"filter": wrong}).status_code == 400
        )


@every_layer
def test_req_features_filter_response(api: TestClient, layer: str) -> None:
    key = LAYERS[layer].key[0]
    assert items(api, layer, filter=f"{key} IS NULL")["features"] == []
    assert len(items(api, layer, filter=f"{key} IS NOT NULL")["features"]) == ROWS
