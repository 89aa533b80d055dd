"""Events are found while the service runs, although nobody asks for them."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from app.analyses.looks import Looks
from app.city import City
from app.commands.event_watch import events_watched, look_once
from app.settings import Settings
from layers.sea.rules import SeaEventRules
from tests.builders import load_text, service, sql

HEADER = "mmsi,seen_at,lon,lat,speed_kn,course_deg,status"


class Watched(Looks):
    """Looks that say when one is over."""

    over = threading.Event()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "next_at" and value is not None:
            self.over.set()


def sail(engine: Engine, folder: Path) -> None:
    """A boat that fell silent three hours ago, and one that is heard."""
    now = datetime.now(UTC)
    lines = [
        f"{mmsi},{now - timedelta(minutes=ago):%Y-%m-%dT%H:%M:%SZ},{lon},30.5,5,90,0"
        for mmsi, lon, minutes in (("412000001", 123, (190, 180)), ("412000002", 124, (20, 10)))
        for ago in minutes
    ]
    load_text(engine, "vessel_positions", folder, "\n".join([HEADER, *lines]) + "\n")


def found(engine: Engine) -> Any:
    return sql(engine, "SELECT json_agg(json_build_array(kind, mmsi)) FROM vessel_events")


def test_service_finds_events_by_itself(
    empty_url: str, empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path)
    looks = Watched(3600)
    looks.over.clear()
    with events_watched(empty_url, Settings(events_every_s=3600), looks):
        assert looks.over.wait(120)
    assert (looks.fault, found(empty_engine)) == (None, [["gap_notice", "412000001"]])
    assert looks.last_at
    assert looks.next_at
    assert 3000 < (looks.next_at - looks.last_at).total_seconds() <= 3600
    assert sql(empty_engine, "SELECT count(*) FROM live_messages WHERE kind = 'events'") == 1


def test_a_database_that_is_away_is_told_and_does_not_end_it() -> None:
    looks = Watched(3600)
    looks.over.clear()
    with events_watched("postgresql://nobody@127.0.0.1:1/none", Settings(), looks):
        assert looks.over.wait(30)
    assert looks.fault == "数据库不可用 the database is away"


def test_zero_seconds_are_never(empty_url: str, empty_engine: Engine, tmp_path: Path) -> None:
    sail(empty_engine, tmp_path)
    with events_watched(empty_url, Settings(events_every_s=0), Looks(0)):
        pass
    assert found(empty_engine) is None


def test_one_process_looks_at_a_time(empty_engine: Engine, tmp_path: Path, city: City) -> None:
    sail(empty_engine, tmp_path)
    with empty_engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(hashtext('riskmap events'))"))
        other.commit()
        assert look_once(empty_engine, city) is None
        other.execute(text("SELECT pg_advisory_unlock_all()"))
        other.commit()
    assert look_once(empty_engine, city) is not None
    assert look_once(empty_engine, city) is None, "nothing came in since"
    assert found(empty_engine) == [["gap_notice", "412000001"]]


def test_looks_are_told_beside_the_runs(empty_url: str) -> None:
    with service(empty_url) as client:
        told = {
            each["name"]: each["looks"] for each in client.get("/api/analyses").json()["analyses"]
        }
    assert told["blackspots"] is None
    assert told["events"] == {"every_s": 60, "last_at": None, "next_at": None, "fault": None}


def test_looks_come_often_enough_for_the_nearest_collision() -> None:
    soonest = SeaEventRules.shipped().collisions[0]
    assert Settings().events_every_s * 4 <= soonest.within_min * 60
