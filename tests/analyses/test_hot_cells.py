"""Gi*, G and Moran's I of the library by published values, and of our grid by invariants."""

import csv
import json
from pathlib import Path

import esda
import numpy as np
import pytest
from libpysal import examples
from libpysal.weights import DistanceBand

from app.analyses.hot_cells import hot, moran, neighbours_of, weights

POINTS = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
VALUES = np.array([2, 3, 3.2, 5, 8, 7])


def beside() -> dict[int, list[int]]:
    """Neighbours of the six points within 15."""
    band = DistanceBand(POINTS, 15, silence_warnings=True)
    return {key: list(near) for key, near in band.neighbors.items()}


@pytest.mark.parametrize(
    ("transform", "z"),
    [
        ("B", [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]),
        ("R", [-0.62488094, -0.09144599, 0.41150696, -0.09144599, 0.24690418, 1.28024388]),
    ],
)
def test_gi_star_of_six_points(transform: str, z: list[float]) -> None:
    found = hot(VALUES, beside(), transform=transform)
    assert found is not None
    assert found.z.tolist() == pytest.approx(z, abs=1e-8)


@pytest.mark.parametrize(
    ("transform", "z"),
    [
        ("B", [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]),
        ("R", [-0.62074534, -0.01780611, 1.31558703, -0.12824171, 0.28843496, 1.77833941]),
    ],
)
def test_gi_of_six_points(transform: str, z: list[float]) -> None:
    found = esda.G_Local(VALUES, weights(beside()), transform=transform, permutations=0)
    assert found.Zs.tolist() == pytest.approx(z, abs=1e-7)


def test_general_g_of_six_points() -> None:
    found = esda.G(VALUES, weights(beside()), permutations=0)
    assert pytest.approx((0.5570977917981073, 0.4666666667)) == (found.G, found.EG)
    assert (found.z_norm, found.p_norm) == pytest.approx((0.9426277953, 0.1729356587), abs=1e-9)


def test_moran_of_six_points() -> None:
    binary = esda.Moran(VALUES, weights(beside()), transformation="b", permutations=0)
    assert pytest.approx((0.0385266302, -0.2)) == (binary.I, binary.EI)
    assert binary.z_norm == pytest.approx(1.0389262503)
    told = moran(VALUES, beside())
    assert told is not None
    assert told[0] == pytest.approx(0.1189895470)


def example(name: str) -> str:
    """A file that comes with the library."""
    return Path(examples.get_path(name)).read_text(encoding="utf-8")


def read_gal(name: str) -> dict[int, list[int]]:
    """Neighbours as a GAL file has them: a key and how many, and on the next line which."""
    lines = [line.split() for line in example(name).splitlines()[1:] if line.strip()]
    keys = [line[0] for line in lines[::2]]
    order = {key: number for number, key in enumerate(keys)}
    return {
        order[key]: [order[near] for near in beside]
        for key, beside in zip(keys, lines[1::2], strict=True)
    }


def test_moran_of_homicides_around_st_louis() -> None:
    rows = csv.DictReader(example("stl_hom.csv").splitlines())
    rates = [float(row["HR8893"]) for row in rows]
    told = moran(rates, read_gal("stl.gal"))
    assert told is not None
    assert told[0] == pytest.approx(0.24365582621771695)
    found = esda.Moran(np.array(rates), weights(read_gal("stl.gal")), permutations=0)
    assert (found.EI, found.p_norm) == pytest.approx((-0.012987013, 0.00027147863))


def test_crime_in_columbus() -> None:
    beside = read_gal("columbus.gal")
    features = json.loads(example("columbus.json"))["features"]
    crime = np.array([each["properties"]["CRIME"] for each in features])
    told = moran(crime, beside)
    assert told is not None
    assert told == pytest.approx((0.5001885571828611, 5.6303127877))
    found = hot(crime, beside)
    assert found is not None
    assert np.argsort(-found.z)[:5].tolist() == [15, 28, 23, 24, 27]
    assert found.z.max() == pytest.approx(3.475051, abs=5e-7)


def test_cells_of_a_grid_touch_by_edges_and_corners() -> None:
    cells = np.array([(0, 0), (1, 0), (1, 1), (5, 5)])
    assert neighbours_of(cells) == {0: [1, 2], 1: [0, 2], 2: [0, 1], 3: []}


def test_a_planted_hot_spot_is_hot_and_the_rest_is_not() -> None:
    grid = np.array([(x, y) for x in range(20) for y in range(20)])
    near = np.abs(grid - 10).max(axis=1) <= 1
    values = np.random.default_rng(4).poisson(1.0, 400) + 8.0 * near
    found = hot(values, neighbours_of(grid))
    assert found is not None
    hot_ones = (found.p <= found.limit) & (found.z > 0)
    assert hot_ones[near].all()
    far = np.abs(grid - 10).max(axis=1) > 2
    assert not hot_ones[far].any()


@pytest.mark.parametrize("values", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0]])
def test_too_few_or_equal_values_have_no_statistic(values: list[float]) -> None:
    beside = {number: [] for number in range(len(values))}
    assert hot(values, beside) is None
    assert moran(values, beside) is None
