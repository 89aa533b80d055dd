"""Tracks from port to port in the database, the stays between them, and what reads both."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import carry_out
from app.analyses.tracks import tracks_of
from app.ingest.live_positions import write_positions
from app.ingest.live_tracks import LiveTracks
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import load_text, rows, sql, the_city

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
HOME, AWAY = 123.0, 123.5
"""Longitudes of two ports at 30.5° N, far off the shore."""

DEGREE_A_MINUTE = 0.0025
"""Nearly eight knots."""

NUMBERS = count(412_100_000)

Place = tuple[float, float]
"""Minute, longitude."""


def open_ports(engine: Engine, folder: Path, **home: str) -> list[str]:
    """Two ports of two kilometres; `home` says when that one is in force. Gives the warnings."""

    def port(code: str, name: str, lon: float, **more: str) -> dict[str, Any]:
        west, south, east, north = lon - 0.01, 30.49, lon + 0.01, 30.51
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        told = {"code": code, "name": name, "kind": "port", **more}
        shape = {"type": "MultiPolygon", "coordinates": [[ring]]}
        return {"type": "Feature", "geometry": shape, "properties": told}

    ports = [port("1", "家港", HOME, **home), port("2", "外港", AWAY)]
    content = json.dumps({"type": "FeatureCollection", "features": ports})
    report = load_text(engine, "sea_zones", folder, content, "zones.geojson")
    assert report.rejected == 0, report.rejects
    return report.warnings


def lie(begin: float, minutes: float, lon: float = HOME) -> list[Place]:
    return [(begin + at, lon) for at in range(0, int(minutes), 5)]


def sail(begin: float, lon: float, to_lon: float) -> list[Place]:
    speed = DEGREE_A_MINUTE if to_lon > lon else -DEGREE_A_MINUTE
    minutes = round(abs(to_lon - lon) / DEGREE_A_MINUTE)
    return [(begin + at, lon + speed * at) for at in range(0, minutes, 5)]


TWO_DAYS = [
    *lie(0, 600), *sail(600, HOME, AWAY), *lie(800, 600, AWAY), *sail(1400, AWAY, HOME),
    *lie(1600, 600), *sail(2200, HOME, 123.3), *lie(2320, 60, 123.3), *sail(2380, 123.3, HOME),
    *lie(2500, 380),
]  # fmt: skip
"""Three voyages, and a stop at sea on the last; the AIS is never off."""


def load(engine: Engine, folder: Path, places: Sequence[Place], mmsi: str = "412000001") -> str:
    lines = [
        f"{mmsi},{datetime.fromtimestamp(BEGIN.timestamp() + 60 * at, UTC).isoformat()},{lon:.6f},30.5,0"
        for at, lon in places
    ]
    content = "\n".join(["mmsi,seen_at,lon,lat,status", *lines]) + "\n"
    report = load_text(engine, "vessel_positions", folder, content)
    assert report.rejected == 0, report.rejects
    return "\n".join(report.warnings)


TRACKS = """
    SELECT json_agg(json_build_array(from_port, (extract(epoch FROM started_at) - {begin}) / 60,
        to_port, (extract(epoch FROM ended_at) - {begin}) / 60, stops, positions)
        ORDER BY started_at) FROM vessel_tracks
""".format(begin=BEGIN.timestamp())  # noqa: S608


def test_three_voyages_in_two_days_are_three_tracks(empty_engine: Engine, tmp_path: Path) -> None:
    assert open_ports(empty_engine, tmp_path) == [], "there are no tracks yet"
    told = load(empty_engine, tmp_path, TWO_DAYS)
    assert "tracks: 3" in told
    assert "stays in port: 4" in told
    assert sql(empty_engine, TRACKS) == [
        ["家港", 600, "外港", 800, 0, 41], ["外港", 1400, "家港", 1600, 0, 41],
        ["家港", 2200, "家港", 2500, 1, 61],
    ]  # fmt: skip
    stays = (
        "SELECT json_agg(json_build_array(port, positions) ORDER BY started_at) FROM vessel_stays"
    )
    assert sql(empty_engine, stays) == [["家港", 121], ["外港", 121], ["家港", 121], ["家港", 76]]
    both = ("SELECT (SELECT sum(positions) FROM vessel_tracks) "
            "+ (SELECT sum(positions) FROM vessel_stays)")  # fmt: skip
    ends_told_twice = 6
    assert sql(empty_engine, both) == len(TWO_DAYS) + ends_told_twice
    dropped = "SELECT sum(dropped) FROM vessel_tracks"
    assert sql(empty_engine, dropped) == 0


def test_stops_are_told_with_their_times_places_and_ports(
    empty_engine: Engine, tmp_path: Path
) -> None:
    open_ports(empty_engine, tmp_path)
    load(empty_engine, tmp_path, TWO_DAYS)
    last = "SELECT stopped::json FROM vessel_tracks ORDER BY started_at DESC LIMIT 1"
    before, stop, after = sql(empty_engine, last)
    assert before == {
        "from": "2026-11-02T02:40:00+00:00", "until": "2026-11-02T12:40:00+00:00",
        "lon": HOME, "lat": 30.5, "in_port": True, "haven": "家港",
    }  # fmt: skip
    assert stop == {
        "from": "2026-11-02T14:40:00+00:00", "until": "2026-11-02T15:40:00+00:00",
        "lon": 123.3, "lat": 30.5, "in_port": False, "haven": None,
    }  # fmt: skip
    assert after == {**before, "from": "2026-11-02T17:40:00+00:00", "until": None}
    load(empty_engine, tmp_path, sail(2900, HOME, AWAY))
    left = "SELECT stopped::json -> 2 ->> 'until' FROM vessel_tracks ORDER BY started_at OFFSET 2 LIMIT 1"
    assert sql(empty_engine, left) == "2026-11-03T00:20:00+00:00"


def test_same_positions_again_change_nothing_and_a_longer_stay_no_track(
    empty_engine: Engine, tmp_path: Path
) -> None:
    open_ports(empty_engine, tmp_path)
    load(empty_engine, tmp_path, TWO_DAYS)
    state = "SELECT json_agg(json_build_array(fid, changed_at) ORDER BY fid) FROM vessel_tracks"
    before = sql(empty_engine, state)
    load(empty_engine, tmp_path, TWO_DAYS)
    assert sql(empty_engine, state) == before
    load(empty_engine, tmp_path, lie(2880, 300))
    assert sql(empty_engine, state) == before
    assert sql(empty_engine, "SELECT max(positions) FROM vessel_stays") == 76 + 60


def test_crossing_a_port_ends_nothing(empty_engine: Engine, tmp_path: Path) -> None:
    open_ports(empty_engine, tmp_path)
    load(empty_engine, tmp_path, sail(0, 122.8, 123.7))
    assert (rows(empty_engine, "vessel_tracks"), sql(empty_engine, TRACKS)[0][4]) == (1, 0)
    assert sql(empty_engine, "SELECT count(*) FROM vessel_stays") == 0


def test_port_that_opens_later_ends_trips_only_from_then_on(
    empty_engine: Engine, tmp_path: Path
) -> None:
    # The city's 2 November begins eight hours before that of UTC, at minute 960.
    open_ports(empty_engine, tmp_path, valid_from="2026-11-02")
    load(empty_engine, tmp_path, [
        *lie(0, 100), *sail(100, HOME, 123.2), *sail(180, 123.2, HOME), *lie(260, 800),
        *sail(1060, HOME, 123.2), *sail(1140, 123.2, HOME), *lie(1220, 100),
    ])  # fmt: skip
    # The stay before the port opened, judged in its midst, is a stop at sea.
    assert sql(empty_engine, TRACKS) == [[None, 0, "家港", 1220, 2, 245]]


def test_hours_in_port_count_in_the_density(empty_engine: Engine, tmp_path: Path) -> None:
    open_ports(empty_engine, tmp_path)
    load(empty_engine, tmp_path, TWO_DAYS)
    order = Order(first=date(2026, 11, 1), last=date(2026, 11, 4))
    run = carry_out(empty_engine, ANALYSES["density"], order, (the_city(), LAYERS), actor="test")
    whole = (TWO_DAYS[-1][0] - TWO_DAYS[0][0]) / 60
    result = run.outcome.result
    assert result["vessel_hours"] == result["track_hours"] == pytest.approx(whole, abs=0.001)
    assert sql(empty_engine, "SELECT max(hours) FROM vessel_density") > 26
    assert sql(empty_engine, "SELECT max(vessels) FROM vessel_density") == 1


def test_tracks_made_anew_know_ports_that_came_later(empty_engine: Engine, tmp_path: Path) -> None:
    load(empty_engine, tmp_path, TWO_DAYS)
    load(empty_engine, tmp_path, sail(0, 122.8, 123.7), "412000002")
    assert rows(empty_engine, "vessel_tracks") == 2
    imported = (
        "mmsi,started_at,ended_at,positions,length_km,wkt\n412000003,2026-11-01T00:00:00Z,"
        '2026-11-01T01:00:00Z,2,9,"LINESTRING M (122 30 1793491200, 122.1 30 1793494800)"\n'
    )
    assert load_text(empty_engine, "vessel_tracks", tmp_path, imported).added == 1
    [told] = open_ports(empty_engine, tmp_path)
    assert "riskmap analyse tracks" in told
    assert open_ports(empty_engine, tmp_path) == [], "nothing changed"

    def anew() -> dict[str, Any]:
        run = carry_out(empty_engine, ANALYSES["tracks"], Order(), (the_city(), LAYERS), actor="t")
        return {**run.outcome.result, **run.outcome.changes}

    told = anew()
    assert (told["tracks"], told["stays"], told["vessels"]) == (4, 4, 2)
    assert (told["added"], told["changed"], told["gone"]) == (3, 0, 1)
    assert rows(empty_engine, "vessel_tracks") == 5, "what was imported stays"
    assert [each[0] for each in sql(empty_engine, TRACKS)].count("家港") == 2
    again = anew()
    assert (again["added"], again["changed"], again["gone"]) == (0, 0, 0)


STATE = """
    SELECT json_build_object(
        'tracks', (SELECT json_agg(t ORDER BY started_at) FROM (
            SELECT fid, started_at, ended_at, positions, dropped, length_km, from_port, to_port,
                stops, stopped, geom::text FROM vessel_tracks WHERE mmsi = '{mmsi}') AS t),
        'stays', (SELECT json_agg(s ORDER BY started_at) FROM (
            SELECT started_at, ended_at, positions, dropped, port, geom::text FROM vessel_stays
            WHERE mmsi = '{mmsi}') AS s))
"""

LEGS = st.lists(
    st.one_of(
        st.tuples(st.just("lie"), st.integers(5, 90)),
        st.tuples(st.just("sail"), st.sampled_from([0, 10, 40, 100, 200, 240])),
        st.tuples(st.just("silence"), st.sampled_from([20, 355, 365, 700])),
        st.tuples(st.just("noise"), st.integers(1, 11)),
    ),
    min_size=2, max_size=9,
)  # fmt: skip


def log(legs: Sequence[tuple[str, int]]) -> list[Place]:
    """What a boat reports that lies, sails to so many minutes from home, is silent, or has noise."""
    at, lon, found = 0.0, HOME, []
    for kind, much in legs:
        if kind == "lie":
            found += lie(at, much, lon)
            at += much
        elif kind == "sail":
            to = HOME + much * DEGREE_A_MINUTE
            way = sail(at, lon, to)
            found += way
            at, lon = at + 5 * len(way), to
        elif kind == "silence":
            at += much
        else:
            found += [(at + n, lon + (5 if n % 2 else 0)) for n in range(2 * much)]
            at += 2 * much
    return sorted(dict(found).items())


@pytest.fixture
def harbours(empty_engine: Engine, tmp_path: Path) -> Engine:
    open_ports(empty_engine, tmp_path)
    return empty_engine


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(legs=LEGS, data=st.data())
def test_batches_that_are_heard_make_the_tracks_that_one_making_makes(
    harbours: Engine, legs: list[tuple[str, int]], data: st.DataObject
) -> None:
    mmsi = str(next(NUMBERS))
    places = log(legs)
    if data.draw(st.booleans(), "late reports"):
        places = data.draw(st.permutations(places))
    edges = sorted(data.draw(st.sets(st.integers(0, len(places)), max_size=4)))
    live = LiveTracks(harbours, LAYERS, the_city())
    for first, end in pairwise([0, *edges, len(places)]):
        batch = [Heard(mmsi, BEGIN.timestamp() + 60 * at, lon, 30.5, 6, 90, None, 0, 1)
                 for at, lon in places[first:end]]  # fmt: skip
        if batch:
            write_positions(harbours, LAYERS, batch)
            live.hear(batch)
            live.make_all()
    heard = sql(harbours, STATE.format(mmsi=mmsi))
    with harbours.begin() as connection:
        tracks_of(connection, LAYERS, the_city(), {mmsi: None})
    assert sql(harbours, STATE.format(mmsi=mmsi)) == heard
