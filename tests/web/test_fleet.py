"""Boats on the map: live from a datagram to the page, healed, told, in a real Chromium."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import carry_out
from app.db.engine import writing
from app.ingest.distress_calls import write_heard
from app.ingest.listen import Listener
from layers.registry import LAYERS
from tests.builders import load_text, the_city
from tests.ingest.test_nmea import sentences, tagged
from tests.web.conftest import serving
from tests.web.screens import PATIENCE_MS, PHONE, OpenPage

expect.set_options(timeout=PATIENCE_MS)

SEA = "#map=8/30.4/122.5"
KNOWN, STRANGER = "412000001", "412000777"
REGISTER = (
    "mmsi,name,gear,owner,owner_phone,skipper,skipper_phone,home_port\n"
    f"{KNOWN},浙余渔示1,拖网,甲,0574-1,乙,0574-2,示意渔港\n"
)
WITHIN_MS = 2000
"""From the datagram to the page."""

ON_THE_MAP = """([mmsi, lon]) => riskmap.map.queryRenderedFeatures({layers: ['fleet-boat']}).some(
  (each) => each.properties.mmsi === mmsi && Math.abs(each.geometry.coordinates[0] - lon) < 0.02)"""

EVENT_ON_THE_MAP = """([mmsi, lon]) => riskmap.map.querySourceFeatures(
    'risk', {sourceLayer: 'vessel_events'}).some((each) => each.properties.mmsi === mmsi
  && Math.abs(each.geometry.coordinates[0] - lon) < 0.01)"""

KNOWN_TO_THE_PAGE = (
    "([mmsi, lon]) => Math.abs((riskmap.fleet.boats.get(mmsi)?.lon ?? 999) - lon) < 0.0001"
)


@pytest.fixture
def sea(empty_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database with one boat in its register."""
    engine = writing(empty_url)
    load_text(engine, "vessels", tmp_path, REGISTER)
    yield engine
    engine.dispose()


Send = Callable[..., None]


@pytest.fixture
def send(sea: Engine) -> Iterator[Send]:
    """Sends a position to a real listener by UDP: MMSI, longitude, and perhaps a status."""
    listener = Listener("127.0.0.1", 0, tcp=False,
                        write=lambda batch: write_heard(sea, LAYERS, batch))  # fmt: skip
    thread = threading.Thread(target=listener.run)
    thread.start()
    assert listener.bound.wait(30)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def sending(mmsi: str, lon: float, status: int = 0) -> None:
            sentence = sentences(mmsi=int(mmsi), lon=lon, status=status)[0]
            line = tagged(sentence, f"c:{int(time.time())}")
            sender.sendto(line, ("127.0.0.1", listener.port))

        yield sending
    listener.stopping.set()
    thread.join(30)


def live(page: Page) -> None:
    page.wait_for_selector("html[data-fleet=live]", state="attached")


def test_datagram_is_on_the_page_within_two_seconds_and_on_the_map(
    open_page: OpenPage, sea: Engine, empty_url: str, send: Send
) -> None:
    with serving(empty_url) as address:
        page = open_page(SEA, at=address)
        live(page)
        expect(page.get_by_test_id("sea-told")).to_contain_text("还没有收到渔船位置")
        send(KNOWN, 122.0)  # what is made at the first use is made
        page.wait_for_function(ON_THE_MAP, arg=[KNOWN, 122.0])
        for mmsi, lon in ((KNOWN, 122.1), (STRANGER, 122.9)):
            send(mmsi, lon)
            page.wait_for_function(
                KNOWN_TO_THE_PAGE, arg=[mmsi, lon], polling=20, timeout=WITHIN_MS
            )
            page.wait_for_function(ON_THE_MAP, arg=[mmsi, lon])
        expect(page.get_by_test_id("age-0")).to_have_attribute("data-count", "2")
        # Who was not in the register is entered by number: its card opens as any other's.
        page.wait_for_function("(mmsi) => riskmap.fleet.boats.get(mmsi).fid > 0", arg=STRANGER)
        page.close()


def test_page_heals_after_the_service_was_away_and_misses_nothing(
    open_page: OpenPage, sea: Engine, empty_url: str, send: Send
) -> None:
    with serving(empty_url) as address:
        page = open_page(SEA, size=PHONE, at=address)
        live(page)
        send(KNOWN, 122.0)
        page.wait_for_function(KNOWN_TO_THE_PAGE, arg=[KNOWN, 122.0])
    page.wait_for_selector("html[data-fleet=away]", state="attached")
    expect(page.get_by_test_id("sea-bar")).to_contain_text("实时连接中断")
    send(KNOWN, 122.5)
    with serving(empty_url, port=int(address.rpartition(":")[2])):
        page.wait_for_function(KNOWN_TO_THE_PAGE, arg=[KNOWN, 122.5])
        live(page)
        send(STRANGER, 122.7)
        page.wait_for_function(ON_THE_MAP, arg=[STRANGER, 122.7])
        page.close()


def test_new_warning_is_told_with_who_answers_and_stands_in_the_list(
    open_page: OpenPage, sea: Engine, empty_url: str, tmp_path: Path
) -> None:
    with serving(empty_url) as address:
        page = open_page(SEA, at=address)
        live(page)
        report = f"mmsi,seen_at,lon,lat,speed_kn\n{KNOWN},2026-07-10T00:00:00Z,122.9,30.5,3\n"
        load_text(sea, "vessel_positions", tmp_path, report)
        order = Order(first=date(2026, 7, 1), last=date(2026, 7, 11))
        carry_out(sea, ANALYSES["events"], order, (the_city(), LAYERS), actor="test")
        notice = page.get_by_test_id("sea-notice")
        expect(notice).to_contain_text("新发生")
        for text in ("失联12小时以上", "浙余渔示1", "乙", "0574-2"):
            expect(notice).to_contain_text(text)
        page.get_by_test_id("open-warnings").click()
        row = page.get_by_test_id("warning-row")
        expect(row).to_contain_text("失联12小时以上")
        expect(row).to_contain_text("0574-2")
        row.get_by_role("button").click()
        expect(page.get_by_test_id("card-name")).to_have_text("浙余渔示1")
        page.close()


def test_distress_transmitter_is_told_at_once_and_shown_at_its_place(
    open_page: OpenPage, empty_url: str, send: Send
) -> None:
    with serving(empty_url) as address:
        page = open_page(SEA, size=PHONE, at=address)
        live(page)
        send("972123456", 123.2, 14)
        notice = page.get_by_test_id("sea-notice")
        for text in ("新发生", "遇险示位", "972123456"):
            expect(notice).to_contain_text(text)
        notice.get_by_role("button", name="972123456").click()
        page.wait_for_function("Math.abs(riskmap.map.getCenter().lng - 123.2) < 0.001")
        page.get_by_test_id("open-warnings").click()
        expect(page.get_by_test_id("warning-row")).to_contain_text("遇险示位")
        assert page.evaluate("riskmap.fleet.boats.size") == 0
        page.wait_for_function(EVENT_ON_THE_MAP, arg=["972123456", 123.2])
        send("972123456", 123.4, 14)
        page.wait_for_function(EVENT_ON_THE_MAP, arg=["972123456", 123.4])
        assert page.get_by_test_id("sea-notice").count() == 1, "where it drifts to is no news"
        page.close()


def test_density_is_a_layer_with_its_legend(open_page: OpenPage) -> None:
    page = open_page("#map=8/30.3/122.8&layers=vessel_density")
    expect(page.get_by_test_id("density-legend")).to_contain_text("20–100")
    page.wait_for_function(
        "riskmap.map.queryRenderedFeatures({layers: ['vessel_density-fill']}).length > 100"
    )


def test_zones_stand_on_the_map_with_their_names(open_page: OpenPage) -> None:
    page = open_page("#map=7.5/30.2/122.6&layers=sea_zones")
    expect(page.get_by_test_id("zone-legend")).to_be_visible()
    page.wait_for_function(
        """() => new Set(riskmap.map.queryRenderedFeatures({layers: ['sea_zones-fill']})
          .map((each) => each.properties.kind)).size >= 4"""
    )
    names = page.evaluate(
        """() => riskmap.map.queryRenderedFeatures({layers: ['sea_zones-name']})
          .map((each) => each.properties.name)"""
    )
    assert "商渔船碰撞高风险警示区（示意）" in names
