"""A road network screened for crashes: units of routes, sections between junctions, a grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.analyses.crash_places import Placing
from app.analyses.road_graph import RoadGraph
from app.analyses.routes import Route
from layers.blackspots import bayes, critical_rate, cumulative, poisson
from layers.blackspots.clusters import Cluster, Kernel, clusters
from layers.blackspots.screening import CrashScreening

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Unit:
    """A piece of a route of fixed length, and what each method says of it.

    Attributes:
        from_m: First stake.
        to_m: Last stake; open, but for the last unit of a route.
        count: Crashes in the period.
        cumulative: `black`, `potential` or None, by the cumulative frequency.
        poisson: Probability that chance brings so many.
        rate: Crashes per 10⁶ vehicle kilometres; None without traffic.
        critical: Rate that chance would rarely reach; None likewise.
        expected: By empirical Bayes; None likewise.
        excess: Beyond the prediction; None likewise.
    """

    route: str
    from_m: float
    to_m: float
    count: int
    cumulative: str | None
    poisson: float
    rate: float | None
    critical: float | None
    expected: float | None
    excess: float | None

    @property
    def out_of_control(self) -> bool:
        """Whether its rate is above the critical one."""
        return self.rate is not None and self.critical is not None and self.rate > self.critical


@dataclass(frozen=True)
class Screened:
    """All units of the network and what they share.

    Attributes:
        calibration: C of the safety performance function; None where no traffic is known.
        crashes_per_m: Of the whole network.
    """

    units: list[Unit]
    calibration: float | None
    crashes_per_m: float


@dataclass(frozen=True)
class _Cut:
    """Units before they are judged."""

    route: Route
    key: str
    edges: Numbers
    counts: NDArray[np.int64]


def screen(
    routes: dict[str, Route], placing: Placing, rules: CrashScreening, years: float
) -> Screened:
    """Judge every unit of the network by cumulative frequency, Poisson, critical rate and EB."""
    cuts = [_cut(key, route, placing, rules) for key, route in routes.items()]
    if not cuts:
        return Screened([], None, 0.0)
    lengths = np.concatenate([np.diff(cut.edges) for cut in cuts])
    counts = np.concatenate([cut.counts for cut in cuts])
    aadt = np.concatenate([np.full(len(cut.counts), cut.route.aadt or np.nan) for cut in cuts])
    per_m = float(counts.sum() / lengths.sum())
    standing = cumulative.standing(counts, rules.black_share, rules.potential_share)
    chance = poisson.at_least(counts, per_m * lengths)
    traffic = _traffic(counts, lengths, aadt, rules, years)
    units: list[Unit] = []
    for cut in cuts:
        for low, high in zip(cut.edges, cut.edges[1:], strict=False):
            here = len(units)
            rate, critical, expected, excess = (_known(column[here]) for column in traffic.columns)
            units.append(
                Unit(
                    cut.key, float(low), float(high), int(counts[here]), standing[here],
                    float(chance[here]), rate, critical, expected, excess,
                )
            )  # fmt: skip
    return Screened(units, traffic.calibration, per_m)


@dataclass(frozen=True)
class _Traffic:
    """Rate, critical rate, expected and excess crashes of each unit; NaN without traffic."""

    columns: tuple[Numbers, ...]
    calibration: float | None


def _traffic(
    counts: NDArray[np.int64], lengths: Numbers, aadt: Numbers, rules: CrashScreening, years: float
) -> _Traffic:
    known = np.isfinite(aadt)
    columns = tuple(np.full(len(counts), np.nan) for _ in range(4))
    if not known.any():
        return _Traffic(columns, None)
    exposures = critical_rate.exposure(aadt[known], lengths[known], years)
    average = float(counts[known].sum() / exposures.sum())
    columns[0][known] = counts[known] / exposures
    columns[1][known] = critical_rate.critical(average, exposures, rules.confidence_k)
    predicted = bayes.predicted(aadt[known], lengths[known], years, rules.spf_intercept)
    c = bayes.calibration(counts[known], predicted)
    k = bayes.overdispersion(lengths[known], rules.overdispersion_per_mile)
    if c > 0:
        told = bayes.estimate(counts[known], c * predicted, k)
        columns[2][known], columns[3][known] = told.expected, told.excess
    return _Traffic(columns, c)


def _cut(key: str, route: Route, placing: Placing, rules: CrashScreening) -> _Cut:
    first, last = route.span
    pieces = max(int((last - first) // rules.unit_of(last - first)), 1)
    edges = np.append(first + rules.unit_of(last - first) * np.arange(pieces), last)
    stakes = np.array([one.measure_m for one in placing.on(key)], dtype=np.float64)
    counts, _ = np.histogram(stakes, edges)
    return _Cut(route, key, edges, counts.astype(np.int64))


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class RouteCluster:
    """A cluster of KDE+, by the stakes of its route."""

    route: str
    from_m: float
    to_m: float
    cluster: Cluster


def dense_stretches(
    routes: dict[str, Route], placing: Placing, roads: RoadGraph, rules: CrashScreening
) -> list[RouteCluster]:
    """Return the significant clusters between junctions, the strongest first."""
    found = []
    for key, route in routes.items():
        positions = np.array([one.position_m for one in placing.on(key)], dtype=np.float64)
        apart = _off_junctions(positions, roads.junctions[key], rules.junction_m)
        kernel = Kernel(rules.bandwidth_m(route.setting), rules.lixel_m, rules.simulations,
                        rules.percentile)  # fmt: skip
        for start, end in roads.sections(key):
            own = apart[(apart >= start) & (apart < end)] - start
            found += [
                RouteCluster(
                    key,
                    float(route.stationing.stake(start + one.from_m)),
                    float(route.stationing.stake(start + one.to_m)),
                    one,
                )
                for one in clusters(own, end - start, kernel)
                if one.probability <= rules.cluster_level
            ]
    return sorted(found, key=lambda one: -one.cluster.strength)


def _off_junctions(positions: Numbers, junctions: Numbers, within_m: float) -> Numbers:
    if not len(junctions) or not len(positions):
        return positions
    gaps = np.abs(positions[:, None] - junctions[None, :]).min(axis=1)
    return np.asarray(positions[gaps > within_m])
