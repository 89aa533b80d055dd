"""Grading again: the rows that should move, those alone, with who and why."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from app.analyses.regrade import Regrading, regrade
from app.analyses.regrade_layers import Order, regrade_layers
from app.db.tables import history_of, table_of
from layers.grading import risk_point
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import RULES, RuleBook, parse
from layers.registry import LAYERS
from tests.builders import add, row, sql

POINTS = LAYERS["risk_points"]

GRADED = [layer for layer in LAYERS.values() if layer.graded]

LEC_VALUES = {"l_value": (0.1, 0.2, 0.5, 1, 3, 6, 10), "e_value": (0.5, 1, 2, 3, 6, 10),
              "c_value": (1, 3, 7, 15, 40, 100)}  # fmt: skip


def book(kind: str, was: str, becomes: str) -> RuleBook:
    """A book with a shipped rule set in which one word stands otherwise."""
    words = (RULES / f"{kind}.toml").read_text(encoding="utf-8")
    assert was in words
    return {kind: parse(words.replace(was, becomes, 1))}


def order(**given: Any) -> Order:
    return replace(Order(actor="li", reason="grade: a test", today=date(2026, 11, 3)), **given)


def again(engine: Engine, **given: Any) -> dict[str, Any]:
    """Grade and commit, or roll back a dry run; gives the outcome of every layer."""
    with engine.connect() as connection, connection.begin() as transaction:
        outcomes = regrade_layers(connection, LAYERS, order(**given))
        if given.get("dry_run"):
            transaction.rollback()
    return {outcome.layer: outcome for outcome in outcomes}


def add_points(engine: Engine, values: list[tuple[float, float, float]]) -> list[int]:
    with engine.begin() as connection:
        return [
            add(connection, "risk_points", "POINT(121.1 30.05)", grading_method="LEC", l_value=one,
                e_value=two, c_value=three)
            for one, two, three in values
        ]  # fmt: skip


def state(engine: Engine) -> list[Any]:
    """All that a regrading may change, in every layer: rows, history, versions, cells."""
    counted = [f"SELECT md5(string_agg(t::text, '|' ORDER BY fid)) FROM {layer.id} t"  # noqa: S608
               for layer in GRADED]  # fmt: skip
    kept = [f"SELECT count(*) FROM {layer.id}_history" for layer in GRADED if layer.kept]  # noqa: S608
    rest = (
        "SELECT md5(string_agg(v::text, '|' ORDER BY layer)) FROM layer_versions v",
        "SELECT count(*) FROM assessments",
        "SELECT md5(string_agg(c::text, '|' ORDER BY layer, level, x, y)) FROM cells c",
    )
    return [sql(engine, statement) for statement in (*counted, *kept, *rest)]


def test_every_point_of_the_tables_is_graded_as_one_alone(empty_engine: Engine) -> None:
    values = list(product(*LEC_VALUES.values()))
    fids = add_points(empty_engine, values)
    outcome = again(empty_engine, layers=[POINTS])["risk_points"]
    assert (outcome.rows, outcome.changed) == (len(values), len(values))
    table = table_of(POINTS)
    with empty_engine.connect() as connection:
        stored = dict(connection.execute(select(table.c.fid, table.c.grade)).all())
    assert POINTS.grade is not None
    for fid, (one, two, three) in zip(fids, values, strict=True):
        alone = POINTS.row(code="x", name="x", category="01", grading_method="LEC", l_value=one,
                           e_value=two, c_value=three)  # fmt: skip
        assert stored[fid] == POINTS.grade(alone).grade


@pytest.mark.parametrize(
    ("was", "becomes", "moving", "step"),
    [
        ("grade = 2, at_least = 160", "grade = 2, at_least = 150", {150}, (3, 2)),
        ("grade = 3, at_least = 70", "grade = 3, at_least = 71", {70}, (3, 4)),
        ("grade = 1, at_least = 320", "grade = 1, at_least = 270", {270, 280, 300}, (2, 1)),
    ],
)
def test_one_moved_threshold_moves_exactly_the_features_between(
    empty_engine: Engine, was: str, becomes: str, moving: set[int], step: tuple[int, int]
) -> None:
    values = list(product(*LEC_VALUES.values()))
    fids = add_points(empty_engine, values)
    again(empty_engine)
    outcome = again(empty_engine, book=book("lec", was, becomes), listed=None)["risk_points"]
    scores = {fid: round(one * two * three, 6) for fid, (one, two, three)
              in zip(fids, values, strict=True)}  # fmt: skip
    between = {fid for fid, score in scores.items() if score in moving}
    assert between
    assert {move.id for move in outcome.moves} == between
    assert {(move.was, move.now) for move in outcome.moves} == {step}
    assert outcome.moving == len(between) == outcome.steps[step]
    for fid in between:
        assert row(empty_engine, "risk_points", fid=fid)["grade"] == step[1]


def test_history_tells_who_and_why_and_only_of_rows_that_changed(empty_engine: Engine) -> None:
    at_limit, beyond = add_points(empty_engine, [(10, 1, 15), (10, 1, 40)])
    again(empty_engine)
    again(empty_engine, book=book("lec", "at_least = 160", "at_least = 150"))
    past = history_of(POINTS)
    with empty_engine.connect() as connection:
        rows = connection.execute(
            select(past.c.fid, past.c.grade, past.c.replaced_by, past.c.reason)
            .where(past.c.grade.is_not(None))
            .order_by(past.c.fid)
        ).all()
    # The band's own text changed, so the other assessment of this band is told anew too.
    assert rows == [(at_limit, 3, "li", "grade: a test"), (beyond, 1, "li", "grade: a test")][:1]
    assert row(empty_engine, "risk_points", fid=at_limit)["changed_by"] == "li"


def test_new_version_alone_writes_every_row_and_moves_none(empty_engine: Engine) -> None:
    add_points(empty_engine, [(10, 1, 15), (10, 1, 40), (1, 1, 1)])
    again(empty_engine)
    found = again(empty_engine, book=book("lec", '"2016.1"', '"2027.1"'))["risk_points"]
    assert (found.changed, found.moving, found.moves) == (3, 0, [])
    versions = "SELECT string_agg(DISTINCT rule_version, ',') FROM risk_points"
    assert sql(empty_engine, versions) == "2027.1"
    assert (
        sql(empty_engine, "SELECT count(*) FROM risk_points_history WHERE grade IS NOT NULL") == 3
    )


def test_grading_everything_twice_changes_nothing(empty_engine: Engine) -> None:
    add_points(empty_engine, list(product((1, 3, 6), (3, 6), (7, 15))))
    again(empty_engine)
    before = state(empty_engine)
    outcomes = again(empty_engine)
    assert all(outcome.changed == outcome.moving == 0 for outcome in outcomes.values())
    assert state(empty_engine) == before


def test_dry_run_tells_the_same_and_changes_nothing(empty_engine: Engine) -> None:
    add_points(empty_engine, list(product((1, 3, 6, 10), (1, 3, 6), (7, 15, 40))))
    with empty_engine.begin() as connection:
        add(connection, "vessels", "POINT(122 30)", mmsi="412000001", gear="拖网", length_m=30.0)
        add(connection, "vessel_tracks", "LINESTRINGM(122 30 1, 122 31 900)", mmsi="412000001")
    before = state(empty_engine)
    first = again(empty_engine, dry_run=True)
    assert state(empty_engine) == before
    done = again(empty_engine)
    assert {name: each.as_json() for name, each in first.items()} == {
        name: each.as_json() for name, each in done.items()
    }
    assert done["risk_points"].changed == 36


def test_refused_inputs_are_listed_and_keep_their_grade(empty_engine: Engine) -> None:
    good, bad = add_points(empty_engine, [(10, 1, 15), (10, 1, 40)])
    again(empty_engine)
    with empty_engine.begin() as connection:
        table = table_of(POINTS)
        connection.execute(update(table).where(table.c.fid == bad).values(l_value=7.5))
    found = again(empty_engine, book=book("lec", "at_least = 160", "at_least = 150"))["risk_points"]
    assert (found.rows, found.refused, found.moving) == (2, 1, 1)
    assert found.refusals[0].as_json()["field"] == "l_value"
    assert row(empty_engine, "risk_points", fid=bad)["grade"] == 1
    assert row(empty_engine, "risk_points", fid=good)["grade"] == 2


def test_import_that_regrades_still_refuses(empty_engine: Engine) -> None:
    (bad,) = add_points(empty_engine, [(7.5, 1, 40)])
    with pytest.raises(UngradableInput), empty_engine.begin() as connection:
        regrade(connection, POINTS, table_of(POINTS).c.fid == bad)


def test_condition_limits_what_is_graded(empty_engine: Engine) -> None:
    one, other = add_points(empty_engine, [(10, 1, 15), (10, 1, 15)])
    with empty_engine.begin() as connection:
        found = regrade(connection, POINTS, table_of(POINTS).c.fid == one)
    assert (found.rows, found.changed) == (1, 1)
    assert row(empty_engine, "risk_points", fid=other)["grade"] is None


def test_tracks_follow_their_vessels(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        add(
            connection,
            "vessels",
            "POINT(122 30)",
            mmsi="412000001",
            gear="帆张网",
            hull="木质",
            length_m=10.0,
            built_year=1990,
            crew=3,
            crew_minimum=6,
            violations=5,
            ais_fitted=False,
            beidou_fitted=False,
            certificate_until=date(2020, 1, 1),
            assessed_on=date(2026, 1, 1),
        )
        for begin in (1, 2):
            add(
                connection,
                "vessel_tracks",
                "LINESTRINGM(122 30 1, 122 31 900)",
                mmsi="412000001",
                started_at=f"2026-01-0{begin}T00:00Z",
            )
    outcomes = again(empty_engine, layers=[LAYERS["vessels"]])  # fmt: skip
    grade = sql(empty_engine, "SELECT grade FROM vessels")
    assert grade is not None
    assert list(outcomes) == ["vessels", "vessel_tracks"]
    tracks = "SELECT array_agg(ARRAY[grade, vessel_grade]) FROM vessel_tracks"
    assert sql(empty_engine, tracks) == [[grade, grade]] * 2
    changed = again(empty_engine, book=book("vessel", 'version = "', 'version = "x'))
    assert changed["vessel_tracks"].changed == 2
    assert sql(empty_engine, "SELECT count(*) FROM vessel_tracks WHERE rule_version ~ '^x'") == 2


def test_equal_inputs_are_graded_once(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    plainly = risk_point.grade

    def counted(row: Any, book: RuleBook | None = None) -> Any:
        asked.append(row)
        return plainly(row, book)

    fids = add_points(empty_engine, [(10, 1, 15), (3, 1, 15)] * 20)
    again(empty_engine)
    monkeypatch.setattr(risk_point, "grade", counted)
    with empty_engine.begin() as connection:
        # Half of them stand otherwise: still the same two sets of inputs.
        connection.execute(
            text("UPDATE risk_points SET grade = 4 WHERE fid > :fid"), {"fid": fids[19]}
        )
        Regrading(connection, POINTS)
    assert len(asked) == 2


def test_every_shipped_rule_set_replaces_itself_without_a_change(empty_engine: Engine) -> None:
    add_points(empty_engine, list(product((1, 3, 6, 10), (1, 3, 6), (7, 15, 40))))
    again(empty_engine)
    for path in sorted(Path(RULES).glob("*.toml")):
        rules = parse(path.read_text(encoding="utf-8"))
        if path.stem == rules.kind:
            outcomes = again(empty_engine, book={rules.kind: rules})
            assert sum(outcome.changed for outcome in outcomes.values()) == 0, path.name
