"""Density and clustering of crashes on a network, by distances along its roads.

Source: Okabe, Satoh, Sugihara, 2009 (equal split, discontinuous and continuous); Xie, Yan, 2008
(simple); Okabe, Yamada, The K-function method on a network, 2001; McSwiggan et al., 2017.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from layers.blackspots.crash_list import Counts, Numbers
from layers.blackspots.density import quartic

Split = Literal["simple", "discontinuous", "continuous"]
"""What happens to a kernel at a node: copied, divided, or divided and thrown back."""

Place = tuple[int, float]
"""An edge and the metres from its first end."""

LEAST_SHARE = 1e-3
"""A kernel that was divided to less than this is followed no further."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of road between two nodes; metres."""

    start: int
    end: int
    length_m: float


@dataclass(frozen=True)
class Network:
    """Edges, and at every node the edges that meet there."""

    edges: Sequence[Edge]
    at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Find which edges meet."""
        for number, edge in enumerate(self.edges):
            self.at[edge.start].append(number)
            self.at[edge.end].append(number)

    @property
    def length_m(self) -> float:
        """Length of all edges."""
        return sum(edge.length_m for edge in self.edges)


def density(
    network: Network,
    events: Sequence[Place],
    samples: Sequence[Place],
    bandwidth_m: float,
    split: Split = "discontinuous",
) -> Numbers:
    """Return the density per metre at each sample.

    Args:
        network: Roads.
        events: Crashes on it.
        samples: Where the density is wanted.
        bandwidth_m: Reach of the kernel along the roads.
        split: `discontinuous` and `continuous` keep the mass of every crash at junctions; at a
            dead end only the latter does, which throws it back.
    """
    found = np.zeros(len(samples))
    on_edge = _by_edge(samples)
    for edge, along in events:
        if edge in on_edge:
            numbers, places = on_edge[edge]
            found[numbers] += quartic(places - along, bandwidth_m)
        here = network.edges[edge]
        for node, gone in ((here.start, along), (here.end, here.length_m - along)):
            _spread(network, (node, edge, gone, 1.0), on_edge, found, (bandwidth_m, split))
    return found


Samples = dict[int, tuple[Counts, Numbers]]
"""Samples of each edge: their positions in the answer, and metres from the edge's first end."""


def _by_edge(samples: Sequence[Place]) -> Samples:
    edges = np.array([edge for edge, _ in samples], dtype=np.int64)
    along = np.array([metres for _, metres in samples], dtype=np.float64)
    return {
        edge: (numbers := np.flatnonzero(edges == edge), along[numbers])
        for edge in np.unique(edges).tolist()
    }


def _spread(
    network: Network,
    first: tuple[int, int, float, float],
    on_edge: Samples,
    found: Numbers,
    rule: tuple[float, Split],
) -> None:
    """Follow a kernel from a node at which it arrives: node, edge it came by, distance, share."""
    bandwidth_m, split = rule
    waiting = [first]
    while waiting:
        node, came, gone, share = waiting.pop()
        if gone >= bandwidth_m or abs(share) < LEAST_SHARE:
            continue
        onward, back = _shares(len(network.at[node]), split)
        for edge in network.at[node]:
            part = share * (back if edge == came else onward)
            if part == 0:
                continue
            here = network.edges[edge]
            ahead = here.start == node
            if edge in on_edge:
                numbers, places = on_edge[edge]
                way = gone + (places if ahead else here.length_m - places)
                found[numbers] += part * quartic(way, bandwidth_m)
            waiting.append((here.end if ahead else here.start, edge, gone + here.length_m, part))


def _shares(degree: int, split: Split) -> tuple[float, float]:
    """Return what goes on into each other edge, and what is thrown back."""
    if split == "continuous":
        return 2 / degree, 2 / degree - 1
    if split == "simple":
        return 1.0, 0.0
    return (1 / (degree - 1) if degree > 1 else 0.0), 0.0


def k_function(distances_m: Numbers, network_m: float, reach_m: float) -> float:
    """Return K: mean number of further crashes within a reach, over their density.

    Args:
        distances_m: (n, n) between crashes along the network.
        network_m: Length of the network.
        reach_m: Closed upper limit.
    """
    return _pairs(distances_m, network_m, 0.0, reach_m)


def ring_function(distances_m: Numbers, network_m: float, from_m: float, to_m: float) -> float:
    """Return the same for a ring of distances; both ends count."""
    return _pairs(distances_m, network_m, from_m, to_m)


def _pairs(distances_m: Numbers, network_m: float, from_m: float, to_m: float) -> float:
    count = len(distances_m)
    if count < 2:  # noqa: PLR2004 - a pair needs two
        return 0.0
    inside = (distances_m >= from_m) & (distances_m <= to_m)
    np.fill_diagonal(inside, val=False)
    return float(network_m / (count * (count - 1)) * inside.sum())
