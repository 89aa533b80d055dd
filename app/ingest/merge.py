"""Rows of an import or a capture into their layer: staged, merged, and what follows computed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.analyses.follow import follow
from app.city import City
from app.ingest.feed import Batch
from app.ingest.load import Staging
from app.ingest.report import Report
from layers.declare import Layer


def stage(
    connection: Connection,
    batches: Iterable[Batch],
    fields: Sequence[str],
    layer: Layer,
    report: Report,
    sparse: Sequence[str] = (),
) -> Staging:
    """Put rows beside the layer's table; those that repeat a key are told in the report.

    Args:
        connection: In the transaction that writes.
        batches: Valid rows, taken as they come.
        fields: Fields that they bring; the others stay as they are.
        layer: Where they shall go.
        report: Told what is refused.
        sparse: Fields among them that only some rows bring; empty ones leave what is there.
    """
    staging = Staging(connection, layer, fields, sparse)
    staging.fill(batches)
    for rejection in staging.drop_repeated():
        report.reject(rejection)
    return staging


def merge(staging: Staging, layers: dict[str, Layer], report: Report) -> None:
    """Write what is staged into the layer's table; the report counts it."""
    staging.place_in(layers["townships"])
    loaded = staging.merge()
    report.added, report.changed = loaded.added, loaded.changed
    report.unchanged = loaded.staged - loaded.added - loaded.changed
    report.unlocated = loaded.unlocated


def compute(connection: Connection, layers: dict[str, Layer], report: Report, city: City) -> None:
    """Compute what follows where rows were added or changed; the report tells it."""
    if report.added or report.changed:
        report.warnings.extend(follow(connection, layers[report.layer], layers, city))
