"""GeoParquet 1.1: WKB geometry, a box for every feature so that readers can skip row groups."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from app.exports.form import Form, Order
from app.exports.parts.arrow_table import projection, record_batches, schema_of
from app.exports.parts.origin import as_text, origin_of

EDGES = ("xmin", "ymin", "xmax", "ymax")

BOX = pa.struct([(edge, pa.float64()) for edge in EDGES])


def filled(order: Order, file: Path) -> None:
    """Write the file; its metadata hold what the rows turned out to be."""
    origin, schema = origin_of(order), schema_of(order)
    whole = schema.append(pa.field("bbox", BOX))
    kinds: set[str] = set()
    count = 0
    with pq.ParquetWriter(file, whole, compression="zstd") as writer:
        for batch in record_batches(order, schema):
            shapes = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False))
            kinds |= {each.geom_type for each in shapes if each is not None}
            writer.write_batch(
                pa.RecordBatch.from_arrays([*batch.columns, _boxes(shapes)], schema=whole)
            )
            count += batch.num_rows
        writer.add_key_value_metadata({
            "geo": json.dumps(_geo(order, sorted(kinds))),
            "riskmap": as_text({**origin, "count": count}),
        })  # fmt: skip


def _boxes(shapes: Any) -> pa.Array:
    edges = shapely.bounds(shapes).reshape(-1, 4)
    missing = np.isnan(edges[:, 0])
    columns = [pa.array(edges[:, number]) for number in range(len(EDGES))]
    return pa.StructArray.from_arrays(columns, fields=list(BOX), mask=pa.array(missing))


def _geo(order: Order, kinds: list[str]) -> dict[str, Any]:
    """The `geo` metadata. Source: GeoParquet specification 1.1.0."""
    column = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": projection(order.shape.crs).to_json_dict(),
        "covering": {"bbox": {edge: ["bbox", edge] for edge in EDGES}},
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


FORM = Form(
    media_type="application/vnd.apache.parquet",
    ending="parquet",
    told_in="key riskmap of the file metadata",
    filled=filled,
)
