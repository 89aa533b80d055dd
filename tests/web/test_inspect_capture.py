"""Reports from the field, in a real Chromium: made without a network, sent once, judged."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import serving
from tests.web.phone import Open, choose, place
from tests.web.screens import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def field(make_database: Callable[[str], str], demo_template: str) -> Iterator[str]:
    """A service over a demonstration city of its own, which may be written to."""
    with serving(make_database(demo_template)) as address:
        yield address


def stored(field: str, layer: str) -> list[dict[str, Any]]:
    """What came from the field into a register, by its numbers."""
    found = httpx2.get(
        f"{field}/api/collections/{layer}/items", params={"filter": "code LIKE 'XC%'"}, timeout=30
    )
    return [each["properties"] for each in found.raise_for_status().json()["features"]]


def report_work(page: Page, activity: str, note: str) -> None:
    """Fill the form in and keep it."""
    page.get_by_test_id("tab-button-capture").click()
    page.get_by_test_id("capture-activity").select_option(activity)
    page.get_by_test_id("capture-note").fill(note)
    page.get_by_test_id("capture-actor").fill("王巡线")


def test_work_seen_without_a_network_is_sent_once_and_judged(
    open_inspect: Open, pipe: dict[str, Any], field: str, tmp_path: Path
) -> None:
    page = open_inspect(*place(pipe, 6, 0.00003), at=field)
    choose(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    page.context.set_offline(True)
    report_work(page, "mechanical_excavation", "挖掘机在挖沟")
    photograph(page, tmp_path)
    expect(page.get_by_test_id("capture-save")).to_have_text("存入待发")
    page.get_by_test_id("capture-save").click()
    expect(page.get_by_test_id("outbox-told")).to_contain_text("离线：1 条待发")
    # It outlives the page, and nothing has gone.
    page.reload()
    page.wait_for_selector("html[data-ready=true]", state="attached")
    expect(page.get_by_test_id("waiting")).to_have_text("1")
    assert stored(field, "third_party_works") == []
    page.get_by_test_id("tab-button-outbox").click()
    assert sent_with_a_broken_answer(page) == ["PUT", "PUT"]
    expect(page.get_by_test_id("entry-verdict")).to_have_text("法定判定：禁止")
    [work] = stored(field, "third_party_works")
    assert (work["notice"], work["verdict"]) == ("挖掘机在挖沟", "prohibited")
    assert work["pipeline_code"] == pipe["line"]["code"]
    key = page.get_by_test_id("entry").get_attribute("data-entry")
    told = httpx2.get(f"{field}/api/captures/{key}").json()
    assert (told["code"], told["photos"]) == (work["code"], 1)


def photograph(page: Page, folder: Path) -> None:
    """Take a photo of the place."""
    photo = folder / "photo.jpg"
    Image.new("RGB", (3200, 1600), "green").save(photo)
    page.get_by_test_id("capture-photo").set_input_files(photo)
    expect(page.get_by_test_id("photo-count")).to_contain_text("1 张")


def sent_with_a_broken_answer(page: Page) -> list[str]:
    """Send over a network that breaks once the service has written: the phone must send again."""
    sent: list[str] = []

    def lose_first(route: Route) -> None:
        sent.append(route.request.method)
        answer = route.fetch()
        route.abort() if len(sent) == 1 else route.fulfill(response=answer)

    page.context.route(re.compile(r"/api/captures/[0-9a-f-]+$"), lose_first)
    page.context.set_offline(False)
    expect(page.get_by_test_id("network")).to_have_attribute("data-online", "true")
    page.wait_for_function(
        """() => {
          if (document.querySelector('[data-state=sent]')) return true;
          dispatchEvent(new Event('online'));
        }""",
        polling=200,
    )
    expect(page.get_by_test_id("outbox-told")).to_have_text("全部已发送")
    return sent


def test_verdict_is_shown_before_it_is_sent(
    open_inspect: Open, pipe: dict[str, Any], field: str
) -> None:
    page = open_inspect(*place(pipe, 6, 0.00003), at=field)
    choose(page)
    report_work(page, "mechanical_excavation", "")
    expect(page.get_by_test_id("verdict")).to_contain_text("禁止")
    expect(page.get_by_test_id("verdict")).to_contain_text("第三十条")
    expect(page.get_by_test_id("capture-place")).to_contain_text("K")


def test_danger_and_encroachment_are_reported_where_i_stand(
    open_inspect: Open, pipe: dict[str, Any], field: str
) -> None:
    page = open_inspect(*place(pipe, 6, 0.0002), at=field)
    choose(page)
    for register, kind in (("encroachments", "占压"), ("hidden_dangers", "1")):
        page.get_by_test_id("tab-button-capture").click()
        expect(page.get_by_test_id("capture-save")).to_be_disabled()
        page.get_by_test_id(f"register-{register}").click()
        page.get_by_test_id(f"kind-{kind}").click()
        page.get_by_test_id("capture-save").click()
        expect(page.get_by_test_id("outbox-told")).to_have_text("全部已发送")
    [built] = stored(field, "encroachments")
    stake = float(page.get_by_test_id("stake").get_attribute("data-stake") or -1)
    assert built["from_m"] == pytest.approx(stake, abs=0.1)
    assert [each["level"] for each in stored(field, "hidden_dangers")] == ["1"]


def test_refused_report_stays_and_says_why(open_inspect: Open, field: str) -> None:
    # Far outside of the city: the service refuses the place.
    page = open_inspect(100.0, 25.0, at=field)
    page.get_by_test_id("tab-button-capture").click()
    page.get_by_test_id("register-hidden_dangers").click()
    page.get_by_test_id("kind-0").click()
    page.get_by_test_id("capture-save").click()
    expect(page.get_by_test_id("entry-reason")).to_contain_text("超出本市范围")
    expect(page.get_by_test_id("waiting")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_test_id("drop").click()
    expect(page.get_by_test_id("entry")).to_have_count(0)


@pytest.mark.parametrize("tab", ["capture", "outbox"])
def test_form_fits_the_thumb(
    open_inspect: Open, pipe: dict[str, Any], field: str, tab: str
) -> None:
    page = open_inspect(*place(pipe, 6, 0.0002), at=field)
    choose(page)
    page.get_by_test_id(f"tab-button-{tab}").click()
    low: list[str] = page.evaluate(
        """[...document.querySelectorAll('.sheet button, .sheet select, .sheet textarea, .sheet input')]
          .filter((each) => each.offsetParent && !each.closest('.grip'))
          .filter((each) => each.getBoundingClientRect().height < 48).map((each) => each.outerHTML)"""
    )
    assert low == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
