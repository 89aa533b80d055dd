"""Alembic's entry: the metadata is that of the declared layers."""

from collections.abc import Iterable
from typing import Any

from alembic import context
from alembic.operations import ops
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from app.db.captures import CAPTURES
from app.db.tables import tables_of
from app.db.vessel_stays import VESSEL_STAYS
from layers.registry import LAYERS

METADATA = tables_of(LAYERS)
# Declared in files of their own, on the same metadata.
assert CAPTURES.metadata is VESSEL_STAYS.metadata is METADATA


def include_object(
    thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any
) -> bool:
    """Leave out what PostGIS keeps for itself, and the monthly parts of partitioned tables."""
    if kind == "table" and reflected and compare_to is None and name is not None:
        parts = [layer.id for layer in LAYERS.values() if layer.partitioned]
        if any(name.startswith(f"{part}_") and name not in METADATA.tables for part in parts):
            return False
    return bool(
        alembic_helpers.include_object(thing, name, kind, reflected, compare_to)  # type: ignore[no-untyped-call]
    )


def keep_new_layers(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Let a generated revision attach the triggers that keep a new layer's versions and history."""
    for directive in directives:
        upgrade = directive.upgrade_ops
        if upgrade is None:
            continue
        created = {part.table_name for part in upgrade.ops if isinstance(part, ops.CreateTableOp)}
        upgrade.ops.extend(_attachments(created))


def _attachments(created: Iterable[str]) -> list[ops.ExecuteSQLOp]:
    return [
        ops.ExecuteSQLOp(f"SELECT attach_layer('{name}')")
        for name in sorted(created)
        if name in LAYERS
    ]


def run(connection: Connection) -> None:
    """Carry out the migrations on a connection that the caller opened."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=include_object,
        process_revision_directives=keep_new_layers,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
