"""analysis_runs: what every analysis found, and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0042"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CONTENT = ("parameters", "rule_sets", "result", "changes")


def upgrade() -> None:
    """Make the table."""
    instants = ("started_at", "finished_at")
    op.create_table(
        "analysis_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in instants),
        sa.Column("actor", sa.Text(), nullable=False),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in CONTENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_runs")),
    )
    op.create_index("ix_analysis_runs_analysis_id", "analysis_runs", ["analysis", "id"])
    op.execute("SELECT let_read('analysis_runs')")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("analysis_runs")
