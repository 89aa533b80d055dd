"""Tracks are trajectories: their instants rise from vertex to vertex, and the table holds it.

A track that breaks it can only have been imported. Its vertices are put in order of time, one an
instant, and it is measured anew; one that has no two instants left is no track and goes.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0070"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LAYERS = ("vessel_tracks", "patrol_tracks")

MEND = """
UPDATE {table} AS track
SET geom = mended.line, positions = ST_NPoints(mended.line),
    length_km = round((ST_Length(geography(ST_Force2D(mended.line))) / 1000)::numeric, 3)
FROM (
    SELECT fid, ST_MakeLine(place ORDER BY ST_M(place)) AS line
    FROM (
        SELECT DISTINCT ON (broken.fid, ST_M(point.geom)) broken.fid, point.geom AS place
        FROM {table} AS broken, ST_DumpPoints(broken.geom) AS point
        WHERE NOT ST_IsValidTrajectory(broken.geom)
        ORDER BY broken.fid, ST_M(point.geom), point.path
    ) AS vertices
    GROUP BY fid
    HAVING count(*) > 1
) AS mended
WHERE track.fid = mended.fid
"""


def upgrade() -> None:
    """Mend what breaks it, then hold it; the table is read and written while it is checked."""
    for table in LAYERS:
        op.execute(MEND.format(table=table))
        op.execute(f"DELETE FROM {table} WHERE NOT ST_IsValidTrajectory(geom)")  # noqa: S608
        name = f"ck_{table}_trajectory"
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            "CHECK (ST_IsValidTrajectory(geom)) NOT VALID"
        )
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """Hold it no longer."""
    for table in LAYERS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_trajectory")
