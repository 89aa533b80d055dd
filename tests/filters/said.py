"""Filters, and what each says of a row in plain Python."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from starlette.testclient import TestClient

ROOT = "/api/collections/risk_points"

CHANCE = Random(7)  # noqa: S311 - not for secrets

DAYS = [
    {"assessed_at": None, "valid_until": None},
    *(
        {"assessed_at": date(2026, 11, first), "valid_until": date(2026, 11, last)}
        for first, last in ((2, 2), (2, 3), (2, 4), (2, 6), (3, 3), (3, 4), (3, 6), (4, 6))
    ),
]
"""Days of an assessment, and the last on which it holds."""

ROWS = [
    {
        "name": CHANCE.choice(["甲站", "乙站", "Alpha", "alpha", "a_b", "O'Brien"]),
        "enterprise": CHANCE.choice([None, "Alpha", "y"]),
        "l_value": CHANCE.choice([None, -1.5, 0.1, 1.0, 3.0]),
        "grade": CHANCE.choice([None, 1, 2, 3, 4]),
        "notice_board": CHANCE.choice([None, True, False]),
        "notice_card": CHANCE.choice([None, True, False]),
        **CHANCE.choice(DAYS),
        "at": (121 + CHANCE.uniform(0, 0.3), 30 + CHANCE.uniform(0, 0.3)),
    }
    for _ in range(60)
]

Truth = Callable[[dict[str, Any]], bool | None]

BOX = "POLYGON((121.1 30.1,121.2 30.1,121.2 30.2,121.1 30.2,121.1 30.1))"


def in_box(row: dict[str, Any]) -> bool:
    lon, lat = row["at"]
    return bool(121.1 <= lon <= 121.2 and 30.1 <= lat <= 30.2)


def known(name: str, test: Callable[[Any], bool]) -> Truth:
    return lambda row: None if row[name] is None else test(row[name])


def days(test: Callable[[int, int], bool]) -> Truth:
    """What is said of the first and the last day of November of an assessment."""
    return lambda row: (
        None if row["assessed_at"] is None else test(row["assessed_at"].day, row["valid_until"].day)
    )


def pair(one: str, other: str, test: Callable[[Any, Any], bool]) -> Truth:
    """What is said of two fields."""
    return lambda row: None if None in {row[one], row[other]} else test(row[one], row[other])


def always(row: dict[str, Any]) -> bool:
    return bool(row)


def in_low_grades(row: dict[str, Any]) -> bool | None:
    """Whether the grade lies between `l_value` and 3; one end may decide where the other lacks."""
    if row["grade"] is None or row["grade"] > 3:
        return None if row["grade"] is None else False
    return None if row["l_value"] is None else bool(row["l_value"] <= row["grade"])


D2, D3 = date(2026, 11, 2), date(2026, 11, 3)

HELD = "INTERVAL(assessed_at, valid_until)"


def at(number: int) -> str:
    """The place of a row as CQL2 writes it."""
    lon, lat = ROWS[number]["at"]
    return f"{lon!r} {lat!r}"


SAID: list[tuple[str, Truth]] = [
    ("grade = 1", known("grade", lambda v: v == 1)),
    ("grade <> 1", known("grade", lambda v: v != 1)),
    ("grade <= 2.5", known("grade", lambda v: v <= 2.5)),
    ("grade > 2", known("grade", lambda v: v > 2)),
    ("l_value >= 0.1", known("l_value", lambda v: v >= 0.1)),
    ("l_value > -1.5", known("l_value", lambda v: v > -1.5)),
    ("grade >= 3", known("grade", lambda v: v >= 3)),
    ("name >= 'a_b'", known("name", lambda v: v.encode() >= b"a_b")),
    ("name < 'alpha'", known("name", lambda v: v.encode() < b"alpha")),
    ("name NOT LIKE '%站'", known("name", lambda v: not v.endswith("站"))),
    ("name LIKE '_lph%'", known("name", lambda v: v in {"Alpha", "alpha"})),
    ("grade NOT IN (1, 3)", known("grade", lambda v: v not in {1, 3})),
    ("name IN ('甲站', 'O''Brien')", known("name", lambda v: v in {"甲站", "O'Brien"})),
    ("grade NOT BETWEEN 2 AND 3", known("grade", lambda v: v < 2 or v > 3)),
    ("enterprise IS NOT NULL", lambda row: row["enterprise"] is not None),
    ("2 < grade", known("grade", lambda v: v > 2)),
    ("l_value BETWEEN -2 AND 1", known("l_value", lambda v: -2 <= v <= 1)),
    ("grade IN (1, 3)", known("grade", lambda v: v in {1, 3})),
    ("name LIKE '%站'", known("name", lambda v: v.endswith("站"))),
    ("name LIKE 'a\\_b'", known("name", lambda v: v == "a_b")),
    ("CASEI(name) = CASEI('ALPHA')", known("name", lambda v: v.lower() == "alpha")),
    ("CASEI(name) LIKE CASEI('AL%')", known("name", lambda v: v.lower().startswith("al"))),
    ("name = 'O''Brien'", known("name", lambda v: v == "O'Brien")),
    ("enterprise IS NULL", lambda row: row["enterprise"] is None),
    ("notice_board", known("notice_board", lambda v: v)),
    ("notice_board = FALSE", known("notice_board", lambda v: not v)),
    ("assessed_at = DATE('2026-11-02')", known("assessed_at", lambda v: v == D2)),
    ("T_AFTER(assessed_at, DATE('2026-11-02'))", known("assessed_at", lambda v: v > D2)),
    ("T_DURING(assessed_at, INTERVAL('2026-11-01', '2026-11-03'))",
     known("assessed_at", lambda v: v == D2)),
    ("T_INTERSECTS(assessed_at, INTERVAL('2026-11-03', '..'))",
     known("assessed_at", lambda v: v >= D3)),
    ("T_FINISHES(assessed_at, INTERVAL('..', '2026-11-03'))",
     known("assessed_at", lambda v: v == D3)),
    ("assessed_at < TIMESTAMP('2026-11-02T17:00:00Z')", known("assessed_at", lambda v: v < D3)),
    ("assessed_at >= DATE('2026-11-03')", known("assessed_at", lambda v: v >= D3)),
    ("assessed_at > DATE('2026-11-02')", known("assessed_at", lambda v: v > D2)),
    ("assessed_at <= DATE('2026-11-02')", known("assessed_at", lambda v: v <= D2)),
    ("assessed_at <> DATE('2026-11-02')", known("assessed_at", lambda v: v != D2)),
    ("T_BEFORE(assessed_at, DATE('2026-11-03'))", known("assessed_at", lambda v: v < D3)),
    (f"T_CONTAINS({HELD}, DATE('2026-11-03'))", days(lambda a, v: a < 3 < v)),
    (f"T_DISJOINT({HELD}, INTERVAL('2026-11-04', '2026-11-05'))",
     days(lambda a, v: not {4, 5} & set(range(a, v + 1)))),
    ("T_EQUALS(assessed_at, DATE('2026-11-03'))", known("assessed_at", lambda v: v == D3)),
    (f"T_EQUALS({HELD}, INTERVAL('2026-11-02', '2026-11-04'))", days(lambda *d: d == (2, 4))),
    (f"T_FINISHEDBY({HELD}, INTERVAL('2026-11-03', '2026-11-04'))", days(lambda *d: d == (2, 4))),
    (f"T_FINISHES({HELD}, INTERVAL('2026-11-01', '2026-11-04'))", days(lambda *d: d[1] == 4)),
    (f"T_MEETS({HELD}, INTERVAL('2026-11-04', '2026-11-09'))", days(lambda *d: d[1] == 4)),
    (f"T_METBY({HELD}, INTERVAL('2026-11-01', '2026-11-03'))", days(lambda *d: d[0] == 3)),
    (f"T_OVERLAPPEDBY({HELD}, INTERVAL('2026-11-01', '2026-11-04'))",
     days(lambda a, v: a < 4 < v)),
    (f"T_OVERLAPS({HELD}, INTERVAL('2026-11-03', '2026-11-09'))", days(lambda a, v: a < 3 < v)),
    (f"T_STARTEDBY({HELD}, INTERVAL('2026-11-02', '2026-11-03'))",
     days(lambda a, v: a == 2 and v > 3)),
    (f"T_STARTS({HELD}, INTERVAL('2026-11-03', '2026-11-09'))", days(lambda *d: d[0] == 3)),
    (f"T_DURING({HELD}, INTERVAL('2026-11-01', '2026-11-05'))", days(lambda *d: d[1] < 5)),
    (f"T_AFTER({HELD}, DATE('2026-11-02'))", days(lambda *d: d[0] > 2)),
    # Fields on both sides, of every kind.
    ("name = enterprise", pair("name", "enterprise", lambda one, other: one == other)),
    ("CASEI(enterprise) = CASEI(name)",
     pair("name", "enterprise", lambda one, other: one.lower() == other.lower())),
    ("l_value < grade", pair("l_value", "grade", lambda one, other: one < other)),
    ("grade BETWEEN l_value AND 3", in_low_grades),
    ("grade IN (l_value, 4)",
     lambda row: True if row["grade"] == 4 else pair("grade", "l_value", lambda a, b: a == b)(row)),
    ("notice_board <> notice_card", pair("notice_board", "notice_card", lambda a, b: a != b)),
    ("assessed_at < valid_until", days(lambda a, v: a < v)),
    ("T_EQUALS(valid_until, assessed_at)", days(lambda a, v: a == v)),
    ("T_STARTS(assessed_at, INTERVAL(assessed_at, valid_until))", days(lambda a, v: a < v)),
    ("S_EQUALS(geometry, geometry)", always),
    ("2 > 1", always),
    (f"S_EQUALS(geometry, POINT({at(7)}))", lambda row: row is ROWS[7]),
    (f"S_TOUCHES(geometry, LINESTRING({at(7)}, 125 35))", lambda row: row is ROWS[7]),
    (f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT({at(7)}), LINESTRING({at(8)}, 125 35)))",
     lambda row: row is ROWS[7] or row is ROWS[8]),
    (f"S_INTERSECTS(geometry, {BOX})", in_box),
    (f"S_DISJOINT(geometry, {BOX})", lambda row: not in_box(row)),
    ("S_WITHIN(geometry, BBOX(121.1, 30.1, 121.2, 30.2))", in_box),
    (f"S_CONTAINS({BOX}, geometry)", in_box),
]  # fmt: skip


def denied(truth: Truth) -> Truth:
    return lambda row: None if truth(row) is None else not truth(row)


def both(one: Truth, other: Truth) -> Truth:
    return lambda row: bool(one(row)) and bool(other(row))


def either(one: Truth, other: Truth) -> Truth:
    return lambda row: bool(one(row)) or bool(other(row))


def expected(truth: Truth) -> set[int]:
    return {number for number, row in enumerate(ROWS, start=1) if truth(row)}


def by_items(client: TestClient, asked: dict[str, str]) -> set[int]:
    answer = client.get(f"{ROOT}/items", params={"limit": "1000", **asked})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    found = {each["id"] for each in told["features"]}
    assert told["numberMatched"] == len(found)
    return found
