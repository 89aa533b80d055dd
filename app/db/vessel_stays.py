"""The table of stays in port."""

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, DateTime, Integer, Table, Text

from app.db.tables import METADATA

VESSEL_STAYS = Table(
    "vessel_stays",
    METADATA,
    Column("mmsi", Text, primary_key=True),
    Column("started_at", DateTime(timezone=True), primary_key=True),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("port", Text),
    Column("positions", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("geom", Geometry("LINESTRINGM", srid=4326, dimension=3, spatial_index=False)),
    CheckConstraint("ST_IsValidTrajectory(geom)", name="trajectory"),
)
"""Stays in port between the tracks of vessels, with every position: no voyages, so no layer.

A stay begins with the last position of the track before it and ends with the first of the track
after it; both together are the way of a vessel between two silences.
"""
