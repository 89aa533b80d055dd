"""Two days beside each other, and what is marked beside a colour, in a real Chromium."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.web.screens import PATIENCE_MS, PHONE, Ask, OpenPage, settled

expect.set_options(timeout=PATIENCE_MS)

COUNTED = "pipelines,risk_points,road_segments,vessels"


def days_ago(days: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=8) - timedelta(days=days)).date().isoformat()


def raised_point(ask: Ask) -> dict[str, object]:
    """A point that an open danger raises by a grade."""
    for grade in (2, 3, 4):
        path = f"/api/collections/risk_points/items?grade={grade}&displayed_grade={grade - 1}"
        found = ask(f"{path}&limit=1")["features"]
        if found:
            return dict(found[0])
    raise AssertionError("the demonstration has no raised point")


def test_home_tells_whether_it_is_getting_worse_and_leads_to_the_comparison(
    open_page: OpenPage, ask: Ask
) -> None:
    page = open_page()
    now = ask("/api/summary?by=grade")["total"]["counts"]
    then = ask(f"/api/summary?by=grade&asof={days_ago(30)}")["total"]["counts"]
    for grade in ("1", "2"):
        change = now[grade] - then[grade]
        sign = f"+{change}" if change > 0 else f"−{-change}" if change < 0 else "±0"
        expect(page.get_by_test_id(f"trend-{grade}")).to_contain_text(sign)
    page.get_by_test_id("trend-open").click()
    expect(page.get_by_test_id("compare")).to_be_visible()
    assert f"compare={days_ago(30)}.." in page.url


def test_comparison_tells_the_numbers_of_the_service_and_opens_what_changed(
    open_page: OpenPage, ask: Ask
) -> None:
    since = days_ago(365)
    page = open_page(f"#compare={since}..")
    drawn = ask("/api/collections")["collections"]
    layers = ",".join(each["id"] for each in drawn if each["counted"] and each["drawn"])
    changes = ask(f"/api/changes?from={since}&layers={layers}&limit=300")
    for kind in ("worse", "better", "new", "gone"):
        total = sum(layer[kind] for layer in changes["layers"])
        expect(page.get_by_test_id(f"kind-{kind}").locator("strong")).to_have_text(str(total))
    page.get_by_test_id("kind-worse").click()
    rows = page.get_by_test_id("change-row")
    kinds = rows.evaluate_all("(rows) => rows.map((row) => row.dataset.kind)")
    assert kinds
    assert set(kinds) == {"worse"}
    worst = next(each for each in changes["features"] if isinstance(each["from"], int)
                 and isinstance(each["to"], int) and each["to"] < each["from"])  # fmt: skip
    rows.first.locator("button").click()
    expect(page.get_by_test_id("card-name")).to_have_text(worst["name"])
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("compare")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("compare")).to_be_hidden()
    assert "compare=" not in page.url


def test_divider_moves_by_keyboard_and_both_maps_move_together(open_page: OpenPage) -> None:
    page = open_page(f"#compare={days_ago(200)}..")
    divider = page.get_by_test_id("swipe")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    divider.focus()
    page.keyboard.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "45")
    page.keyboard.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")
    expect(page.get_by_test_id("swipe-before")).to_have_text(days_ago(200))
    settled(page)
    with page.expect_response(lambda answer: ".mvt?asof=" in answer.url):
        page.evaluate("riskmap.map.jumpTo({center: [121.1, 30.1], zoom: 14})")


def test_phone_flips_between_the_days(open_page: OpenPage) -> None:
    page = open_page(f"#compare={days_ago(200)}..", size=PHONE)
    before = page.locator(".swipe-flip button").first
    after = page.locator(".swipe-flip button").last
    expect(before).to_have_attribute("aria-pressed", "true")
    after.click()
    expect(after).to_have_attribute("aria-pressed", "true")
    clip = "document.querySelector('.earlier').style.clipPath"
    assert "100%" in page.evaluate(clip)


def test_card_tells_both_grades_and_what_is_open(open_page: OpenPage, ask: Ask) -> None:
    point = raised_point(ask)
    why = ask(f"/api/collections/risk_points/items/{point['id']}/grade")
    page = open_page(f"#at=risk_points/{point['id']}")
    raised = page.get_by_test_id("raised")
    for reason in why["displayed"]["reasons"]:
        expect(raised).to_contain_text(reason)
    page.get_by_test_id("open-danger").first.click()
    expect(page.get_by_test_id("card-name")).to_have_text(why["displayed"]["open"][0]["name"])


def test_card_explains_in_english_too(open_page: OpenPage, ask: Ask) -> None:
    path = "/api/collections/risk_points/items?grading_method=LEC&grade=2&limit=1"
    point = ask(path)["features"][0]
    why = ask(f"/api/collections/risk_points/items/{point['id']}/grade")
    page = open_page(f"#at=risk_points/{point['id']}&lang=en")
    expect(page.get_by_test_id("why")).to_contain_text(why["one_step_down_en"])
    steps = page.get_by_test_id("steps").inner_text()
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in steps)


def test_halo_and_clock_are_drawn_beside_the_colour(open_page: OpenPage, ask: Ask) -> None:
    point = raised_point(ask)
    lng, lat = point["geometry"]["coordinates"]  # type: ignore[index]
    page = open_page(f"#map=16/{lat}/{lng}")
    settled(page)
    drawn = page.evaluate(
        """(id) => riskmap.map.queryRenderedFeatures({layers: ['risk_points-raised']})
          .filter((feature) => feature.id === id).map((feature) => feature.properties)""",
        point["id"],
    )
    assert drawn
    assert drawn[0]["displayed_grade"] < drawn[0]["grade"]
    late = ask("/api/collections/risk_points/items?limit=10000&properties=valid_until,grade")
    today = days_ago(0)
    stale = next(each for each in late["features"] if each["properties"]["grade"]
                 and (each["properties"]["valid_until"] or today) < today)  # fmt: skip
    lng, lat = stale["geometry"]["coordinates"]
    page.evaluate("([lng, lat]) => riskmap.map.jumpTo({center: [lng, lat], zoom: 16})", [lng, lat])
    settled(page)
    clocks = page.evaluate(
        "riskmap.map.queryRenderedFeatures({layers: ['risk_points-stale']}).map((each) => each.id)"
    )
    assert stale["id"] in clocks
