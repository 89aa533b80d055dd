"""Black spots from the database: found, printed, graded, written once, followed over runs."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, delete, select, text, update

from app.db.tables import table_of
from app.errors import BadParameter
from data.demo.city import read_city
from data.demo.crashes import plant
from data.demo.roads import Network
from layers.blackspots.ranking import CrashRankingRules
from layers.registry import LAYERS
from tests.analyses.roads import (
    TO,
    add_crash,
    add_road,
    asked,
    at,
    days_before_end,
    found,
    line,
    point,
)
from tests.blackspots.crash_lists import REFERENCE
from tests.builders import add
from tests.data.demonstration import PROFILE

SEGMENTS = table_of(LAYERS["road_segments"])
CRASHES = table_of(LAYERS["crashes"])


def reference(connection: Connection, **road: Any) -> list[str]:
    add_road(connection, **road)
    return [add_crash(connection, stake, word) for stake, word in REFERENCE]


def stored(connection: Connection) -> list[Any]:
    return list(connection.execute(select(SEGMENTS).order_by(SEGMENTS.c.from_m)).all())


def test_the_reference_road_is_written_as_the_police_print_it(connection: Connection) -> None:
    codes = reference(connection)
    told = found(connection)
    first, second = stored(connection)
    assert first.name == "浒溪线(S213)0K+050M—0K+560M"
    assert second.name == "浒溪线(S213)2K+150M—2K+740M"
    assert (first.kind, first.found_by, first.treatment_state) == ("事故多发", "analysis", "未治理")
    assert second.crash_codes.split() == codes[6:]
    assert (second.crashes, second.fatal_crashes, second.general_crashes) == (5, 1, 5)
    assert (second.deaths, second.injuries, second.score_value) == (1, 3, 576)
    assert second.criteria.startswith("④ ")
    assert (first.grade, second.grade, second.grade_method) == (2, 2, "ROAD")
    length = text("SELECT ST_Length(geom::geography) FROM road_segments ORDER BY from_m")
    assert connection.scalars(length).all() == pytest.approx([510, 590], abs=0.2)
    assert [each["code"] for each in told["blackspots"]] == [first.code, second.code]
    assert [each["score"] for each in told["blackspots"]] == [566, 576]
    assert told["period"] == {"from": "2023-11-01", "to": "2026-10-31", "years": 3.0}
    assert told["crashes"] == {"read": 11, "matched": 11, "unmatched": []}


def test_a_township_stands_behind_the_stakes(connection: Connection) -> None:
    west, north = "121.10 30.00", "121.30 30.20"
    box = (f"MULTIPOLYGON((({west}, {north.split(maxsplit=1)[0]} 30.00, {north}, {west.split(maxsplit=1)[0]} 30.20, "
           f"{west})))")  # fmt: skip
    add(connection, "townships", box, name="阳明街道")
    reference(connection)
    found(connection)
    assert stored(connection)[0].name == "浒溪线(S213)0K+050M—0K+560M(阳明街道路段)"


def test_a_crash_is_matched_by_its_route_within_fifty_metres(connection: Connection) -> None:
    add_road(connection)
    add_road(connection, "X1", line(0, 3000, aside_m=70), name="旁线")
    near = add_crash(connection, None, wkt=point(500, 49.5))
    lower = add_crash(connection, None, wkt=point(500, 3), route_code=" s213")
    cases = {
        add_crash(connection, None, wkt=point(500, 51)): "lies 51 m from its route",
        add_crash(connection, None, wkt=point(500, 5), route_code=None): "has no route number",
        add_crash(connection, 500, route_code="S999"): "there is no located route S999",
        add_crash(connection, 3051): "stake 3051 m lies beyond the route's 0 to 3000 m",
        add_crash(connection, None): "has neither coordinates nor a stake",
    }
    told = found(connection)["crashes"]
    assert (told["read"], told["matched"]) == (7, 2)
    unmatched = {each["code"]: each["reason_en"] for each in told["unmatched"]}
    assert set(unmatched) == set(cases)
    assert near not in unmatched
    assert lower not in unmatched
    for code, reason in cases.items():
        assert unmatched[code].startswith(reason)
    assert all(each["reason"] for each in told["unmatched"])


def test_coordinates_win_over_a_rounded_stake(connection: Connection) -> None:
    add_road(connection)
    codes = [add_crash(connection, 1000, "F", wkt=point(1400 + n)) for n in range(3)]
    (one,) = found(connection)["blackspots"]
    assert (one["from_m"], one["to_m"]) == (1350, 1452)
    assert one["crashes"] == codes


def test_stones_decide_which_stake_a_place_has(connection: Connection) -> None:
    add_road(connection, from_m=0.0)
    for along, stake in ((0, 14000), (980, 15000), (1990, 16000)):
        add(connection, "road_markers", point(along), route_code="S213",
            marker_no=f"K{stake // 1000}", measure_m=float(stake))  # fmt: skip
    # A stone that contradicts the others is left out, and told.
    add(connection, "road_markers", point(500), route_code="S213", marker_no="K3", measure_m=3000.0)
    for _ in range(3):
        add_crash(connection, None, "F", wkt=point(490))
    told = found(connection)
    (one,) = told["blackspots"]
    assert (one["from_m"], one["to_m"]) == (14450, 14550)
    assert one["name"] == "浒溪线(S213)14K+450M—14K+550M"
    assert "1 markers contradict their route" in told["warnings"][0]


def test_a_line_drawn_against_its_stakes_is_turned(connection: Connection) -> None:
    add_road(connection, wkt=line(3000, 1000, 0))
    for along in (0, 1000, 2000, 3000):
        add(connection, "road_markers", point(along), route_code="S213", marker_no=f"K{along}",
            measure_m=float(along))  # fmt: skip
    for _ in range(3):
        add_crash(connection, None, "F", wkt=point(700))
    (one,) = found(connection)["blackspots"]
    assert (one["from_m"], one["to_m"]) == (650, 750)


def test_a_gap_in_a_road_has_no_length(connection: Connection) -> None:
    west, east = line(0, 1000)[15:], line(2000, 3000)[15:]
    add_road(connection, wkt=f"MULTILINESTRING{west[:-1]}, {east[1:]}")
    for _ in range(3):
        add_crash(connection, None, "F", wkt=point(2100))
    (one,) = found(connection)["blackspots"]
    assert (one["from_m"], one["to_m"]) == pytest.approx((1050, 1150), abs=0.1)


def stones(connection: Connection, *along: int) -> None:
    for metres in along:
        add(connection, "road_markers", point(metres), route_code="S213", marker_no=f"K{metres}",
            measure_m=float(metres))  # fmt: skip


def pieces(*lines: str) -> str:
    return f"MULTILINESTRING({', '.join(each[len('MULTILINESTRING(') : -1] for each in lines)})"


@pytest.mark.parametrize(
    "wkt",
    [
        pieces(line(0, 3000), line(2990, 10, aside_m=25)),
        pieces(line(2000, 3000), line(1000, 0)),
        pieces(line(1000, 0), line(3000, 2000)),
    ],
    ids=["two carriageways", "pieces out of order", "pieces against their stakes"],
)
@pytest.mark.parametrize("aside", [0, 25])
def test_a_route_in_pieces_has_one_axis(connection: Connection, wkt: str, aside: int) -> None:
    add_road(connection, wkt=wkt)
    stones(connection, 0, 900, 2100, 3000)
    for _ in range(3):
        add_crash(connection, None, "F", wkt=point(2500, aside))
    (one,) = found(connection)["blackspots"]
    assert (one["from_m"], one["to_m"]) == pytest.approx((2450, 2550), abs=0.5)


def test_pieces_without_stones_are_chained_by_their_ends(connection: Connection) -> None:
    add_road(connection, wkt=pieces(line(0, 1000), line(3000, 2100), line(1100, 2000)))
    for _ in range(3):
        add_crash(connection, None, "F", wkt=point(2500))
    (one,) = found(connection)["blackspots"]
    assert (one["from_m"], one["to_m"]) == pytest.approx((2250, 2350), abs=0.5)


def test_only_crashes_of_the_period_count_and_its_days_are_those_of_the_city(
    connection: Connection,
) -> None:
    add_road(connection)
    inside = [add_crash(connection, 500, "F", occurred_at=days_before_end(days))
              for days in (0.001, 1095.9)]  # fmt: skip
    for days in (-0.001, 1096.1):
        add_crash(connection, 500, "F", occurred_at=days_before_end(days))
    assert found(connection)["blackspots"] == []
    add_crash(connection, 500, "F")
    (one,) = found(connection)["blackspots"]
    assert set(inside) < set(one["crashes"])
    assert len(one["crashes"]) == 3


def test_a_second_run_changes_nothing(connection: Connection) -> None:
    reference(connection)
    before = found(connection)
    states = stored(connection)
    version = "SELECT version FROM layer_versions WHERE layer = 'road_segments'"
    raised = connection.scalar(text(version))
    again = found(connection)
    assert stored(connection) == states
    assert connection.scalar(text(version)) == raised
    assert len(before["changes"]["new"]) == 2
    assert again["changes"] == {
        "new": [], "gone": [], "treated": [], "worse": [], "better": [], "same": 2,
    }  # fmt: skip
    assert again["blackspots"] == before["blackspots"]


def test_a_black_spot_keeps_its_number_and_what_people_entered(connection: Connection) -> None:
    reference(connection)
    found(connection)
    first = stored(connection)[0]
    by_hand = {"treatment_state": "治理中", "treatment_year": 2026, "responsible_person": "陈望舒"}
    connection.execute(update(SEGMENTS).where(SEGMENTS.c.fid == first.fid).values(by_hand))
    add_crash(connection, 20, "M")
    told = found(connection)
    now = stored(connection)[0]
    assert (now.fid, now.code) == (first.fid, first.code)
    assert {name: now._mapping[name] for name in by_hand} == by_hand  # noqa: SLF001
    assert (now.from_m, now.grade) == (0, 1)
    assert told["changes"]["worse"] == [{"code": now.code, "name": now.name, "from": 2, "to": 1}]
    assert told["changes"]["same"] == 1


def test_what_is_no_black_spot_any_more_goes_unless_it_was_treated(connection: Connection) -> None:
    codes = reference(connection)
    found(connection)
    first, second = stored(connection)
    treated = update(SEGMENTS).where(SEGMENTS.c.fid == second.fid)
    connection.execute(treated.values(treatment_state="已治理", treatment_year=2025))
    connection.execute(delete(CRASHES).where(CRASHES.c.code.in_(codes[:7])))
    told = found(connection)
    (left,) = stored(connection)
    assert left.fid == second.fid
    assert (left.crashes, left.criteria, left.grade) == (4, None, 4)
    assert left.treatment_state == "已治理"
    assert told["blackspots"] == []
    assert [each["code"] for each in told["changes"]["gone"]] == [first.code]
    assert [each["code"] for each in told["changes"]["treated"]] == [second.code]


def test_the_register_is_left_alone(connection: Connection) -> None:
    by_hand = add(connection, "road_segments", line(0, 500), kind="事故多发", found_by="register",
                  route_code="S213", from_m=0.0, to_m=500.0)  # fmt: skip
    reference(connection)
    found(connection)
    found(connection)
    rows = stored(connection)
    assert len(rows) == 3
    assert by_hand in {row.fid for row in rows}


def test_without_traffic_no_method_guesses_it(connection: Connection) -> None:
    reference(connection, aadt=None)
    told = found(connection)
    for each in told["blackspots"]:
        assert each["methods"]["empirical_bayes"] is None
        assert each["methods"]["critical_rate"] is None
        assert "empirical_bayes" not in each["agree"]
    assert told["network"]["calibration"] is None
    assert all(row.psi_rank_value is None for row in stored(connection))


def test_the_methods_agree_on_a_planted_cluster(connection: Connection) -> None:
    add_road(connection, wkt=line(0, 20_000))
    for number in range(20):
        add_crash(connection, 1000.0 * number, "P")
    for number in range(8):
        add_crash(connection, 7300 + 10 * number, "I")
    told = found(connection)
    (one,) = told["blackspots"]
    assert one["agree"] == {
        "cumulative": True, "poisson": True, "kde_plus": True, "critical_rate": True,
        "empirical_bayes": True,
    }  # fmt: skip
    (cluster,) = one["methods"]["clusters"]
    assert cluster["from_m"] < 7300
    assert cluster["to_m"] > 7370
    assert one["methods"]["empirical_bayes"]["rank"] == 1
    assert told["network"]["calibration"] == pytest.approx(
        28 / (8000 * 20_000 / 1609.344 * 365e-6 * 2.718281828**-0.312 * 3), rel=0.01
    )
    assert told["hot_cells"]["hot"][0]["crashes"] >= 0
    assert stored(connection)[0].grade == 2


def test_weights_and_rules_are_those_that_are_named(connection: Connection) -> None:
    reference(connection)
    assert len(found(connection, "blackspot_county")["blackspots"]) == 2
    assert found(connection, "blackspot_uk")["blackspots"] == []
    assert stored(connection) == []


@pytest.mark.parametrize(
    ("first", "last", "parameter"),
    [
        (None, date(2999, 1, 1), "to"),
        (date(2999, 1, 1), None, "from"),
        (date(2026, 11, 1), TO, "from"),
        (date(1900, 1, 1), TO, "from"),
        (None, date(1, 1, 1), "to"),
    ],
)
def test_days_that_cannot_be_are_refused(
    connection: Connection, first: date | None, last: date | None, parameter: str
) -> None:
    with pytest.raises(BadParameter) as fault:
        found(connection, first=first, last=last)
    assert fault.value.parameter == parameter


def test_one_day_is_a_period_and_another_length_is_told(connection: Connection) -> None:
    reference(connection)
    told = found(connection, first=date(2025, 6, 1), last=date(2025, 6, 1))
    assert told["crashes"]["read"] == 11
    assert "the rules count 3 years, these are 0.0" in told["warnings"][0]


def test_rules_that_are_not_in_force_are_told(connection: Connection) -> None:
    reference(connection)
    rules = asked().rules.model_copy(update={"effective_to": date(2020, 1, 1)})
    told = found(connection, rules=rules)
    assert "is not in force on 2026-10-31: 2008-01-01/2020-01-01" in told["warnings"][0]


def test_a_city_without_roads_or_crashes_has_no_black_spot(connection: Connection) -> None:
    told = found(connection)
    assert (told["blackspots"], told["units"], told["clusters"]) == ([], [], [])
    add_road(connection)
    told = found(connection)
    assert (told["blackspots"], told["hot_cells"]["hot"]) == ([], [])


def test_places_by_area_are_found_on_a_road_or_off_it(connection: Connection) -> None:
    add_road(connection)
    last_year = {"occurred_at": days_before_end(100)}
    junction = [(1000, 0), (1100, 0), (1000, 100), (1100, 100)]
    codes = [
        add_crash(connection, None, "F", point(*place), route_code=None, **last_year)
        for place in junction
    ]
    for place in ((2500, 0), (2510, 0), (2520, 0)):
        add_crash(connection, None, "I", point(*place), **last_year)
    add_crash(connection, None, "I", point(2530, 0), occurred_at=days_before_end(400))
    [area] = found(connection)["areas"]
    assert (area["name"], area["crashes"], area["deaths"]) == ("危险地点", 4, 4)
    assert sorted(area["codes"]) == sorted(codes)
    assert area["radius_m"] == 178.4
    lon, lat = at(1050, 50)
    assert (area["lon"], area["lat"]) == pytest.approx((lon, lat), abs=0.002)


def test_pieces_are_ranked_by_the_deaths_of_the_last_year(connection: Connection) -> None:
    add_road(connection)
    last_year, before = days_before_end(100), days_before_end(400)
    codes = [add_crash(connection, stake, word, occurred_at=last_year)
             for stake, word in ((200, "P"), (1200, "F"), (2400, "M"))]  # fmt: skip
    add_crash(connection, 2500, "M", occurred_at=before)
    rules = CrashRankingRules.shipped()
    [worst] = found(connection)["ranking"]
    assert (worst["deaths"], worst["crashes"], worst["deaths_a_year"]) == (4, 3, 4)
    assert worst["codes"] == codes
    assert worst["name"] == "浒溪线(S213)0K+200M—3K+000M"
    short = rules.model_copy(update={"piece_m": 1000, "listed": 2, "period_years": 2})
    first, second = found(connection, ranking=short)["ranking"]
    assert (first["deaths"], first["deaths_a_year"], first["from_m"]) == (6, 3, 2400)
    assert (second["deaths"], second["from_m"], second["to_m"]) == (1, 1200, 2200)


def test_a_treatment_is_judged_by_what_was_to_be_expected(connection: Connection) -> None:
    add_road(connection, wkt=line(0, 20_000))
    for number in range(40):
        add_crash(connection, 500.0 * number, "P")
    segment = {"kind": "事故多发", "found_by": "register", "from_m": 7000.0, "to_m": 7500.0,
               "treatment_state": "已治理", "treatment_year": 2024, "route_code": "S213"}  # fmt: skip
    add(connection, "road_segments", line(7000, 7500), code="T1", **segment)
    add(connection, "road_segments", line(0, 9), code="T2", **segment | {"treatment_year": 2026})
    add(connection, "road_segments", line(0, 9), code="T3", **segment | {"to_m": None})
    add(connection, "road_segments", line(0, 9), code="T4", **segment | {"route_code": "S9"})
    for days in (1900, 1800, 1700, 1600, 1500, 1400, 1300, 1200):
        add_crash(connection, 7250, occurred_at=days_before_end(days))
    add_crash(connection, 7250, occurred_at=days_before_end(30))
    one, *others = found(connection)["treatments"]
    effect = one["effect"]
    assert (effect["before"]["observed"], effect["observed_after"]) == (8, 3)
    assert effect["change_percent"] > effect["raw_percent"]
    assert [each["effect"] for each in others] == [None, None, None]
    reasons = [each["reason"] for each in others]
    assert [words.split()[-1] for words in reasons] == ["after", "known", "known"]


def test_the_planted_clusters_of_the_demonstration_are_found(demo_engine: Engine) -> None:
    """Those that were planted with enough general crashes; treated ones had theirs long before."""
    network = Network(read_city(PROFILE), np.random.default_rng([330281, 101]))
    planted = [one for one in plant(network, np.random.default_rng([330281, 102]))
               if not one.treated]  # fmt: skip
    with demo_engine.connect() as connection:
        spots = connection.execute(select(SEGMENTS).where(SEGMENTS.c.found_by == "analysis")).all()
    missed = [
        one for one in planted
        if not any(spot.route_code == one.route.code
                   and spot.from_m <= one.route.stake(one.at_m) <= spot.to_m for spot in spots)
    ]  # fmt: skip
    assert len(planted) == 22
    assert len(missed) <= 2
    assert len(spots) <= len(planted) + 2
