"""Class locations and high-consequence areas, found on real lines in a real database."""

from itertools import pairwise
from typing import Any

import pytest
from pyproj import Geod
from sqlalchemy import Connection, Engine, text

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import Run, carry_out
from app.analyses.hca_changes import change_of
from app.errors import BadParameter
from layers.grading.rule_set import RULES, parse
from layers.registry import LAYERS
from tests.builders import add, rows, sql, the_city

GEOD = Geod(ellps="WGS84")

START = (121.0, 30.2)

LENGTH_M = 10_000


def place(metres: float, aside: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(*START, 0, metres)
    lon, lat, _ = GEOD.fwd(lon, lat, 90, aside)
    return lon, lat


def point(metres: float, aside: float) -> str:
    lon, lat = place(metres, aside)
    return f"POINT({lon} {lat})"


def pipe(connection: Connection, code: str = "A", **words: Any) -> None:
    line = ",".join(
        f"{lon} {lat}" for lon, lat in (place(m, 0) for m in range(0, LENGTH_M + 1, 500))
    )
    facts = {"medium": "gas", "outside_diameter_mm": 508.0, "maop_mpa": 6.3, "name": f"{code}线"}
    add(connection, "pipelines", f"MULTILINESTRING(({line}))", code=code, **facts | words)


def target(connection: Connection, code: str, kind: str, at: str, **words: Any) -> None:
    add(connection, "protection_targets", at, code=code, name=code, kind=kind, **words)


def run(engine: Engine, **order: Any) -> Run:
    return carry_out(engine, ANALYSES["hca"], Order(**order), (the_city(), LAYERS), actor="test")


def found(outcome: Run, code: str = "A") -> dict[str, Any]:
    (told,) = [each for each in outcome.outcome.result["pipelines"] if each["code"] == code]
    return dict(told)


def test_school_beside_a_gas_pipe_makes_an_exact_interval(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection)
        target(connection, "school", "学校", point(5000, 120))
    told = found(run(empty_engine))
    (area,) = told["areas"]
    # 气e: within 200 m; a chord of the circle of 200 m at 120 m is 2 × 160 m.
    assert (area["from_m"], area["to_m"]) == pytest.approx((4840, 5160), abs=0.1)
    assert area["length_m"] == pytest.approx(320, abs=0.2)
    assert (area["severity"], area["rows_met"]) == ("Ⅰ", "气e")
    assert "120" in area["decided_by"]
    assert area["impact_radius_m"] == pytest.approx(126.23, abs=0.01)


def test_big_pipe_looks_within_its_impact_radius(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, outside_diameter_mm=1016.0, maop_mpa=10.0)
        target(connection, "school", "学校", point(5000, 300))
    (area,) = found(run(empty_engine))["areas"]
    half = (318.0695**2 - 300**2) ** 0.5
    assert area["rows_met"] == "气c"
    assert area["length_m"] == pytest.approx(2 * half, abs=0.5)


def test_polygon_is_taken_to_its_edge(empty_engine: Engine) -> None:
    corners = [
        place(4000, 100),
        place(4000, 160),
        place(4600, 160),
        place(4600, 100),
        place(4000, 100),
    ]
    wkt = "POLYGON((" + ",".join(f"{lon} {lat}" for lon, lat in corners) + "))"
    with empty_engine.begin() as connection:
        pipe(connection, medium="oil")
        target(connection, "village", "村庄", wkt, households=60, population=150)
    (area,) = found(run(empty_engine))["areas"]
    reach = (200**2 - 100**2) ** 0.5
    assert (area["from_m"], area["to_m"]) == pytest.approx((4000 - reach, 4600 + reach), abs=0.2)
    assert (area["households"], area["persons"], area["severity"]) == (60, 150, "Ⅱ")


def test_hundred_households_make_class_three_and_an_area_by_class(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection)
        for n in range(4):
            target(connection, f"v{n}", "村庄", point(5000 + 100 * n, 150), households=30)
    told = found(run(empty_engine))
    classes = [each["area_class"] for each in told["class_locations"]]
    assert classes == [1, 2, 3, 2, 1] or 3 in classes
    assert any("气b" in area["rows_met"] and area["severity"] == "Ⅱ" for area in told["areas"])
    ends = [(each["from_m"], each["to_m"]) for each in told["class_locations"]]
    assert ends[0][0] == 0
    assert all(a[1] == b[0] for a, b in pairwise(ends))
    assert ends[-1][1] == pytest.approx(LENGTH_M, abs=1)


def test_what_is_not_near_makes_none(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection)
        target(connection, "far", "学校", point(5000, 200.5))
    assert found(run(empty_engine))["areas"] == []
    with empty_engine.begin() as connection:
        target(connection, "edge", "学校", point(5000, 199.5))
    assert len(found(run(empty_engine))["areas"]) == 1


def test_areas_that_nearly_touch_are_one_with_the_gravest_grade(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, medium="oil")
        target(connection, "village", "村庄", point(3000, 150), households=80)
        target(connection, "river", "河流", point(3280, 150))
        target(connection, "wood", "自然保护区", point(7000, 150))
    told = found(run(empty_engine))["areas"]
    assert [area["severity"] for area in told] == ["Ⅲ", "Ⅱ"]
    assert set(told[0]["rows_met"].split("、")) == {"油c", "油f"}
    assert told[1]["kind"] == "环境敏感型"


def test_second_run_tells_what_changed_and_keeps_what_people_entered(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, medium="oil")
        target(connection, "village", "村庄", point(3000, 150), households=80)
        target(connection, "wood", "自然保护区", point(7000, 150))
    first = run(empty_engine).outcome.changes
    assert [len(first[name]) for name in ("new", "worse", "gone")] == [2, 0, 0]
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE high_consequence_areas SET entry_route = '东路'"))
        connection.execute(text("DELETE FROM protection_targets WHERE code = 'wood'"))
        target(connection, "river", "河流", point(3000, 100))
    version = "SELECT version FROM layer_versions WHERE layer = 'high_consequence_areas'"
    second = run(empty_engine).outcome.changes
    assert [each["code"] for each in second["worse"]] == ["A-HCA001"]
    (worse,) = second["worse"]
    assert (worse["was"], worse["severity"], worse["households"]) == (2, 3, 80)
    assert worse["was_decided_by"] != worse["decided_by"]
    assert change_of(second, "A-HCA001") == "加重（原 Ⅱ 级）"
    assert change_of(second, "A-HCA002") == "消除"
    assert change_of(second, "A-HCA009") is None
    assert second["class_locations"] == []
    assert [each["code"] for each in second["gone"]] == ["A-HCA002"]
    assert (
        sql(empty_engine, "SELECT string_agg(entry_route, '') FROM high_consequence_areas")
        == "东路"
    )
    assert sql(empty_engine, "SELECT grade FROM high_consequence_areas") == 1
    before = sql(empty_engine, version)
    third = run(empty_engine).outcome.changes
    assert third["same"] == 1
    assert sql(empty_engine, version) == before
    assert rows(empty_engine, "high_consequence_areas") == 1


def test_class_location_that_changes_is_told_by_stakes(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection)
        pipe(connection, "B", medium="oil")
        connection.execute(
            text("UPDATE pipelines SET geom = ST_Translate(geom, 0.1, 0) WHERE code = 'B'")
        )
    assert run(empty_engine).outcome.changes["class_locations"] == [], "nothing to compare with"
    with empty_engine.begin() as connection:
        target(connection, "village", "村庄", point(5000, 100), households=120)
    run(empty_engine, only=("B",))
    told = run(empty_engine)
    classes = told.outcome.changes["class_locations"]
    (change,) = [each for each in classes if each["class"] == "三级"]
    assert change["was_class"] == "一级一类"
    assert change["worse"] is True
    assert change["from_m"] < 4800
    assert change["to_m"] > 5200
    assert any("地区等级变化" in line for line in told.outcome.lines)
    assert any("一级一类 → 三级" in line for line in told.outcome.lines)
    again = run(empty_engine).outcome.changes
    assert again["class_locations"] == []


def test_area_that_another_row_decides_is_told(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, medium="oil")
        target(connection, "river", "河流", point(3000, 150))
    (new,) = run(empty_engine).outcome.changes["new"]
    assert "was" not in new
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE protection_targets SET name = '另一条河'"))
        connection.execute(text("UPDATE high_consequence_areas SET decided_by = '油x'"))
    changed = run(empty_engine).outcome.changes
    (otherwise,) = changed["otherwise"]
    assert (otherwise["was_decided_by"], otherwise["decided_by"]) == ("油x", new["decided_by"])
    assert change_of(changed, new["code"]) == "判定依据变化（原 油x）"
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE high_consequence_areas SET to_m = to_m - 30"))
    moved = run(empty_engine).outcome.changes
    assert [each["code"] for each in moved["moved"]] == [new["code"]]
    assert str(change_of(moved, new["code"])).startswith("起止变化（原 K2+")


def test_what_an_office_listed_stays(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection)
        add(connection, "high_consequence_areas", None, code="OFFICE", pipeline_code="A",
            found_by="office")  # fmt: skip
    run(empty_engine)
    assert rows(empty_engine, "high_consequence_areas") == 1


def test_one_pipe_only_leaves_the_others_alone(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, "A")
        pipe(connection, "B")
        target(connection, "school", "学校", point(5000, 120))
    run(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM protection_targets"))
    told = run(empty_engine, only=("B",)).outcome
    assert [each["code"] for each in told.changes["gone"]] == ["B-HCA001"]
    assert rows(empty_engine, "high_consequence_areas") == 1
    with pytest.raises(BadParameter):
        run(empty_engine, only=("X",))


def test_pipes_of_other_media_and_without_a_place_are_told(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, "A", medium="hydrogen")
        add(connection, "pipelines", None, code="B", medium="gas")
    told = run(empty_engine).outcome.result
    assert [each["code"] for each in told["skipped"]] == ["A", "B"]
    assert told["pipelines"] == []


def test_size_that_is_not_known_is_told(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        pipe(connection, maop_mpa=None)
        target(connection, "school", "学校", point(5000, 120))
    told = found(run(empty_engine))
    assert told["areas"] == []
    assert told["not_known"]


def test_other_reading_of_the_standard_is_a_rule_set_away(empty_engine: Engine) -> None:
    content = (RULES / "hca.toml").read_text("utf-8")
    other = content.replace('{ id = "气e",', '{ id = "气e", use_other_reading = true,')
    with empty_engine.begin() as connection:
        pipe(connection)
        target(connection, "school", "学校", point(5000, 120))
    told = found(run(empty_engine, book={"hca": parse(other)}))
    assert told["areas"][0]["severity"] == "Ⅱ"


def test_line_that_crosses_itself_has_both_branches(empty_engine: Engine) -> None:
    loop = [place(0, 0), place(4000, 0), place(4000, 1000), place(2000, 1000), place(2000, -1000)]
    wkt = "MULTILINESTRING((" + ",".join(f"{lon} {lat}" for lon, lat in loop) + "))"
    with empty_engine.begin() as connection:
        add(connection, "pipelines", wkt, code="A", medium="gas", outside_diameter_mm=508.0,
            maop_mpa=6.3)  # fmt: skip
        target(connection, "school", "学校", point(2000, 0))
    told = found(run(empty_engine))["areas"]
    assert [area["length_m"] for area in told] == pytest.approx([400, 400], abs=0.5)
