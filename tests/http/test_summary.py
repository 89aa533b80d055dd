"""Counts and area grades: every method and divisor, stale assessments told beside the colour."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.db.engine import writing
from layers.grading import area
from layers.grading.area import AreaRules, Counts
from layers.grading.rule_set import load
from tests.builders import add, service


@pytest.fixture(scope="module")
def client(make_database: Callable[[str], str], template: str) -> Iterator[TestClient]:
    """Two townships: one with people and enterprises, one that tells neither."""
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        for code, west, facts in (("T1", 121.0, {"population": 20_000, "enterprises": 40}),
                                  ("T2", 121.1, {})):  # fmt: skip
            box = f"MULTIPOLYGON((({west} 30,{west + 0.1} 30,{west + 0.1} 30.1,{west} 30.1,{west} 30)))"
            add(connection, "townships", box, code=code, name=code, **facts)
        for code, grades in (("T1", (1, 2, 2, 3, None)), ("T2", (3, 4))):
            for grade in grades:
                fid = add(connection, "risk_points", "POINT(121.05 30.05)", grade=grade,
                          assessed_at=None, valid_until="2020-01-01" if grade == 2 else None)  # fmt: skip
                connection.execute(text("UPDATE risk_points SET township_code = :c WHERE fid = :f"),
                                   {"c": code, "f": fid})  # fmt: skip
    engine.dispose()
    with service(url) as opened:
        yield opened


def rows(client: TestClient, query: str = "") -> dict[str, dict[str, object]]:
    answer = client.get(f"/api/summary?{query}")
    assert answer.status_code == 200, answer.text
    return {row["key"]: row for row in answer.json()["rows"]}


@pytest.mark.parametrize("per", ["area_km2", "population", "enterprises", "none"])
def test_index_is_that_of_the_rule_set(client: TestClient, per: str) -> None:
    row = rows(client, f"method=index&per={per}")["T1"]
    amount = 1 if per == "none" else row[per]
    rules = load("area_severity")
    assert isinstance(rules, AreaRules)
    expected = area.grade(Counts(1, 2, 1, 0, 1), "index", (per, float(str(amount))), rules)
    assert row["grade"] == expected.grade
    assert row["index"] == pytest.approx(
        121 / float(str(amount)) * (10_000 if per == "population" else 1), rel=1e-3
    )


@pytest.mark.parametrize("per", ["population", "enterprises"])
def test_township_that_does_not_tell_the_divisor_has_no_index_and_no_blue(
    client: TestClient, per: str
) -> None:
    row = rows(client, f"method=index&per={per}")["T2"]
    assert (row["grade"], row["index"]) == (None, None)
    assert str(row["decided_by"]).startswith("缺少")
    assert row["counts"] == {"1": 0, "2": 0, "3": 1, "4": 1, "unassessed": 0}


@pytest.mark.parametrize(("method", "grades"), [("max", (1, 3)), ("count", (1, 3))])
def test_other_methods_need_no_divisor(
    client: TestClient, method: str, grades: tuple[int, int]
) -> None:
    found = rows(client, f"method={method}&per=population")
    assert (found["T1"]["grade"], found["T2"]["grade"]) == grades


def test_stale_is_counted_beside_the_colours_and_changes_none(client: TestClient) -> None:
    found = rows(client)
    assert (found["T1"]["stale"], found["T2"]["stale"]) == (2, 0)
    assert found["T1"]["counts"] == {"1": 1, "2": 2, "3": 1, "4": 0, "unassessed": 1}
    assert client.get("/api/summary?by=grade").json()["total"]["stale"] == 2
    assert client.get("/api/summary?by=grade").json()["per"] == "area_km2"


def test_unknown_divisor_is_refused_by_name(client: TestClient) -> None:
    answer = client.get("/api/summary?per=households")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "per"
