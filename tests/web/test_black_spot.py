"""The card of a black spot shows what speaks for it, and leads to its crashes."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, OpenPage, settled

expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_black_spot_tells_criteria_methods_and_crashes(
    open_page: OpenPage, ask: Ask, size: tuple[int, int]
) -> None:
    run = ask("/api/analyses/blackspots")
    spot = max(run["result"]["blackspots"], key=lambda each: len(each["crashes"]))
    page = open_page(f"#at=road_segments/{spot['id']}", size=size)
    expect(page.get_by_test_id("card-name")).to_have_text(spot["name"])
    expect(page.get_by_test_id("spot-criteria").locator("li")).to_have_count(len(spot["criteria"]))
    expect(page.get_by_test_id("spot-score_value")).to_have_text(
        re.compile(r"\s?".join(f"{spot['score']:.0f}"))
    )
    agreed = sum(spot["agree"].values())
    expect(page.get_by_test_id("spot-agree")).to_contain_text(f"{agreed}/{len(spot['agree'])}")
    expect(page.get_by_test_id("spot-agree")).to_contain_text(run["parameters"]["from"])
    crashes = page.get_by_test_id("spot-crash")
    expect(crashes).to_have_count(len(spot["crashes"]))
    told = " ".join(crashes.all_inner_texts())
    assert all(code in told for code in spot["crashes"])
    newest = crashes.first.inner_text()
    crashes.first.click()
    expect(page.get_by_test_id("card-name")).to_have_text(re.compile(r"SG-\d+"))
    assert page.get_by_test_id("card-name").inner_text() in newest


def test_in_english_the_evidence_is_english(open_page: OpenPage, ask: Ask) -> None:
    run = ask("/api/analyses/blackspots")
    spot = run["result"]["blackspots"][0]
    page = open_page(f"#at=road_segments/{spot['id']}&lang=en")
    expect(page.get_by_test_id("spot-criteria")).to_contain_text(spot["criteria"][0]["en"])
    expect(page.get_by_test_id("spot-method")).to_contain_text(run["rule_sets"][0]["title_en"])
    expect(page.get_by_test_id("spot-agree")).to_contain_text("methods point here")


def test_a_segment_of_the_register_has_no_evidence_of_an_analysis(
    open_page: OpenPage, ask: Ask
) -> None:
    path = "/api/collections/road_segments/items?found_by=register&limit=1"
    segment = ask(path)["features"][0]
    page = open_page(f"#at=road_segments/{segment['id']}")
    expect(page.get_by_test_id("card-name")).to_have_text(segment["properties"]["name"])
    expect(page.get_by_test_id("spot")).to_have_count(0)


def test_a_treated_black_spot_tells_what_the_treatment_did(open_page: OpenPage, ask: Ask) -> None:
    treated = next(each for each in ask("/api/analyses/blackspots")["result"]["treatments"]
                   if each["effect"])  # fmt: skip
    path = f"/api/collections/road_segments/items?code={treated['code']}"
    page = open_page(f"#at=road_segments/{ask(path)['features'][0]['id']}")
    told = page.get_by_test_id("treatment")
    expect(told).to_contain_text(f"{treated['effect']['before']['observed']} 起")
    expect(told).to_contain_text(f"{round(treated['effect']['raw_percent'])}%")


def test_crashes_and_roads_are_layers_of_the_tree_and_lie_below_black_spots(
    open_page: OpenPage, ask: Ask
) -> None:
    spot = ask("/api/analyses/blackspots")["result"]["blackspots"][0]
    place = ask(f"/api/collections/road_segments/items/{spot['id']}")
    lng, lat = place["geometry"]["coordinates"][0][0]
    page = open_page(f"#map=15/{lat}/{lng}")
    for name in ("crashes", "roads", "road_markers"):
        page.get_by_test_id(f"layer-{name}").check()
    settled(page)
    drawn = page.evaluate(
        """[...new Set(riskmap.map.queryRenderedFeatures()
          .map((feature) => feature.sourceLayer))].filter(Boolean)"""
    )
    assert {"crashes", "roads", "road_segments"} <= set(drawn)
    order = page.evaluate("riskmap.map.getStyle().layers.map((layer) => layer.id)")
    assert order.index("roads-line") < order.index("road_segments-line")
    assert order.index("road_segments-line") < order.index("crashes-point")
    image = page.evaluate("riskmap.map.getLayoutProperty('crashes-point', 'icon-image')")
    assert [image[0], *image[2:]] == ["case", "risk-marked", "risk-plain"]
    assert page.evaluate("riskmap.map.hasImage('risk-marked')")
