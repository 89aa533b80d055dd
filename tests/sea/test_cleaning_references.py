"""Cleaning held to what others found: labelled files, and the tests of other filters."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from layers.sea.cleaning import clean
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import KNOT_M_PER_S, Flags, Numbers, distance_m
from layers.sea.runs import NOBODY
from tests.sea.sailing import trips

REAL = Path(__file__).parents[1] / "ais"
"""Real files; `data/README.md` says whose they are."""

SHIPPED = CleaningRules.among(None)

SPEED_ALONE = SHIPPED.model_copy(update={"slack_s": 0, "eased_m": 0})
"""For references that know the speed from the last kept position and nothing else."""

LABELLER = SHIPPED.model_copy(update={
    "fastest_kn": 25, "eased_m": 40 * 1852, "slack_s": 0, "blur_min": 240, "longest_gap_h": 24,
    "lookback_positions": 0,
})  # fmt: skip
"""What gpsdio-segment had when its file was labelled (December 2017, commit e86dc90).

A way of d nautical miles is granted 25 kn × (1 + 1600 / d²); what lies within 100 of them, four
hours at 25 kn, is an error; a silence of 24 hours ends a track.
"""

LATE = 4e9


def open_sea(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    return np.zeros(len(lon), dtype=bool)


def real(name: str) -> list[dict[str, str]]:
    with gzip.open(REAL / name, "rt", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def arrays(rows: list[dict[str, str]]) -> tuple[Numbers, Numbers, Numbers]:
    """Instants, longitudes and latitudes, in order of time and without an instant twice."""
    once = {row["timestamp"]: row for row in reversed(rows) if row["lon"] and row["lat"]}
    ordered = [once[each] for each in sorted(once)]
    instants = np.array([row["timestamp"][:19] for row in ordered], dtype="datetime64[s]")
    lon, lat = (np.array([float(row[name]) for row in ordered]) for name in ("lon", "lat"))
    return instants.astype(np.float64), lon, lat


def from_last_kept(seconds: Numbers, lon: Numbers, lat: Numbers, kept: Flags) -> Numbers:
    """Knots that each position would need from the last kept one before it."""
    places = np.arange(len(kept))
    before = np.maximum.accumulate(np.where(kept, places, 0))[:-1]
    ways = distance_m(lon[before], lat[before], lon[1:], lat[1:])
    return np.concatenate(([0.0], ways / (seconds[1:] - seconds[before]) / KNOT_M_PER_S))


def labelled() -> tuple[list[dict[str, str]], tuple[Numbers, Numbers, Numbers], Flags]:
    """Rows of the labelled number, its distinct instants, and which are the vessel's by the label.

    The label of the vessel is that of most rows.
    """
    rows = real("ais_gfw_338013000.csv.gz")
    [(vessel, many)] = Counter(row["expected"] for row in rows).most_common(1)
    assert (len(rows), many, len({row["expected"] for row in rows})) == (1253, 1223, 24)
    found = arrays(rows)
    own_rows = {row["timestamp"][:19] for row in rows if row["expected"] == vessel}
    own = np.array([str(each) in own_rows for each in found[0].astype("datetime64[s]")])
    assert (len(own), np.count_nonzero(own)) == (1020, 997)
    return rows, found, own


def test_labels_of_noise_come_out_one_for_one_by_the_values_of_who_labelled() -> None:
    rows, (seconds, lon, lat), own = labelled()
    found = clean(seconds, lon, lat, LATE, open_sea, LABELLER)
    assert np.array_equal(found.vessels, np.where(own, 0, NOBODY))
    whose = dict(zip(seconds.astype("datetime64[s]").astype(str), found.vessels, strict=True))
    placed = [row for row in rows if row["lon"]]
    # The other 60 rows of the vessel tell no place; they are given to whoever was heard last.
    assert Counter(int(whose[row["timestamp"][:19]]) for row in placed) == {0: 1163, NOBODY: 30}
    assert len(list(trips(seconds, lon, lat, found, LABELLER))) == 1


def test_shipped_rules_and_the_labels_part_only_where_the_labels_break_the_limit() -> None:
    _, (seconds, lon, lat), own = labelled()
    found = clean(seconds, lon, lat, LATE, open_sea, SHIPPED)
    assert set(found.vessels.tolist()) == {0, NOBODY}, "noise of 23 ids is no second vessel"
    kept = found.vessels == 0
    needed = from_last_kept(seconds, lon, lat, kept)
    lost, others = own & ~kept, ~own & kept
    assert (np.count_nonzero(own & kept), np.count_nonzero(~own & ~kept)) == (986, 7)
    assert np.count_nonzero(lost) == 11
    assert np.all(needed[lost] > SHIPPED.fastest_kn)
    # The labels took two of those for true; from them on the boat itself was out of reach, and its
    # next reports are "noise": at the speed that they tell themselves, 10.4 to 11.4 kn.
    assert np.count_nonzero(others) == 16
    assert np.all((needed[others] > 9.9) & (needed[others] < 12))


def test_filter_of_another_removes_the_same_twelve() -> None:
    """The 46 made-up positions of `speed_filter_truth_whacks1.csv`, by the rule they follow.

    A vessel goes north along 25° W, a minute between two reports; eleven lie half a degree east,
    one lies behind it.
    """
    seconds, lon = np.arange(46) * 60.0, np.full(46, -25.0)
    lat = 62 + np.arange(46) * 0.2 / 45
    flagged = np.zeros(46, dtype=bool)
    flagged[[4, 9, 10, 14, 15, 16, 26, 27, 28, 29, 30, 39]] = True
    lon[flagged] = -24.5
    lon[39], lat[39] = -25.04, 62.04
    for knots in (20, 25, 30, 50):
        for rules in (SPEED_ALONE, SHIPPED):
            mine = rules.model_copy(update={"fastest_kn": knots})
            found = clean(seconds, lon, lat, LATE, open_sea, mine)
            assert np.array_equal(found.vessels != 0, flagged)


def test_outliers_of_movingpandas() -> None:
    """Nine places of its own test, 15 s apart, no faster than 100 km/h: five are kept."""
    lon = [-8.5829, -8.5843, -8.6108, -8.61, -8.609, -8.6089, -8.586, -8.5872, -8.5882]
    lat = [41.1451, 41.1464, 41.1458, 41.1464, 41.1468, 41.147, 41.1487, 41.1492, 41.1489]
    rules = SPEED_ALONE.model_copy(update={"fastest_kn": 100 / 1.852})
    found = clean(np.arange(9) * 15.0, np.array(lon), np.array(lat), LATE, open_sea, rules)
    assert np.flatnonzero(found.vessels == 0).tolist() == [0, 1, 6, 7, 8]
    assert found.dropped() == {"unreachable": 4}


@pytest.mark.parametrize(
    ("one", "other"),
    [("204814000", "205316000"), ("204814000", "538004505"), ("224051350", "240000000"),
     ("224051350", "431704490"), ("240000000", "431704490")],
)  # fmt: skip
def test_two_real_vessels_on_one_number_are_told_apart(one: str, other: str) -> None:
    rows = real("ais_gfw_segmenter_10vessels.csv.gz")
    vessels = [arrays([row for row in rows if row["mmsi"] == mmsi]) for mmsi in (one, other)]
    seconds, lon, lat = (np.concatenate([each[place] for each in vessels]) for place in range(3))
    whose = np.repeat([0, 1], [len(each[0]) for each in vessels])
    seconds, first = np.unique(seconds, return_index=True)
    lon, lat, whose = lon[first], lat[first], whose[first]
    found = clean(seconds, lon, lat, LATE, open_sea, SHIPPED)
    assert sum(found.dropped().values()) < 0.05 * len(seconds)
    strange = 0
    for trip in trips(seconds, lon, lat, found, SHIPPED):
        of = np.bincount(whose[np.searchsorted(seconds, trip.seconds)], minlength=2)
        strange += int(np.min(of))
    assert strange <= 0.001 * len(seconds)
