"""Crashes that have only a stake stand on the map, and move with their road."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.analyses.roads import at, line, point
from tests.builders import load_text, row, sql

HEAD = "code,occurred_at,route_code,measure_m,lon,lat"


def crashes(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def road(engine: Engine, folder: Path, wkt: str, code: str = "S213") -> None:
    load_text(engine, "roads", folder, f'code,name,wkt\n{code},浒溪线,"{wkt}"\n')


def where(engine: Engine, code: str = "A") -> tuple[float, float] | None:
    """Metres by which the crash lies along and aside of the road."""
    told = row(engine, "crashes", code=code)["wkt"]
    if told is None:
        return None
    metres = f"ST_Transform('SRID=4326;{told}'::geometry, 4549)"
    gap = sql(engine, f"SELECT ST_X(p) - 611000 || ' ' || (ST_Y(p) - 3325000) FROM {metres} p")  # noqa: S608
    along, aside = gap.split()
    return float(along), float(aside)


def test_a_stake_becomes_a_point_and_a_second_import_changes_nothing(
    empty_engine: Engine, tmp_path: Path
) -> None:
    road(empty_engine, tmp_path, line(0, 1000, 3000))
    text = crashes("A,2025-06-01T12:00:00+08:00,s213,1500,,")
    report = load_text(empty_engine, "crashes", tmp_path, text)
    assert "1 起事故按桩号定位" in report.warnings[0]
    assert where(empty_engine) == pytest.approx((1500, 0), abs=0.5)
    assert row(empty_engine, "crashes", code="A")["placed_by_stake"]
    again = load_text(empty_engine, "crashes", tmp_path, text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


def test_a_crash_that_came_before_its_road_is_placed_with_it_and_moves_with_it(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "crashes", tmp_path,
              crashes("A,2025-06-01T12:00:00+08:00,S213,1500,,"))  # fmt: skip
    assert where(empty_engine) is None
    road(empty_engine, tmp_path, line(0, 3000))
    assert where(empty_engine) == pytest.approx((1500, 0), abs=0.5)
    road(empty_engine, tmp_path, line(0, 3000, aside_m=40))
    assert where(empty_engine) == pytest.approx((1500, 40), abs=0.5)
    stones = "route_code,marker_no,measure_m,lon,lat\n" + "".join(
        f"S213,K{n},{1000 * n},{at(900 * n)[0]},{at(900 * n)[1]}\n" for n in range(4)
    )
    load_text(empty_engine, "road_markers", tmp_path, stones)
    assert where(empty_engine) == pytest.approx((1350, 40), abs=0.5)


def test_a_corrected_stake_moves_the_point_and_coordinates_end_that(
    empty_engine: Engine, tmp_path: Path
) -> None:
    road(empty_engine, tmp_path, line(0, 3000))
    for stake in (1500, 1600):
        load_text(empty_engine, "crashes", tmp_path,
                  crashes(f"A,2025-06-01T12:00:00+08:00,S213,{stake},,"))  # fmt: skip
    assert where(empty_engine) == pytest.approx((1600, 0), abs=0.5)
    lon, lat = at(1700, 12)
    load_text(empty_engine, "crashes", tmp_path,
              crashes(f"A,2025-06-01T12:00:00+08:00,S213,1600,{lon},{lat}"))  # fmt: skip
    assert where(empty_engine) == pytest.approx((1700, 12), abs=0.5)
    assert not row(empty_engine, "crashes", code="A")["placed_by_stake"]
    road(empty_engine, tmp_path, line(0, 3000, aside_m=40))
    assert where(empty_engine) == pytest.approx((1700, 12), abs=0.5)


@pytest.mark.parametrize(
    "stake", ["K1+500", "1K+500M", "１K＋５００", "1.5公里", "1500", "1500.0", "1500m"]
)
def test_a_stake_is_read_as_people_write_it(
    empty_engine: Engine, tmp_path: Path, stake: str
) -> None:
    road(empty_engine, tmp_path, line(0, 3000))
    load_text(empty_engine, "crashes", tmp_path,
              crashes(f"A,2025-06-01T12:00:00+08:00,S213,{stake},,"))  # fmt: skip
    assert row(empty_engine, "crashes", code="A")["measure_m"] == 1500
    assert where(empty_engine) == pytest.approx((1500, 0), abs=0.5)


@pytest.mark.parametrize(
    "values", ["S213,3001,,", "S999,100,,", ",100,,", "S213,,,"],
    ids=["beyond the end", "unknown road", "no road", "no stake"],
)  # fmt: skip
def test_a_stake_that_lies_nowhere_leaves_the_crash_without_a_point(
    empty_engine: Engine, tmp_path: Path, values: str
) -> None:
    road(empty_engine, tmp_path, line(0, 3000))
    report = load_text(empty_engine, "crashes", tmp_path,
                       crashes(f"A,2025-06-01T12:00:00+08:00,{values}"))  # fmt: skip
    assert (report.added, report.rejected) == (1, 0)
    assert where(empty_engine) is None


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ("2999-01-01T00:00:00+08:00,S213,1,,,0", "occurred_at", "时间在将来"),
        ("2025-01-01T00:00:00+08:00,S213,-1,,,0", "measure_m", "数值过小"),
        ("2025-01-01T00:00:00+08:00,S213,K1+1500,,,0", "measure_m", "加号后的米数须小于 1000"),
        ("2025-01-01T00:00:00+08:00,S213,高架,,,0", "measure_m", "不是桩号，请写成 K12+300"),
        ("2025-01-01T00:00:00+08:00,S213,nan,,,0", "measure_m", "有限"),
        ("2025-01-01T00:00:00+08:00,S213,1,,,-1", "deaths", "数值过小"),
        ("2025-01-01T00:00:00+08:00,S213,1,,,1.5", "deaths", "应为整数"),
        ("2025-13-01T00:00:00+08:00,S213,1,,,0", "occurred_at", "不是有效时间"),
    ],
)
def test_a_crash_that_cannot_be_is_refused_with_its_reason(
    empty_engine: Engine, tmp_path: Path, values: str, field: str, reason: str
) -> None:
    report = load_text(empty_engine, "crashes", tmp_path,
                       crashes(f"A,{values}", head=f"{HEAD},deaths"))  # fmt: skip
    (reject,) = report.rejects
    assert reject.field == field
    assert reason in reject.reason


@pytest.mark.parametrize(("first", "last"), [(1000, 1000), (1000, 0), ("", 0)])
def test_a_route_whose_stakes_do_not_rise_is_refused(
    empty_engine: Engine, tmp_path: Path, first: int | str, last: int
) -> None:
    text = f'code,name,from_m,to_m,wkt\nS213,浒溪线,{first},{last},"{line(0, 3000)}"\n'
    (reject,) = load_text(empty_engine, "roads", tmp_path, text).rejects
    assert reject.field == "to_m"
    assert "止点桩号须大于起点桩号" in reject.reason


def test_a_point_is_in_its_township(empty_engine: Engine, tmp_path: Path) -> None:
    around = f"MULTIPOLYGON((({at(0, -500)[0]} 29.9, 121.3 29.9, 121.3 30.2, 121.1 30.2, {at(0, -500)[0]} 29.9)))"
    load_text(empty_engine, "townships", tmp_path,
              f'code,name,kind,wkt\n330281001,阳明街道,街道,"{around}"\n')  # fmt: skip
    road(empty_engine, tmp_path, line(0, 3000))
    load_text(empty_engine, "crashes", tmp_path,
              crashes("A,2025-06-01T12:00:00+08:00,S213,1500,,"))  # fmt: skip
    assert row(empty_engine, "crashes", code="A")["township_code"] == "330281001"
    assert point(0).startswith("POINT")
