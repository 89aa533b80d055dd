"""Events of two vessels: encounters over history, collision risks of the last states."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from layers.sea.closest_approach import closest_approach, velocity
from layers.sea.events import Event
from layers.sea.path import EARTH_RADIUS_M, KNOT_M_PER_S, Numbers, Path, State, on_the_sphere
from layers.sea.rules import NM_M, SeaEventRules

Pair = tuple[int, int]


def encounters(paths: Iterable[Path], rules: SeaEventRules) -> Iterator[Event]:
    """Two vessels near each other and slow for long.

    Both are placed on a grid of time, by interpolation over short silences only. The paths are
    read once, one vessel after the other.

    Source: Miller et al., Identifying Global Patterns of Transshipment Behavior, 2018.
    """
    asked, step = rules.encounter, rules.encounter.grid_min * 60
    slots: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    names: list[str] = []
    for number, path in enumerate(paths):
        names.append(path.mmsi)
        for slot, lon, lat in zip(*_gridded(path, step, asked.bridged_min * 60,
                                            asked.slower_than_kn), strict=True):  # fmt: skip
            slots[int(slot)].append((number, float(lon), float(lat)))
    met: dict[Pair, list[tuple[int, float, float, float]]] = defaultdict(list)
    for slot in sorted(slots):
        for pair, far, lon, lat in _near(slots[slot], asked.within_m):
            met[pair].append((slot, far, lon, lat))
    for (one, two), seen in sorted(met.items()):
        yield from _lasting(names[one], names[two], seen, rules)


def _gridded(
    path: Path, step_s: float, bridged_s: float, slower_than_kn: float
) -> tuple[NDArray[np.int64], Numbers, Numbers]:
    """Slots in which the vessel is slow, and where it is then."""
    first, last = np.ceil(path.seconds[0] / step_s), np.floor(path.seconds[-1] / step_s)
    slots = np.arange(first, last + 1, dtype=np.int64)
    at = slots * step_s
    after = np.clip(np.searchsorted(path.seconds, at), 1, max(len(path.seconds) - 1, 1))
    if len(path.seconds) == 1:
        return slots, path.lon[:1].repeat(len(slots)), path.lat[:1].repeat(len(slots))
    sure = (path.seconds[after] - path.seconds[after - 1]) < bridged_s
    slow = np.interp(at, path.seconds, path.speeds()) < slower_than_kn
    kept = sure & slow
    lon = np.interp(at, path.seconds, path.lon)
    lat = np.interp(at, path.seconds, path.lat)
    return slots[kept], lon[kept], lat[kept]


def _near(
    there: list[tuple[int, float, float]], within_m: float
) -> Iterator[tuple[Pair, float, float, float]]:
    if len(there) < 2:  # noqa: PLR2004 - it takes two
        return
    places = np.array(there)
    points = on_the_sphere(places[:, 1], places[:, 2])
    for one, two in cKDTree(points).query_pairs(within_m):
        first, second = sorted((there[one], there[two]))
        far = float(np.linalg.norm(points[one] - points[two]))
        yield (first[0], second[0]), far, first[1], first[2]


def _lasting(
    one: str, two: str, seen: list[tuple[int, float, float, float]], rules: SeaEventRules
) -> Iterator[Event]:
    asked, step = rules.encounter, rules.encounter.grid_min * 60
    slots = np.array([each[0] for each in seen])
    bridged = asked.bridged_min * 60 / step
    for part in np.split(np.arange(len(seen)), np.flatnonzero(np.diff(slots) > bridged) + 1):
        lasted = (slots[part[-1]] - slots[part[0]]) * step
        if lasted < asked.at_least_min * 60:
            continue
        far = [seen[each][1] for each in part]
        _, _, lon, lat = seen[part[0]]
        evidence = {
            "minutes": round(lasted / 60),
            "median_distance_m": round(float(np.median(far))),
            "least_distance_m": round(min(far)),
        }
        yield Event("encounter", one, float(slots[part[0]] * step), float(slots[part[-1]] * step),
                    lon, lat, two, evidence)  # fmt: skip


def collision_risks(
    states: Iterable[State],
    now_s: float,
    rules: SeaEventRules,
) -> Iterator[Event]:
    """Pairs of vessels whose last states lead too near to each other too soon.

    Args:
        states: Those that are too old, or lack speed or course, are left out.
        now_s: To which instant every vessel is moved along its course.
        rules: How near, how soon, how old.
    """
    oldest_s = now_s - rules.last_state_min * 60
    fresh = [
        each for each in states if oldest_s <= each[1] <= now_s and np.isfinite(each[2:]).all()
    ]
    if len(fresh) < 2:  # noqa: PLR2004 - it takes two
        return
    names = [each[0] for each in fresh]
    moved = _moved(np.array([each[1:] for each in fresh]), now_s)
    lon, lat, east, north = moved
    one, two = _within_reach(moved, rules)
    x, y = _offset(lon[one], lat[one], lon[two], lat[two])
    east, north = east[two] - east[one], north[two] - north[one]
    found = closest_approach(x, y, east, north)
    # Boats that drift together, or lie side by side, are an encounter.
    moving = np.hypot(east, north) > KNOT_M_PER_S / 2
    for here in np.flatnonzero(moving & (found.seconds >= 0)):
        distance, seconds = float(found.distance_m[here]), float(found.seconds[here])
        kind = rules.collision(distance, seconds)
        if kind is not None:
            own, other = sorted((int(one[here]), int(two[here])), key=lambda each: names[each])
            evidence = {
                "dcpa_m": round(distance),
                "dcpa_nm": round(distance / NM_M, 3),
                "tcpa_min": round(seconds / 60, 2),
                "distance_m": round(float(np.hypot(x[here], y[here]))),
            }
            yield Event(kind, names[own], now_s, None, float(lon[own]), float(lat[own]),
                        names[other], evidence)  # fmt: skip


DEGREE_M = float(np.radians(1) * EARTH_RADIUS_M)


def _moved(states: Numbers, now_s: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Where each vessel is now along its course, and its velocity in metres a second."""
    at, lon, lat, speed, course = states.T
    east, north = velocity(speed * KNOT_M_PER_S, course)
    lat = lat + north * (now_s - at) / DEGREE_M
    lon = lon + east * (now_s - at) / DEGREE_M / np.cos(np.radians(lat))
    return lon, lat, east, north


def _within_reach(
    moved: tuple[Numbers, Numbers, Numbers, Numbers], rules: SeaEventRules
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that can meet within the longest time of the rules."""
    lon, lat, east, north = moved
    most = rules.collisions[-1]
    fastest = float(np.max(np.hypot(east, north)))
    reach_m = most.within_nm * NM_M + 2 * fastest * most.within_min * 60
    pairs = cKDTree(on_the_sphere(lon, lat)).query_pairs(reach_m, output_type="ndarray")
    return pairs[:, 0], pairs[:, 1]


def _offset(
    lon: Numbers, lat: Numbers, to_lon: Numbers, to_lat: Numbers
) -> tuple[Numbers, Numbers]:
    """Metres east and north in the plane between two places."""
    x = ((to_lon - lon + 180) % 360 - 180) * DEGREE_M * np.cos(np.radians((lat + to_lat) / 2))
    return x, (to_lat - lat) * DEGREE_M
