"""Windows anchored at crashes hold the exact optimum; merging and shrinking lose no crash."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots import windows
from layers.blackspots.severity import CrashWeights, scores
from layers.blackspots.windows import InvalidWindow, Stretch
from layers.grading.rule_set import load
from tests.blackspots.crash_lists import REFERENCE, crash_list

stakes = st.lists(st.integers(0, 3000), min_size=1, max_size=25).map(sorted)
lengths = st.integers(1, 2500)


def kentucky() -> CrashWeights:
    rules = load("crash_weights_kentucky")
    assert isinstance(rules, CrashWeights)
    return rules


@pytest.mark.parametrize(("weights", "expected"), [(None, (576, 566)), (kentucky(), (21.0, 18.5))])
def test_the_best_windows_are_the_published_ones(
    weights: CrashWeights | None, expected: tuple[float, float]
) -> None:
    crashes = crash_list(REFERENCE)
    found = windows.best(crashes.measure_m, scores(crashes, weights), 500, count=2)
    assert found == [Stretch(2200, 2700, expected[0]), Stretch(100, 600, expected[1])]
    counts = windows.sums(crashes.measure_m, np.ones(len(crashes)), 500)
    assert counts[[0, 6]].tolist() == [5, 5]


@given(stakes, lengths, st.integers(0, 1000))
def test_no_window_anywhere_beats_the_best_one_that_begins_at_a_crash(
    at: list[int], length: int, seed: int
) -> None:
    weights = np.random.default_rng(seed).integers(0, 5, len(at)).astype(np.float64)
    places = np.array(at, dtype=np.float64)
    (best,) = windows.best(places, weights, length)
    everywhere = max(
        float(weights[(places >= start) & (places < start + length)].sum())
        for start in np.arange(-length, 3001, 0.5)
    )
    assert best.score == everywhere


@given(stakes, lengths)
def test_a_window_is_half_open(at: list[int], length: int) -> None:
    places = np.array(at, dtype=np.float64)
    counts = windows.sums(places, np.ones(len(places)), length)
    for start, count in zip(at, counts.tolist(), strict=True):
        # Of crashes at one stake each begins a window of those from it on.
        assert count <= sum(start <= other < start + length for other in at)
    first = [at.index(start) for start in at]
    for start, position in zip(at, first, strict=True):
        assert counts[position] == sum(start <= other < start + length for other in at)


@given(stakes, lengths)
def test_the_best_windows_share_no_place(at: list[int], length: int) -> None:
    places = np.array(at, dtype=np.float64)
    found = windows.best(places, np.ones(len(places)), length, count=10)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one, other in pairwise(sorted(found, key=lambda each: each.from_m)):
        assert one.to_m <= other.from_m


@given(stakes, lengths, st.integers(0, 200))
def test_merged_windows_are_apart_and_shrunk_ones_keep_every_crash(
    at: list[int], length: int, margin: int
) -> None:
    places = np.array(at, dtype=np.float64)
    stretches = windows.merged(places, length)
    for one, other in pairwise(stretches):
        assert one[1] <= other[0]
    spans = [windows.shrunk(each, places, margin, (0, 3000)) for each in stretches]
    assert all(any(start <= stake <= end for start, end in spans) for stake in at)
    assert all(start >= 0 and end <= 3000 for start, end in spans)
    for one, other in pairwise(windows.joined(spans)):
        assert one[1] < other[0]


def test_windows_that_only_touch_stay_apart() -> None:
    assert windows.merged(np.array([0.0, 500.0]), 500) == [(0, 500), (500, 1000)]
    assert windows.merged(np.array([0.0, 499.0]), 500) == [(0, 999)]


@pytest.mark.parametrize("length", [0, -1, float("nan"), float("inf")])
def test_a_window_without_a_length_is_refused(length: float) -> None:
    with pytest.raises(InvalidWindow, match="no length"):
        windows.sums(np.array([1.0]), np.ones(1), length)
