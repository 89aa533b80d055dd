"""What the database keeps by itself: cells, versions, history."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, text, update

from app.db.tables import table_of
from layers.registry import LAYERS
from tests.builders import add

POINTS = [
    layer.id for layer in LAYERS.values() if layer.geometry == "Point" and not layer.partitioned
]

KEPT = text(
    "SELECT level, x, y, n, n0, n1, n2, n3, n4 FROM cells WHERE layer = :layer ORDER BY 1, 2, 3"
)

FROM_SCRATCH = """
SELECT grid.level,
       least(greatest(floor((ST_X(geom_3857) + 20037508.342789244) / size), 0), 2 ^ grid.level - 1)::int AS x,
       least(greatest(floor((20037508.342789244 - ST_Y(geom_3857)) / size), 0), 2 ^ grid.level - 1)::int AS y,
       count(*) AS n, count(*) FILTER (WHERE {grade} IS NULL) AS n0,
       count(*) FILTER (WHERE {grade} = 1) AS n1, count(*) FILTER (WHERE {grade} = 2) AS n2,
       count(*) FILTER (WHERE {grade} = 3) AS n3, count(*) FILTER (WHERE {grade} = 4) AS n4
  FROM {layer}, generate_series(6, 16) AS grid(level), LATERAL (SELECT 40075016.685578488 / 2 ^ grid.level AS size) s
 WHERE geom_3857 IS NOT NULL
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def assert_kept_equals_scratch(connection: Connection, layer: str) -> None:
    grade = "grade" if LAYERS[layer].graded else "NULL::int"
    scratch = FROM_SCRATCH.format(layer=layer, grade=grade)
    kept = [tuple(row) for row in connection.execute(KEPT, {"layer": layer})]
    assert kept == [tuple(row) for row in connection.execute(text(scratch))]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6), layer=st.sampled_from(POINTS))
def test_cells_equal_a_count_from_scratch_after_any_changes(
    shared_engine: Engine, seed: int, layer: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not for secrets
    table = table_of(LAYERS[layer])
    graded = LAYERS[layer].graded

    def anything() -> dict[str, int | None]:
        return {"grade": chance.choice([None, 1, 2, 3, 4])} if graded else {}

    def anywhere() -> str | None:
        edge = chance.choice([0.0005, 0.5, 179.99])
        x, y = chance.uniform(-edge, edge), chance.uniform(-edge, edge) * 0.47
        return chance.choice([f"POINT({x} {y})"] * 9 + [None])

    with shared_engine.connect() as connection:
        transaction = connection.begin()
        fids = [add(connection, layer, anywhere(), **anything()) for _ in range(12)]
        for _ in range(6):
            some = chance.sample(fids, chance.randint(0, 5))
            if chance.random() < 0.3:
                connection.execute(delete(table).where(table.c.fid.in_(some)))
            else:
                place = anywhere()
                geom = text(f"ST_GeomFromText('{place}', 4326)") if place else None
                connection.execute(
                    update(table).where(table.c.fid.in_(some)).values({"geom": geom, **anything()})
                )
        assert_kept_equals_scratch(connection, layer)
        connection.execute(delete(table))
        assert connection.execute(KEPT, {"layer": layer}).all() == []
        transaction.rollback()


def version(connection: Connection, layer: str) -> int:
    found = text("SELECT version FROM layer_versions WHERE layer = :layer")
    return int(connection.scalar(found, {"layer": layer}) or 0)


def test_version_rises_with_every_change_and_with_nothing_else(connection: Connection) -> None:
    table = table_of(LAYERS["vessels"])
    seen = [version(connection, "vessels")]
    fid = add(connection, "vessels", "POINT(122 30)")
    seen.append(version(connection, "vessels"))
    connection.execute(update(table).where(table.c.fid == fid).values(name="a"))
    seen.append(version(connection, "vessels"))
    connection.execute(update(table).where(table.c.fid == -1).values(name="a"))
    assert version(connection, "vessels") == seen[-1]
    connection.execute(delete(table).where(table.c.fid == fid))
    seen.append(version(connection, "vessels"))
    assert seen == sorted(set(seen))


def test_every_layer_has_a_version_from_the_first_day(connection: Connection) -> None:
    assert all(version(connection, layer) >= 1 for layer in LAYERS)


def test_state_that_was_never_seen_is_not_kept_and_a_deleted_one_is(shared_engine: Engine) -> None:
    table = table_of(LAYERS["vessels"])
    kept = text("SELECT name FROM vessels_history WHERE fid = :fid ORDER BY replaced_at")
    with shared_engine.begin() as connection:
        fid = add(connection, "vessels", "POINT(122 30)", name="never seen")
        connection.execute(update(table).where(table.c.fid == fid).values(name="first"))
    with shared_engine.begin() as connection:
        assert connection.scalars(kept, {"fid": fid}).all() == []
        connection.execute(update(table).where(table.c.fid == fid).values(name="between"))
        connection.execute(update(table).where(table.c.fid == fid).values(name="second"))
    with shared_engine.begin() as connection:
        connection.execute(delete(table).where(table.c.fid == fid))
    with shared_engine.begin() as connection:
        assert connection.scalars(kept, {"fid": fid}).all() == ["first", "second"]
        spans = text(
            "SELECT bool_and(changed_at < replaced_at) FROM vessels_history WHERE fid = :fid"
        )
        assert connection.scalar(spans, {"fid": fid}) is True
        connection.execute(text("DELETE FROM vessels_history"))
