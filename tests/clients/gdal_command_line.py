"""Reads a running service with GDAL's command line, and compares with what the service exports.

    python3 tests/clients/gdal_command_line.py http://127.0.0.1:8000

Needs `ogrinfo` and `ogr2ogr` (Debian: `apt-get install gdal-bin`) and nothing of Python beyond its
standard library. Ends with 1 where `ogrinfo` finds other layers, counts, boxes or fields, or where
`ogr2ogr` gives other features, places (by more than 1e-7°) or words than the export of that layer.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CLOSE_DEG = 1e-7

BOX = (121.1, 30.0, 121.3, 30.1)
"""West, south, east, north: where the demonstration city is densest."""

CASES: tuple[tuple[str, str, list[str], str], ...] = (
    ("GPKG", "all.gpkg", [], ""),
    ("GPKG", "where.gpkg", ["-where", "grade = 1"], "grade=1"),
    ("GPKG", "box.gpkg", ["-spat", *map(str, BOX)], "bbox=" + ",".join(map(str, BOX))),
    ("GPKG", "plane.gpkg", ["-t_srs", "EPSG:4549"], ""),
    ("ESRI Shapefile", "all.shp", ["-lco", "ENCODING=UTF-8"], ""),
    ("ESRI Shapefile", "plane.shp", ["-t_srs", "EPSG:4549", "-lco", "ENCODING=UTF-8",
                                     "-where", "grade = 2"], "grade=2"),
)  # fmt: skip
"""Driver, file, options, and the query of the export that must be the same."""

PAGES = ("-oo", "PAGE_SIZE=10000")
"""Older versions (3.6) ask for ten features a page, unless told."""

LAYERS = ("risk_points", "pipelines", "major_hazards")
"""Of points, lines and areas, each graded."""

DAY = re.compile(r"\d{4}/\d\d/\d\d")


def main(address: str) -> int:
    """Compare; tell what differs."""
    version = run("ogrinfo", "--version").strip()
    collections = {each["id"]: each for each in asked(f"{address}/api/collections")["collections"]}
    faults = listed(address, set(collections))
    for name, collection in collections.items():
        faults += described(address, name, collection)
    with tempfile.TemporaryDirectory() as folder:
        for layer in LAYERS:
            for case in CASES:
                faults += converted(address, layer, case, Path(folder) / layer)
    sys.stdout.write("\n".join(faults) + "\n" if faults else f"{version}: all is the same\n")
    return 1 if faults else 0


def run(*command: str) -> str:
    """What a command prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "ERROR" in done.stderr:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def asked(address: str) -> Any:
    """The JSON at an address."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - who runs this names the address
        return json.load(answer)


def listed(address: str, wanted: set[str]) -> list[str]:
    """Whether every layer is listed."""
    found = set(re.findall(r"^\d+: (\w+)", run("ogrinfo", "-ro", f"OAPIF:{address}/api"), re.M))
    return [] if found == wanted else [f"ogrinfo lists {sorted(found ^ wanted)} otherwise"]


def described(address: str, name: str, collection: dict[str, Any]) -> list[str]:
    """Whether the head of a layer is right: count, box, fields."""
    head = run("ogrinfo", "-ro", "-so", f"OAPIF:{address}/api", name)
    faults = []
    count = re.search(r"^Feature Count: (\d+)", head, re.M)
    if count is None or int(count[1]) != collection["count"]:
        faults.append(f"{name}: {count and count[1]} features, not {collection['count']}")
    box = re.search(r"^Extent: \((\S+), (\S+)\) - \((\S+), (\S+)\)", head, re.M)
    wanted = collection["extent"]["spatial"]["bbox"][0]
    # Six decimals are printed; a layer without places has no box.
    if box and any(abs(float(a) - b) > 1e-6 for a, b in zip(box.groups(), wanted, strict=True)):
        faults.append(f"{name}: reaches over {box.groups()}, not {wanted}")
    fields = set(re.findall(r"^(\w+): (?:String|Integer|Real|Date)", head, re.M))
    if collection["count"] and not set(collection["card_fields"]) <= fields:
        faults.append(f"{name}: lacks {set(collection['card_fields']) - fields}")
    sys.stdout.write(f"{name}: {collection['count']} features, {len(fields)} fields\n")
    return faults


def converted(
    address: str, layer: str, case: tuple[str, str, list[str], str], folder: Path
) -> list[str]:
    """Whether what ogr2ogr writes is what the service exports."""
    driver, name, options, query = case
    folder.mkdir(exist_ok=True)
    file, text = folder / name, folder / f"{name}.json"
    source = (f"OAPIF:{address}/api", layer, *PAGES)
    run("ogr2ogr", "-f", driver, str(file), *source, *options)
    run("ogr2ogr", "-f", "GeoJSON", "-t_srs", "OGC:CRS84", "-lco", "COORDINATE_PRECISION=15",
        str(text), str(file))  # fmt: skip
    found = by_code(json.loads(text.read_text("utf-8"))["features"])
    export = asked(f"{address}/api/collections/{layer}/export?f=geojson&{query}")
    wanted = by_code(export["features"])
    sys.stdout.write(f"{layer} {name}: {len(found)} features\n")
    if found.keys() != wanted.keys():
        return [f"{layer} {name}: {len(found)} features, not {len(wanted)}"]
    words = [code for code in wanted if other_words(found[code], wanted[code])]
    places = [
        code for code in wanted if not near(found[code]["geometry"], wanted[code]["geometry"])
    ]
    return [
        f"{layer} {name}: {len(codes)} of {len(wanted)} have other {what}, first {codes[0]}"
        for what, codes in (("words", words), ("places", places))
        if codes
    ]


def by_code(features: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Features by their code."""
    return {each["properties"]["code"]: each for each in features}


def other_words(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a text is not the same.

    Days are written otherwise by GDAL's GeoJSON; a Shapefile shortens names beyond ten letters.
    """
    known = wanted["properties"]
    return any(
        value != known[name]
        for name, value in found["properties"].items()
        if isinstance(value, str) and isinstance(known.get(name), str) and not DAY.match(value)
    )


def near(found: dict[str, Any] | None, wanted: dict[str, Any] | None) -> bool:
    """Whether two geometries lie in the same place; a Shapefile runs round areas the other way."""
    if found is None or wanted is None:
        return found is wanted
    one, other = list(paths(found["coordinates"])), list(paths(wanted["coordinates"]))
    return len(one) == len(other) and all(
        along(a, b) or along(a[::-1], b) for a, b in zip(one, other, strict=True)
    )


def along(one: list[Any], other: list[Any]) -> bool:
    """Whether two rows of positions are the same."""
    return len(one) == len(other) and all(
        math.isclose(a, b, rel_tol=0, abs_tol=CLOSE_DEG)
        for here, there in zip(one, other, strict=True)
        for a, b in zip(here[:2], there[:2], strict=True)
    )


def paths(coordinates: list[Any]) -> Iterator[list[Any]]:
    """The lines, rings or points of a geometry, each as its positions."""
    if not isinstance(coordinates[0], list):
        yield [coordinates]
    elif not isinstance(coordinates[0][0], list):
        yield coordinates
    else:
        for part in coordinates:
            yield from paths(part)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
