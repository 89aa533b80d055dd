"""The card of an event at sea tells what speaks for it in words, and leads to its boats."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, OpenPage

expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_close_pass_tells_both_boats_and_how_near_they_came(
    open_page: OpenPage, ask: Ask, size: tuple[int, int]
) -> None:
    [event] = ask("/api/collections/vessel_events/items?kind=pass_close&limit=1")["features"]
    told = json.loads(event["properties"]["evidence"])
    page = open_page(f"#at=vessel_events/{event['id']}", size=size)
    expect(page.get_by_test_id("card-name")).to_contain_text("近距离会遇")
    proof = page.get_by_test_id("event-proof")
    expect(proof).to_contain_text(f"{round(told['distance_m'])} 米")
    expect(proof).to_contain_text(f"{told['relative_speed_kn']:g} kn")
    expect(proof).not_to_contain_text("_")
    expect(page.get_by_test_id("event-vessel")).to_have_count(2)
    page.get_by_test_id("event-vessel").last.click()
    expect(page.get_by_test_id("vessel")).to_contain_text("最新位置")


def test_every_kind_that_was_found_is_told_without_a_name_of_a_program(
    open_page: OpenPage, ask: Ask
) -> None:
    events = ask("/api/collections/vessel_events/items?limit=1000")["features"]
    of_kinds = {each["properties"]["kind"]: each for each in events}
    assert len(of_kinds) > 4
    for kind, event in of_kinds.items():
        page = open_page(f"#at=vessel_events/{event['id']}&lang=en")
        proof = page.get_by_test_id("event-proof")
        expect(proof).to_be_visible()
        assert not re.search(r"[a-z]_[a-z]|[{}]", proof.inner_text()), (kind, proof.inner_text())
        page.close()
