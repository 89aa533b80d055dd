"""What a planner does with the check page, done in a real Chromium."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyproj import Transformer
from shapely.geometry import shape

from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, settled
from tests.web.windows import Windows

expect.set_options(timeout=PATIENCE_MS)

Open = Callable[..., Page]


@pytest.fixture
def open_check(windows: Windows, service: str) -> Open:
    """Opens the page in a window of its own, which takes downloads."""

    def opening(hash_: str = "", size: tuple[int, int] = DESK, scheme: str = "light") -> Page:
        url = f"{service}/check{hash_}"
        return windows.open(url, size, color_scheme=scheme, accept_downloads=True)

    return opening


def hazard(ask: Ask) -> tuple[float, float]:
    """A place in a major hazard installation."""
    feature = ask("/api/collections/major_hazards/items?limit=1")["features"][0]
    place = shape(feature["geometry"]).representative_point()
    return place.x, place.y


def square(lon: float, lat: float, size: float = 0.001) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_site_is_drawn_checked_and_printed(open_check: Open, ask: Ask) -> None:
    page = open_check()
    lon, lat = hazard(ask)
    page.evaluate("([x, y]) => riskmap.map.jumpTo({ center: [x, y], zoom: 16 })", [lon, lat])
    settled(page)
    page.get_by_test_id("use").select_option("school")
    page.get_by_test_id("draw-Polygon").click()
    area = page.get_by_test_id("map").bounding_box()
    assert area
    middle = (area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    expect(page.get_by_test_id("finish")).to_be_disabled()
    for x, y in ((0, 0), (60, 0), (200, 200)):
        page.mouse.click(middle[0] + x, middle[1] + y)
    page.keyboard.press("Backspace")
    expect(page.get_by_test_id("finish")).to_be_disabled()
    page.mouse.click(middle[0] + 60, middle[1] + 60)
    with page.expect_response("**/api/check?f=json") as asked:
        page.get_by_test_id("finish").click()

    advice = asked.value.json()["advice"]
    assert advice in {"against", "consult"}
    expect(page.get_by_test_id("advice")).to_have_attribute("data-advice", advice)
    told = page.get_by_test_id("reason").and_(page.locator('[data-rule="MH-500"]'))
    expect(told).to_contain_text("重大危险源")
    expect(told).to_contain_text("依据：GB 18218-2018")
    expect(told).to_contain_text("距离 0 m")
    expect(page.get_by_test_id("around")).to_contain_text("周边 1\u202f000 m")

    page.get_by_test_id("print").click()
    sheet = page.frame_locator("iframe.sheet")
    expect(sheet.locator("h1")).to_have_text("规划选址安全核查单")
    with page.expect_download() as download:
        page.get_by_test_id("pdf").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_answer_on_the_page_is_that_of_the_service(open_check: Open, ask: Ask) -> None:
    page = open_check()
    lon, lat = hazard(ask)
    site = square(lon, lat)
    page.get_by_test_id("known").locator("summary").click()
    page.get_by_test_id("persons").fill("300")
    page.get_by_test_id("risk").fill("2e-6")
    page.get_by_test_id("use").select_option("residential")
    page.get_by_text("粘贴 GeoJSON 或坐标").click()
    page.get_by_test_id("paste").fill(json.dumps(site))
    with page.expect_response("**/api/check?f=json") as asked:
        page.get_by_test_id("take").click()
    told = asked.value.json()
    assert (told["persons"], told["risk_per_year"]) == (300, 2e-6)
    expect(page.get_by_test_id("advice")).to_have_text("不建议选址")
    rules = page.get_by_test_id("reason").evaluate_all(
        "all => all.map((each) => each.dataset.rule)"
    )
    assert rules == [each["rule"] for each in told["reasons"]]
    expect(page.get_by_test_id("comparison")).to_contain_text("仅供比较")
    expect(page.get_by_test_id("around").locator("tbody tr")).to_have_count(len(told["around"]))
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("advice")).to_have_text("advise against")


def test_file_in_metres_and_files_that_are_none(open_check: Open, ask: Ask, tmp_path: Path) -> None:
    page = open_check("#lang=en&theme=dark")
    page.get_by_test_id("use").select_option("industry")
    wrong = tmp_path / "site.geojson"
    wrong.write_text("PK not a file of that kind")
    page.get_by_test_id("file").set_input_files(wrong)
    expect(page.get_by_test_id("site-fault")).to_contain_text("neither GeoJSON")
    wrong.write_text(
        '{"type": "Polygon", "coordinates": [[[500, 0], [501, 0], [501, 1], [500, 0]]]}'
    )
    page.get_by_test_id("file").set_input_files(wrong)
    expect(page.get_by_test_id("fault")).to_contain_text("outside the world")

    lon, lat = hazard(ask)
    way = Transformer.from_crs(4326, 4549, always_xy=True)
    ring = [way.transform(*each) for each in square(lon, lat)["coordinates"][0]]
    file = tmp_path / "metres.geojson"
    file.write_text(
        json.dumps(
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    )
    page.get_by_text("Paste GeoJSON or coordinates").click()
    page.get_by_test_id("crs").select_option("EPSG:4549")
    page.get_by_test_id("file").set_input_files(file)
    expect(page.get_by_test_id("advice")).to_be_visible()
    x, y = page.evaluate("() => riskmap.map.getCenter().toArray()")
    assert (x, y) == pytest.approx((lon, lat), abs=0.01), "the map went to the site"


def test_phone_checks_a_typed_place_without_scrolling_aside(open_check: Open) -> None:
    page = open_check(size=PHONE)
    page.get_by_test_id("use").select_option("hospital")
    page.get_by_text("粘贴 GeoJSON 或坐标").tap()
    page.get_by_test_id("paste").fill("121.15,30.04")
    page.get_by_test_id("take").tap()
    expect(page.get_by_test_id("advice")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.locator("button.plain:visible, label.plain:visible").evaluate_all(
        "all => all.filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.textContent)"
    )
    assert small == []


def test_map_leads_to_the_check_and_back(open_check: Open, service: str) -> None:
    page = open_check("#lang=en&theme=dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_test_id("back").click()
    page.wait_for_selector("html[data-ready=true]", state="attached")
    link = page.get_by_test_id("check-link").get_attribute("href")
    assert link == "/check#theme=dark&lang=en"
