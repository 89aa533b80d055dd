"""Features as Arrow record batches, geometry as WKB with its reference system."""

import json
from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa
from pyarrow import csv
from pyproj import CRS

from app.crs import CRS84, Crs
from app.db.copy import CELLS, copied
from app.exports.form import Order
from app.queries.source import GRADES
from app.queries.table import columns_of, table
from layers.declare import Layer

KINDS: dict[type, pa.DataType] = {
    str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}  # fmt: skip

BLOCK_BYTES = 1 << 21
"""Cells that are read at once."""

QUOTE = b'"'


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
    """The features of an order, some thousands at a time; the same data give the same batches.

    The database writes cells and Arrow reads them: no row becomes an object of Python.
    """
    statement = table(order.layer, order.where, order.shape.crs, order.shape.properties)
    cells = copied(order.engine, statement, form=CELLS)
    for block in blocks(cells, BLOCK_BYTES):
        yield _read(block, schema)


def blocks(chunks: Iterator[bytes], least: int) -> Iterator[bytes]:
    r"""CSV in blocks of whole rows: as many as there are once so many bytes are held.

    A line end within quotes ends no row.

    >>> list(blocks(iter([b'1,"a', b'\n"\n2', b',b\n3,c\n']), 4))
    [b'1,"a\n"\n', b'2,b\n3,c\n']
    """
    held = bytearray()
    for chunk in chunks:
        held += chunk
        end = _last_row_end(held) if len(held) >= least else 0
        if end:
            yield bytes(held[:end])
            del held[:end]
    if held:
        yield bytes(held)


def _last_row_end(held: bytearray) -> int:
    """Behind the last line end that is not within quotes; 0: there is none."""
    end, quotes = len(held), held.count(QUOTE)
    while end > 0:
        before = held.rfind(b"\n", 0, end)
        quotes -= held.count(QUOTE, before + 1, end)
        if before >= 0 and quotes % 2 == 0:
            return before + 1
        end = before
    return 0


def _read(block: bytes, schema: pa.Schema) -> pa.RecordBatch:
    names = schema.names
    kinds = {each.name: each.type for each in schema} | {"geometry": pa.string()}
    found = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            column_names=names, use_threads=False, block_size=len(block) + 1
        ),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=kinds, null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=False, true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip
    columns = [found.column(name).combine_chunks() for name in names[:-1]]
    # Bytes are written as \\x0101…
    places = [
        None if each is None else bytes.fromhex(each[2:])
        for each in found.column("geometry").to_pylist()
    ]
    return pa.RecordBatch.from_arrays([*columns, pa.array(places, pa.binary())], schema=schema)


def reader_of(order: Order) -> pa.RecordBatchReader:
    """The same as a reader that libraries take."""
    schema = schema_of(order)
    return pa.RecordBatchReader.from_batches(schema, record_batches(order, schema))
