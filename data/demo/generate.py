"""Writes the files of the demonstration city, in the order in which they are imported."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from data.demo import (
    along_pipelines,
    crashes,
    hidden_dangers,
    major_hazards,
    pipelines,
    protection_targets,
    risk_points,
    road_segments,
    roads,
    sea_zones,
    vessels,
)
from data.demo.city import City, read_city

AS_OF = date(2026, 11, 1)
"""Day on which the demonstration stands still, unless the caller says another."""

Files = list[tuple[str, Path]]
"""Layer id and file, in import order."""


def generate(
    profile_folder: Path,
    out: Path,
    scale: int = 1,
    seed: int = 330281,
    say: Callable[[str], None] = lambda _: None,
    as_of: date = AS_OF,
) -> Files:
    """Write the demonstration city; the same arguments give the same bytes.

    Args:
        profile_folder: City profile, with its townships, villages and base map.
        out: Folder to write to; it is made, and files of the same name are replaced.
        scale: Multiplies risk points, up to 1 000 000, and vessel positions, up to 10 000 000.
        seed: Start of chance.
        say: Told in a line what was written.
        as_of: Day to which every date is counted.

    Returns:
        Layer id and file, in the order in which they must be imported.
    """
    out.mkdir(parents=True, exist_ok=True)
    city = read_city(profile_folder)
    files: Files = [("townships", _townships(profile_folder, out))]
    for layer, name, write in _writers(city, scale, as_of, seed):
        path = out / name
        count = write(path, np.random.default_rng([seed, len(files)]))
        say(f"{layer}: {count}")
        files.append((layer, path))
    # Tracks are cut by the ports among the zones: what is heard comes last.
    return sorted(files, key=lambda file: file[0] == "vessel_positions")


def _townships(profile_folder: Path, out: Path) -> Path:
    return Path(shutil.copyfile(profile_folder / "townships.geojson", out / "townships.geojson"))


Writer = Callable[[Path, np.random.Generator], int]


def _writers(city: City, scale: int, as_of: date, seed: int) -> list[tuple[str, str, Writer]]:
    """Return layer, file name and writer of each file, in order."""
    laid = pipelines.Network(city)
    along = along_pipelines.Along(city, laid)
    routes = roads.Network(city, np.random.default_rng([seed, 101]))
    clusters = crashes.plant(routes, np.random.default_rng([seed, 102]))
    fleet = vessels.Fleet(city, scale, as_of)
    points = risk_points.DEFAULT_COUNT * scale
    return [
        ("protection_targets", "protection_targets.csv",
         lambda path, random: protection_targets.write(city, path, random)),
        ("risk_points", "risk_points.csv",
         lambda path, random: risk_points.write(city, path, points, as_of, random)),
        ("pipelines", "pipelines.geojson",
         lambda path, random: laid.write_lines(path, as_of, random)),
        ("pipeline_markers", "pipeline_markers.csv", laid.write_markers),
        ("road_segments", "road_segments.geojson",
         lambda path, random: road_segments.write(routes, clusters, path, as_of, random)),
        ("vessels", "vessels.csv", fleet.write_register),
        ("vessel_positions", "vessel_positions.csv.gz", fleet.write_positions),
        ("roads", "roads.geojson", routes.write_lines),
        ("road_markers", "road_markers.csv", lambda path, _random: routes.write_markers(path)),
        ("crashes", "crashes.csv",
         lambda path, random: crashes.write(routes, clusters, path, as_of, random)),
        ("major_hazards", "major_hazards.geojson",
         lambda path, random: major_hazards.write(
             city, path.parent / "risk_points.csv", path, as_of, random)),
        ("hidden_dangers", "hidden_dangers.csv",
         lambda path, random: hidden_dangers.write(path.parent, path, as_of, random)),
        ("pipeline_facilities", "pipeline_facilities.csv", along.write_facilities),
        ("third_party_works", "third_party_works.geojson",
         lambda path, random: along.write_works(path, as_of, random)),
        ("encroachments", "encroachments.geojson",
         lambda path, random: along.write_encroachments(path, as_of, random)),
        ("patrols", "patrols.geojson",
         lambda path, random: along.write_patrols(path, as_of, random)),
        ("patrol_tracks", "patrol_tracks.csv", along.write_tracks),
        ("sea_zones", "sea_zones.geojson",
         lambda path, random: sea_zones.write(city, path, random)),
    ]  # fmt: skip
