"""α of GB 18218 from the map itself: who lives within 500 m outside the boundary."""

from pathlib import Path

import pytest
from pyproj import Geod
from shapely import box, wkt
from sqlalchemy import Engine

from tests.builders import load, service, sql

WGS84 = Geod(ellps="WGS84")
PLANT = box(121.10, 30.05, 121.102, 30.052)
"""About 190 m by 220 m; its eastern edge lies at 121.102."""


def east_of_the_plant(metres: float) -> tuple[float, float]:
    lon, lat, _ = WGS84.fwd(121.102, 30.051, 90, metres)
    return float(lon), float(lat)


def write_targets(path: Path, rows: list[tuple[str, str, float, float]]) -> Path:
    lines = [f"{code},目标{code},村庄,{people},{lon},{lat}" for code, people, lon, lat in rows]
    path.write_text("编号,名称,类型,人口,lon,lat\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_plant(path: Path, inventory: str, reported: str = "") -> Path:
    path.write_text(
        "编号,名称,危险化学品及最大量,申报人口,wkt\n"
        f'Z1,液氯罐区,"{inventory}",{reported},"{wkt.dumps(PLANT, trim=True)}"\n',
        encoding="utf-8",
    )
    return path


def told(engine: Engine) -> list[int | None]:
    return list(sql(engine, "SELECT ARRAY[population, uncounted, grade] FROM major_hazards"))


@pytest.mark.parametrize(("metres", "counted"), [(1.0, 60), (499.5, 60), (500.5, 0)])
def test_neighbours_count_up_to_the_edge_of_the_band(
    empty_engine: Engine, tmp_path: Path, metres: float, counted: int
) -> None:
    near, far = east_of_the_plant(metres), east_of_the_plant(5000)
    load(empty_engine, "protection_targets",
         write_targets(tmp_path / "t.csv", [("N", "60", *near), ("F", "9000", *far)]))  # fmt: skip
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 5 t"))
    assert told(empty_engine)[:2] == [counted, 0]


def test_whoever_lives_inside_the_boundary_does_not_count(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load(empty_engine, "protection_targets",
         write_targets(tmp_path / "t.csv", [("N", "60", 121.101, 30.051)]))  # fmt: skip
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 5 t"))
    assert told(empty_engine)[:2] == [0, 0]


def test_empty_map_is_no_empty_land(empty_engine: Engine, tmp_path: Path) -> None:
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 250 t"))
    assert told(empty_engine) == [None, None, None]
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 250 t", "100"))
    assert told(empty_engine) == [None, None, 1]


def test_new_neighbours_grade_the_plant_anew_and_the_answer_tells_alpha(
    empty_url: str, empty_engine: Engine, tmp_path: Path
) -> None:
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 50 t"))
    first = write_targets(tmp_path / "t.csv", [("N", "0", *east_of_the_plant(5000)),
                                               ("M", "5", *east_of_the_plant(6000))])  # fmt: skip
    load(empty_engine, "protection_targets", first)
    # S = 10, Σ β q/Q = 40: alone R = 20, level 3; with a hundred neighbours R = 80, level 2
    assert told(empty_engine) == [0, 0, 2]
    second = write_targets(tmp_path / "u.csv", [("N", "100", *east_of_the_plant(300)),
                                                ("O", "", *east_of_the_plant(200))])  # fmt: skip
    load(empty_engine, "protection_targets", second)
    assert told(empty_engine) == [100, 1, 1]
    fid = sql(empty_engine, "SELECT fid FROM major_hazards")
    with service(empty_url) as client:
        answer = client.get(f"/api/collections/major_hazards/items/{fid}/grade").json()
    steps = {step["name"]: step["value"] for step in answer["steps"]}
    assert (steps["S"], steps["α"], steps["R"]) == (10, 2.0, 80)
    assert answer["inputs"]["population"] == 100
    assert len(answer["history"]) >= 1


def test_larger_of_counted_and_reported_is_exposed(empty_engine: Engine, tmp_path: Path) -> None:
    load(empty_engine, "protection_targets",
         write_targets(tmp_path / "t.csv", [("N", "20", *east_of_the_plant(300))]))  # fmt: skip
    load(empty_engine, "major_hazards", write_plant(tmp_path / "m.csv", "液氯 50 t", "100"))
    assert told(empty_engine) == [20, 0, 1]


def test_file_that_brings_the_counts_changes_nothing_the_second_time(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """An export or a sheet of ours has those columns; what they say is counted, never taken."""
    near = east_of_the_plant(100)
    load(empty_engine, "protection_targets",
         write_targets(tmp_path / "t.csv", [("N", "60", *near)]))  # fmt: skip
    path = tmp_path / "m.csv"
    path.write_text(
        "编号,名称,危险化学品及最大量,周边常住人口,未登记人口的目标,wkt\n"
        f'Z1,液氯罐区,液氯 5 t,7,,"{wkt.dumps(PLANT, trim=True)}"\n',
        encoding="utf-8",
    )
    first, second = (load(empty_engine, "major_hazards", path) for _ in range(2))
    assert (first.added, second.changed, second.unchanged) == (1, 0, 1)
    assert told(empty_engine)[:2] == [60, 0]
    assert any("周边常住人口" in each for each in first.warnings)
