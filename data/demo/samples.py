"""Cuts a dozen rows of every layer from a demonstration, each file with a row that is refused.

`python -m data.demo.samples PROFILE OUT`; what it writes is in the repository.
"""

import csv
import gzip
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from data import geojson
from data.demo.generate import generate
from data.demo.scatter import DECIMALS
from data.demo.sea import METRES_EAST, METRES_NORTH

ROWS = 12

FAULTS: dict[str, dict[str, Any]] = {
    "townships": {"code": "330281999", "name": "示意错误行", "kind": "区"},
    "protection_targets": {"code": "FH-99999", "kind": "飞碟场"},
    "risk_points": {"code": "330281-999-01-99999", "grading_method": "LEC", "l_value": "4"},
    "pipelines": {"code": "SY-999", "outside_diameter_mm": 16},
    "pipeline_markers": {"marker_no": "K-1+000", "measure_m": "-1000"},
    "road_segments": {"code": "SYLD-9999", "crashes": 2, "fatal_crashes": 3},
    "roads": {"code": "示意错误行", "aadt": -1},
    "road_markers": {"marker_no": "K-1+000", "measure_m": "-1000"},
    "crashes": {"code": "SG-99999", "deaths": "-1"},
    "vessels": {"mmsi": "41299999"},
    "major_hazards": {"code": "ZDWXY-999", "inventory": "液氯 5"},
    "hidden_dangers": {"code": "YH-9999", "level": "特大"},
    "pipeline_facilities": {"code": "SY-999-F01", "measure_m": "-1"},
    "third_party_works": {"code": "SG3-9999", "activity": "singing"},
    "encroachments": {"code": "ZY-9999", "kind": "飞碟"},
    "patrols": {"code": "XC-9999", "completion_percent": 120},
    "patrol_tracks": {"positions": "1"},
    "high_consequence_areas": {"code": "HCA-999", "severity": "Ⅳ"},
    "vessel_positions": {"lon": "181.00000", "lat": "91.00000"},
    "vessel_tracks": {"positions": "1"},
}
"""What is spoilt in the last row: L = 4 is in no table, 16 is a diameter in inches, 5 of what?"""

_GAP_S = 6 * 3600


def main(profile: Path, out: Path) -> None:
    """Write a sample of every layer."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = dict(generate(profile, Path(folder)))
        for layer, path in files.items():
            if path.suffix == ".geojson":
                _sample_features(layer, path, out)
            else:
                rows = _rows(path)
                _write_csv(out / f"{layer}.csv", _spread(rows), FAULTS[layer])
        geojson.write(out / "high_consequence_areas.geojson", _areas(files["pipelines"]),
                      attribution="示意数据 / invented", decimals=DECIMALS)  # fmt: skip
        tracks = _tracks(_rows(files["vessel_positions"]))
        _write_csv(out / "vessel_tracks.csv", _spread(tracks), FAULTS["vessel_tracks"])


def _spread(rows: list[Any]) -> list[Any]:
    """Return a dozen of the rows, from the first to the last."""
    return [rows[i] for i in np.linspace(0, len(rows) - 1, ROWS).astype(int).tolist()]


def _rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    plain = gzip.decompress(content) if path.suffix == ".gz" else content
    rows = csv.DictReader(io.StringIO(plain.decode("utf-8")))
    return [row for row in rows if row.get("lon", "") != "181.00000"]


def _write_csv(path: Path, rows: list[dict[str, str]], fault: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, rows[-1] | fault])


def _sample_features(layer: str, path: Path, out: Path) -> None:
    features = _spread(geojson.read(path))
    words, shape = features[-1]
    small = [(own, _coarse(geometry)) for own, geometry in features]
    geojson.write(
        out / f"{layer}.geojson",
        [*small, (words | FAULTS[layer], _coarse(shape))],
        attribution="示意数据 / invented",
        decimals=DECIMALS,
    )


def _areas(pipelines: Path) -> list[geojson.Feature]:
    """Return areas as an office would list them, on the beginnings of a dozen lines."""
    found: list[geojson.Feature] = []
    for number, (words, shape) in enumerate(_spread(geojson.read(pipelines)), start=1):
        severity = 1 + number % 3
        row = {
            "code": f"HCA-{number:03d}", "name": f"{words['name']}高后果区{number}（示意）",
            "pipeline_code": words["code"], "medium": "oil" if words["medium"] == "oil" else "gas",
            "from_m": 0.0, "to_m": 600.0 + 10 * number, "length_m": 600.0 + 10 * number,
            "severity": "ⅠⅡⅢ"[severity - 1] + "级", "kind": "人员密集型",
            "households": 20 * number, "identified_on": "2026-06-01",
        }  # fmt: skip
        found.append((row, shapely.ops.substring(_single(shape), 0, 0.006)))
    return [*found, (found[-1][0] | FAULTS["high_consequence_areas"], found[-1][1])]


def _single(line: BaseGeometry) -> shapely.LineString:
    return shapely.LineString(shapely.get_coordinates(line))


def _coarse(geometry: BaseGeometry) -> BaseGeometry:
    """Return a polygon with fewer corners, so that the sample stays small; lines as they are."""
    return shapely.simplify(geometry, 0.002) if "Polygon" in geometry.geom_type else geometry


def _tracks(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a track of each boat's first positions before a gap, every tenth position."""
    boats: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        boats.setdefault(row["mmsi"], []).append(row)
    return [_track(mmsi, heard[::10][:40]) for mmsi, heard in boats.items()]


def _track(mmsi: str, heard: list[dict[str, str]]) -> dict[str, str]:
    instants = np.array([row["timestamp"].rstrip("Z") for row in heard], dtype="datetime64[s]")
    seconds = instants.astype(np.int64)
    late = np.flatnonzero(np.diff(seconds) > _GAP_S)
    count = int(late[0]) + 1 if len(late) else len(heard)
    kept = heard[: max(count, 2)]
    vertices = [f"{row['lon']} {row['lat']} {at}" for row, at in zip(kept, seconds, strict=False)]
    degrees = np.array([(float(row["lon"]), float(row["lat"])) for row in kept])
    metres = np.diff(degrees, axis=0) * (METRES_EAST, METRES_NORTH)
    return {
        "mmsi": mmsi,
        "started_at": kept[0]["timestamp"],
        "ended_at": kept[-1]["timestamp"],
        "name": "",
        "positions": str(len(kept)),
        "dropped": "0",
        "length_km": f"{np.hypot(metres[:, 0], metres[:, 1]).sum() / 1000:.1f}",
        "mean_speed_kn": "",
        "vessel_grade": str(1 + int(mmsi) % 4),
        "wkt": f"LINESTRING M ({', '.join(vertices)})",
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
