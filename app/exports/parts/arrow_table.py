"""Features as Arrow record batches, geometry as WKB with its reference system."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from pyproj import CRS

from app.crs import CRS84, Crs
from app.db.batches import batches
from app.exports.form import Order
from app.queries.source import GRADES
from app.queries.table import columns_of, table
from layers.declare import Layer

KINDS: dict[type, pa.DataType] = {
    str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}  # fmt: skip


def projection(crs: Crs) -> CRS:
    """The reference system as PROJ knows it."""
    return CRS.from_user_input("OGC:CRS84" if crs.uri == CRS84 else crs.srid)


def schema_of(order: Order) -> pa.Schema:
    """Columns of an order: the published properties typed, and `geometry` as geoarrow.wkb."""
    names = columns_of(order.layer, order.shape.properties)
    crs = {"crs": projection(order.shape.crs).to_json_dict(), "crs_type": "projjson"}
    extension = {
        "ARROW:extension:name": "geoarrow.wkb",
        "ARROW:extension:metadata": json.dumps(crs),
    }
    return pa.schema(
        [
            *(pa.field(name, _kind(order.layer, name)) for name in names),
            pa.field("geometry", pa.binary(), metadata=extension),
        ]
    )


def _kind(layer: Layer, name: str) -> pa.DataType:
    if name == "fid":
        return pa.int64()
    if name in GRADES:
        return pa.int16()
    facts = layer.fields.get(name)
    return pa.string() if facts is None else KINDS[facts.kind]


def record_batches(order: Order, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The features of an order, some thousands at a time."""
    statement = table(order.layer, order.where, order.shape.crs, order.shape.properties)
    for rows in batches(order.engine, statement):
        columns: Any = zip(*rows, strict=True)
        arrays = [
            pa.array(list(map(_plain, column)), each.type)
            for column, each in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def reader_of(order: Order) -> pa.RecordBatchReader:
    """The same as a reader that libraries take."""
    schema = schema_of(order)
    return pa.RecordBatchReader.from_batches(schema, record_batches(order, schema))
