"""Several vessels on one number, told apart: each position goes to whom can have reached it.

A position that no vessel known so far can have reached begins a new run, unless it lies so near an
established one that an error is likelier than another vessel. Runs that stay short are noise: so a
bad first position is dropped like any other, and two vessels whose reports interleave become two.

More speed is granted over short ways, where stamps that are seconds off outweigh it. What was taken
last may be wrong itself, a leap after a silence: positions that go on from one before it, and lie
clearly nearer to where the run was heading, put it out as soon as they are more.

Source: Global Fishing Watch, gpsdio-segment. The speed is that of December 2017 (commit e86dc90),
which grants 25 kn, twice that over 40 nm, and takes what lies within 100 nm for an error; with
these values its own labels come out one for one. Looking back, dead reckoning and the factor are
those of later ones; they take the course that was told, here it is that of the last positions.
"""

from itertools import pairwise

import numpy as np

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import KNOT_M_PER_S, Numbers, on_the_sphere
from layers.sea.runs import NOBODY, Labels, Runs


def vessels_of(seconds: Numbers, lon: Numbers, lat: Numbers, rules: CleaningRules) -> Labels:
    """Whose each position of one number is.

    Args:
        seconds: Since 1970, strictly rising.
        lon: Degrees.
        lat: Degrees.
        rules: Limits.

    Returns:
        For every position 0 for the vessel with the most positions between two silences, 1 for
        the next, and so on; -1 for a position of nobody.
    """
    labels = np.full(len(seconds), NOBODY, dtype=np.int64)
    if not len(seconds):
        return labels
    places = on_the_sphere(lon, lat)
    ways = np.linalg.norm(np.diff(places, axis=0), axis=1)
    waits = np.diff(seconds)
    straight = rules.fastest_kn * KNOT_M_PER_S * (waits + rules.slack_s)
    # As `Runs` grants a way, for all steps at once.
    jumps = np.flatnonzero(ways**3 > straight * (ways**2 + rules.eased_m**2)) + 1
    silences = np.flatnonzero(waits > rules.longest_gap_h * 3600) + 1
    edges = [0, *silences.tolist(), len(seconds)]
    for first, end in pairwise(edges):
        within = jumps[(jumps > first) & (jumps < end)]
        if not len(within):
            labels[first:end] = 0
            continue
        part = slice(first, end)
        labels[part] = Runs(seconds[part], places[part], within - first, rules).ranked()
    return labels
