"""The machinery under every layer: versions, cells, imports, triggers, the reading role.

Hand-written SQL lives in migrations, in a file of its own beside them.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables, then the functions that every layer's triggers call."""
    op.create_table(
        "layer_versions",
        sa.Column("layer", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "cells",
        sa.Column("layer", sa.Text(), primary_key=True),
        sa.Column("level", sa.SmallInteger(), primary_key=True),
        sa.Column("x", sa.Integer(), primary_key=True),
        sa.Column("y", sa.Integer(), primary_key=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("n", "n0", "n1", "n2", "n3", "n4")
        ),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("content", JSONB(), nullable=False),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "imported_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.Column("report", JSONB(), nullable=False),
    )
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Drop the machinery; the reading role stays, other databases of the server may use it."""
    for function in (
        "attach_layer(text)", "keep_layer()", "cell_counts(text, boolean)",
        "history_columns(text)", "stamp_row()", "let_read(text)",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {function}")
    for table in ("imports", "assessments", "cells", "layer_versions"):
        op.drop_table(table)
