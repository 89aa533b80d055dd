"""What changed grade between two instants: exactly that, worst first, with who and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, text, update
from starlette.testclient import TestClient

from app.db.engine import writing
from app.db.tables import table_of
from layers.registry import LAYERS
from tests.builders import add, load_text, service, sql

POINTS = table_of(LAYERS["risk_points"])

PATH = "/api/changes"


@dataclass
class Story:
    """What happened, and the instants between which it did."""

    engine: Engine
    instants: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def now(self) -> str:
        """The database's instant; what comes next is later."""
        found: datetime = sql(self.engine, "SELECT clock_timestamp()")
        self.instants.append(found.astimezone(UTC).isoformat())
        return self.instants[-1]

    def add(self, name: str, grade: int | None, actor: str = "wang") -> None:
        """A point comes."""
        with self.engine.begin() as connection:
            self._sign(connection, actor, None)
            self.ids[name] = add(connection, "risk_points", "POINT(121.1 30.05)", name=name,
                                 grade=grade, township_code="T1")  # fmt: skip

    def change(self, name: str, actor: str = "li", reason: str = "recheck", **values: Any) -> None:
        """A point changes."""
        with self.engine.begin() as connection:
            self._sign(connection, actor, reason)
            mine = POINTS.c.fid == self.ids[name]
            connection.execute(update(POINTS).where(mine).values(values))

    def remove(self, name: str, actor: str = "zhao") -> None:
        """A point goes."""
        with self.engine.begin() as connection:
            self._sign(connection, actor, "closed")
            connection.execute(delete(POINTS).where(POINTS.c.fid == self.ids[name]))

    @staticmethod
    def _sign(connection: Any, actor: str, reason: str | None) -> None:
        connection.execute(
            text("SELECT set_config('riskmap.actor', :a, true), "
                 "set_config('riskmap.reason', :r, true)"),
            {"a": actor, "r": reason or ""},
        )  # fmt: skip


@pytest.fixture(scope="module")
def story(make_database: Callable[[str], str], template: str) -> Iterator[Story]:
    """Points that worsen, improve, come, go, come and go, move there and back."""
    told = Story(writing(make_database(template)))
    told.now()
    for name, grade in (("worse", 3), ("far worse", 4), ("better", 1), ("gone", 2), ("same", 2),
                        ("there and back", 3), ("assessed", None), ("lapsed", 2)):  # fmt: skip
        told.add(name, grade)
    told.now()
    told.change("worse", grade=1)
    told.change("worse", actor="sun", reason="spelling", address="新地址")
    told.change("far worse", grade=1, actor="chen", reason="rules 2027")
    told.change("better", grade=4)
    told.remove("gone")
    told.change("there and back", grade=1)
    told.change("there and back", grade=3)
    told.change("assessed", grade=2)
    told.change("lapsed", grade=None)
    told.change("same", address="另一处")
    told.add("new", 2, actor="zhou")
    told.add("new and changed", 4)
    told.change("new and changed", grade=2, actor="wu", reason="second look")
    told.add("passing", 1)
    told.remove("passing")
    told.now()
    yield told
    told.engine.dispose()


@pytest.fixture(scope="module")
def client(story: Story) -> Iterator[TestClient]:
    with service(story.engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def ask(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get(PATH, params={name.rstrip("_"): value for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def points(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told["layers"] if each["layer"] == "risk_points")
    return found


def test_exactly_what_changed_grade_is_told(client: TestClient, story: Story) -> None:
    told = ask(client, from_=story.instants[1], to=story.instants[2])
    assert {(each["name"], each["from"], each["to"]) for each in told["features"]} == {
        ("worse", 3, 1), ("far worse", 4, 1), ("better", 1, 4), ("gone", 2, "absent"),
        ("assessed", "unassessed", 2), ("lapsed", 2, "unassessed"), ("new", "absent", 2),
        ("new and changed", "absent", 2),
    }  # fmt: skip
    counts = points(told)
    assert [counts[name] for name in ("changed", "worse", "better", "new", "gone", "assessed",
                                      "unassessed")] == [8, 2, 1, 2, 1, 1, 1]  # fmt: skip
    assert (told["numberMatched"], told["numberReturned"]) == (8, 8)


def test_matrix_counts_every_feature_once(client: TestClient, story: Story) -> None:
    matrix = points(ask(client, from_=story.instants[1], to=story.instants[2]))["matrix"]
    assert matrix["3"] == {"1": 1, "2": 0, "3": 1, "4": 0, "unassessed": 0, "absent": 0}
    assert matrix["2"] == {"1": 0, "2": 1, "3": 0, "4": 0, "unassessed": 1, "absent": 1}
    assert matrix["absent"]["2"] == 2
    assert sum(sum(row.values()) for row in matrix.values()) == 10


def test_worst_come_first_and_those_that_worsened_most_before(
    client: TestClient, story: Story
) -> None:
    told = ask(client, from_=story.instants[1], to=story.instants[2])
    names = [each["name"] for each in told["features"]]
    assert names[:2] == ["far worse", "worse"]
    assert names[-3:] == ["better", "lapsed", "gone"]


def test_who_and_why_are_those_of_the_change_of_grade(client: TestClient, story: Story) -> None:
    told = ask(client, from_=story.instants[1], to=story.instants[2])
    found = {each["name"]: each for each in told["features"]}
    signed = {name: (each["changed_by"], each["reason"]) for name, each in found.items()}
    # A later change of the address is no change of grade.
    assert signed["worse"] == ("li", "recheck")
    assert signed["far worse"] == ("chen", "rules 2027")
    assert signed["gone"] == ("zhao", "closed")
    assert signed["new"] == ("zhou", None)
    assert signed["new and changed"] == ("wu", "second look")
    assert all(each["township_code"] == "T1" for each in found.values())
    for each in found.values():
        assert story.instants[1] < each["changed_at"].replace("Z", "+00:00") < story.instants[2]


def test_turned_round_nothing_is_told(client: TestClient, story: Story) -> None:
    answer = client.get(PATH, params={"from": story.instants[2], "to": story.instants[1]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "from"


def test_before_anything_was_all_is_new(client: TestClient, story: Story) -> None:
    counts = points(ask(client, from_=story.instants[0], to=story.instants[1]))
    assert (counts["new"], counts["changed"]) == (8, 8)


def test_same_instant_and_present_tell_nothing(client: TestClient, story: Story) -> None:
    for instant in (story.instants[1], "2199-01-01"):
        told = ask(client, from_=instant, to=instant)
        assert (told["features"], told["numberMatched"]) == ([], 0)


def test_without_instants_it_is_the_last_month(client: TestClient) -> None:
    told = ask(client)
    assert points(told)["new"] == 9
    span = datetime.fromisoformat(told["to"]) - datetime.fromisoformat(told["from"])
    assert span.days == 30


def test_day_means_its_end_in_the_zone_of_the_city(client: TestClient) -> None:
    told = ask(client, from_="2026-01-01", to="2026-01-02")
    assert told["from"] == "2026-01-01T15:59:59.999999+00:00"
    assert told["to"] == "2026-01-02T15:59:59.999999+00:00"


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_pages_hold_everything_once_in_order(client: TestClient, story: Story, limit: int) -> None:
    whole = ask(client, from_=story.instants[1], to=story.instants[2])
    link = f"{PATH}?" + str(client.build_request(
        "GET", PATH, params={"from": story.instants[1], "to": story.instants[2], "limit": limit}
    ).url.query.decode())  # fmt: skip
    found = []
    while link:
        told = client.get(link).json()
        found += told["features"]
        assert told["numberMatched"] == 8
        link = next((each["href"] for each in told["links"] if each["rel"] == "next"), "")
    assert found == whole["features"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=soon", "from"), ("to=", "to"), ("from=2026-01-01T00:00:00", "from"),
        ("to=0001-01-01", "to"), ("layers=townships", "layers"), ("layers=none", "layers"),
        ("layers=vessel_tracks", "layers"), ("limit=0", "limit"), ("after=x", "after"),
        ("after=WzFd", "after"), ("after=WzEsMSwxLCJhIl0", "after"), ("since=2026", "since"),
        ("after=e30", "after"), ("after=WzEsMSwxLC0xXQ", "after"),
    ],
)  # fmt: skip
def test_bad_parameters_are_named(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_import_and_grading_are_told_as_their_reason(
    make_database: Callable[[str], str], template: str, tmp_path: Path
) -> None:
    engine = writing(make_database(template))
    told = Story(engine)
    head = "code,name,category,grading_method,l_value,e_value,c_value,lon,lat\n"
    load_text(engine, "risk_points", tmp_path, f"{head}P1,a,01,LEC,1,1,7,121,30\n")
    begin = told.now()
    load_text(engine, "risk_points", tmp_path, f"{head}P1,a,01,LEC,10,10,15,121,30\n", "two.csv",
              actor="qian")  # fmt: skip
    with service(engine.url.render_as_string(hide_password=False)) as client:
        (one,) = ask(client, from_=begin, layers="risk_points")["features"]
    engine.dispose()
    assert (one["from"], one["to"], one["changed_by"]) == (4, 1, "qian")
    assert one["reason"] == "import two.csv"
