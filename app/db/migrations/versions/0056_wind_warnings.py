"""wind_warnings: where, from when to when, and which force."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0056"
down_revision: str | None = "0054"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "wind_warnings",
        sa.Column("fid", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("beaufort", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "geom_3857",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.Column("township_code", sa.Text(), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_by",
            sa.Text(),
            server_default=sa.text("current_setting('riskmap.actor', true)"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_wind_warnings")),
        sa.UniqueConstraint("code", name=op.f("uq_wind_warnings_code")),
    )
    op.create_index(
        "gg_wind_warnings",
        "wind_warnings",
        [sa.literal_column("geography(geom)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "gx_wind_warnings_geom", "wind_warnings", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "gx_wind_warnings_geom_3857",
        "wind_warnings",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_table(
        "wind_warnings_history",
        sa.Column("fid", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("beaufort", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("township_code", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
    )
    op.create_index(
        op.f("ix_wind_warnings_history_fid"), "wind_warnings_history", ["fid"], unique=False
    )
    op.create_index(
        op.f("ix_wind_warnings_history_replaced_at"),
        "wind_warnings_history",
        ["replaced_at"],
        unique=False,
    )
    op.execute("SELECT attach_layer('wind_warnings')")


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("wind_warnings_history")
    op.drop_table("wind_warnings")
