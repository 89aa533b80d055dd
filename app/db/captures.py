"""Tables of what inspectors send from the field."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from app.db.tables import METADATA

CAPTURES = Table(
    "captures",
    METADATA,
    Column("key", Uuid, primary_key=True),
    Column("layer", Text, nullable=False),
    Column("fid", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("accuracy_m", Double),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)
"""What inspectors' phones sent, by the key that the phone made: the same key is written once."""

CAPTURE_PHOTOS = Table(
    "capture_photos",
    METADATA,
    Column("key", Uuid, ForeignKey("captures.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)
"""Photos of captures as JPEG; `sha256` is that of what the phone sent."""
