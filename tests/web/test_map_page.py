"""What people do with the map page, done in a real Chromium."""

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.web.screens import (
    PATIENCE_MS,
    Ask,
    OpenPage,
    a_red_point,
    counters,
    settled,
    there,
)

expect.set_options(timeout=PATIENCE_MS)


def test_the_page_becomes_ready_with_the_figures_of_the_summary(
    open_page: OpenPage, ask: Ask
) -> None:
    page = open_page()
    expect(page.get_by_test_id("title")).to_have_text(ask("/api/city")["title"])
    total = ask("/api/summary")["total"]["counts"]
    for grade, counter in counters(page).items():
        expect(counter).to_have_attribute("data-count", str(total[grade]))
        shown = counter.locator(".tile-number").inner_text()
        assert int(re.sub(r"\D", "", shown)) == total[grade]


def test_figures_and_map_agree_after_a_filter_and_in_the_current_view(
    open_page: OpenPage, ask: Ask
) -> None:
    page = open_page(f"#{there(a_red_point(ask), 13)}")
    counters(page)["1"].click()
    total = ask("/api/summary")["total"]["counts"]
    expect(page.get_by_test_id("told")).to_contain_text(f"共 {total['1']} 处")
    expect(counters(page)["4"]).to_have_attribute("aria-pressed", "false")
    page.get_by_test_id("scope-view").click()
    box = page.evaluate("riskmap.map.getBounds().toArray().flat().map((edge) => edge.toFixed(5))")
    seen = ask(f"/api/summary?bbox={','.join(box)}")["total"]["counts"]
    assert 0 < seen["1"] < total["1"]
    for grade, counter in counters(page).items():
        expect(counter).to_have_attribute("data-count", str(seen[grade]))
    expect(page.get_by_test_id("told")).to_contain_text(f"共 {seen['1']} 处")
    expect(page.get_by_test_id("worst-row")).to_have_count(seen["1"])
    settled(page)
    drawn = page.evaluate(
        """[...new Set(riskmap.map.queryRenderedFeatures({layers: ['risk_points-point']})
          .map((feature) => feature.properties.grade))]"""
    )
    assert drawn == [1]


def test_a_click_on_a_red_point_tells_grade_reason_and_owner_and_escape_closes(
    open_page: OpenPage, ask: Ask
) -> None:
    point = a_red_point(ask)
    why = ask(f"/api/collections/risk_points/items/{point['id']}/grade")
    page = open_page(f"#{there(point, 17)}")
    pixel = page.evaluate(
        """(place) => {
          const { x, y } = riskmap.map.project(place);
          const { left, top } = riskmap.map.getCanvas().getBoundingClientRect();
          return [left + x, top + y];
        }""",
        point["geometry"]["coordinates"],
    )
    page.mouse.click(*pixel)
    card = page.get_by_test_id("card")
    expect(page.get_by_test_id("card-name")).to_have_text(point["properties"]["name"])
    expect(page.get_by_test_id("card-grade")).to_have_text("1重大风险")
    expect(page.get_by_test_id("decided")).to_have_text(why["decided_by"])
    layers = ask("/api/collections")["collections"]
    fields = next(layer["owner_fields"] for layer in layers if layer["id"] == "risk_points")
    owners = [point["properties"][name] for name in fields if name in point["properties"]]
    assert len(owners) > 1
    for owner in owners:
        expect(card).to_contain_text(owner)
    expect(page.get_by_test_id("stale")).to_have_count(1 if why["stale"] else 0)
    assert f"at=risk_points/{point['id']}" in page.url
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert "at=" not in page.url


def test_search_finds_and_opens_by_keyboard(open_page: OpenPage, ask: Ask) -> None:
    name = a_red_point(ask)["properties"]["name"]
    page = open_page()
    field = page.get_by_test_id("search")
    field.focus()
    page.keyboard.insert_text(name)
    row = page.get_by_test_id("search-list").get_by_role("option").first
    expect(row).to_contain_text(name)
    expect(row).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("card-name")).to_have_text(name)
    expect(page.get_by_test_id("search-list")).to_be_hidden()
    page.wait_for_function("riskmap.map.getZoom() >= 13.9")


def test_what_is_near_stands_in_order_of_distance_and_opens(open_page: OpenPage, ask: Ask) -> None:
    point = a_red_point(ask)
    page = open_page(f"#{there(point)}&at=risk_points/{point['id']}")
    page.get_by_test_id("near-500").click()
    rows = page.get_by_test_id("near-row")
    lng, lat = point["geometry"]["coordinates"]
    near = ask(f"/api/nearby?lon={lng}&lat={lat}&within_m=500&limit=100")["features"]
    expect(rows).to_have_count(len(near))
    told = rows.evaluate_all("(rows) => rows.map((row) => Number(row.dataset.distance))")
    assert len(told) > 1
    assert told == sorted(told)
    assert max(told) <= 500
    name = rows.nth(1).locator(".near-name").inner_text()
    rows.nth(1).click()
    expect(page.get_by_test_id("card-name")).to_have_text(name)
    page.get_by_test_id("back").click()
    expect(rows).to_have_count(len(near))
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("card")).to_be_hidden()


def test_the_cards_of_a_pipeline_and_of_a_vessel_tell_who_answers_and_what_was(
    open_page: OpenPage, ask: Ask
) -> None:
    pipeline = ask("/api/collections/pipelines/items?limit=1")["features"][0]
    page = open_page(f"#at=pipelines/{pipeline['id']}")
    expect(page.get_by_test_id("card-name")).to_have_text(pipeline["properties"]["name"])
    expect(page.get_by_test_id("why")).to_contain_text("管道风险矩阵")
    page.get_by_test_id("near-200").click()
    # The circle begins on the line itself, so the line is what is nearest.
    first = page.get_by_test_id("near-row").first
    expect(first).to_have_attribute("data-distance", re.compile(r"^0(\.\d+)?$"))
    vessel = next(
        vessel
        for vessel in ask("/api/collections/vessels/items?limit=20")["features"]
        if ask(f"/api/collections/vessels/items/{vessel['id']}/grade")["history"]
    )
    page.evaluate("(fid) => { location.hash = `at=vessels/${fid}`; }", vessel["id"])
    expect(page.get_by_test_id("card")).to_contain_text(vessel["properties"]["owner"])
    page.get_by_test_id("history").locator("summary").click()
    expect(page.get_by_test_id("history").locator("li").first).to_contain_text(
        re.compile("仍为|变为")
    )


def test_a_press_on_a_ranked_township_tells_why_with_short_numbers(
    open_page: OpenPage, ask: Ask
) -> None:
    areas = [row for row in ask("/api/summary")["rows"] if row["key"] != "off"]
    worst = max(areas, key=lambda row: row["index"])
    page = open_page()
    page.get_by_test_id("rank-row").first.click()
    expect(page.get_by_test_id("card-name")).to_have_text(worst["name"])
    expect(page.get_by_test_id("card-grade")).to_have_attribute("data-grade", str(worst["grade"]))
    told = page.get_by_test_id("decided").inner_text()
    assert re.match(r"RI = [\d.]{1,5} ≥ \d", told)
    page.wait_for_function("riskmap.map.getZoom() > 10.5")


def test_an_export_is_whole(open_page: OpenPage, ask: Ask, tmp_path: Path) -> None:
    page = open_page("#lang=en")
    with page.expect_download() as waited:
        page.get_by_test_id("export-risk_points").click()
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    assert file.suffix == ".geojson"
    whole = json.loads(file.read_text(encoding="utf-8"))
    counted = ask("/api/collections/risk_points/items?limit=1")["numberMatched"]
    assert len(whole["features"]) == counted > 0


def test_an_address_reproduces_the_view_and_back_undoes_a_choice(
    open_page: OpenPage, ask: Ask
) -> None:
    point = a_red_point(ask)
    page = open_page(f"#{there(point, 14.5)}")
    counters(page)["2"].click()
    page.get_by_test_id("layer-vessels").uncheck()
    page.get_by_test_id("language").click()
    page.get_by_test_id("worst-row").first.get_by_role("button").click()
    expect(page.get_by_test_id("card-grade")).to_be_visible()
    settled(page)
    name = page.get_by_test_id("card-name").inner_text()
    read = "[riskmap.map.getZoom(), riskmap.map.getCenter().lng, riskmap.map.getCenter().lat]"
    again = open_page(page.url[page.url.index("#") :])
    expect(again.get_by_test_id("card-name")).to_have_text(name)
    expect(again.get_by_test_id("layer-vessels")).not_to_be_checked()
    expect(again.get_by_test_id("title")).to_have_text(ask("/api/city")["title_en"])
    for grade, counter in counters(again).items():
        expect(counter).to_have_attribute("aria-pressed", "true" if grade == "2" else "false")
    for one, two in zip(page.evaluate(read), again.evaluate(read), strict=True):
        assert abs(one - two) < 0.01
    page.go_back()
    expect(page.get_by_test_id("card")).to_be_hidden()
    page.go_back()
    expect(page.get_by_test_id("title")).to_have_text(ask("/api/city")["title"])


def test_language_and_theme_change_page_and_map(open_page: OpenPage, ask: Ask) -> None:
    page = open_page()
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(counters(page)["1"]).to_contain_text("Major")
    expect(page.get_by_test_id("notice")).to_have_text(ask("/api/city")["notice_en"])
    for base in ("light", "dark"):
        page.get_by_test_id("theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", base)
        first = ask(f"/api/styles/{base}.json")["layers"][0]
        page.wait_for_function(
            "([id, colour]) => riskmap.map.getLayer(id)"
            " && riskmap.map.getPaintProperty(id, 'background-color') === colour",
            arg=[first["id"], first["paint"]["background-color"]],
        )
