"""vessel_events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0050"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "live_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_messages")),
    )
    op.create_table(
        "sea_zones",
        sa.Column("fid", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gear", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_sea_zones")),
        sa.UniqueConstraint("code", name=op.f("uq_sea_zones_code")),
    )
    op.create_index(
        "gg_sea_zones",
        "sea_zones",
        [sa.literal_column("geography(geom)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "gx_sea_zones_geom", "sea_zones", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "gx_sea_zones_geom_3857", "sea_zones", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "sea_zones_history",
        sa.Column("fid", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gear", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
    op.create_index(op.f("ix_sea_zones_history_fid"), "sea_zones_history", ["fid"], unique=False)
    op.create_index(
        op.f("ix_sea_zones_history_replaced_at"), "sea_zones_history", ["replaced_at"], unique=False
    )
    op.create_table(
        "vessel_events",
        sa.Column("fid", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mmsi", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("other_mmsi", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
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
                geometry_type="POINT",
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
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("grade_method", sa.Text(), nullable=True),
        sa.Column("rule_set", sa.Text(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Uuid(), nullable=True),
        sa.Column("raised", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "displayed_grade",
            sa.SmallInteger(),
            sa.Computed(
                "CASE WHEN grade IS NOT NULL THEN greatest(grade - raised, 1) END", persisted=True
            ),
            nullable=True,
        ),
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
        sa.CheckConstraint("grade BETWEEN 1 AND 4", name=op.f("ck_vessel_events_grade")),
        sa.CheckConstraint("raised >= 0", name=op.f("ck_vessel_events_raised")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_vessel_events")),
        sa.UniqueConstraint("code", name=op.f("uq_vessel_events_code")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "gx_vessel_events_geom", "vessel_events", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "gx_vessel_events_geom_3857",
        "vessel_events",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index("ix_vessel_events_grade_fid", "vessel_events", ["grade", "fid"], unique=False)
    op.create_table(
        "vessel_events_history",
        sa.Column("fid", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mmsi", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("other_mmsi", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("township_code", sa.Text(), nullable=True),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("grade_method", sa.Text(), nullable=True),
        sa.Column("rule_set", sa.Text(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Uuid(), nullable=True),
        sa.Column("raised", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("displayed_grade", sa.SmallInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
    )
    op.create_index(
        op.f("ix_vessel_events_history_fid"), "vessel_events_history", ["fid"], unique=False
    )
    op.create_index(
        op.f("ix_vessel_events_history_replaced_at"),
        "vessel_events_history",
        ["replaced_at"],
        unique=False,
    )
    op.add_column("vessels", sa.Column("skipper", sa.Text(), nullable=True))
    op.add_column("vessels", sa.Column("skipper_phone", sa.Text(), nullable=True))
    op.add_column("vessels", sa.Column("vessel_group", sa.Text(), nullable=True))
    op.add_column("vessels", sa.Column("wind_limit", sa.Integer(), nullable=True))
    op.add_column("vessels_history", sa.Column("skipper", sa.Text(), nullable=True))
    op.add_column("vessels_history", sa.Column("skipper_phone", sa.Text(), nullable=True))
    op.add_column("vessels_history", sa.Column("vessel_group", sa.Text(), nullable=True))
    op.add_column("vessels_history", sa.Column("wind_limit", sa.Integer(), nullable=True))
    op.execute("SELECT let_read('live_messages')")
    op.execute("SELECT attach_layer('sea_zones')")
    op.execute("SELECT attach_layer('vessel_events')")


def downgrade() -> None:
    """Drop the tables."""
    op.drop_column("vessels_history", "wind_limit")
    op.drop_column("vessels_history", "vessel_group")
    op.drop_column("vessels_history", "skipper_phone")
    op.drop_column("vessels_history", "skipper")
    op.drop_column("vessels", "wind_limit")
    op.drop_column("vessels", "vessel_group")
    op.drop_column("vessels", "skipper_phone")
    op.drop_column("vessels", "skipper")
    op.drop_index(op.f("ix_vessel_events_history_replaced_at"), table_name="vessel_events_history")
    op.drop_index(op.f("ix_vessel_events_history_fid"), table_name="vessel_events_history")
    op.drop_table("vessel_events_history")
    op.drop_index("ix_vessel_events_grade_fid", table_name="vessel_events")
    op.drop_index("gx_vessel_events_geom_3857", table_name="vessel_events", postgresql_using="gist")
    op.drop_index("gx_vessel_events_geom", table_name="vessel_events", postgresql_using="gist")
    op.drop_table("vessel_events")
    op.drop_index(op.f("ix_sea_zones_history_replaced_at"), table_name="sea_zones_history")
    op.drop_index(op.f("ix_sea_zones_history_fid"), table_name="sea_zones_history")
    op.drop_table("sea_zones_history")
    op.drop_index("gx_sea_zones_geom_3857", table_name="sea_zones", postgresql_using="gist")
    op.drop_index("gx_sea_zones_geom", table_name="sea_zones", postgresql_using="gist")
    op.drop_index("gg_sea_zones", table_name="sea_zones", postgresql_using="gist")
    op.drop_table("sea_zones")
    op.drop_table("live_messages")
