"""Voyages from port to port, the stays between them, and stops at sea."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.sea.cleaning import clean
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import Flags, Numbers
from layers.sea.rules import SeaEventRules
from layers.sea.stops import DEGREE_M
from layers.sea.trips import PortStay, Rules, Trip, trips

CLEANING, EVENTS = CleaningRules.shipped(), SeaEventRules.shipped()
LATE = 4e9
LONGEST_S = CLEANING.longest_gap_h * 3600
KM_A_MINUTE = 0.25
"""About eight knots."""

Place = tuple[float, float]
"""Minute, and kilometres east of the port."""


def near_shore(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    """At sea from a kilometre off the port at 0 km on, and off the one at 30 km."""
    km = lon * DEGREE_M / 1000
    return np.asarray((np.abs(km) > 1) & (np.abs(km - 30) > 1))


def inland(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    return np.zeros(len(lon), dtype=bool)


RULES = Rules(CLEANING, EVENTS, near_shore)


def cut(places: Sequence[Place], rules: Rules = RULES) -> list[Trip | PortStay]:
    minutes, km = np.array(places, dtype=np.float64).reshape(-1, 2).T
    lon, lat = km * 1000 / DEGREE_M, np.zeros(len(km))
    cleaned = clean(minutes * 60, lon, lat, LATE, inland, rules.cleaning)
    return list(trips(minutes * 60, lon, lat, cleaned, rules))


def told(places: Sequence[Place], rules: Rules = RULES) -> list[tuple[str, float, float]]:
    """Which kind each part is, its first and its last minute."""
    return [
        ("trip" if isinstance(part, Trip) else "port", part.seconds[0] / 60, part.seconds[-1] / 60)
        for part in cut(places, rules)
    ]


def lie(begin: float, minutes: float, km: float = 0.0, every: float = 5) -> list[Place]:
    """Reports from a minute on, the last before the end."""
    return [(at, km) for at in np.arange(begin, begin + minutes, every).tolist()]


def sail(begin: float, to_km: float, from_km: float = 0.0, every: float = 5) -> list[Place]:
    """Reports from a minute on until there, which is not among them."""
    minutes = abs(to_km - from_km) / KM_A_MINUTE
    speed = np.sign(to_km - from_km) * KM_A_MINUTE
    return [(begin + at, from_km + speed * at) for at in np.arange(0, minutes, every).tolist()]


def out_and_back(begin: float, km: float = 10.0) -> list[Place]:
    half = km / KM_A_MINUTE
    return [*sail(begin, km), *sail(begin + half, 0.0, km)]


def test_three_voyages_in_two_days_with_the_ais_on_are_three_tracks() -> None:
    places = [
        *lie(0, 600), *out_and_back(600), *lie(680, 720), *out_and_back(1400),
        *lie(1480, 720), *out_and_back(2200), *lie(2280, 600),
    ]  # fmt: skip
    # What leaves and comes back lies at the quay at 600 and 680: those belong to the stays.
    assert told(places) == [
        ("port", 0, 600), ("trip", 600, 680), ("port", 680, 1400), ("trip", 1400, 1480),
        ("port", 1480, 2200), ("trip", 2200, 2280), ("port", 2280, 2875),
    ]  # fmt: skip


def test_trip_says_where_it_lay_before_stood_at_sea_and_lay_after() -> None:
    places = [
        *lie(0, 60), *sail(60, 15), *lie(120, 90, 15), *sail(210, 30, 15), *lie(270, 60, 30),
        *sail(330, 20, 30),
    ]  # fmt: skip
    _, trip, _, away = cut(places)
    assert isinstance(trip, Trip)
    assert isinstance(away, Trip)
    assert trip.left is not None
    assert trip.reached is not None
    assert (trip.left.first_s, trip.left.last_s, trip.left.in_port) == (0, 60 * 60, True)
    assert (trip.reached.first_s, trip.reached.last_s) == (270 * 60, 330 * 60)
    [stop] = trip.stops
    assert (stop.first_s, stop.last_s, stop.in_port) == (120 * 60, 210 * 60, False)
    assert stop.lon == pytest.approx(15_000 / DEGREE_M)
    assert trip.reached == away.left.__class__(270 * 60, 330 * 60, True, trip.lon[-1], 0.0)
    assert away.reached is None


def test_stay_that_lasts_has_no_end() -> None:
    stay = cut([*sail(0, 30), *lie(120, 60, 30)])[0]
    assert isinstance(stay, Trip)
    assert stay.reached is not None
    assert stay.reached.last_s is None


def test_port_that_is_crossed_ends_no_trip() -> None:
    # Through the port at 30 km, in which the boat is for eight minutes, and 25 minutes beside it.
    assert told(sail(0, 60)) == [("trip", 0, 235)]
    slow = [*sail(0, 30, every=1), *lie(120, 25, 30, every=1), *sail(145, 60, 30)]
    assert [kind for kind, *_ in told(slow)] == ["trip"]
    long = [*sail(0, 30, every=1), *lie(120, 31, 30, every=1), *sail(151, 60, 30)]
    assert [kind for kind, *_ in told(long)] == ["trip", "port", "trip"]


def test_stop_of_exactly_the_time_ends_a_trip() -> None:
    stands = [*sail(0, 30, every=1), (120, 30), (150, 30), *sail(151, 60, 30.3, every=1)]
    assert told(stands)[:2] == [("trip", 0, 120), ("port", 120, 150)]


def test_boat_that_swings_or_shifts_in_harbour_makes_no_trip() -> None:
    swings = [(at, 0.3 * np.sin(at / 120)) for at in range(0, 2880, 5)]
    assert told(swings) == [("port", 0, 2875)]
    shifts = [*lie(0, 60), *lie(60, 60, 0.8), *lie(120, 60), *sail(180, 10)]
    assert [kind for kind, *_ in told(shifts)] == ["port", "trip"]
    far = [*lie(0, 60), *sail(60, 2), *sail(68, 0, 2), *lie(76, 60)]
    assert [kind for kind, *_ in told(far)] == ["port", "trip", "port"]


def test_boat_that_only_lies_in_port_has_no_trip() -> None:
    assert told(lie(0, 2880)) == [("port", 0, 2875)]


def test_silence_in_port_ends_the_stay_and_begins_the_trip_where_it_wakes() -> None:
    night = [*sail(0, 0, 10), *lie(40, 60), *lie(1000, 10), *sail(1010, 10)]
    assert told(night) == [("trip", 0, 40), ("port", 40, 95), ("trip", 1000, 1045)]
    short = [*sail(0, 0, 10), (40, 0), (240, 0), *sail(240.5, 10)]
    assert told(short)[:2] == [("trip", 0, 40), ("port", 40, 240.5)], "heard twice is a stop"


def test_haven_counts_only_from_its_day() -> None:
    opened_s = 1440 * 60.0

    def off(lon: Numbers, lat: Numbers, seconds: Numbers) -> Flags:
        return near_shore(lon, lat, seconds) | (seconds < opened_s)

    places = [*out_and_back(0), *lie(80, 60), *out_and_back(140), *lie(220, 60),
              *((at + 1440, km) for at, km in [*out_and_back(0), *lie(80, 60)])]  # fmt: skip
    before = [each for each in places if each[0] < 1440]
    rules = Rules(CLEANING, EVENTS, off)
    [trip] = cut(before, rules)
    assert isinstance(trip, Trip)
    assert [stop.in_port for stop in trip.stops] == [False, False]
    assert [kind for kind, *_ in told(places, rules)] == ["trip", "trip", "port"]


LEGS = st.lists(
    st.one_of(
        st.tuples(st.just("lie"), st.integers(5, 120), st.just(0)),
        st.tuples(st.just("sail"), st.integers(0, 35), st.just(0)),
        st.tuples(st.just("silence"), st.integers(1, 500), st.just(0)),
        st.tuples(st.just("noise"), st.integers(1, 12), st.integers(100, 900)),
    ),
    max_size=14,
)


def places_of(legs: Sequence[tuple[str, int, int]]) -> list[Place]:
    """What a boat with such a log reports; noise is a far place, or another vessel beside it."""
    at, km, found = 0.0, 0.0, []
    for kind, much, more in legs:
        if kind == "lie":
            found += lie(at, much, km)
            at += much
        elif kind == "sail":
            found += sail(at, much, km)
            at, km = at + abs(much - km) / KM_A_MINUTE, float(much)
        elif kind == "silence":
            at += much
        else:
            for number in range(much):
                found += [(at + 2 * number, km), (at + 2 * number + 1, float(more))]
            at += 2 * much
    return sorted(dict(found).items())


@given(LEGS)
def test_every_position_that_is_kept_is_in_one_part_and_ends_are_in_two(
    legs: list[tuple[str, int, int]],
) -> None:
    places = places_of(legs)
    parts = cut(places)
    for part in parts:
        assert len(part.seconds) >= 2
        assert np.all(np.diff(part.seconds) > 0)
        assert np.all(np.diff(part.seconds) <= LONGEST_S)
    for vessel in {part.vessel for part in parts}:
        own = [part for part in parts if part.vessel == vessel]
        for before, after in pairwise(own):
            joined = before.seconds[-1] == after.seconds[0]
            assert joined or after.seconds[0] - before.seconds[-1] > LONGEST_S
            assert not joined or type(before) is not type(after)
    inner = [at for part in parts for at in part.seconds[:-1].tolist()]
    assert len(inner) == len(set(inner))
    held = {at for part in parts for at in part.seconds.tolist()}
    assert held <= {minute * 60 for minute, _ in places}


def live(batches: Sequence[Sequence[Place]]) -> Iterator[list[Trip | PortStay]]:
    """The parts after each batch, made anew only from the silence before its first report."""
    stored: dict[float, float] = {}
    made: list[Trip | PortStay] = []
    for batch in batches:
        stored |= dict(batch)
        minutes = np.array(sorted(stored))
        begin = min(at for at, _ in batch)
        earlier = minutes[minutes < begin][::-1]
        for minute in earlier.tolist():
            if (begin - minute) * 60 > LONGEST_S:
                break
            begin = minute
        kept = [part for part in made if part.seconds[0] < begin * 60]
        made = [*kept, *cut([(at, stored[at]) for at in sorted(stored) if at >= begin])]
        yield made


def as_told(parts: Sequence[Trip | PortStay]) -> list[tuple[object, ...]]:
    return sorted(
        (
            part.seconds[0], type(part).__name__, part.seconds.tobytes(), part.lon.tobytes(),
            part.dropped, *((part.left, part.stops, part.reached) if isinstance(part, Trip) else ()),
        )
        for part in parts
    )  # fmt: skip


@given(LEGS, st.data())
def test_batches_in_any_order_make_the_parts_that_one_making_makes(
    legs: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    places = places_of(legs)
    if data.draw(st.booleans(), "late reports"):
        places = data.draw(st.permutations(places))
    edges = sorted(data.draw(st.sets(st.integers(0, len(places)), max_size=6)))
    batches = [places[a:b] for a, b in pairwise([0, *edges, len(places)]) if a < b]
    for number, parts in enumerate(live(batches), start=1):
        heard = sorted(each for batch in batches[:number] for each in batch)
        assert as_told(parts) == as_told(cut(heard))
