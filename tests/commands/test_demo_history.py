"""The demonstration has a past: invented, told as such, and one that asof and changes can read."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.builders import sql


def test_earlier_states_end_where_the_present_ones_begin(demo_engine: Engine) -> None:
    gaps = (
        "SELECT count(*) FROM risk_points_history h JOIN risk_points p USING (fid) "
        "WHERE h.replaced_by = '示意' AND h.replaced_at <> p.changed_at"
    )
    assert sql(demo_engine, gaps) == 0
    ends = "SELECT count(*) FROM risk_points_history WHERE changed_at >= replaced_at"
    assert sql(demo_engine, ends) == 0


def test_every_earlier_grade_can_be_explained(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT h.grade, h.displayed_grade, (a.content->>'grade')::int AS assessed, "
                "(a.content->'inputs'->>'l_value')::float AS likelihood, h.l_value, h.reason "
                "FROM risk_points_history h LEFT JOIN assessments a ON a.id = h.assessment "
                "WHERE h.replaced_by = '示意'"
            )
        ).all()
    assert len(rows) > 50
    for row in rows:
        assert row.grade == row.displayed_grade == row.assessed
        assert row.likelihood == row.l_value
        assert "示意" in row.reason


def test_the_past_is_another_city_and_changes_tell_the_difference(client: TestClient) -> None:
    then = (datetime.now(UTC) - timedelta(days=300)).isoformat()
    counts = [
        client.get("/api/summary", params={"by": "grade", "layers": "risk_points", **asof}).json()
        for asof in ({}, {"asof": then})
    ]
    now, before = (each["total"]["counts"] for each in counts)
    assert now != before
    told = client.get("/api/changes", params={"from": then, "layers": "risk_points"}).json()
    layer = told["layers"][0]
    assert min(layer["worse"], layer["better"], layer["new"]) > 5
    for grade in ("1", "2", "3", "4", "unassessed"):
        came = sum(layer["matrix"][was][grade] for was in layer["matrix"])
        assert came == now[grade]
        assert sum(layer["matrix"][grade].values()) == before[grade]
