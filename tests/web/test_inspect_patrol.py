"""A patrol on the phone, in a real Chromium: places ticked as they are passed, sent when it ends."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import serving
from tests.web.phone import Open, choose, place, stand
from tests.web.screens import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def field(make_database: Callable[[str], str], demo_template: str) -> Iterator[str]:
    """A service over a demonstration city of its own, which may be written to."""
    with serving(make_database(demo_template)) as address:
        yield address


def ticked(page: Page) -> int:
    return page.locator("[data-testid=place][data-passed=true]").count()


def walk_to(page: Page, waypoint: dict[str, Any], expected: int) -> None:
    """Stand at a place until the page has ticked it."""
    stand(page.context, waypoint["lon"], waypoint["lat"])
    page.wait_for_function(
        "many => document.querySelectorAll('[data-testid=place][data-passed=true]').length >= many",
        arg=expected,
    )


def test_patrol_ticks_its_places_without_a_network_and_is_sent(
    open_inspect: Open, pipe: dict[str, Any], field: str
) -> None:
    places = pipe["waypoints"]
    assert len(places) > 4
    page = open_inspect(*place(pipe, 0, 0.02), at=field)
    choose(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    page.get_by_test_id("tab-button-patrol").click()
    expect(page.get_by_test_id("patrol-told")).to_contain_text(f"必经点 {len(places)} 处")
    page.get_by_test_id("patrol-start").click()
    expect(page.get_by_test_id("patrol-share")).to_have_attribute("data-percent", "0")
    walk_to(page, places[0], 1)
    walk_to(page, places[1], 2)
    page.context.set_offline(True)
    walk_to(page, places[2], 3)
    # The phone dies and is opened again, still without a network.
    page.reload()
    page.wait_for_selector("html[data-ready=true]", state="attached")
    page.get_by_test_id("tab-button-patrol").click()
    expect(page.get_by_test_id("patrol-share")).to_be_visible()
    passed = ticked(page)
    assert passed >= 3
    end_and_send(page)
    sent = stored(field, "patrols", "filter", "code LIKE 'XJ%'")
    assert (sent["points_required"], sent["points_passed"]) == (len(places), passed)
    assert sent["completion_percent"] == pytest.approx(100 * passed / len(places), abs=0.1)
    expect(page.get_by_test_id("entry")).to_contain_text(f"完成率 {sent['completion_percent']:g}%")
    track = stored(field, "patrol_tracks", "patrol_code", sent["code"])
    assert track["positions"] >= passed


def end_and_send(page: Page) -> None:
    """End the patrol without a network; it is sent when there is one."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_test_id("patrol-stop").click()
    expect(page.get_by_test_id("outbox-told")).to_contain_text("离线：1 条待发")
    page.context.set_offline(False)
    expect(page.get_by_test_id("network")).to_have_attribute("data-online", "true")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_test_id("outbox-told")).to_have_text("全部已发送")


def stored(field: str, layer: str, name: str, value: str) -> dict[str, Any]:
    """The one row of a layer that a parameter lets through."""
    address = f"{field}/api/collections/{layer}/items"
    found = httpx2.get(address, params={name: value}, timeout=30).raise_for_status().json()
    [only] = found["features"]
    properties: dict[str, Any] = only["properties"]
    return properties


def test_stretch_is_typed_as_stakes_and_a_wrong_one_is_told(
    open_inspect: Open, pipe: dict[str, Any], field: str
) -> None:
    page = open_inspect(*place(pipe, 0, 0.02), at=field)
    choose(page)
    page.get_by_test_id("tab-button-patrol").click()
    for wrong in ("", "K", "K99+000", pipe["line"]["first"]):
        page.get_by_test_id("patrol-to").fill(wrong)
        expect(page.get_by_test_id("patrol-start")).to_be_disabled()
        expect(page.get_by_test_id("patrol-told")).to_contain_text("请写桩号")
    half = pipe["waypoints"][2]
    page.get_by_test_id("patrol-to").fill(half["stake"])
    expect(page.get_by_test_id("patrol-told")).to_contain_text("必经点 3 处")
    page.get_by_test_id("patrol-start").click()
    expect(page.get_by_test_id("place")).to_have_count(3)
