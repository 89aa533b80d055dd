"""vessel_tracks: from port to port, with their stops; vessel_stays: the stays between them.

Tracks that are there stay as they are, from silence to silence, until their vessel is heard again or
`riskmap analyse tracks` makes all anew.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0072"
down_revision: str | None = "0071"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = {"from_port": sa.Text, "to_port": sa.Text, "stops": sa.Integer, "stopped": sa.Text}


def upgrade() -> None:
    """Add the columns and the table; no row is written."""
    for name, kind in COLUMNS.items():
        op.add_column("vessel_tracks", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "vessel_stays",
        sa.Column("mmsi", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("port", sa.Text(), nullable=True),
        sa.Column("positions", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column(
            "geom", Geometry("LINESTRINGM", srid=4326, dimension=3, spatial_index=False),
            nullable=True,
        ),
        sa.CheckConstraint("ST_IsValidTrajectory(geom)", name=op.f("ck_vessel_stays_trajectory")),
        sa.PrimaryKeyConstraint("mmsi", "started_at", name=op.f("pk_vessel_stays")),
    )  # fmt: skip
    op.execute("SELECT let_read('vessel_stays')")


def downgrade() -> None:
    """Take both away; the tracks that were made stay as they are."""
    op.drop_table("vessel_stays")
    for name in reversed(COLUMNS):
        op.drop_column("vessel_tracks", name)
