"""KDE+: stretches of a section where crashes are denser than chance would place them.

The crashes of a section are thrown onto it at random many times; the density that only 5 % of the
random ones exceed is the threshold, and what lies above it is a cluster. Its strength is the share
of its density that lies above the threshold; its probability how often the strongest random cluster
of the section had as much above it.

Source: Bíl, Andrášik, Janoška, Identification of hazardous road locations of traffic accidents by
means of kernel density estimation and cluster significance evaluation, AAP 55, 2013; Bíl et al.,
The KDE+ software, Natural Hazards 80, 2016.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d

from layers.blackspots.crash_list import Flags, Numbers
from layers.blackspots.density import M_PER_KM, quartic

LEAST_CRASHES = 2
"""One crash is no cluster, whatever its density."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A stretch above the threshold; metres along the section.

    Attributes:
        crashes: Crashes in it.
        strength: Share of its density above the threshold, (0, 1).
        probability: How often chance makes a cluster as strong in this section, (0, 1].
        peak_per_km: Highest density, crashes per kilometre.
    """

    from_m: float
    to_m: float
    crashes: int
    strength: float
    probability: float
    peak_per_km: float


@dataclass(frozen=True, slots=True)
class Kernel:
    """How densities are found and thrown.

    Attributes:
        bandwidth_m: Reach of the kernel.
        lixel_m: Step along the section.
        simulations: Random placings.
        percentile: Share of the random densities below the threshold.
        seed: Start of chance; the same seed gives the same clusters.
    """

    bandwidth_m: float
    lixel_m: float = 10.0
    simulations: int = 199
    percentile: float = 0.95
    seed: int = 1


def clusters(measure_m: Numbers, length_m: float, kernel: Kernel) -> list[Cluster]:
    """Return the clusters of one section, the strongest first.

    Args:
        measure_m: Crashes, metres along the section, in [0, length]; those at junctions left out.
        length_m: Length of the section.
        kernel: How densities are found.

    Returns:
        Empty for less than two crashes or a section shorter than two lixels.
    """
    lixels = int(length_m // kernel.lixel_m)
    if len(measure_m) < LEAST_CRASHES or lixels < 2:  # noqa: PLR2004
        return []
    step = length_m / lixels
    taps = _taps(step, kernel.bandwidth_m)
    seen = _densities(np.asarray(measure_m)[None, :], lixels, step, taps)[0]
    random = np.random.default_rng(kernel.seed)
    thrown = random.uniform(0, length_m, (kernel.simulations, len(measure_m)))
    chance = _densities(thrown, lixels, step, taps)
    threshold = float(np.quantile(chance, kernel.percentile))
    strongest = np.array([max(_masses(row, threshold), default=0.0) for row in chance])
    found = [
        _cluster(measure_m, run, seen, threshold, step, strongest) for run in _runs(seen, threshold)
    ]
    whole = [one for one in found if one.crashes >= LEAST_CRASHES]
    return sorted(whole, key=lambda one: (-one.strength, one.from_m))


def _cluster(
    measure_m: Numbers,
    run: slice,
    seen: Numbers,
    threshold: float,
    step: float,
    strongest: Numbers,
) -> Cluster:
    above = float((seen[run] - threshold).sum())
    start, end = run.start * step, run.stop * step
    inside = (measure_m >= start) & (measure_m < end)
    as_strong = int((strongest >= above).sum())
    return Cluster(
        from_m=float(start),
        to_m=float(end),
        crashes=int(inside.sum()),
        strength=above / float(seen[run].sum()),
        probability=(1 + as_strong) / (1 + len(strongest)),
        peak_per_km=float(seen[run].max()) * M_PER_KM,
    )


def _taps(step: float, bandwidth_m: float) -> Numbers:
    """Return the kernel at whole steps, scaled so that every crash counts one in all."""
    reach = int(bandwidth_m // step)
    taps = quartic(np.arange(-reach, reach + 1, dtype=np.float64) * step, bandwidth_m)
    return np.asarray(taps / (taps.sum() * step))


def _densities(measure_m: Numbers, lixels: int, step: float, taps: Numbers) -> Numbers:
    """Return (n, lixels) densities per metre of (n, crashes) places."""
    rows = len(measure_m)
    cells = np.minimum((measure_m / step).astype(np.int64), lixels - 1)
    flat = (cells + np.arange(rows)[:, None] * lixels).ravel()
    counts = np.bincount(flat, minlength=rows * lixels).reshape(rows, lixels)
    return np.asarray(convolve1d(counts.astype(np.float64), taps, axis=1, mode="constant"))


def _runs(density: Numbers, threshold: float) -> list[slice]:
    """Return the stretches above the threshold, as slices of lixels."""
    above: Flags = density > threshold
    edges = np.flatnonzero(np.diff(np.concatenate([[False], above, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _masses(density: Numbers, threshold: float) -> list[float]:
    return [float((density[run] - threshold).sum()) for run in _runs(density, threshold)]
