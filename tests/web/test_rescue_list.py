"""Who is soonest at a distress position, on the page: by a press on a place, and for a boat."""

import pytest
from playwright.sync_api import expect

from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, OpenPage

expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_press_on_the_sea_lists_boats_by_time(
    open_page: OpenPage, ask: Ask, size: tuple[int, int]
) -> None:
    page = open_page("#map=11/31.1/124.5", size=size)
    page.wait_for_selector("html[data-fleet=live]", state="attached")
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    page.touchscreen.tap(x, y) if size == PHONE else page.mouse.click(x, y)
    page.get_by_test_id("offer-rescue").click()
    rows = page.get_by_test_id("rescue-row")
    expect(rows).to_have_count(10)
    lon, lat = (float(each) for each in page.url.partition("sos=")[2].partition("&")[0].split(","))
    told = ask(f"/api/live/nearest?lon={lon}&lat={lat}")["vessels"]
    shown = rows.evaluate_all("(rows) => rows.map((row) => row.dataset.mmsi)")
    assert shown == [each["mmsi"] for each in told]
    expect(page.get_by_test_id("rescue-old")).to_be_visible()
    expect(rows.first).to_contain_text("0574-")
    page.wait_for_function(
        "async () => (await riskmap.map.getSource('reach').getData()).features.length === 5"
    )
    rows.first.locator(".near-row").click()
    expect(page.get_by_test_id("card-name")).to_have_text(told[0]["name"])
    page.get_by_test_id("back").click()
    expect(rows).to_have_count(10)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("card")).to_be_hidden()
    assert "sos=" not in page.url


def test_boat_in_distress_is_asked_for_at_the_instant_that_is_played(
    open_page: OpenPage, ask: Ask
) -> None:
    boat = ask("/api/live/latest")["vessels"][0]
    page = open_page(f"#map=8/30.3/122.8&replay=2026-10-31,6,12&at=vessels/{boat['fid']}")
    page.wait_for_function("riskmap.player.recorded !== null")
    page.evaluate("riskmap.player.seek(7200)")
    page.get_by_test_id("rescue-boat").click()
    rows = page.get_by_test_id("rescue-row")
    expect(rows).to_have_count(10)
    at = "2026-10-31T08:00:00%2B08:00"
    told = ask(f"/api/live/nearest?mmsi={boat['mmsi']}&at={at}")["vessels"]
    shown = rows.evaluate_all("(rows) => rows.map((row) => Number(row.dataset.minutes))")
    assert shown == [each["minutes"] for each in told]
    assert told[0]["standing"] == "sure"
    expect(page.get_by_test_id("rescue-old")).to_have_count(0)
