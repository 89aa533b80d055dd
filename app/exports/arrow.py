"""Arrow IPC stream with geoarrow.wkb geometry: frames that load at once."""

import json
from collections.abc import Iterator
from io import BytesIO

import pyarrow as pa

from app.exports.form import Form, Order
from app.exports.parts.arrow_table import record_batches, schema_of
from app.exports.parts.origin import origin_of


def streamed(order: Order) -> Iterator[bytes]:
    """The stream batch by batch."""
    told = {"riskmap": json.dumps(origin_of(order), ensure_ascii=False)}
    schema = schema_of(order)
    sink = BytesIO()
    with pa.ipc.new_stream(sink, schema.with_metadata(told)) as writer:
        for batch in record_batches(order, schema):
            writer.write_batch(batch)
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content


FORM = Form(
    media_type="application/vnd.apache.arrow.stream",
    ending="arrows",
    told_in="schema metadata, key riskmap",
    streamed=streamed,
)
