"""What a person declares of a file: its system and whose clock it has; nothing of it is guessed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.errors import BadParameter, ImportRefused
from app.ingest.column import Unreadable
from app.ingest.instants import when
from app.ingest.mapping_file import Declared, read_mapping, write_mapping
from app.ingest.zone import read_zone, zone_of
from layers.registry import LAYERS
from tests.builders import load, load_text, row
from tests.ingest.sheets import frame

AIS = "MMSI,时间,经度,纬度\n412345678,2026-11-03 08:00:00,121.5,30.2\n"


def test_times_at_sea_without_a_zone_are_refused_and_how_to_declare_it_is_told(
    empty_engine: Engine, tmp_path: Path
) -> None:
    report = load_text(empty_engine, "vessel_positions", tmp_path, AIS)
    assert (report.added, report.rejected) == (0, 1)
    assert report.rejects[0].reason.endswith("时间缺少时区")
    assert any("--timezone Asia/Shanghai" in each for each in report.warnings)


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Shanghai", 0), ("UTC", 8)])
def test_times_are_those_of_the_declared_zone_and_the_report_says_so(
    empty_engine: Engine, tmp_path: Path, zone: str, hour: int
) -> None:
    report = load_text(empty_engine, "vessel_positions", tmp_path, AIS, timezone=zone)
    assert (report.added, report.rejected) == (1, 0), report.rejects
    assert row(empty_engine, "vessel_positions", mmsi="412345678")["seen_at"] == datetime(
        2026, 11, 3, hour, tzinfo=UTC
    )
    assert report.as_json()["timezone"] == zone
    assert f"时区 time zone: {zone}（已声明 declared）" in report.as_text()


def test_time_with_an_offset_keeps_it_whatever_is_declared(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = AIS.replace("08:00:00", "08:00:00+09:00")
    load_text(empty_engine, "vessel_positions", tmp_path, content, timezone="Asia/Shanghai")
    seen = row(empty_engine, "vessel_positions", mmsi="412345678")["seen_at"]
    assert seen == datetime(2026, 11, 2, 23, tzinfo=UTC)


def test_declared_zone_wins_over_that_of_the_city_on_land_too() -> None:
    land, sea = LAYERS["crashes"], LAYERS["vessel_positions"]
    assert zone_of(None, land, "Asia/Shanghai") == "Asia/Shanghai"
    assert zone_of("UTC", land, "Asia/Shanghai") == "UTC"
    assert zone_of(None, sea, "Asia/Shanghai") is None


@pytest.mark.parametrize("name", ["", "Asia", "Asia/Peking", "../../etc/passwd", "/etc/passwd", "东八区",
                                  "a\0b", "UTC+8", "x" * 300])  # fmt: skip
def test_unknown_zone_is_refused_in_both_languages(name: str) -> None:
    with pytest.raises(BadParameter, match=r"Asia/Shanghai or UTC 没有这个时区"):
        read_zone(name, "--timezone")


@given(st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - of a clock
def test_instant_of_a_zone_is_one_instant_or_refused(clock: datetime) -> None:
    """China had summer time from 1986 to 1991: an hour a year came twice, and one never."""
    text = f"{clock:%Y-%m-%d %H:%M:%S}"
    try:
        found = datetime.fromisoformat(when(text, datetime, "Asia/Shanghai"))
    except Unreadable:
        assert 1986 <= clock.year <= 1991
        return
    assert f"{found:%Y-%m-%d %H:%M:%S}" == text
    assert found.utcoffset() in {timedelta(hours=8), timedelta(hours=9)}


@pytest.mark.parametrize("clock", ["1990-09-16 01:30", "1990-04-15 02:30"])
def test_instant_that_a_clock_shows_twice_or_never_is_refused(clock: str) -> None:
    with pytest.raises(Unreadable, match="twice or never"):
        when(clock, datetime, "Asia/Shanghai")


def test_what_was_declared_of_a_source_is_kept_with_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "来源.json"
    for declared in (
        Declared({"甲": "code", "乙": None}),
        Declared({"甲": "code", "columns": "name"}, "Asia/Shanghai"),
        Declared({"甲": "code"}, "UTC", "gcj02"),
    ):
        write_mapping(path, declared)
        assert read_mapping(path) == declared


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', '{"columns": {}, "zone": "UTC"}', "[" * 10**5,
                                  '{"columns": {"a": 1}}', '{"columns": {}, "crs": 4326}'])  # fmt: skip
def test_file_that_declares_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "来源.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused, match="映射文件无效"):
        read_mapping(path)


def test_declared_wgs84_counts_as_declared(empty_engine: Engine, tmp_path: Path) -> None:
    """A file that calls itself Xian 80 is refused, unless a person says that it is not."""
    path = tmp_path / "a.gpkg"
    frame().set_crs("EPSG:4610", allow_override=True).to_file(path, driver="GPKG")
    with pytest.raises(ImportRefused, match="如标注有误"):
        load(empty_engine, "risk_points", path)
    report = load(empty_engine, "risk_points", path, crs="EPSG:4326")
    assert (report.added, report.crs, report.crs_declared) == (3, "EPSG:4326", True)
    assert any("按声明的 EPSG:4326 导入" in each for each in report.warnings)
    assert "坐标系 coordinates: EPSG:4326（已声明 declared）" in report.as_text()


def test_what_nobody_declared_is_told_so(empty_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, driver="GPKG")
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.crs, report.crs_declared) == (3, "EPSG:4326", False)
    assert "坐标系 coordinates: EPSG:4326（未声明 not declared）" in report.as_text()


def test_metres_are_read_in_the_system_that_the_file_says_and_it_is_told(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """Nobody declared it, but metres are no degrees; what is declared wins."""
    path = tmp_path / "a.gpkg"
    frame(crs="EPSG:4549").to_file(path, driver="GPKG")
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.crs, report.crs_declared) == (3, "EPSG:4549", False)
    assert any("按文件自述的 EPSG:4549 读取" in each for each in report.warnings)
    lon, lat = row(empty_engine, "risk_points", code="P1")["wkt"][6:-1].split()
    assert (float(lon), float(lat)) == pytest.approx((121.151, 30.04), abs=1e-6)
    other = load(empty_engine, "risk_points", path, crs="EPSG:4326", dry_run=True)
    assert other.rejected == 3
    assert other.rejects[0].reason.startswith("像是投影坐标（米）")


def test_metres_that_the_declared_system_does_not_reach_are_refused_by_that_reason(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """EPSG:4528 wants its zone number before the easting; the numbers themselves are finite."""
    content = "风险点编号,名称,类别,东坐标,北坐标\nP1,a,01,606116.9,3322840.12\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content, crs="EPSG:4528")
    assert [each.reason_en.split(":")[0] for each in report.rejects] == [
        "lies beyond the declared system"
    ]
