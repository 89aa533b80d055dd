"""Tracks of vessels that are heard: they grow, keep their id, and never take long at a time."""

import pytest
from sqlalchemy import Engine, text

from app.ingest import live_tracks
from app.ingest.live_positions import write_positions
from app.ingest.live_tracks import LiveTracks
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import sql, the_city

BEGIN_S = 1_700_000_000.0


def heard(minute: float, lon: float, mmsi: str = "412000001") -> Heard:
    return Heard(mmsi, BEGIN_S + minute * 60, lon, 30.5, 6, 90, None, 0, 1)


def tracks(engine: Engine) -> list[list[object]]:
    """Id, vessel and number of positions of every track, by id."""
    return sql(engine, "SELECT json_agg(json_build_array(fid, mmsi, positions) ORDER BY fid) "
                       "FROM vessel_tracks") or []  # fmt: skip


def take(live: LiveTracks, *batch: Heard) -> None:
    write_positions(live.engine, live.layers, batch)
    live.hear(batch)


@pytest.fixture
def live(empty_engine: Engine) -> LiveTracks:
    return LiveTracks(empty_engine, LAYERS, the_city())


def test_track_that_grows_keeps_its_id_and_only_its_own_reports_are_read(
    live: LiveTracks,
) -> None:
    take(live, *(heard(n, 122 + n / 1000) for n in range(10)))
    take(live, *(heard(1000 + n, 122 + n / 1000) for n in range(10)))
    live.make_all()
    before = tracks(live.engine)
    assert [each[2] for each in before] == [10, 10]
    # Were the first track made anew it would be gone: its reports are.
    gone = text("DELETE FROM vessel_positions WHERE seen_at < to_timestamp(:before_s)")
    with live.engine.begin() as connection:
        connection.execute(gone, {"before_s": BEGIN_S + 3600})
    take(live, *(heard(1000 + n, 122 + n / 1000) for n in range(10, 15)))
    live.make_all()
    assert tracks(live.engine) == [before[0], [before[1][0], "412000001", 15]]


def test_late_reports_join_two_tracks(live: LiveTracks) -> None:
    take(live, heard(0, 122), heard(5, 122.005), heard(700, 122.7), heard(705, 122.705))
    live.make_all()
    assert [each[2] for each in tracks(live.engine)] == [2, 2]
    first = tracks(live.engine)[0][0]
    take(live, heard(350, 122.35))
    live.make_all()
    assert tracks(live.engine) == [[first, "412000001", 5]]


def test_pass_takes_a_bounded_number_those_that_wait_longest_first(
    live: LiveTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_tracks, "MOST_VESSELS", 2)
    for number in (3, 1, 2):
        mmsi = f"41200000{number}"
        take(live, heard(0, 122, mmsi), heard(5, 122.01, mmsi))
    live.make()
    assert {each[1] for each in tracks(live.engine)} == {"412000003", "412000001"}
    assert list(live.waiting) == ["412000002"]
    live.make_all()
    assert len(tracks(live.engine)) == 3


def test_pass_takes_few_positions_but_always_one_vessel(
    live: LiveTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_tracks, "MOST_POSITIONS", 12)
    numbers = [f"41200000{number}" for number in (3, 1, 2)]
    for mmsi in numbers:
        take(live, *(heard(n, 122 + n / 1000, mmsi) for n in range(10)))
    live.make_all()
    for mmsi in numbers:
        take(live, heard(10, 122.01, mmsi))
    for left in (["412000001", "412000002"], ["412000002"], []):
        live.make()
        assert list(live.waiting) == left
    assert [each[2] for each in tracks(live.engine)] == [11, 11, 11]


def test_two_vessels_on_one_number_stay_apart_as_they_grow(live: LiveTracks) -> None:
    def both(first: int, end: int) -> list[Heard]:
        return [heard(n, (122 if n % 2 else 125) + n / 1000) for n in range(first, end)]

    take(live, *both(0, 40))
    live.make_all()
    before = tracks(live.engine)
    take(live, *both(40, 60))
    live.make_all()
    assert [each[2] for each in before] == [20, 20]
    assert [each[:1] + each[2:] for each in tracks(live.engine)] == [
        [each[0], 30] for each in before
    ]


def test_tracks_wait_while_it_is_not_yet_time(
    live: LiveTracks, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(live, heard(0, 122), heard(5, 122.005))
    live.make_in_time()
    assert tracks(live.engine) == []
    monkeypatch.setattr(live_tracks, "EVERY_S", 0)
    live.make_in_time()
    assert [each[2] for each in tracks(live.engine)] == [2]
    assert live.waiting == {}


def test_net_beacon_that_is_heard_is_neither_moved_nor_shown(live: LiveTracks) -> None:
    drift = [Heard("412000009", BEGIN_S + n * 600, 122 + n / 2000, 30.5, 0.3, 90, None, None, 18)
             for n in range(80)]  # fmt: skip
    take(live, *drift[:-1])
    live.make_all()
    assert sql(live.engine, "SELECT sign FROM net_beacons") == "drift"
    assert sql(live.engine, "SELECT count(*) FROM vessels") == 0
    told = "SELECT count(*) FROM live_messages WHERE content::text LIKE '%412000009%'"
    before = sql(live.engine, told)
    take(live, drift[-1], heard(0, 123))
    assert sql(live.engine, "SELECT string_agg(mmsi, ' ') FROM vessels") == "412000001"
    assert sql(live.engine, told) == before
    assert sql(live.engine, "SELECT count(*) FROM vessel_positions") == 81


def test_report_that_is_left_out_is_counted_once_and_moves_the_vessel_only_until_then(
    live: LiveTracks,
) -> None:
    take(live, *(heard(n, 122 + n / 1000) for n in range(10)))
    live.make_all()
    take(live, heard(10, 140))
    assert sql(live.engine, "SELECT ST_X(geom) FROM vessels") == 140
    live.make_all()
    assert sql(live.engine, "SELECT ST_X(geom) FROM vessels") == pytest.approx(122.009)
    assert live.left_out == {"unreachable": 1}
    take(live, heard(11, 122.011))
    live.make_all()
    assert sql(live.engine, "SELECT ST_X(geom) FROM vessels") == pytest.approx(122.011)
    assert live.left_out == {"unreachable": 1}
