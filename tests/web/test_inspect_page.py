"""An inspector's phone, in a real Chromium: faked positions along a pipeline, the network cut."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.phone import PIPE, Open, choose, place, stand
from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask

expect.set_options(timeout=PATIENCE_MS)

KINDS = ("encroachments,hidden_dangers,high_consequence_areas,major_hazards,pipeline_facilities,"
         "pipelines,protection_targets,risk_points,road_segments,third_party_works")  # fmt: skip


def test_walker_is_where_the_service_says(
    open_inspect: Open, ask: Ask, pipe: dict[str, Any]
) -> None:
    first = place(pipe, 6, 0.0003)
    page = open_inspect(*first)
    choose(page)
    number = pipe["line"]["id"]
    walk = [(6, 0.0003), (7, -0.0011), (12, 0.009), (15, -0.002), (0, 0.0), (-1, 0.0004)]
    for vertex, east in walk:
        lon, lat = place(pipe, vertex, east)
        if vertex == -1:
            lat -= 0.003
        stand(page.context, lon, lat)
        told = ask(f"/api/collections/pipelines/items/{number}/locate?lon={lon}&lat={lat}")
        there = told["places"][0]
        side = page.get_by_test_id("side")
        page.wait_for_function(
            """measure => Math.abs(document.querySelector('[data-testid=stake]').dataset.stake
              - measure) < 0.25""",
            arg=there["measure_m"],
        )
        measure = float(page.get_by_test_id("stake").get_attribute("data-stake") or -1)
        # A degree-straight edge and a plane-straight one part by millimetres, seen from afar more.
        assert measure == pytest.approx(there["measure_m"], abs=0.05 + there["distance_m"] / 5000)
        expect(side).to_have_attribute("data-side", there["side"])
        offset = float(side.get_attribute("data-offset") or -1)
        assert offset == pytest.approx(there["distance_m"], abs=0.05, rel=1e-4)
        expect(page.get_by_test_id("beyond")).to_have_count(1 if there["beyond"] else 0)


def test_side_is_certain_only_beyond_the_accuracy(open_inspect: Open, pipe: dict[str, Any]) -> None:
    lon, lat = place(pipe, 6, 0.0003)
    page = open_inspect(lon, lat, 5.0)
    choose(page)
    expect(page.get_by_test_id("certainty")).to_have_attribute("data-certainty", "certain")
    stand(page.context, lon, lat, 60.0)
    expect(page.get_by_test_id("accuracy")).to_have_text("精度 ±60 m")
    expect(page.get_by_test_id("certainty")).to_have_attribute("data-certainty", "possible")


def listed(page: Page) -> dict[tuple[str, int], tuple[float, str]]:
    """What the list shows: layer and id to distance and certainty."""
    rows = page.get_by_test_id("thing").evaluate_all(
        """rows => rows.map((row) => [row.dataset.layer, row.dataset.id, row.dataset.metres,
          row.querySelector('.sign').textContent])"""
    )
    return {(layer, int(fid)): (float(metres), sure) for layer, fid, metres, sure in rows}


def test_list_is_what_the_service_finds_near(
    open_inspect: Open, ask: Ask, pipe: dict[str, Any]
) -> None:
    lon, lat = place(pipe, 6, 0.0003)
    page = open_inspect(lon, lat, 60.0)
    choose(page)
    for metres in (500, 200):
        page.get_by_test_id(f"within-{metres}").click()
        expect(page.get_by_test_id("near-told")).to_contain_text(f"{metres} m 内")
        told = ask(
            f"/api/nearby?lon={lon}&lat={lat}&within_m={metres}&accuracy_m=60&layers={KINDS}"
        )
        itself = ("pipelines", pipe["line"]["id"])
        expected = {
            (each["layer"], each["id"]): each for each in told["features"]
            if (each["layer"], each["id"]) != itself
        }  # fmt: skip
        shown = listed(page)
        assert set(shown) == set(expected)
        for key, (far, sure) in shown.items():
            assert far == pytest.approx(expected[key]["distance_m"], abs=0.1, rel=1e-3)
            assert sure == {"certain": "确定", "possible": "可能"}[expected[key]["certainty"]]
        assert [far for far, _ in shown.values()] == sorted(far for far, _ in shown.values())


def test_list_follows_the_walker_and_its_filters(open_inspect: Open, pipe: dict[str, Any]) -> None:
    page = open_inspect(*place(pipe, 6))
    choose(page)
    page.get_by_test_id("within-500").click()
    before = listed(page)
    assert len({layer for layer, _ in before}) > 1
    page.get_by_test_id("kind-risk_points").click()
    assert {layer for layer, _ in listed(page)} == {"risk_points"}
    page.get_by_test_id("kind-risk_points").click()
    assert set(listed(page)) == set(before)
    told = page.get_by_test_id("stake").inner_text()
    stand(page.context, *place(pipe, 12))
    expect(page.get_by_test_id("stake")).not_to_have_text(told)
    assert set(listed(page)) != set(before)


def test_page_works_without_a_network_and_says_of_when_it_is(
    open_inspect: Open, pipe: dict[str, Any]
) -> None:
    page = open_inspect(*place(pipe, 6, 0.0003))
    choose(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready=true]", state="attached")
    expect(page.get_by_test_id("network-text")).to_contain_text("离线，数据截至 ")
    expect(page.get_by_test_id("stake")).to_contain_text("K")
    before = page.get_by_test_id("stake").inner_text()
    stand(page.context, *place(pipe, 9, -0.0005))
    expect(page.get_by_test_id("stake")).not_to_have_text(before)
    page.get_by_test_id("within-500").click()
    assert listed(page)
    # The base map is there too: land is drawn, not only the colour of the sea.
    page.wait_for_function("riskmap.map.queryRenderedFeatures({layers: ['land']}).length > 0")
    page.wait_for_function("riskmap.map.queryRenderedFeatures({layers: ['pipe']}).length > 0")
    page.context.set_offline(False)
    expect(page.get_by_test_id("network-text")).to_contain_text("在线，数据截至 ")


def test_without_a_position_the_page_says_why(open_inspect: Open) -> None:
    page = open_inspect(None)
    expect(page.get_by_test_id("blind")).to_contain_text("位置权限")
    choose(page)
    expect(page.get_by_test_id("near-told")).to_contain_text("位置权限")


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_page_fits_the_screen_and_the_thumb(
    open_inspect: Open, pipe: dict[str, Any], size: tuple[int, int]
) -> None:
    page = open_inspect(*place(pipe, 6, 0.0003), size=size, hash="#lang=en")
    page.get_by_test_id("pipeline").click()
    page.get_by_test_id(f"choice-{PIPE}").click()
    page.get_by_test_id("thing").first.click()
    expect(page.get_by_test_id("thing-open")).to_be_visible()
    expect(page.get_by_test_id("network-text")).to_contain_text("data as of")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    assert too_small(page) == []
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("network-text")).to_contain_text("数据截至")


def too_small(page: Page) -> list[str]:
    """Everything that can be pressed and is lower than a thumb, the grip of the sheet excepted."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('button, select, input, textarea, a')]
          .filter((each) => each.offsetParent && !each.closest('.maplibregl-map, .grip'))
          .filter((each) => each.getBoundingClientRect().height < 48)
          .map((each) => each.outerHTML.slice(0, 90))"""
    )
    return found
