"""vessel_positions: one geometry with one index that costs half, since they come by the million."""

from collections.abc import Sequence

from alembic import op

revision: str = "0071"
down_revision: str | None = "0070"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "vessel_positions"


def upgrade() -> None:
    """Drop the Mercator copy and its index; index places by SP-GiST instead of GiST."""
    # Its index goes with the column.
    op.execute(f"ALTER TABLE {TABLE} DROP COLUMN geom_3857")
    op.execute(f"DROP INDEX gx_{TABLE}_geom")
    op.execute(f"CREATE INDEX sx_{TABLE}_geom ON {TABLE} USING spgist (geom)")


def downgrade() -> None:
    """Have both again."""
    op.execute(f"DROP INDEX sx_{TABLE}_geom")
    op.execute(f"CREATE INDEX gx_{TABLE}_geom ON {TABLE} USING gist (geom)")
    op.execute(
        f"ALTER TABLE {TABLE} ADD COLUMN geom_3857 geometry(Point, 3857) "
        "GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED"
    )
    op.execute(f"CREATE INDEX gx_{TABLE}_geom_3857 ON {TABLE} USING gist (geom_3857)")
