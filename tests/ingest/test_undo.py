"""An import can be undone: the rows that it touched are what they were, or nothing is changed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from app.db.tables import LAYER_VERSIONS, history_of, table_of
from app.errors import NotFound, UndoRefused
from app.ingest.undo import Undone, undo
from layers.registry import LAYERS
from tests.builders import load, load_text, row, rows, sql, the_city

HEADER = "code,name,category,status,l_value,e_value,c_value,lon,lat\n"
SQUARE = '"POLYGON ((121 30, 121.2 30, 121.2 30.2, 121 30.2, 121 30))"'
SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"


def undo_it(engine: Engine, number: int | None) -> Undone:
    assert number is not None
    return undo(engine, number, the_city(), LAYERS, actor="tester")


def state(engine: Engine, layer_id: str) -> list[dict[str, Any]]:
    """Everything of a layer but who wrote when."""
    table = table_of(LAYERS[layer_id])
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.fid)).mappings().all()
    return [
        {k: str(v) for k, v in each.items() if k not in {"changed_at", "changed_by"}}
        for each in found
    ]


def cells(engine: Engine) -> Any:
    return sql(engine, "SELECT string_agg(c::text, ';' ORDER BY c::text) FROM cells c")


def test_rows_that_an_import_added_and_changed_are_what_they_were(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "townships", tmp_path, f"code,name,wkt\nT1,a,{SQUARE}\n", "t.csv")
    load_text(
        empty_engine, "risk_points", tmp_path,
        HEADER + "P1,a,01,在用,6,6,15,121.1,30.1\nP2,b,01,在用,,,,121.9,30.1\n",
    )  # fmt: skip
    before, counted = state(empty_engine, "risk_points"), cells(empty_engine)
    report = load_text(
        empty_engine, "risk_points", tmp_path,
        HEADER + "P1,x,02,停用,1,1,1,121.9,30.15\nP2,b,01,在用,,,,121.9,30.1\nP3,c,01,在用,,,,121.3,30.1\n",
    )  # fmt: skip
    assert (report.added, report.changed) == (1, 1)

    done = undo_it(empty_engine, report.id)

    assert (done.deleted, done.restored) == (1, 1)
    assert state(empty_engine, "risk_points") == before
    assert cells(empty_engine) == counted
    told = "SELECT undone_by FROM imports WHERE undone_at IS NOT NULL"
    assert sql(empty_engine, told) == "tester"
    assert sql(empty_engine, "SELECT changed_by FROM risk_points WHERE code = 'P1'") == "tester"
    reason = "SELECT reason FROM risk_points_history WHERE code = 'P3'"
    assert sql(empty_engine, reason) == f"undo import {report.id}"


@pytest.mark.parametrize("layer_id", [each.id for each in LAYERS.values() if each.kept])
def test_sample_of_every_layer_can_be_undone_and_imported_again(
    empty_engine: Engine, layer_id: str
) -> None:
    [sample] = [path for path in SAMPLES.iterdir() if path.name.split(".")[0] == layer_id]
    report = load(empty_engine, layer_id, sample)
    assert undo_it(empty_engine, report.id).deleted == report.added > 0
    assert rows(empty_engine, layer_id) == 0
    again = load(empty_engine, layer_id, sample)
    assert (again.added, again.changed) == (report.added, 0)


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_whatever_follows_from_an_import_is_undone_with_it_among_all_other_layers(
    empty_engine: Engine, order: int
) -> None:
    # Tracks are what positions make them.
    for layer_id in [each for each in LAYERS if each != "vessel_tracks"][::order]:
        [sample] = [path for path in SAMPLES.iterdir() if path.name.split(".")[0] == layer_id]
        before = {each: state(empty_engine, each) for each in LAYERS}
        counted = cells(empty_engine)
        report = load(empty_engine, layer_id, sample)
        undo_it(empty_engine, report.id)
        after = {each: state(empty_engine, each) for each in LAYERS}
        assert {each for each in LAYERS if after[each] != before[each]} == set(), layer_id
        assert cells(empty_engine) == counted
        load(empty_engine, layer_id, sample)


def test_undo_is_refused_where_a_later_import_changed_the_same_rows_and_changes_nothing(
    empty_engine: Engine, tmp_path: Path
) -> None:
    first = load_text(empty_engine, "risk_points", tmp_path,
                      HEADER + "P1,a,01,在用,,,,121.1,30.1\nP2,b,01,在用,,,,121.2,30.1\n")  # fmt: skip
    second = load_text(empty_engine, "risk_points", tmp_path,
                       HEADER + "P1,x,01,在用,,,,121.1,30.1\n")  # fmt: skip
    before = state(empty_engine, "risk_points")
    with pytest.raises(UndoRefused, match=r"1 of its rows .*P1"):
        undo_it(empty_engine, first.id)
    assert state(empty_engine, "risk_points") == before

    undo_it(empty_engine, second.id)
    assert row(empty_engine, "risk_points", code="P1")["name"] == "a"
    assert undo_it(empty_engine, first.id).deleted == 2
    assert rows(empty_engine, "risk_points") == 0


def test_undo_is_refused_where_a_row_was_deleted_later(
    empty_engine: Engine, tmp_path: Path
) -> None:
    report = load_text(empty_engine, "risk_points", tmp_path,
                       HEADER + "P1,a,01,在用,,,,121.1,30.1\n")  # fmt: skip
    with empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points"))
    with pytest.raises(UndoRefused, match="deleted later"):
        undo_it(empty_engine, report.id)


def test_later_change_of_another_column_stays(empty_engine: Engine, tmp_path: Path) -> None:
    load_text(empty_engine, "risk_points", tmp_path,
              HEADER + "P1,a,01,在用,6,6,15,121.1,30.1\n")  # fmt: skip
    second = load_text(empty_engine, "risk_points", tmp_path,
                       "code,name,category,status,l_value\nP1,x,01,在用,3\n")  # fmt: skip
    load_text(empty_engine, "risk_points", tmp_path,
              "code,name,category,status,e_value\nP1,x,01,在用,1\n")  # fmt: skip
    undo_it(empty_engine, second.id)
    now = row(empty_engine, "risk_points", code="P1")
    assert (now["name"], now["l_value"], now["e_value"]) == ("a", 6.0, 1.0)
    # 6 × 1 × 15 = 90: the grade of what stands there now, by a value of each.
    other = load_text(empty_engine, "risk_points", tmp_path,
                      HEADER + "P9,a,01,在用,6,1,15,121.1,30.1\n")  # fmt: skip
    assert other.added == 1
    assert row(empty_engine, "risk_points", code="P9")["assessment"] == now["assessment"]


def test_undo_twice_is_refused(empty_engine: Engine, tmp_path: Path) -> None:
    report = load_text(empty_engine, "risk_points", tmp_path,
                       HEADER + "P1,a,01,在用,,,,121.1,30.1\n")  # fmt: skip
    undo_it(empty_engine, report.id)
    with pytest.raises(UndoRefused, match="was undone"):
        undo_it(empty_engine, report.id)
    with pytest.raises(NotFound):
        undo_it(empty_engine, 10**12)


def test_import_that_changed_nothing_can_be_undone(empty_engine: Engine, tmp_path: Path) -> None:
    content = HEADER + "P1,a,01,在用,,,,121.1,30.1\n"
    load_text(empty_engine, "risk_points", tmp_path, content)
    with empty_engine.connect() as connection:
        versions = connection.execute(select(LAYER_VERSIONS)).all()
    same = load_text(empty_engine, "risk_points", tmp_path, content)
    done = undo_it(empty_engine, same.id)
    assert (done.deleted, done.restored) == (0, 0)
    assert rows(empty_engine, "risk_points") == 1
    with empty_engine.connect() as connection:
        assert connection.execute(select(LAYER_VERSIONS)).all() == versions
        history = history_of(LAYERS["risk_points"])
        assert connection.execute(select(history)).all() == []


def positions(mmsi: str, hour: int, many: int, name: str = "") -> str:
    lines = (
        f"{mmsi},2026-11-03T{hour:02}:{n:02}:00Z,{121.5 + n / 500},30.5,5" for n in range(many)
    )
    return "mmsi,seen_at,lon,lat,speed_kn\n" + "\n".join(lines) + "\n" + name


def test_positions_that_an_import_added_are_deleted_and_tracks_and_vessels_follow(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "vessel_positions", tmp_path, positions("412000001", 1, 20))
    layers = ("vessel_positions", "vessel_tracks", "vessels")
    before = {each: state(empty_engine, each) for each in layers}
    content = positions("412000001", 1, 30) + positions("412000002", 2, 20).split("\n", 1)[1]
    second = load_text(empty_engine, "vessel_positions", tmp_path, content)
    assert second.added == 30
    assert rows(empty_engine, "vessels") == 2

    done = undo_it(empty_engine, second.id)

    assert done.deleted == 30
    assert {each: state(empty_engine, each) for each in layers} == before


def test_positions_that_an_import_changed_stay_and_the_report_says_so(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "vessel_positions", tmp_path, positions("412000001", 1, 3))
    changed = load_text(empty_engine, "vessel_positions", tmp_path,
                        positions("412000001", 1, 4).replace(",5\n", ",6\n"))  # fmt: skip
    assert (changed.added, changed.changed) == (1, 3)
    done = undo_it(empty_engine, changed.id)
    assert done.deleted == 1
    assert any("no history" in each for each in done.warnings)
    assert rows(empty_engine, "vessel_positions") == 3


def test_positions_changed_by_a_later_import_refuse_the_undo(
    empty_engine: Engine, tmp_path: Path
) -> None:
    first = load_text(empty_engine, "vessel_positions", tmp_path, positions("412000001", 1, 3))
    load_text(empty_engine, "vessel_positions", tmp_path,
              positions("412000001", 1, 3).replace(",5\n", ",6\n"))  # fmt: skip
    with pytest.raises(UndoRefused, match="3 of its rows"):
        undo_it(empty_engine, first.id)


VALUES = st.fixed_dictionaries({
    "name": st.sampled_from(["a", "b"]), "l_value": st.sampled_from(["", "1", "6"]),
    "lon": st.sampled_from(["", "121.1", "121.9"]),
})  # fmt: skip
FILE = st.dictionaries(st.sampled_from(["P1", "P2", "P3"]), VALUES, min_size=1)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FILE, min_size=1, max_size=4))
def test_imports_undone_last_first_lead_back_through_every_state(
    empty_engine: Engine, tmp_path: Path, files: list[dict[str, dict[str, str]]]
) -> None:
    states, numbers = [state(empty_engine, "risk_points")], []
    for file in files:
        lines = [
            f"{code},{v['name']},01,在用,{v['l_value']},1,15,{v['lon']},{'30.1' if v['lon'] else ''}"
            for code, v in file.items()
        ]
        report = load_text(empty_engine, "risk_points", tmp_path, HEADER + "\n".join(lines))
        numbers.append(report.id)
        states.append(state(empty_engine, "risk_points"))
    for number in reversed(numbers):
        assert state(empty_engine, "risk_points") == states.pop()
        undo_it(empty_engine, number)
    assert state(empty_engine, "risk_points") == states.pop()
