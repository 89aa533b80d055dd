"""What phones send is written once: its key is remembered with a digest of what was said."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from app.db.captures import CAPTURES
from app.db.tables import table_of
from app.errors import CaptureDiffers
from layers.declare import Layer


@dataclass(frozen=True)
class Sent:
    """Something that a phone sent.

    Attributes:
        key: Made by the phone; the same key is the same thing.
        layer: Id of the layer that it goes to.
        code: Number that it has there.
        digest: SHA-256 of what was said.
        actor: Who says it.
        seen_at: When it was seen.
        accuracy_m: Radius within which the phone was; None: not said.
    """

    key: UUID
    layer: str
    code: str
    digest: str
    actor: str
    seen_at: datetime
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Captured:
    """What was sent and is in its register; `new` where this call wrote it."""

    layer: str
    fid: int
    code: str
    new: bool


def digest_of(said: Any) -> str:
    """SHA-256 of something that can be JSON, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def known(connection: Connection, sent: Sent) -> Captured | None:
    """Find what the key made before; None where it is new. Others with the same key wait.

    Raises:
        CaptureDiffers: The key belongs to something else.
    """
    # The turn is that of a layer; the same key may come for another one at the same time.
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(sent.key)))))
    row = connection.execute(select(CAPTURES).where(CAPTURES.c.key == sent.key)).one_or_none()
    if row is None:
        return None
    if row.sha256 != sent.digest:
        raise CaptureDiffers(
            f"the key {sent.key} belongs to {row.code}, which says something else; "
            "a change takes a new key 该编号已用于另一条上报"
        )
    return Captured(row.layer, row.fid, row.code, new=False)


def remember(connection: Connection, sent: Sent, layer: Layer) -> Captured:
    """Note what the key made, in the transaction that wrote it."""
    table = table_of(layer)
    fid = connection.execute(select(table.c.fid).where(table.c.code == sent.code)).scalar_one()
    connection.execute(
        insert(CAPTURES).values(
            key=sent.key, layer=sent.layer, fid=fid, code=sent.code, actor=sent.actor,
            sha256=sent.digest, seen_at=sent.seen_at, accuracy_m=sent.accuracy_m,
        )
    )  # fmt: skip
    return Captured(sent.layer, fid, sent.code, new=True)
