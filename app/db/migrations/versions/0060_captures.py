"""captures: what inspectors' phones sent, once a key, with photos."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0060"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    received = {"server_default": sa.text("now()"), "nullable": False}
    op.create_table(
        "captures",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("fid", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "actor", "sha256")),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), **received),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_captures")),
    )
    op.create_table(
        "capture_photos",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), **received),
        sa.ForeignKeyConstraint(
            ["key"],
            ["captures.key"],
            name=op.f("fk_capture_photos_key_captures"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_capture_photos")),
    )
    op.execute("SELECT let_read('captures'), let_read('capture_photos')")


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("capture_photos")
    op.drop_table("captures")
