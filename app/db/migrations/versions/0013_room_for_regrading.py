"""Room on every page of a graded layer for a new version of its rows."""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRADED = (
    "risk_points", "pipelines", "road_segments", "vessels", "vessel_tracks", "major_hazards",
)  # fmt: skip


def upgrade() -> None:
    """Set it for what is written from now on; rows that stand are not moved."""
    for layer in GRADED:
        op.execute(f"ALTER TABLE {layer} SET (fillfactor = 50)")


def downgrade() -> None:
    """Take the setting back."""
    for layer in GRADED:
        op.execute(f"ALTER TABLE {layer} RESET (fillfactor)")
