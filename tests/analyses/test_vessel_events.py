"""Events at sea from the database: found with their evidence, kept from run to run, told as warnings."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import carry_out
from layers.grading.rule_set import RULES, load
from layers.registry import LAYERS
from tests.builders import load_text, service, sql, the_city

HEADER = "mmsi,seen_at,lon,lat,speed_kn,course_deg,status"
TRAWLER, OTHER = "412000001", "412000002"


def line(  # noqa: PLR0917 - a report in one line
    mmsi: str, minute: float, lon: float, lat: float = 30.5, speed: float = 3, status: int = 0,
    course: float = 90,
) -> str:  # fmt: skip
    hour, rest = divmod(round(minute), 60)
    day, hour = divmod(hour, 24)
    return f"{mmsi},2026-07-{10 + day:02}T{hour:02}:{rest:02}:00Z,{lon},{lat},{speed},{course},{status}"


def sail(engine: Engine, folder: Path, *lines: str) -> None:
    report = load_text(engine, "vessel_positions", folder, "\n".join([HEADER, *lines]) + "\n")
    assert report.rejected == 0, report.rejects


def analyse(engine: Engine, last: date = date(2026, 7, 11)) -> dict[str, Any]:
    order = Order(first=date(2026, 7, 1), last=last)
    run = carry_out(engine, ANALYSES["events"], order, (the_city(), LAYERS), actor="test")
    return {**run.outcome.result, **run.outcome.changes}


def events(engine: Engine) -> list[dict[str, Any]]:
    rows = sql(engine, "SELECT json_agg(json_build_object('kind', kind, 'mmsi', mmsi, 'fid', fid, "
                       "'other', other_mmsi, 'ended', ended_at, 'grade', grade, 'evidence', evidence) "
                       "ORDER BY kind, mmsi) FROM vessel_events")  # fmt: skip
    return [{**each, "evidence": json.loads(each["evidence"])} for each in rows or []]


@pytest.fixture
def trawling(empty_engine: Engine, tmp_path: Path) -> Engine:
    """A trawler that fishes while it is closed, and then falls silent."""
    load_text(empty_engine, "vessels", tmp_path, f"mmsi,name,gear\n{TRAWLER},浙余渔示1,拖网\n")
    sail(
        empty_engine,
        tmp_path,
        *(line(TRAWLER, each, 123 + each / 2000) for each in range(0, 130, 10)),
    )
    return empty_engine


def test_breach_and_silence_are_found_with_evidence(trawling: Engine) -> None:
    assert analyse(trawling) == {
        "events": 3, "open": 2, "left_out": {},
        "kinds": {"gap_lost": 1, "moratorium_breach": 1, "not_returned": 1}, "added": 3, "changed": 0, "gone": 0,
    }  # fmt: skip
    silence, breach, out = events(trawling)
    assert (out["kind"], out["grade"], out["evidence"]["because"]) == (
        "not_returned", 3, "moratorium",
    )  # fmt: skip
    assert (silence["kind"], silence["ended"], silence["grade"]) == ("gap_lost", None, 1)
    assert silence["evidence"] == {"hours": 38.0}, "until the last day of the period ends"
    assert (breach["grade"], breach["evidence"]["hours"]) == (2, 2.0)
    assert breach["evidence"]["windows"] == [
        "north 2026-05-01T12:00:00+08:00/2026-09-16T12:00:00+08:00"
    ]


def test_second_run_changes_nothing_and_a_late_report_ends_the_silence(
    trawling: Engine, tmp_path: Path
) -> None:
    analyse(trawling)
    before = events(trawling)
    assert {analyse(trawling)[name] for name in ("added", "changed", "gone")} == {0}
    assert events(trawling) == before
    sail(trawling, tmp_path, line(TRAWLER, 300, 123.1, speed=0))
    told = analyse(trawling)
    assert (told["changed"], told["gone"]) == (2, 0), told
    first = next(each for each in events(trawling) if each["fid"] == before[0]["fid"])
    assert (first["kind"], first["ended"] is None, first["evidence"]["hours"]) == (
        "gap_notice",
        False,
        3.0,
    )


def news(engine: Engine) -> list[tuple[str, str, str, bool]]:
    """What open maps were told of events: change, kind, MMSI, whether it is open."""
    told = sql(engine, "SELECT json_agg(content ORDER BY id) FROM live_messages "
                       "WHERE kind = 'events'")  # fmt: skip
    return [(each["change"], each["kind"], each["mmsi"], each["open"])
            for message in told or [] for each in message]  # fmt: skip


def test_open_maps_are_told_of_begin_worsening_end_and_withdrawal(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, line(TRAWLER, 0, 123), line(OTHER, 0, 124))
    half = (
        Path(RULES / "sea_events.toml")
        .read_text(encoding="utf-8")
        .replace("from_h = 12", "from_h = 90")
    )
    later = tmp_path / "sea_events.toml"
    later.write_text(half, encoding="utf-8")
    book = {"sea_events": load(str(later))}
    order = Order(book=book, first=date(2026, 7, 1), last=date(2026, 7, 11))
    carry_out(empty_engine, ANALYSES["events"], order, (the_city(), LAYERS), actor="test")
    assert news(empty_engine) == [
        ("begun", "gap_long", TRAWLER, True), ("begun", "gap_long", OTHER, True),
    ]  # fmt: skip
    analyse(empty_engine)
    assert news(empty_engine)[2:] == [
        ("worsened", "gap_lost", TRAWLER, True), ("worsened", "gap_lost", OTHER, True),
    ]  # fmt: skip
    sail(empty_engine, tmp_path, line(TRAWLER, 300, 123.1, speed=0))
    with empty_engine.begin() as connection:
        gone = text("DELETE FROM vessel_positions WHERE mmsi = :mmsi")
        connection.execute(gone, {"mmsi": OTHER})
    analyse(empty_engine)
    assert sorted(news(empty_engine)[4:]) == [
        ("begun", "gap_lost", TRAWLER, True), ("ended", "gap_notice", TRAWLER, False),
        ("withdrawn", "gap_lost", OTHER, False),
    ]  # fmt: skip
    analyse(empty_engine)
    assert len(news(empty_engine)) == 7


def test_what_a_person_confirmed_stays(trawling: Engine) -> None:
    analyse(trawling)
    with trawling.begin() as connection:
        connection.execute(text("UPDATE vessel_events SET kind = 'moratorium_confirmed' "
                                "WHERE kind = 'moratorium_breach'"))  # fmt: skip
    analyse(trawling)
    assert [each["kind"] for each in events(trawling)] == [
        "gap_lost", "moratorium_confirmed", "not_returned",
    ]  # fmt: skip


def test_collision_course_is_told_of_the_last_states(empty_engine: Engine, tmp_path: Path) -> None:
    sail(empty_engine, tmp_path, line(TRAWLER, 0, 123.0, speed=10, course=90),
         line(OTHER, 0, 123.05, speed=10, course=270))  # fmt: skip
    analyse(empty_engine)
    found = next(each for each in events(empty_engine) if each["kind"].startswith("collision"))
    assert (found["kind"], found["mmsi"], found["other"]) == ("collision_near", TRAWLER, OTHER)
    assert found["evidence"]["dcpa_m"] < 20
    assert 7 < found["evidence"]["tcpa_min"] < 8


def test_trawl_within_a_closed_line_is_found_and_a_pot_boat_is_not(
    empty_engine: Engine, tmp_path: Path
) -> None:
    register = f"mmsi,name,gear\n{TRAWLER},甲,拖网\n{OTHER},乙,笼壶\n"
    load_text(empty_engine, "vessels", tmp_path, register)
    square = [[[[122.9, 30.4], [123.3, 30.4], [123.3, 30.6], [122.9, 30.6], [122.9, 30.4]]]]
    zone = {"type": "FeatureCollection", "features": [{
        "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": square},
        "properties": {"code": "1", "name": "示意", "kind": "closed_line", "gear": "拖网"},
    }]}  # fmt: skip
    load_text(empty_engine, "sea_zones", tmp_path, json.dumps(zone), "zones.geojson")
    for mmsi, north in ((TRAWLER, 30.5), (OTHER, 30.55)):
        sail(
            empty_engine,
            tmp_path,
            *(line(mmsi, each, 123 + each / 2000, north) for each in range(0, 70, 10)),
        )
    analyse(empty_engine)
    found = [each for each in events(empty_engine) if each["kind"] == "closed_line"]
    assert [(each["mmsi"], each["evidence"]["zone"]) for each in found] == [(TRAWLER, "1")]


ZONES = [
    # kind, gear, first day, last day; the boat fishes on 10 July of the city with lines
    ("protected", None, None, None, "closed_line"),
    ("protected", "钓具", "2026-07-10", "2026-07-10", "closed_line"),
    ("protected", None, "2026-07-11", None, None),
    ("protected", None, None, "2026-07-09", None),
    ("protected", "拖网", None, None, None),
    ("closed_line", None, "2026-07-01", "2026-07-31", "closed_line"),
    ("closed_line", None, "2026-08-01", "2026-08-31", None),
    ("moratorium", "钓具", "2026-07-01", "2026-07-31", "moratorium_breach"),
    ("moratorium", "钓具", "2026-07-10", "2026-07-10", None),
    ("moratorium", "钓具", "2026-06-01", "2026-07-09", None),
    ("moratorium", "钓具", "2026-07-01", None, None),
    ("moratorium", "拖网", "2026-07-01", "2026-07-31", None),
    ("moratorium", None, "2026-07-01", "2026-07-31", None),
]


def zones(engine: Engine, folder: Path, told: list[tuple[Any, ...]]) -> list[str]:
    """Zones in a column, a boat in each; their numbers. The day of the city begins at 16 h UTC."""
    features, numbers = [], []
    for place, (kind, gear, first, last, _) in enumerate(told):
        south = 28 + place * 0.2
        ring = [
            [122.9, south],
            [123.3, south],
            [123.3, south + 0.1],
            [122.9, south + 0.1],
            [122.9, south],
        ]
        features.append({
            "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
            "properties": {"code": f"Z{place}", "name": "示意", "kind": kind, "gear": gear,
                           "valid_from": first, "valid_to": last},
        })  # fmt: skip
        numbers.append(f"4120001{place:02}")
    drawn = json.dumps({"type": "FeatureCollection", "features": features})
    report = load_text(engine, "sea_zones", folder, drawn, "zones.geojson")
    assert report.added == len(told), report.rejects
    return numbers


def test_zone_closes_to_its_gear_on_its_days_only(empty_engine: Engine, tmp_path: Path) -> None:
    numbers = zones(empty_engine, tmp_path, ZONES)
    register = "mmsi,name,gear\n" + "".join(f"{each},示,钓具\n" for each in numbers)
    load_text(empty_engine, "vessels", tmp_path, register)
    reports = [line(mmsi, each, 123 + each / 2000, 28.05 + place * 0.2)
               for place, mmsi in enumerate(numbers) for each in range(0, 70, 10)]  # fmt: skip
    sail(empty_engine, tmp_path, *reports)
    analyse(empty_engine)
    found = {each["mmsi"]: each for each in events(empty_engine)
             if each["kind"] in {"closed_line", "moratorium_breach"}}  # fmt: skip
    told = [found[mmsi]["kind"] if mmsi in found else None for mmsi in numbers]
    assert told == [each[-1] for each in ZONES]
    breach = next(each for each in found.values() if each["kind"] == "moratorium_breach")
    assert (breach["evidence"]["zones"], breach["evidence"]["gear"]) == (["Z7 示意"], "line")


HAVENS = [
    ("port", None, None, None, None),
    ("anchorage", None, None, None, None),
    ("anchorage", None, "2026-07-10", "2026-07-10", None),
    ("anchorage", None, "2026-07-11", None, "gap_lost"),
    ("port", None, None, "2026-07-09", "gap_lost"),
    ("protected", None, None, None, "gap_lost"),
]


def test_haven_shelters_on_its_days_only(empty_engine: Engine, tmp_path: Path) -> None:
    numbers = zones(empty_engine, tmp_path, HAVENS)
    places = enumerate(numbers)
    sail(empty_engine, tmp_path, *(line(mmsi, 0, 123, 28.05 + at * 0.2) for at, mmsi in places))
    analyse(empty_engine)
    found = {each["mmsi"]: each["kind"] for each in events(empty_engine)}
    assert [found.get(mmsi) for mmsi in numbers] == [each[-1] for each in HAVENS]


def test_silence_in_port_is_none(empty_engine: Engine, tmp_path: Path) -> None:
    sail(empty_engine, tmp_path, line(TRAWLER, 0, 121.047, 30.278))
    assert analyse(empty_engine)["events"] == 0


def test_warnings_are_what_lasts_the_gravest_first(trawling: Engine) -> None:
    analyse(trawling)
    url = trawling.url.render_as_string(hide_password=False)
    with service(url) as client:
        told = client.get("/api/warnings").json()
        refused = client.get("/api/warnings?kind=x")
    assert (told["numberMatched"], told["numberReturned"]) == (2, 2)
    warning, milder = told["warnings"]
    assert (milder["kind"], milder["grade"]) == ("not_returned", 3)
    assert (warning["kind"], warning["grade"], warning["mmsi"]) == ("gap_lost", 1, TRAWLER)
    assert warning["title"] == "失联12小时以上"
    assert warning["geometry"]["coordinates"] == [123.06, 30.5]
    assert refused.status_code == 400


def test_gale_is_told_of_boats_at_sea_over_their_limit(
    empty_engine: Engine, tmp_path: Path
) -> None:
    register = f"mmsi,name,gear,length_m,wind_limit\n{TRAWLER},甲,钓具,30,\n{OTHER},乙,钓具,30,9\n"
    load_text(empty_engine, "vessels", tmp_path, register)
    square = {"type": "MultiPolygon", "coordinates": [
        [[[122, 29], [124, 29], [124, 31], [122, 31], [122, 29]]]]}  # fmt: skip
    zone = {"code": "Z", "name": "示意", "kind": "moratorium"}
    warning = {"code": "W", "zone": "Z", "beaufort": 8, "starts_at": "2026-07-10T01:00:00Z",
               "ends_at": "2026-07-10T02:00:00Z"}  # fmt: skip
    for layer, told, shape in (("sea_zones", zone, square), ("wind_warnings", warning, None)):
        drawn = {"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": shape, "properties": told}]}  # fmt: skip
        report = load_text(empty_engine, layer, tmp_path, json.dumps(drawn), f"{layer}.geojson")
        assert report.added == 1, report.rejects
    for mmsi, north in ((TRAWLER, 30.5), (OTHER, 30.9)):
        sail(empty_engine, tmp_path, *(line(mmsi, each, 123, north) for each in range(0, 180, 10)))
    analyse(empty_engine)
    found = [each for each in events(empty_engine) if each["kind"].startswith("gale")]
    assert [(each["kind"], each["mmsi"], each["grade"]) for each in found] == [
        ("gale_yellow", TRAWLER, 3)
    ]
    assert found[0]["evidence"] == {
        "beaufort": 8, "limit_beaufort": 8, "limit_by": "length", "positions": 6,
    }  # fmt: skip


def test_boat_adrift_in_a_collision_zone_is_told(empty_engine: Engine, tmp_path: Path) -> None:
    square = [[[[122.9, 30.4], [123.3, 30.4], [123.3, 30.6], [122.9, 30.6], [122.9, 30.4]]]]
    zone = {"type": "FeatureCollection", "features": [{
        "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": square},
        "properties": {"code": "1", "name": "示意", "kind": "collision_warning"},
    }]}  # fmt: skip
    load_text(empty_engine, "sea_zones", tmp_path, json.dumps(zone), "zones.geojson")
    sail(
        empty_engine, tmp_path, *(line(TRAWLER, each, 123, speed=0.4) for each in range(0, 50, 10))
    )
    sail(empty_engine, tmp_path, *(line(OTHER, each, 124, speed=0.4) for each in range(0, 50, 10)))
    analyse(empty_engine)
    found = [each for each in events(empty_engine) if each["kind"] == "collision_zone"]
    assert [(each["mmsi"], each["evidence"]["zone"]) for each in found] == [(TRAWLER, "1")]


def test_only_the_main_vessel_on_a_number_is_missed(empty_engine: Engine, tmp_path: Path) -> None:
    sail(
        empty_engine,
        tmp_path,
        *(line(TRAWLER, each, 123 + each / 2000) for each in range(0, 120, 2)),
        *(line(TRAWLER, each, 125 + each / 2000) for each in range(1, 60, 2)),
    )
    told = analyse(empty_engine)
    assert (told["kinds"], told["left_out"]) == ({"gap_lost": 1}, {})
    [missed] = events(empty_engine)
    assert missed["mmsi"] == TRAWLER


def test_close_pass_is_written_graded_kept_and_nearer_by_a_late_report(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """At 8 kn each, ten minutes from the begin; stays the same until a report between is known."""
    for mmsi, begin, way in ((TRAWLER, 123.0, 1), (OTHER, 123.05148, -1)):
        east = [begin + way * each * 0.002574 for each in range(21)]
        north = 30.5 + (mmsi == OTHER) * 0.001
        sail(empty_engine, tmp_path,
             *(line(mmsi, each, lon, north, 8) for each, lon in enumerate(east) if each != 10))  # fmt: skip
    told = analyse(empty_engine)
    assert (told["kinds"]["pass_close"], told["gone"]) == (1, 0)
    first = [each for each in events(empty_engine) if each["kind"] == "pass_close"]
    [event] = first
    assert (event["mmsi"], event["other"], event["grade"]) == (TRAWLER, OTHER, 3)
    assert event["evidence"]["distance_m"] == pytest.approx(110.8, abs=0.3)
    assert event["evidence"]["between_reports_s"] == 120
    assert {analyse(empty_engine)[name] for name in ("added", "changed", "gone")} == {0}
    assert [each for each in events(empty_engine) if each["kind"] == "pass_close"] == first

    sail(empty_engine, tmp_path, line(OTHER, 10, 123.02574, 30.5003, 8),
         line(TRAWLER, 10, 123.02574, 30.5, 8))  # fmt: skip
    told = analyse(empty_engine)
    assert told["kinds"]["pass_near_miss"] == 1
    [event] = [each for each in events(empty_engine) if each["kind"].startswith("pass")]
    assert (event["grade"], event["evidence"]["between_reports_s"]) in {(2, 0), (2, 60)}
    url = empty_engine.url.render_as_string(hide_password=False)
    with service(url) as client:
        run = client.get("/api/analyses/events").json()
        items = client.get("/api/collections/vessel_events/items?kind=pass_near_miss").json()
        tile = client.get("/api/tiles/vessel_events/4/13/6.mvt")
    assert run["result"]["kinds"]["pass_near_miss"] == 1
    assert run["changes"] == {"added": 0, "changed": 1, "gone": 0}
    [found] = items["features"]
    assert found["properties"]["other_mmsi"] == OTHER
    assert found["geometry"]["coordinates"] == pytest.approx([123.02574, 30.5], abs=1e-4)
    assert b"pass_near_miss" in tile.content
