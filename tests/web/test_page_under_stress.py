"""The page on a phone, without its service, with hostile names, and for those who see no colour."""

import json
import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.web.screens import PATIENCE_MS, PHONE, Ask, OpenPage, a_red_point, counters, there

expect.set_options(timeout=PATIENCE_MS)

SMALL_TARGETS = """() => {
  const shown = [...document.querySelectorAll('button, a[href], input, summary')].filter((node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility({ visibilityProperty: true }) && box.width > 1
      && !node.matches('.skip, .maplibregl-ctrl-attrib a');
  });
  return shown.map((node) => [node, (node.closest('label') ?? node).getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([node, box]) => `${node.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`);
}"""

COLOURS_OF_NONE = """() => {
  const given = [];
  const walk = (value) => {
    if (!Array.isArray(value)) return;
    const input = JSON.stringify(value[1] ?? null);
    if (value[0] === 'match' && /"grade"/.test(input)) given.push(value[value.length - 1]);
    value.forEach(walk);
  };
  for (const layer of riskmap.map.getStyle().layers) {
    for (const part of [layer.paint, layer.layout]) Object.values(part ?? {}).forEach(walk);
  }
  return given;
}"""

BLUE_PIXELS = """(name) => {
  const { data } = riskmap.map.getImage(name).data;
  let blue = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 128 && data[at + 2] > data[at] + 60) blue += 1;
  }
  return blue;
}"""


def test_a_phone_scrolls_only_down_and_everything_can_be_pressed(
    open_page: OpenPage, ask: Ask
) -> None:
    page = open_page(size=PHONE)
    sheet = page.get_by_test_id("panels")
    page.wait_for_function("riskmap.map.getCanvas().getBoundingClientRect().height > 300")
    _fits(page)
    for height in ("half", "full"):
        page.get_by_test_id("handle").click()
        expect(sheet).to_have_attribute("data-height", height)
        least = {"half": 400, "full": 700}[height]
        page.wait_for_function(
            "(least) => document.querySelector('.panels').clientHeight > least", arg=least
        )
        _fits(page)
    page.get_by_test_id("rank-row").first.click()
    expect(page.get_by_test_id("card-grade")).to_be_visible()
    # Who presses a place wants to see it: the sheet makes room.
    expect(sheet).to_have_attribute("data-height", "half")
    _fits(page)
    point = a_red_point(ask)
    page.evaluate("(hash) => { location.hash = hash; }", f"at=risk_points/{point['id']}&lang=en")
    expect(page.get_by_test_id("card-name")).to_have_text(point["properties"]["name"])
    _fits(page)


def _fits(page: Page) -> None:
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)
    assert page.evaluate(SMALL_TARGETS) == []


def test_without_its_service_the_page_says_so_and_heals(open_page: OpenPage, ask: Ask) -> None:
    page = open_page()
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_test_id("scope-view").click()
    bar = page.get_by_test_id("away")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("连接不上")
    page.unroute("**/api/**")
    bar.get_by_role("button").click()
    expect(bar).to_be_hidden()
    page.get_by_test_id("scope-city").click()
    total = ask("/api/summary")["total"]["counts"]
    expect(counters(page)["1"]).to_have_attribute("data-count", str(total["1"]))


def test_what_is_not_assessed_is_never_drawn_blue(open_page: OpenPage, ask: Ask) -> None:
    page = open_page(size=PHONE)
    low = next(look for look in ask("/api/legend")["grades"] if look["grade"] == 4)
    forbidden = {low["colour"], low["colour_dark"], "risk-4", "cell-4"}
    given = page.evaluate(COLOURS_OF_NONE)
    assert len(given) > 5
    assert not [value for value in given if value in forbidden]
    assert page.evaluate(BLUE_PIXELS, "risk-none") == 0
    assert page.evaluate(BLUE_PIXELS, "cell-none") == 0
    assert page.evaluate(BLUE_PIXELS, "risk-4") > 100


def test_the_map_tells_the_grade_of_an_area_by_more_than_colour(open_page: OpenPage) -> None:
    page = open_page(size=PHONE)
    grades = page.evaluate(
        """riskmap.map.queryRenderedFeatures({layers: ['areas-name']})
          .map((feature) => feature.properties.grade)"""
    )
    assert len(grades) > 5
    assert set(grades) <= {1, 2, 3, 4}
    text = page.evaluate("riskmap.map.getLayoutProperty('areas-name', 'text-field')")
    assert all(f'"{mark} "' in json.dumps(text, ensure_ascii=False) for mark in "ⅠⅡⅢⅣ")


def test_a_script_in_a_name_stays_text(open_page: OpenPage, ask: Ask) -> None:
    point = a_red_point(ask)
    name = "<img src=x onerror=\"document.title='broken in'\">"

    def rename(route: Route) -> None:
        answer = route.fetch()
        document: dict[str, Any] = answer.json()
        for feature in document.get("features", [document]):
            feature.get("properties", {})["name"] = name
        route.fulfill(response=answer, body=json.dumps(document))

    def prepare(page: Page) -> None:
        page.route(re.compile(r"/api/(search|collections/risk_points/items)(/\d+)?(\?|$)"), rename)

    page = open_page(f"#{there(point)}&at=risk_points/{point['id']}", prepare=prepare)
    expect(page.get_by_test_id("card-name")).to_have_text(name)
    page.get_by_test_id("search").fill("x")
    expect(page.get_by_test_id("search-list").get_by_role("option").first).to_contain_text(name)
    page.keyboard.press("Enter")
    page.get_by_test_id("close").click()
    expect(page.locator(".worst-name").first).to_contain_text(name)
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "broken in"
