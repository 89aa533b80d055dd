"""imports: the mapping, and what undoing needs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0025"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("imports", sa.Column("mapping", JSONB, nullable=True))
    op.add_column("imports", sa.Column("last_fid", sa.BigInteger(), nullable=True))
    op.add_column("imports", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("imports", sa.Column("undone_by", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for name in ("undone_by", "undone_at", "last_fid", "mapping"):
        op.drop_column("imports", name)
