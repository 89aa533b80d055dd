"""Densities along a line and on a network by their published values; clusters by invariants."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.blackspots import density, network
from layers.blackspots.clusters import Cluster, Kernel, clusters
from layers.blackspots.network import Edge, Network, Split
from tests.blackspots.crash_lists import REFERENCE

CROSS = Network([Edge(0, 1, 5.0), Edge(0, 2, 5.0), Edge(0, 3, 5.0), Edge(0, 4, 5.0)])
"""Four arms of 5 on a node 0."""

LONG = Network([Edge(0, 1, 50.0), Edge(0, 2, 50.0), Edge(0, 3, 50.0)])


@pytest.mark.parametrize(
    ("at", "value"), [(420, 15.159902), (450, 15.476309), (250, 3.894902), (2650, 13.127373)]
)
def test_the_density_of_the_reference_road(at: float, value: float) -> None:
    stakes = np.array([stake for stake, _ in REFERENCE], dtype=np.float64)
    found = density.per_km(np.array([at], dtype=np.float64), stakes, 200)
    assert float(found[0]) == pytest.approx(value, abs=5e-7)


def test_a_kernel_counts_one() -> None:
    steps = np.arange(-300, 300, 0.01)
    assert float(density.quartic(steps, 250).sum() * 0.01) == pytest.approx(1, abs=1e-6)
    assert float(density.quartic(250.0, 250)) == 0


@pytest.mark.parametrize(("split", "value"), [("simple", 0.0384), ("discontinuous", 0.0128)])
def test_a_kernel_is_copied_or_divided_at_a_node(split: Split, value: float) -> None:
    """The published 0.00384 and 0.00128 are divided by the bandwidth 10 once more."""
    (found,) = network.density(CROSS, [(0, 3.0)], [(1, 3.0)], 10, split)
    assert found == pytest.approx(value, abs=1e-6)
    assert found / 10 == pytest.approx(value / 10, abs=1e-7)


def test_a_kernel_is_thrown_back_where_it_is_continuous() -> None:
    (found,) = network.density(CROSS, [(0, 3.0)], [(0, 1.0)], 5, "continuous")
    k = density.quartic
    assert found == pytest.approx(float(k(2.0, 5)) - 0.5 * float(k(4.0, 5)))
    assert found == pytest.approx(0.12015, abs=5e-6)


@pytest.mark.parametrize("split", ["discontinuous", "continuous"])
@given(st.floats(0, 50), st.floats(5, 30))
@hypothesis_settings(max_examples=20)
def test_a_crash_counts_one_on_the_whole_network(split: Split, at: float, reach: float) -> None:
    if split == "discontinuous" and at + reach > 50:
        return  # it falls off the dead end
    step = 0.25
    samples = [(edge, along) for edge in range(3) for along in np.arange(step / 2, 50, step)]
    found = network.density(LONG, [(0, at)], samples, reach, split)
    assert float(found.sum() * step) == pytest.approx(1, abs=0.01)


def test_without_a_junction_the_network_is_a_line() -> None:
    line = Network([Edge(0, 1, 1000.0), Edge(1, 2, 2000.0)])
    stakes = np.array([stake for stake, _ in REFERENCE], dtype=np.float64)

    def place(stake: float) -> tuple[int, float]:
        return (0, stake) if stake < 1000 else (1, stake - 1000)

    at = np.array([420, 950, 1000, 1100, 2650], dtype=np.float64)
    found = network.density(line, [place(s) for s in stakes], [place(s) for s in at], 200)
    assert found * 1000 == pytest.approx(density.per_km(at, stakes, 200))


def test_the_k_function_of_the_cross() -> None:
    events = np.array([(0, 3), (3, 0), (1, 0), (0, 1)], dtype=np.float64)
    arms = np.abs(events).sum(axis=1)
    distances = arms[:, None] + arms[None, :]
    distances[0, 3] = distances[3, 0] = distances[1, 2] = distances[2, 1] = 2
    assert network.k_function(distances, CROSS.length_m, 3) == pytest.approx(10.0)
    assert network.ring_function(distances, CROSS.length_m, 2, 4) == pytest.approx(16.667, abs=5e-4)
    assert network.k_function(distances[:1, :1], 20, 3) == 0


KERNEL = Kernel(bandwidth_m=100)


def test_about_five_per_cent_of_a_section_without_clusters_is_above_the_threshold() -> None:
    shares = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        stakes = np.sort(random.uniform(0, 5000, 30))
        found = clusters(stakes, 5000, Kernel(100, seed=seed))
        shares.append(sum(one.to_m - one.from_m for one in found) / 5000)
    assert 0.03 < np.mean(shares) < 0.07


def test_a_planted_cluster_is_found_and_leads() -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        thin, dense = random.uniform(0, 5000, 12), random.normal(2000, 25, 10)
        strongest = clusters(np.sort(np.concatenate([thin, dense])), 5000, KERNEL)[0]
        assert strongest.from_m < 2000 < strongest.to_m
        assert strongest.probability <= 0.05
        assert strongest.crashes >= 8


def test_chance_alone_is_significant_as_often_as_its_level_says() -> None:
    seen = 0
    for seed in range(60):
        stakes = np.sort(np.random.default_rng(1000 + seed).uniform(0, 4000, 15))
        found = clusters(stakes, 4000, Kernel(100, simulations=99, seed=seed))
        seen += any(one.probability <= 0.05 for one in found)
    assert seen <= 9


@given(st.lists(st.floats(0, 2000), max_size=25), st.integers(1, 3))
@hypothesis_settings(max_examples=40)
def test_clusters_are_apart_and_their_figures_are_shares(stakes: list[float], seed: int) -> None:
    places = np.sort(np.array(stakes, dtype=np.float64))
    kernel = Kernel(100, simulations=29, seed=seed)
    found = clusters(places, 2000, kernel)
    assert found == clusters(places, 2000, kernel)
    assert [one.strength for one in found] == sorted((o.strength for o in found), reverse=True)
    ends = [(one.from_m, one.to_m) for one in sorted(found, key=lambda each: each.from_m)]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))
    for one in found:
        assert 0 <= one.from_m < one.to_m <= 2000 + 1e-6
        assert 0 < one.strength < 1
        assert 0 < one.probability <= 1
        assert one.crashes >= 2


@pytest.mark.parametrize(("stakes", "length"), [([], 1000), ([5.0], 1000), ([1.0, 2.0], 15)])
def test_too_little_to_tell_gives_no_cluster(stakes: list[float], length: float) -> None:
    assert clusters(np.array(stakes, dtype=np.float64), length, KERNEL) == []


def test_a_cluster_at_the_end_of_a_section_stays_on_it() -> None:
    found: list[Cluster] = clusters(np.array([990.0, 995, 999, 1000]), 1000, KERNEL)
    assert found[0].to_m <= 1000
