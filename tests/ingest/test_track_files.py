"""Files of tracks: the instants of a line are kept, and a line without rising ones is refused."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.ingest.datum import shift_of
from layers.registry import LAYERS
from tests.builders import load_text, row, rows

HEADER = "mmsi,started_at,ended_at,positions,length_km,wkt"
WHEN = "412000001,2026-11-03T00:00:00Z,2026-11-03T00:02:00Z,3,1"


def track_file(*lines: str) -> str:
    told = (
        f'{WHEN.replace("412000001", f"41200000{number}")},"{line}"'
        for number, line in enumerate(lines, start=1)
    )
    return "\n".join([HEADER, *told]) + "\n"


@pytest.mark.parametrize(
    ("line", "reason", "reason_en"),
    [
        ("LINESTRING M (122 30 10, 122.1 30 20, 122.2 30 20)",
         "航迹时间（M）在第 3 点重复", "its instant (M) repeats at vertex 3"),
        ("LINESTRING M (122 30 20, 122.1 30 10, 122.2 30 30)",
         "航迹时间（M）在第 2 点倒退", "its instant (M) falls at vertex 2"),
        ("LINESTRING M (122 30 20, 122.1 30 nan, 122.2 30 30)",
         "航迹时间（M）不是有限数值", "instants (M) are not finite"),
        ("LINESTRING (122 30, 122.1 30)", "航迹缺少时间（M）", "has no instants (M)"),
        ("LINESTRING ZM (122 30 0 10, 122.1 30 0 20)", "航迹缺少时间（M）", "has no instants (M)"),
        ("LINESTRING M EMPTY", "几何为空", "geometry is empty"),
        ("LINESTRING M (122 30 10, 190 30 20)", "坐标超出地球范围", "lies outside the world"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_trajectory_is_refused_by_name(
    shared_engine: Engine, tmp_path: Path, line: str, reason: str, reason_en: str
) -> None:
    report = load_text(shared_engine, "vessel_tracks", tmp_path, track_file(line))
    assert (report.added, report.rejected) == (0, 1)
    [reject] = report.rejects
    assert (reject.reason, reject.reason_en) == (reason, reason_en)


def test_good_rows_beside_a_bad_one_are_taken_with_their_instants(
    empty_engine: Engine, tmp_path: Path
) -> None:
    good = "LINESTRING M (122 30 1793664000.25, 122.1 30 1793664060, 122.1 30 1793664120)"
    report = load_text(
        empty_engine, "vessel_tracks", tmp_path, track_file(good, good.replace("4120", "4060"))
    )
    assert (report.added, report.rejected, rows(empty_engine, "vessel_tracks")) == (1, 1, 1)
    kept = row(empty_engine, "vessel_tracks", mmsi="412000001")["wkt"]
    assert kept.replace(" M ", "M") == good.replace(", ", ",").replace(" M (", "M(")


def test_instants_stay_where_places_are_shifted_or_turned_round(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """Of a line in GCJ-02, and of one with the latitude first."""
    content = track_file("LINESTRING M (121.5 30 10, 121.6 30 20, 121.7 30 30)")
    load_text(empty_engine, "vessel_tracks", tmp_path, content, crs="gcj02")
    shift = shift_of("gcj02", LAYERS["vessel_tracks"])
    assert shift is not None
    vertices = [(*shift(lon, 30), at) for lon, at in ((121.5, 10), (121.6, 20), (121.7, 30))]
    told = ",".join(f"{x!r} {y!r} {at}" for x, y, at in vertices)
    assert row(empty_engine, "vessel_tracks", mmsi="412000001")["wkt"] == f"LINESTRING M ({told})"

    content = track_file("LINESTRING M (30 122 10, 30 123 20)")
    report = load_text(empty_engine, "vessel_tracks", tmp_path, content)
    assert report.changed == 1, report.rejects
    kept = row(empty_engine, "vessel_tracks", mmsi="412000001")["wkt"]
    assert kept == "LINESTRING M (122 30 10,123 30 20)"
