"""Distress transmitters: an open warning with a place, told to open maps; never a vessel."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.ingest.distress_calls import write_heard
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import load_text, rows, service, sql

NOW = 1_790_000_000.0
SART, MOB, BOAT = "970123456", "972123456", "412000001"


def heard(mmsi: str, second: float, lon: float = 123.0, lat: float = 30.5) -> Heard:
    return Heard(mmsi, NOW + second, lon, lat, None, None, None, 14, 1)


def call(engine: Engine, *calls: Heard) -> int:
    return write_heard(engine, LAYERS, list(calls))


def warnings(engine: Engine) -> list[dict[str, Any]]:
    url = engine.url.render_as_string(hide_password=False)
    with service(url) as client:
        told: list[dict[str, Any]] = client.get("/api/warnings").json()["warnings"]
    return told


def news(engine: Engine) -> list[dict[str, Any]]:
    told = sql(engine, "SELECT json_agg(content ORDER BY id) FROM live_messages "
                       "WHERE kind = 'events'")  # fmt: skip
    return [each for message in told or [] for each in message]


def test_call_is_a_warning_with_a_place_and_no_vessel(empty_engine: Engine) -> None:
    assert call(empty_engine, heard(SART, 0), heard(BOAT, 0), heard(SART, 0.2, 123.0001)) == 1
    [warning] = warnings(empty_engine)
    assert (warning["kind"], warning["title"], warning["grade"]) == ("distress", "遇险示位", 1)
    assert warning["title_en"] == "distress transmitter"
    assert (warning["mmsi"], warning["name"]) == (SART, None)
    assert warning["geometry"]["coordinates"] == [123.0001, 30.5]
    assert warning["evidence"] == {
        "transmitter": "AIS-SART", "last_heard_at": "2026-09-21T14:13:20.200000+00:00",
        "place": [123.0001, 30.5],
    }  # fmt: skip
    [told] = news(empty_engine)
    assert (told["change"], told["open"], told["lon"]) == ("begun", True, 123.0001)
    assert sql(empty_engine, "SELECT array_agg(mmsi) FROM vessels") == [BOAT]
    assert sql(empty_engine, "SELECT array_agg(mmsi) FROM vessel_positions") == [BOAT]


@pytest.mark.parametrize(
    ("second", "lon", "place"),
    [(30, 123.001, 123.0), (30, 123.003, 123.003), (60, 123.001, 123.001), (-30, 123.001, 123.0)],
    ids=["too soon", "moved", "a minute later", "older"],
)
def test_it_stays_one_event_that_follows_the_transmitter(
    empty_engine: Engine, second: float, lon: float, place: float
) -> None:
    call(empty_engine, heard(SART, 0))
    call(empty_engine, heard(SART, second, lon))
    [warning] = warnings(empty_engine)
    assert warning["geometry"]["coordinates"] == [place, 30.5]
    changes = ["begun"] if place == 123.0 else ["begun", "moved"]
    assert [each["change"] for each in news(empty_engine)] == changes, "it has begun once"
    assert news(empty_engine)[-1]["lon"] == place


def test_without_a_place_it_is_told_and_gets_one_when_it_has(empty_engine: Engine) -> None:
    call(empty_engine, heard(MOB, 0, math.nan, math.nan))
    [warning] = warnings(empty_engine)
    assert (warning["geometry"], warning["evidence"]["place"]) == (None, None)
    [told] = news(empty_engine)
    assert (told["lon"], told["lat"]) == (None, None)
    call(empty_engine, heard(MOB, 8))
    call(empty_engine, heard(MOB, 80, math.nan, math.nan))
    [warning] = warnings(empty_engine)
    assert warning["geometry"]["coordinates"] == [123.0, 30.5], "where it was last"
    assert [(each["change"], each["lon"]) for each in news(empty_engine)] == [
        ("begun", None), ("moved", 123.0),
    ]  # fmt: skip
    assert warning["evidence"]["transmitter"] == "AIS-MOB"


def test_what_a_person_ended_stays_ended_until_it_is_heard_again(empty_engine: Engine) -> None:
    call(empty_engine, heard(SART, 0), heard(MOB, 0))
    with empty_engine.begin() as connection:
        end = text("UPDATE vessel_events SET ended_at = to_timestamp(:at) WHERE mmsi = :mmsi")
        connection.execute(end, {"at": NOW + 600, "mmsi": SART})
    call(empty_engine, heard(SART, 500))
    assert [each["mmsi"] for each in warnings(empty_engine)] == [MOB]
    call(empty_engine, heard(SART, 700))
    assert {each["mmsi"] for each in warnings(empty_engine)} == {MOB, SART}
    assert rows(empty_engine, "vessel_events") == 3


def test_end_that_a_person_imports_is_told_to_open_maps(
    empty_engine: Engine, tmp_path: Path
) -> None:
    call(empty_engine, heard(SART, 0), heard(MOB, 0))
    code = sql(empty_engine, "SELECT min(code) FROM vessel_events")
    header = "code,kind,mmsi,started_at,ended_at,lon,lat\n"
    begun = "distress,970123456,2026-09-21T14:13:20Z"
    over = f"{code},{begun},2026-09-21T15:00:00Z,123,30.5\n"
    old = "OLD,distress,970000001,2025-09-21T14:13:20Z,2025-09-21T15:13:20Z,123,30.5\n"
    new = "NEW,moratorium_confirmed,412000001,2026-09-21T14:13:20Z,,123,30.5\n"
    report = load_text(empty_engine, "vessel_events", tmp_path, header + over + old + new)
    assert (report.added, report.changed, report.rejected) == (2, 1, 0), report.rejects
    told = [(each["code"], each["change"], each["open"]) for each in news(empty_engine)[2:]]
    assert sorted(told) == sorted([(code, "ended", False), ("NEW", "begun", True)])
    load_text(empty_engine, "vessel_events", tmp_path, header + over)
    assert len(news(empty_engine)) == 4, "the same file again is no news"


def test_same_batch_again_changes_nothing(empty_engine: Engine) -> None:
    batch = [heard(SART, 0), heard(SART, 1), heard(BOAT, 1)]
    call(empty_engine, *batch)
    before = warnings(empty_engine)
    assert call(empty_engine, *batch) == 0
    assert warnings(empty_engine) == before
    evidence = sql(empty_engine, "SELECT evidence FROM vessel_events")
    assert json.loads(evidence)["last_heard_at"].endswith("14:13:21+00:00")
    assert rows(empty_engine, "vessel_positions") == 1
