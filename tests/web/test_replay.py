"""A day at sea played back, and the card of a vessel, in a real Chromium."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, OpenPage

expect.set_options(timeout=PATIENCE_MS)

SEA = "map=8/30.3/122.8"

SLIDE = """(slider, at) => {
  slider.value = String(at);
  slider.dispatchEvent(new Event('input'));
}"""

DRAWN = """async (mmsi) => {
  const { features } = await riskmap.map.getSource('fleet').getData();
  return features.find((each) => each.properties.mmsi === mmsi)?.geometry.coordinates ?? null;
}"""


def place_at(vessel: dict[str, Any], at: int) -> tuple[float, float]:
    """Where a boat is between the two reports round an instant."""
    after = next(n for n, second in enumerate(vessel["seconds"]) if second > at)
    first, second = vessel["seconds"][after - 1 : after + 1]
    share = (at - first) / (second - first)
    lon, lat = ((each[after - 1], each[after]) for each in (vessel["lon"], vessel["lat"]))
    return lon[0] + (lon[1] - lon[0]) * share, lat[0] + (lat[1] - lat[0]) * share


def heard_round(vessel: dict[str, Any], at: int) -> bool:
    """Whether reports come close enough before and after an instant to place the boat."""
    gaps = zip(vessel["seconds"], vessel["seconds"][1:], strict=False)
    return any(
        first <= at < second and place not in vessel["silences"]
        for place, (first, second) in enumerate(gaps)
    )


def playing(page: Page) -> None:
    page.wait_for_selector("html[data-fleet=live]", state="attached")
    page.get_by_test_id("open-replay").click()
    page.wait_for_function("riskmap.player.playing && riskmap.player.at > 3600")
    page.get_by_test_id("play-go").click()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_last_day_with_positions_is_played_back(
    open_page: OpenPage, ask: Ask, size: tuple[int, int]
) -> None:
    page = open_page(f"#{SEA}", size=size)
    playing(page)
    assert "replay=2026-10-31,0,24" in page.url
    told = ask("/api/live/tracks")
    note = page.get_by_test_id("play-note")
    every = f"{told['numberReturned']:,}".replace(",", "\u202f")
    expect(note).to_contain_text(f"{len(told['vessels'])} 艘，全部 {every} 个位置")
    assert told["left_out"] == {"unreachable": 1}
    expect(note).to_contain_text("清洗剔除 1 个不可信位置")
    noon = 12 * 3600
    page.get_by_test_id("play-slider").evaluate(SLIDE, noon)
    expect(page.get_by_test_id("play-when")).to_have_text("2026-10-31 12:00")
    vessel = next(each for each in told["vessels"] if heard_round(each, noon))
    lon, lat = place_at(vessel, noon)
    page.wait_for_function(
        f"async ([mmsi, lon, lat]) => {{ const at = await ({DRAWN})(mmsi);"
        " return at && Math.abs(at[0] - lon) < 1e-6 && Math.abs(at[1] - lat) < 1e-6; }",
        arg=[vessel["mmsi"], lon, lat],
    )
    assert (
        page.evaluate("riskmap.map.getLayoutProperty('vessel_tracks-line', 'visibility')") == "none"
    )
    page.get_by_test_id("play-hours").select_option("6-12")
    page.wait_for_function("riskmap.player.recorded?.seconds === 21600")
    assert "replay=2026-10-31,6,12" in page.url
    page.get_by_test_id("play-close").click()
    expect(page.get_by_test_id("sea-bar")).to_be_visible()
    newest = ask("/api/live/latest")["vessels"][0]
    page.wait_for_function(
        f"async ([mmsi, lon]) => (await ({DRAWN})(mmsi))?.[0] === lon",
        arg=[newest["mmsi"], newest["lon"]],
    )


def test_address_reproduces_the_hours_and_an_empty_day_says_so(open_page: OpenPage) -> None:
    page = open_page(f"#{SEA}&replay=2026-09-01,6,12")
    expect(page.get_by_test_id("play-note")).to_have_text("这一时段没有渔船位置")
    expect(page.get_by_test_id("play-day")).to_have_value("2026-09-01")
    expect(page.get_by_test_id("play-hours")).to_have_value("6-12")
    page.get_by_test_id("play-day").fill("2026-10-30")
    expect(page.get_by_test_id("play-note")).to_contain_text("个位置")


def test_click_on_a_boat_opens_its_card_with_position_warnings_and_way(
    open_page: OpenPage, ask: Ask
) -> None:
    warning = ask("/api/warnings")["warnings"][0]
    boats = ask("/api/live/latest")["vessels"]
    boat = next(each for each in boats if each["mmsi"] == warning["mmsi"])
    row = ask(f"/api/collections/vessels/items/{boat['fid']}")["properties"]
    page = open_page(f"#map=14/{boat['lat']}/{boat['lon']}&layers=vessels")
    page.wait_for_function("riskmap.map.queryRenderedFeatures({layers: ['fleet-boat']}).length > 0")
    x, y = page.evaluate(
        """(place) => {
          const { x, y } = riskmap.map.project(place);
          const { left, top } = riskmap.map.getCanvas().getBoundingClientRect();
          return [left + x, top + y];
        }""",
        [boat["lon"], boat["lat"]],
    )
    page.mouse.click(x, y)
    card = page.get_by_test_id("card")
    expect(page.get_by_test_id("card-name")).to_have_text(boat["name"])
    assert {"fishing_code", "beidou_no", "gross_tonnage"} <= {name for name in row if row[name]}
    for text in (row["fishing_code"], row["beidou_no"], f"{row['gross_tonnage']:g}"):
        expect(card).to_contain_text(str(text))
    for text in (row["mmsi"], row["skipper"], row["owner"], row["owner_phone"], warning["title"]):
        expect(card).to_contain_text(text)
    expect(page.get_by_test_id("vessel-wind")).to_have_text(f"{row['wind_limit']} 级")
    expect(page.get_by_test_id("vessel-last")).to_contain_text("天前")
    expect(page.get_by_test_id("vessel-event")).to_have_count(1)
    day = ask(f"/api/live/tracks?mmsi={boat['mmsi']}&datetime=2026-10-31")
    expect(page.get_by_test_id("vessel-way")).to_contain_text(f"{day['numberReturned']} 个位置")
    page.wait_for_function(
        "async () => (await riskmap.map.getSource('trail').getData()).features.length > 0"
    )
    page.keyboard.press("Escape")
    page.wait_for_function(
        "async () => (await riskmap.map.getSource('trail').getData()).features.length === 0"
    )


@pytest.mark.parametrize(
    ("left", "reached", "told"),
    [
        (True, True, "{began} 离 {from_port}，{ended} 抵 {to_port}，航程 "),
        (False, True, "{began} 起有位置，{ended} 抵 {to_port}，航程 "),
        (True, False, "{began} 离 {from_port}，{ended} 末次位置，航程 "),
    ],
)
def test_card_tells_the_newest_voyage_and_leads_to_its_track(
    open_page: OpenPage, ask: Ask, left: bool, reached: bool, told: str
) -> None:
    tracks = ask("/api/collections/vessel_tracks/items?sortby=started_at&limit=1000")["features"]
    newest = {each["properties"]["mmsi"]: each["properties"] for each in tracks}
    row = next(
        row for row in newest.values()
        if (row["from_port"] is not None, row["to_port"] is not None) == (left, reached)
    )  # fmt: skip
    boat = ask(f"/api/collections/vessels/items?filter=mmsi='{row['mmsi']}'")["features"][0]
    page = open_page(f"#at=vessels/{boat['id']}")
    began, ended = (_minute(row[name]) for name in ("started_at", "ended_at"))
    expected = told.format(began=began, ended=ended, **row)
    expect(page.get_by_test_id("vessel-voyage")).to_contain_text(expected)
    page.get_by_test_id("voyage-track").click()
    expect(page.get_by_test_id("card")).to_contain_text("海上停留次数")
    stops = json.loads(row["stopped"])
    assert stops
    for stop in stops:
        expect(page.get_by_test_id("stops")).to_contain_text(stop["haven"])
    until = stops[-1]["until"]
    last = "未见离开" if until is None else _minute(until)
    expect(page.get_by_test_id("stops")).to_contain_text(f"{_minute(stops[-1]['from'])} 至 {last}")


def _minute(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo("Asia/Shanghai")).isoformat(" ")[:16]
