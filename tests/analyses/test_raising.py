"""What is open at a feature raises its displayed grade, and falls away when it is closed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, update

from app.analyses.raising import concerns, raise_again
from app.db.tables import history_of, table_of
from layers.hidden_dangers import reasons
from layers.registry import LAYERS
from tests.builders import add, load, service, sql

TODAY = date(2026, 11, 3)
POINTS, DANGERS = table_of(LAYERS["risk_points"]), table_of(LAYERS["hidden_dangers"])


def point(connection: Connection, grade: int | None, code: str = "A") -> int:
    return add(connection, "risk_points", grade=grade, code=code)


def danger(connection: Connection, **given: Any) -> int:
    facts = {"risk_point_code": "A", "level": "1", "state": "0", "supervised": False}
    return add(connection, "hidden_dangers", **{**facts, **given})


def shown(connection: Connection, fid: int) -> tuple[int | None, ...]:
    row = select(POINTS.c.grade, POINTS.c.displayed_grade).where(POINTS.c.fid == fid)
    return tuple(connection.execute(row).one())


@pytest.mark.parametrize(
    ("facts", "displayed"),
    [
        ({}, 2),
        ({"state": "1"}, 2),  # reported as done is open until it is accepted
        ({"state": "9"}, 3),
        ({"level": "0"}, 3),
        ({"level": "0", "supervised": True, "deadline": date(2026, 11, 2)}, 2),
        ({"level": "0", "supervised": True, "deadline": date(2026, 11, 3)}, 3),  # its last day
        ({"supervised": True, "deadline": date(2026, 11, 2)}, 1),  # two reasons
        ({"supervised": True, "deadline": date(2026, 11, 2), "state": "9"}, 3),
        ({"risk_point_code": "B"}, 3),
        ({"risk_point_code": None}, 3),
    ],
)
def test_grade_is_raised_by_what_is_open(
    connection: Connection, facts: dict[str, Any], displayed: int
) -> None:
    fid = point(connection, 3)
    danger(connection, **facts)
    raise_again(connection, LAYERS, TODAY)
    assert shown(connection, fid) == (3, displayed)


def test_two_dangers_of_one_kind_raise_once(connection: Connection) -> None:
    fid = point(connection, 4)
    danger(connection)
    danger(connection)
    assert raise_again(connection, LAYERS, TODAY) == 1
    assert shown(connection, fid) == (4, 3)
    assert raise_again(connection, LAYERS, TODAY) == 0


def test_what_is_not_assessed_is_not_raised(connection: Connection) -> None:
    fid = point(connection, None)
    danger(connection)
    raise_again(connection, LAYERS, TODAY)
    assert shown(connection, fid) == (None, None)


def test_closing_lowers_again(connection: Connection) -> None:
    fid = point(connection, 1)
    low = point(connection, 4, "B")
    opened = danger(connection, risk_point_code="B")
    raise_again(connection, LAYERS, TODAY)
    assert (shown(connection, fid), shown(connection, low)) == ((1, 1), (4, 3))
    connection.execute(update(DANGERS).where(DANGERS.c.fid == opened).values(state="9"))
    raise_again(connection, LAYERS, TODAY)
    assert shown(connection, low) == (4, 4)


@pytest.mark.parametrize(
    ("layer", "field"), [("pipelines", "pipeline_code"), ("road_segments", "road_segment_code"),
                         ("major_hazards", "major_hazard_code")],
)  # fmt: skip
def test_lines_and_installations_are_raised_too(
    connection: Connection, layer: str, field: str
) -> None:
    table = table_of(LAYERS[layer])
    fid = add(connection, layer, grade=2, code="P")
    danger(connection, risk_point_code=None, **{field: "P"})
    raise_again(connection, LAYERS, TODAY)
    row = select(table.c.displayed_grade).where(table.c.fid == fid)
    assert connection.scalar(row) == 1


def test_reasons_are_none_of_a_closed_danger() -> None:
    class Closed:
        level, state, supervised, deadline = "1", "9", True, date(2020, 1, 1)

    assert reasons(Closed(), TODAY) == ()  # type: ignore[arg-type]


def test_only_layers_that_raise_or_are_raised_are_concerned() -> None:
    named = {name for name, layer in LAYERS.items() if concerns(layer, LAYERS)}
    assert named >= {"hidden_dangers", "risk_points", "pipelines", "road_segments"}
    assert not named & {"townships", "vessel_positions", "protection_targets"}


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return written


REGISTER = "编号,名称,类别,方法,L,E,C,lon,lat\n"
DANGERS_OF = "隐患编号,隐患名称,隐患级别,隐患状态,风险点编号,发现日期\n"


def test_import_of_dangers_raises_and_the_answer_says_why(
    empty_url: str, empty_engine: Engine, write: Write
) -> None:
    load(empty_engine, "risk_points",
         write("p.csv", f"{REGISTER}A,罐区,危险化学品,LEC,1,6,15,121.1,30.0\n"))  # fmt: skip
    load(empty_engine, "hidden_dangers",
         write("d.csv", f"{DANGERS_OF}YH1,联锁未投用,重大,整改中,A,2026-10-01\n"))  # fmt: skip
    with service(empty_url) as client:
        item = client.get("/api/collections/risk_points/items").json()["features"][0]
        told = client.get(f"/api/collections/risk_points/items/{item['id']}/grade").json()
        raised = "/api/collections/risk_points/items?displayed_grade=2"
        assert len(client.get(raised).json()["features"]) == 1
    assert (item["properties"]["grade"], item["properties"]["displayed_grade"]) == (3, 2)
    assert (told["displayed"]["assessed"], told["displayed"]["displayed"]) == (3, 2)
    assert told["displayed"]["reasons"] == ["有未销号的重大隐患"]
    assert [each["name"] for each in told["displayed"]["open"]] == ["联锁未投用"]


def test_danger_that_is_closed_by_a_later_file_lowers_and_history_tells(
    empty_url: str, empty_engine: Engine, write: Write
) -> None:
    load(empty_engine, "risk_points",
         write("p.csv", f"{REGISTER}A,罐区,危险化学品,LEC,1,6,15,121.1,30.0\n"))  # fmt: skip
    load(empty_engine, "hidden_dangers",
         write("d.csv", f"{DANGERS_OF}YH1,联锁,重大,整改中,A,2026-10-01\n"))  # fmt: skip
    while_open = datetime.now(UTC)
    load(empty_engine, "hidden_dangers",
         write("e.csv", f"{DANGERS_OF}YH1,联锁,重大,已销号,A,2026-10-01\n"))  # fmt: skip
    past = history_of(LAYERS["risk_points"])
    with empty_engine.connect() as connection:
        states = connection.execute(select(past.c.displayed_grade).order_by(past.c.replaced_at))
        assert [row[0] for row in states] == [3, 2]
    assert sql(empty_engine, "SELECT displayed_grade FROM risk_points") == 3
    with service(empty_url) as client:
        fid = sql(empty_engine, "SELECT fid FROM risk_points")
        path = f"/api/collections/risk_points/items/{fid}/grade"
        then = client.get(path, params={"asof": while_open.isoformat()}).json()
    assert then["displayed"]["displayed"] == 2
    assert [each["name"] for each in then["displayed"]["open"]] == ["联锁"]


def test_regraded_point_stays_raised(empty_engine: Engine, write: Write) -> None:
    load(empty_engine, "hidden_dangers",
         write("d.csv", f"{DANGERS_OF}YH1,联锁,重大,整改中,A,2026-10-01\n"))  # fmt: skip
    load(empty_engine, "risk_points",
         write("p.csv", f"{REGISTER}A,罐区,危险化学品,LEC,1,6,15,121.1,30.0\n"))  # fmt: skip
    assert sql(empty_engine, "SELECT displayed_grade FROM risk_points") == 2
    load(empty_engine, "risk_points",
         write("p.csv", f"{REGISTER}A,罐区,危险化学品,LEC,10,6,15,121.1,30.0\n"))  # fmt: skip
    assert sql(empty_engine, "SELECT ARRAY[grade, displayed_grade] FROM risk_points") == [1, 1]
    assert sql(empty_engine, "SELECT raised FROM risk_points") == 0
