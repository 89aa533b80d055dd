"""Schools, hospitals, markets, villages: places that an accident must not reach."""

import csv
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.demo import names, register
from data.demo.city import City, Village
from data.demo.scatter import DECIMALS, scatter
from data.demo.sites import TOWN_ENDINGS, draws

COLUMNS = (
    "code", "name", "kind", "protection_class", "population", "households", "storeys",
    "gathering_persons", "gathering_days", "address", "responsible_unit", "responsible_phone",
    "lon", "lat",
)  # fmt: skip
_MARK = "（示意）"


def write(city: City, path: Path, random: np.random.Generator) -> int:
    """Write the targets as CSV, villages first; return how many."""
    rows = [*_villages(city, random), *_places(city, random)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, row in enumerate(rows, start=1):
            writer.writerow([f"FH-{number:05d}", *row])
    return len(rows)


def _villages(city: City, random: np.random.Generator) -> list[list[str]]:
    """Return a row for each village and community, with its share of the township's people."""
    areas = {area.code: area for area in city.areas}
    codes = [village.township_code for village in city.villages]
    degrees = city.plane.degrees(np.array([village.place for village in city.villages]))
    rows = []
    for village, (lon, lat) in zip(city.villages, degrees.tolist(), strict=True):
        area = areas[village.township_code]
        share = 1 / codes.count(area.code)
        people = round(area.population * share * float(random.uniform(0.6, 1.4)))
        town = village.name.endswith(TOWN_ENDINGS)
        kind, protected = ("居民小区", "一般一类") if town else ("村庄", "一般二类")
        storeys = int(random.integers(5, 20) if town else random.integers(2, 5))
        rows.append([
            village.name, kind, protected, str(people), str(round(people / 2.7)), str(storeys),
            "", "", f"{area.name}{village.name}", village.name, names.telephones(random, 1)[0],
            f"{lon:.{DECIMALS}f}", f"{lat:.{DECIMALS}f}",
        ])  # fmt: skip
    return rows


def _places(city: City, random: np.random.Generator) -> list[list[str]]:
    """Return a row for each invented school, hospital, market and so on."""
    text = (Path(__file__).parent / "protection_targets.toml").read_text(encoding="utf-8")
    targets: list[dict[str, Any]] = tomllib.loads(text)["target"]
    kinds = [target for target in targets for _ in range(target["count"])]
    placed = scatter(city, draws(city), [target["where"] for target in kinds], random)
    tree = shapely.STRtree(shapely.points([village.place for village in city.villages]))
    nearest = np.asarray(tree.nearest(shapely.points(placed.metres)))
    brands = names.brands(random.permutation(len(kinds)))
    people = [_between(target["people"], random) for target in kinds]
    own = random.spawn(1)[0]
    kind_of = [target["kind"] for target in kinds]
    lived = [register.of_target(kind, many, own)
             for kind, many in zip(kind_of, people, strict=True)]  # fmt: skip
    columns = zip(
        _named(kinds, [city.villages[i] for i in nearest.tolist()], brands, random),
        kind_of,
        [target["class"] for target in kinds],
        map(str, people),
        [households for households, _, _ in lived],
        [str(_between(target["storeys"], random)) for target in kinds],
        [persons for _, persons, _ in lived],
        [days for _, _, days in lived],
        [f"{city.areas[i].name}{lane}" for i, lane in zip(
            placed.township.tolist(), names.lanes(random, len(kinds)), strict=True)],
        [city.areas[i].name for i in placed.township.tolist()],
        names.telephones(random, len(kinds)),
        *([f"{value:.{DECIMALS}f}" for value in axis.tolist()] for axis in placed.degrees.T),
        strict=True,
    )  # fmt: skip
    return [list(row) for row in columns]


def _between(span: list[int], random: np.random.Generator) -> int:
    return int(random.integers(span[0], span[1] + 1))


def _named(
    kinds: list[dict[str, Any]],
    villages: list[Village],
    brands: list[str],
    random: np.random.Generator,
) -> list[str]:
    """Return a name for each place; the second of one name gets a 2."""
    seen: Counter[str] = Counter()
    found = []
    for target, village, brand in zip(kinds, villages, brands, strict=True):
        template = str(random.choice(target["names"]))
        name = template.replace("{place}", village.name).replace("{brand}", brand)
        seen[name] += 1
        found.append(f"{name}{_MARK}" if seen[name] == 1 else f"{name}{seen[name]}{_MARK}")
    return found
