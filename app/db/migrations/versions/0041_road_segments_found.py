"""road_segments: how a segment was found, and the evidence of an analysis."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("road_segments", "road_segments_history")
TEXTS = ("method", "criteria", "crash_codes")
NUMBERS = ("score_value", "psi_rank_value")


def upgrade() -> None:
    """Add the columns."""
    for table in TABLES:
        # Rows of before were entered by people; from now on the program names the way itself.
        found = sa.Column("found_by", sa.Text(), nullable=False, server_default="register")
        op.add_column(table, found)
        op.alter_column(table, "found_by", server_default=None)
        for name in TEXTS:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
        for name in NUMBERS:
            op.add_column(table, sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for table in TABLES:
        for name in ("found_by", *TEXTS, *NUMBERS):
            op.drop_column(table, name)
