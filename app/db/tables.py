"""From a layer's declaration to its tables.

Every layer has a table of its own and, where earlier states are kept, a history table with the
same columns. Geometry is stored as delivered in EPSG:4326; what tiles and metric work need is
derived by the database in generated columns.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from layers.declare import FieldFacts, Layer

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; those of layers join when `tables_of` is called."""

TYPES: dict[type, Any] = {
    str: Text, int: Integer, float: Double, bool: Boolean, date: Date,
    datetime: DateTime(timezone=True),
}  # fmt: skip
"""The only map from Python types to columns."""

LAYER_VERSIONS = Table(
    "layer_versions",
    METADATA,
    Column("layer", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""One row a layer, raised by trigger once a statement: ETag and cache key."""

CELLS = Table(
    "cells",
    METADATA,
    Column("layer", Text, primary_key=True),
    Column("level", SmallInteger, primary_key=True),
    Column("x", Integer, primary_key=True),
    Column("y", Integer, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("n", "n0", "n1", "n2", "n3", "n4")),
)
"""Features counted by cell of a Web Mercator grid and by grade, kept up to date by trigger.

Cell x, y of a level is the tile x, y of that zoom; n0 counts the unassessed.
"""

ASSESSMENTS = Table(
    "assessments",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("content", JSONB, nullable=False),
)
"""Every assessment ever made, once; rows of layers and of histories name theirs.

Many features share one: the 252 combinations of LEC grade a million points. The id is a digest of
the content, so that the same content always has the same id.
"""

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("layer", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("crs", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("report", JSONB, nullable=False),
    Column("mapping", JSONB),
    Column("last_fid", BigInteger),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
)
"""Every import that was carried out, with its report.

`imported_at` is the `changed_at` of every row that it wrote, and the `replaced_at` of every earlier
state: by these an import is undone. `mapping` is header to field. `last_fid` is the highest id of
the layer before, told only where no history is kept: what is above it was added.
"""


FILLFACTOR = 50
"""Per cent of a page that an insert fills in a graded layer.

A new version of every row finds room beside the old one, so that a regrading touches no index:
twice as fast for all rows of a layer, for a table twice as large (docs/benchmarks.md).
"""

LIVE_MESSAGES = Table(
    "live_messages",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
)
"""What open maps are told: positions, events, warnings; written in turn, so ids rise with time."""

NET_BEACONS = Table(
    "net_beacons",
    METADATA,
    Column("mmsi", Text, primary_key=True),
    Column("sign", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)
"""Numbers that are net beacons (网位仪) and no vessels, and by what that was told."""

ANALYSIS_RUNS = Table(
    "analysis_runs",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("analysis", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("rule_sets", JSONB, nullable=False),
    Column("result", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    Index("ix_analysis_runs_analysis_id", "analysis", "id"),
)
"""Every analysis that was carried out: by what, what was found and why, what changed."""


@cache
def table_of(layer: Layer) -> Table[Any]:
    """The table of a layer's present features."""
    when = layer.instant if layer.partitioned else None
    options: dict[str, Any] = {"postgresql_partition_by": f"RANGE ({when})"} if when else {}
    if layer.graded:
        options["postgresql_with"] = {"fillfactor": FILLFACTOR}
    return Table(
        layer.id,
        METADATA,
        Column("fid", BigInteger, Identity(), primary_key=True),
        *(_column(facts, primary_key=facts.name == when) for facts in layer.fields.values()),
        *_geometry(layer),
        *_derived(layer),
        *_grade(layer),
        *_instants(layer),
        *_change(),
        *_indexes(layer),
        UniqueConstraint(*layer.key),
        **options,
    )


@cache
def history_of(layer: Layer) -> Table[Any]:
    """The table of a layer's earlier states, each true in [changed_at, replaced_at)."""
    return Table(
        f"{layer.id}_history",
        METADATA,
        Column("fid", BigInteger, nullable=False, index=True),
        *(_column(facts) for facts in layer.fields.values()),
        *_geometry(layer),
        Column("township_code", Text),
        *_grade(layer, past=True),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("changed_by", Text),
        Column("replaced_at", DateTime(timezone=True), nullable=False, index=True),
        Column("replaced_by", Text),
        Column("reason", Text),
    )


def tables_of(layers: dict[str, Layer]) -> MetaData:
    """The metadata with the tables of every layer in it; for migrations."""
    for layer in layers.values():
        table_of(layer)
        if layer.kept:
            history_of(layer)
    return METADATA


def _column(facts: FieldFacts, *, primary_key: bool = False) -> Column[Any]:
    kind = TYPES[facts.kind]
    if primary_key:
        return Column(facts.name, kind, primary_key=True)
    return Column(facts.name, kind, nullable=facts.nullable)


def _geometry(layer: Layer) -> tuple[Column[Any], ...]:
    return (Column("geom", geometry_type(layer, 4326)),)


def geometry_type(layer: Layer, srid: int) -> Geometry:
    """The column type of a layer's geometry; indexes are declared apart."""
    if layer.geometry == "LineStringM":
        return Geometry("LINESTRINGM", srid=srid, dimension=3, spatial_index=False)
    return Geometry(layer.geometry.upper(), srid=srid, spatial_index=False)


def _derived(layer: Layer) -> tuple[Column[Any], ...]:
    township = Column("township_code", Text)
    if layer.partitioned:
        # Millions of rows, drawn seldom: a second geometry with its index would double the cost of
        # every row that comes.
        return (township,)
    flat = "ST_Force2D(geom)" if layer.geometry == "LineStringM" else "geom"
    kind = "LINESTRING" if layer.geometry == "LineStringM" else layer.geometry.upper()
    mercator = Column(
        "geom_3857",
        Geometry(kind, srid=3857, spatial_index=False),
        Computed(f"ST_Transform({flat}, 3857)", persisted=True),
    )
    return (mercator, township)


DISPLAYED = "CASE WHEN grade IS NOT NULL THEN greatest(grade - raised, 1) END"
"""The grade that is shown beside the assessed one; what is not assessed is not raised."""


def _grade(layer: Layer, *, past: bool = False) -> tuple[Any, ...]:
    """Columns of the assessed grade, and by how many grades something open raises it."""
    if not layer.graded:
        return ()
    columns = (
        Column("grade", SmallInteger),
        Column("grade_method", Text),
        Column("rule_set", Text),
        Column("rule_version", Text),
        Column("assessment", Uuid),
        Column("raised", SmallInteger, nullable=False, server_default=text("0")),
    )
    if past:
        return (*columns, Column("displayed_grade", SmallInteger))
    return (
        *columns,
        Column("displayed_grade", SmallInteger, Computed(DISPLAYED, persisted=True)),
        CheckConstraint("grade BETWEEN 1 AND 4", name="grade"),
        CheckConstraint("raised >= 0", name="raised"),
    )


def _instants(layer: Layer) -> tuple[CheckConstraint, ...]:
    """A line with instants is one only while they rise: closest approaches need it so."""
    if layer.geometry != "LineStringM":
        return ()
    return (CheckConstraint("ST_IsValidTrajectory(geom)", name="trajectory"),)


def _change() -> tuple[Column[Any], ...]:
    return (
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("changed_by", Text, server_default=text("current_setting('riskmap.actor', true)")),
    )


def _indexes(layer: Layer) -> tuple[Index, ...]:
    spatial = ("geom",) if layer.partitioned else ("geom", "geom_3857")
    indexes = [Index(f"gx_{layer.id}_{name}", name, postgresql_using="gist") for name in spatial]
    if layer.geometry != "Point":
        on_ellipsoid = text("geography(geom)")
        indexes.append(Index(f"gg_{layer.id}", on_ellipsoid, postgresql_using="gist"))
    if layer.graded:
        indexes.append(Index(f"ix_{layer.id}_grade_fid", "grade", "fid"))
    for _, name in layer.raising.at if layer.raising else ():
        indexes.append(Index(f"ix_{layer.id}_{name}", name))
    if layer.partitioned and layer.instant:
        name = f"bx_{layer.id}_{layer.instant}"
        indexes.append(Index(name, layer.instant, postgresql_using="brin"))
    return tuple(indexes)
