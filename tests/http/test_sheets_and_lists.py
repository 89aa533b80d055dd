"""Sheets and lists that people print or take along."""

import io
import xml.etree.ElementTree as ET
import zipfile
from math import ceil

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.sheets.hca_plan import read_plan
from app.sheets.hca_sheet import hca_sheet
from tests.builders import sql

GPX = "{http://www.topografix.com/GPX/1/1}"

STRETCH = "/api/collections/pipelines/items/{}/nearby?from=K1&to=K6&within_m=300"


@pytest.fixture
def pipe(demo_engine: Engine) -> int:
    return int(sql(demo_engine, "SELECT fid FROM pipelines WHERE code = 'SY-001'"))


def test_every_area_of_the_demonstration_has_stakes_and_a_sheet(
    client: TestClient, demo_engine: Engine
) -> None:
    areas = client.get("/api/analyses/hca").json()["result"]["areas"]
    assert areas > 10
    bad = "SELECT count(*) FROM high_consequence_areas WHERE to_m < from_m OR townships IS NULL"
    assert sql(demo_engine, bad) == 0
    fid = sql(
        demo_engine, "SELECT fid FROM high_consequence_areas WHERE targets IS NOT NULL LIMIT 1"
    )
    answer = client.get(f"/api/collections/high_consequence_areas/items/{fid}/sheet")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    for path in ("high_consequence_areas/items/99999", "pipelines/items/1"):
        assert client.get(f"/api/collections/{path}/sheet").status_code == 404


def test_sheet_has_what_decided_what_changed_and_the_routes(
    client: TestClient, demo_engine: Engine
) -> None:
    state = client.app.state.riskmap  # type: ignore[attr-defined]
    wanted = "SELECT fid FROM high_consequence_areas WHERE targets IS NOT NULL ORDER BY fid LIMIT 1"
    plan = read_plan(state.reader.all, state.layers, int(sql(demo_engine, wanted)), state.city)
    page = hca_sheet(plan, state.city)
    area = plan.area
    for words in (area["code"], area["decided_by"], area["townships"], area["rule_set"], "新增（",
                  area["entry_route"], area["escape_route"], area["assembly_point"], "stroke-dasharray"):  # fmt: skip
        assert str(words) in page
    assert all(str(each["name"]) in page for each in plan.targets)


def test_long_area_has_a_strip_map_for_every_two_kilometres(
    client: TestClient, demo_engine: Engine
) -> None:
    state = client.app.state.riskmap  # type: ignore[attr-defined]
    for order, strips in (("", 1), ("DESC", None)):
        wanted = f"SELECT fid FROM high_consequence_areas ORDER BY length_m {order} LIMIT 1"  # noqa: S608
        plan = read_plan(state.reader.all, state.layers, int(sql(demo_engine, wanted)), state.city)
        page = hca_sheet(plan, state.city)
        many = strips or ceil(plan.area["length_m"] / 2000)
        assert page.count("<svg") == many
        assert page.count("<h3>") == (0 if many == 1 else many)
    assert many > 1


def test_people_leave_across_the_pipe(demo_engine: Engine) -> None:
    along = (
        "SELECT count(*) FROM high_consequence_areas WHERE escape_route ~ CASE WHEN "
        "ST_XMax(geom) - ST_XMin(geom) > ST_YMax(geom) - ST_YMin(geom) THEN '向[东西]' ELSE '向[南北]' END"
    )
    assert sql(demo_engine, along) == 0
    assert (
        sql(demo_engine, "SELECT count(*) FROM high_consequence_areas WHERE entry_route IS NULL")
        == 0
    )


def test_every_area_of_the_result_is_numbered_and_told_in_full(client: TestClient) -> None:
    result = client.get("/api/analyses/hca").json()["result"]
    areas = [each for pipe in result["pipelines"] for each in pipe["areas"]]
    assert len({each["code"] for each in areas}) == len(areas) == result["areas"]
    for each in areas:
        assert each["from"].startswith("K")
        assert each["length_m"] > 0
        assert each["decided_by"]
        assert each["townships"]
        assert each["change"] == "new"
    assert any(each["households"] for each in areas)


def test_inspection_list_for_a_receiver_holds_every_feature_and_the_line(
    client: TestClient, pipe: int
) -> None:
    told = client.get(STRETCH.format(pipe)).json()
    answer = client.get(f"{STRETCH.format(pipe)}&f=gpx")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/gpx+xml"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    points = root.findall(f"{GPX}wpt")
    assert len(points) == told["numberReturned"] > 3
    assert len(root.findall(f"{GPX}trk/{GPX}trkseg/{GPX}trkpt")) > 5
    assert [each.tag for each in root].index(f"{GPX}trk") == len(root) - 1
    names = [each.findtext(f"{GPX}name") for each in points]
    assert names == [str(each["properties"]["name"]) for each in told["features"]]


def test_inspection_list_as_a_workbook_holds_every_feature(client: TestClient, pipe: int) -> None:
    told = client.get(STRETCH.format(pipe)).json()
    answer = client.get(f"{STRETCH.format(pipe)}&f=xlsx")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert sheet.count("<row ") == told["numberReturned"] + 3
    assert "<f>" not in sheet
    for each in told["features"]:
        assert each["stake"] in words


def test_unknown_form_of_a_list_is_refused(client: TestClient, pipe: int) -> None:
    answer = client.get(f"{STRETCH.format(pipe)}&f=exe")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "f"
