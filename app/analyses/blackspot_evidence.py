"""What speaks for a black spot: counts, score, and what each method says of its place."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.analyses.crash_places import Placing
from app.analyses.crash_screen import RouteCluster, Screened, Unit
from app.analyses.road_graph import RoadGraph
from app.analyses.routes import Route
from layers.blackspots import bayes
from layers.blackspots.crash_list import harm
from layers.blackspots.density import M_PER_KM
from layers.blackspots.find import Blackspot
from layers.blackspots.network import density
from layers.blackspots.rules import BlackspotRules
from layers.blackspots.screening import CrashScreening
from layers.blackspots.severity import CrashWeights, scores


@dataclass(frozen=True)
class Spot:
    """A black spot on its route."""

    key: str
    route: Route
    blackspot: Blackspot


@dataclass(frozen=True)
class Screening:
    """Everything that was found out of the network, for the evidence of its black spots.

    Attributes:
        years: Length of the period.
        points: (n, 2) places of the crashes that were put on routes, metres.
    """

    rules: BlackspotRules
    weights: CrashWeights
    parameters: CrashScreening
    years: float
    placing: Placing
    points: NDArray[np.float64]
    roads: RoadGraph
    screened: Screened
    dense: list[RouteCluster]


def evidence(spots: list[Spot], known: Screening) -> list[dict[str, Any]]:
    """Return the evidence of every black spot, in their order, ready for JSON."""
    told = [_counts(spot, known) | {"methods": _methods(spot, known)} for spot in spots]
    _rank(told)
    for spot, each in zip(spots, told, strict=True):
        each["methods"]["density"] = {"peak_per_km": _peak(spot, known)}
        each["agree"] = _agree(each["methods"], known.parameters)
    return told


def _counts(spot: Spot, known: Screening) -> dict[str, Any]:
    found = spot.blackspot
    return {
        "window": found.window,
        "criteria": [asdict(met) for met in found.met],
        "counts": asdict(harm(found.crashes)),
        "score": float(scores(found.crashes, known.weights).sum()),
        "crashes": list(found.crashes.codes),
    }


def _methods(spot: Spot, known: Screening) -> dict[str, Any]:
    """Return what the methods say of the units and clusters that hold its crashes."""
    stakes = spot.blackspot.crashes.measure_m
    units = [
        unit
        for unit in known.screened.units
        if unit.route == spot.key and ((stakes >= unit.from_m) & (stakes <= unit.to_m)).any()
    ]
    return {
        "cumulative": {"standing": _standing(units)},
        "poisson": {"p": min((unit.poisson for unit in units), default=None)},
        "critical_rate": _rate(units),
        "empirical_bayes": _bayes(spot, known),
        "clusters": [
            {"from_m": each.from_m, "to_m": each.to_m, **_cluster(each)}
            for each in known.dense
            if each.route == spot.key
            and each.from_m <= spot.blackspot.to_m
            and each.to_m >= spot.blackspot.from_m
        ],
    }


def _standing(units: list[Unit]) -> str | None:
    said = {unit.cumulative for unit in units}
    return "black" if "black" in said else "potential" if "potential" in said else None


def _rate(units: list[Unit]) -> dict[str, Any] | None:
    """Return rate and critical rate of the unit that exceeds it most; None without traffic."""
    known = [(unit.rate, unit.critical, unit) for unit in units
             if unit.rate is not None and unit.critical is not None]  # fmt: skip
    if not known:
        return None
    rate, critical, unit = max(known, key=lambda each: each[0] / each[1])
    return {"rate": rate, "critical": critical, "exceeded": unit.out_of_control}


def _bayes(spot: Spot, known: Screening) -> dict[str, Any] | None:
    """Return the estimate for the black spot; None without traffic.

    Its length is at least that of its window: so long a stretch was looked at to find it.
    """
    aadt, c = spot.route.aadt, known.screened.calibration
    if aadt is None or not c:
        return None
    found = spot.blackspot
    window = next(one for one in known.rules.windows if one.id == found.window)
    length = max(found.to_m - found.from_m, window.length_m)
    rules = known.parameters
    predicted = c * float(bayes.predicted(aadt, length, known.years, rules.spf_intercept))
    k = float(bayes.overdispersion(length, rules.overdispersion_per_mile))
    told = bayes.estimate(len(found.crashes), predicted, k)
    return {
        "predicted": predicted,
        "expected": float(told.expected),
        "deviation": float(np.sqrt(told.variance)),
        "weight": float(told.weight),
        "excess": float(told.excess),
        "rank": None,
    }


def _rank(told: list[dict[str, Any]]) -> None:
    """Rank the black spots whose traffic is known by excess, as a share: 1/n is the worst."""
    known = [each["methods"]["empirical_bayes"] for each in told]
    ranked = sorted((each for each in known if each), key=lambda each: -each["excess"])
    for place, each in enumerate(ranked, start=1):
        if each["excess"] > 0:
            each["rank"] = place / len(ranked)


def _cluster(each: RouteCluster) -> dict[str, Any]:
    found = each.cluster
    return {"crashes": found.crashes, "strength": found.strength, "p": found.probability,
            "peak_per_km": found.peak_per_km}  # fmt: skip


def _peak(spot: Spot, known: Screening) -> float:
    """Return the highest density on the network within the black spot, crashes per kilometre."""
    reach = known.parameters.bandwidth_m(spot.route.setting)
    start, end = (
        float(spot.route.stationing.position(stake))
        for stake in (spot.blackspot.from_m, spot.blackspot.to_m)
    )
    steps = max(int((end - start) // known.parameters.lixel_m), 1) + 1
    samples = [known.roads.place(spot.key, float(at)) for at in np.linspace(start, end, steps)]
    # Nothing further in the plane can be nearer along the roads.
    middle = shapely.get_coordinates(spot.route.point((start + end) / 2))[0]
    apart = np.hypot(*(known.points - middle).T)
    near = np.flatnonzero(apart <= (end - start) / 2 + reach)
    crashes = [known.placing.placed[number] for number in near.tolist()]
    events = [known.roads.place(one.route, one.position_m) for one in crashes]
    return float(density(known.roads.network, events, samples, reach).max()) * M_PER_KM


def _agree(methods: dict[str, Any], parameters: CrashScreening) -> dict[str, bool]:
    """Return which methods beside the rule set point to the same place; unknown ones are absent."""
    rate, estimate, p = (
        methods["critical_rate"],
        methods["empirical_bayes"],
        methods["poisson"]["p"],
    )
    said = {
        "cumulative": methods["cumulative"]["standing"] == "black",
        "poisson": p is not None and p <= parameters.poisson_level,
        "kde_plus": bool(methods["clusters"]),
    }
    if rate is not None:
        said["critical_rate"] = rate["exceeded"]
    if estimate is not None:
        said["empirical_bayes"] = estimate["excess"] > 0
    return said
