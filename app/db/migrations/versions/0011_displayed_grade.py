"""The displayed grade: by how many grades something open raises the assessed one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEPT = ("risk_points", "pipelines", "road_segments", "vessels")
"""Graded layers with a history."""

GRADED = (*KEPT, "vessel_tracks")

DISPLAYED = "CASE WHEN grade IS NOT NULL THEN greatest(grade - raised, 1) END"


def upgrade() -> None:
    """Add the columns; every state that is kept was shown as it was assessed."""
    for layer in GRADED:
        raised = sa.Column("raised", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
        op.add_column(layer, raised)
        displayed = sa.Computed(DISPLAYED, persisted=True)
        op.add_column(layer, sa.Column("displayed_grade", sa.SmallInteger(), displayed))
        op.create_check_constraint(op.f(f"ck_{layer}_raised"), layer, "raised >= 0")
    for layer in KEPT:
        past = f"{layer}_history"
        op.add_column(
            past,
            sa.Column("raised", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        )
        op.add_column(past, sa.Column("displayed_grade", sa.SmallInteger(), nullable=True))
        op.execute(f"UPDATE {past} SET displayed_grade = grade")  # noqa: S608 - names from above


def downgrade() -> None:
    """Drop the columns."""
    for layer in KEPT:
        op.drop_column(f"{layer}_history", "displayed_grade")
        op.drop_column(f"{layer}_history", "raised")
    for layer in GRADED:
        op.drop_constraint(op.f(f"ck_{layer}_raised"), layer)
        op.drop_column(layer, "displayed_grade")
        op.drop_column(layer, "raised")
