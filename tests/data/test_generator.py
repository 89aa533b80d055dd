"""The generator: the same seed gives the same bytes, a scale multiplies, numbers stay capped."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.demo import ratings, risk_points, vessels
from data.demo.categories import categories
from data.demo.generate import generate
from layers.grading import lec, ls
from tests.data.demonstration import PROFILE, Demo

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    "layer", ["risk_points", "pipelines", "road_segments", "vessel_positions", "crashes"]
)
def test_the_same_seed_gives_the_same_bytes(demo: Demo, twin: dict[str, Path], layer: str) -> None:
    assert demo.files[layer].read_bytes() == twin[layer].read_bytes()


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    told: list[str] = []
    files = generate(PROFILE, tmp_path_factory.mktemp("twin"), say=told.append)
    assert len(told) == len(files) - 1
    return dict(files)


def test_another_seed_gives_another_city(demo: Demo, tmp_path: Path) -> None:
    city = demo.city
    texts = []
    for seed in (1, 2):
        path = tmp_path / f"{seed}.csv"
        risk_points.write(city, path, 200, DAY, np.random.default_rng(seed))
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] != texts[1]


def test_every_date_is_counted_to_the_day_that_the_caller_says(demo: Demo, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    risk_points.write(demo.city, path, 500, date(2030, 1, 1), np.random.default_rng(3))
    with path.open(encoding="utf-8", newline="") as file:
        days = [row["assessed_at"] for row in csv.DictReader(file) if row["assessed_at"]]
    assert "2028-06-01" < min(days) < max(days) < "2030-01-01"


@pytest.mark.parametrize("count", [1, 7, 333, 12_000])
def test_as_many_points_as_asked_with_codes_of_their_own(
    demo: Demo, tmp_path: Path, count: int
) -> None:
    path = tmp_path / "points.csv"
    written = risk_points.write(demo.city, path, count, DAY, np.random.default_rng(count))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert written == len(rows) == count
    assert len({row["code"] for row in rows}) == count
    assert len({(row["lon"], row["lat"]) for row in rows}) == count


@pytest.mark.parametrize(("scale", "boats"), [(1, 60), (4, 120), (200, 540), (10_000, 540)])
def test_a_scale_adds_boats_and_reports(demo: Demo, scale: int, boats: int) -> None:
    fleet = vessels.Fleet(demo.city, scale, DAY)
    assert len(fleet.boats) == boats
    assert len({boat.mmsi for boat in fleet.boats}) == boats
    expected = vessels.POSITIONS * boats / vessels.BOATS * vessels.INTERVAL_S / fleet.interval_s
    assert expected <= vessels.MOST_POSITIONS * 1.01


def test_the_shares_of_the_categories_are_whole() -> None:
    facts = categories()
    assert list(facts) == [f"{number:02d}" for number in range(1, 25)]
    assert sum(fact.share for fact in facts.values()) == pytest.approx(100)
    for code, fact in facts.items():
        for template in fact.names:
            assert "{firm}" not in template or fact.trade, code


def test_values_give_the_grade_that_they_are_listed_under() -> None:
    for level, rows in ratings.lec_values().items():
        assert len(rows) > 5
        assert all(lec.grade(*row).grade == level for row in rows.tolist())
    for level, rows in ratings.ls_values().items():
        assert all(ls.grade(*row).grade == level for row in rows.tolist())


def test_quotas_are_whole_and_kept() -> None:
    random = np.random.default_rng(5)
    zone = random.choice(len(ratings.ZONES), 20_000, p=[0.5, 0.1, 0.2, 0.1, 0.1])
    counted = Counter(ratings.grades(zone, random.random(20_000), random).tolist())
    assert counted[1] == pytest.approx(20_000 * ratings.SHARES[1], abs=5)
    assert counted[2] == pytest.approx(20_000 * ratings.SHARES[2], abs=5)
    assert counted[3] == 20_000 * ratings.SHARES[3]
    assert counted[ratings.UNASSESSED] == 20_000 * ratings.SHARE_UNASSESSED
