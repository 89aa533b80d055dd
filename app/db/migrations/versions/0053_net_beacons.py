"""net_beacons: numbers at sea that are no vessels."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0053"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "net_beacons",
        sa.Column("mmsi", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column(
            "found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("mmsi", name=op.f("pk_net_beacons")),
    )
    op.execute("SELECT let_read('net_beacons')")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("net_beacons")
