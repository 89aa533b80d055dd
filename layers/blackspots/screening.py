"""Parameters of the methods that screen a road network for crashes, as a rule set."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading.rule_set import FaultAt, Number, RuleSet, Whole

Share = Annotated[Number, Field(gt=0, lt=1)]
"""A share of a whole, both ends open."""

Length = Annotated[Number, Field(gt=0, le=100_000)]
"""Metres."""


class CrashScreening(RuleSet):
    """Lengths in metres, shares of one.

    Attributes:
        unit_m: Length of a unit of a route of up to `long_route_m`.
        long_unit_m: Length of a unit of a longer route.
        black_share: Closed upper limit of the cumulative share of units that are black spots.
        potential_share: Closed upper limit of those that are potential ones.
        confidence_k: K of the critical rate; 1.645 is 95 % on one side.
        poisson_level: Closed upper limit of the probability that is no accident.
        spf_intercept: b of N = AADT · L(mi) · 365 · 10⁻⁶ · e^b crashes a year.
        overdispersion_per_mile: k of that function times length: k = this / L(mi).
        urban_bandwidth_m: Reach of the kernel in town.
        rural_bandwidth_m: Reach of the kernel out of town.
        lixel_m: Step along the road at which densities are found.
        junction_m: Crashes so near to a junction belong to it, not to a section.
        percentile: Share of the simulated densities below the threshold of a cluster.
        simulations: Random placings of the crashes of every section.
        cluster_level: Closed upper limit of a cluster's probability.
        snap_m: How far from its route a crash may lie.
        cell_m: Side of a cell of the grid of hot spots.
        hot_level: False discovery rate of the hot cells.
        before_years: Years before a treatment that are compared.
    """

    kind: Literal["crash_screening"]
    method: Literal["ROAD"]
    unit_m: Length
    long_unit_m: Length
    long_route_m: Length
    black_share: Share
    potential_share: Share
    confidence_k: Annotated[Number, Field(gt=0, le=5)]
    poisson_level: Share
    spf_intercept: Annotated[Number, Field(ge=-20, le=20)]
    overdispersion_per_mile: Annotated[Number, Field(gt=0)]
    urban_bandwidth_m: Length
    rural_bandwidth_m: Length
    lixel_m: Length
    junction_m: Annotated[Number, Field(ge=0, le=500)]
    percentile: Share
    simulations: Annotated[Whole, Field(ge=19, le=100_000)]
    cluster_level: Share
    snap_m: Length
    cell_m: Length
    hot_level: Share
    before_years: Annotated[Number, Field(gt=0, le=20)]

    @model_validator(mode="after")
    def _rises(self) -> "CrashScreening":
        if self.potential_share <= self.black_share:
            raise FaultAt(("potential_share",), "is not above black_share")
        if self.lixel_m > min(self.urban_bandwidth_m, self.rural_bandwidth_m) / 2:
            raise FaultAt(("lixel_m",), "is more than half a bandwidth")
        return self

    def unit_of(self, route_length_m: float) -> float:
        """Return the length of a unit of a route."""
        return self.unit_m if route_length_m <= self.long_route_m else self.long_unit_m

    def bandwidth_m(self, setting: str | None) -> float:
        """Return the reach of the kernel; a route of unknown setting is taken for rural."""
        return self.urban_bandwidth_m if setting == "urban" else self.rural_bandwidth_m
