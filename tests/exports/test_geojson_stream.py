"""Exports are whole or show that they are not, whatever the chunks in which rows come."""

import csv
import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from app.db.copy import copied
from app.db.engine import reading
from app.errors import StatementTooSlow
from app.exports import geojson
from app.exports.parts.arrow_table import blocks
from app.queries.feature import Shape, every
from app.queries.where import Where
from layers.registry import LAYERS
from tests.builders import add, service

ORIGIN = {"name": "risk_points", "title": "风险点", "licence": "CC0-1.0"}

ODD = 'a"b\\c\n\t\r\x01\x02\x7f,;\u2028余姚😀</script>\\.'


def chunks_of(content: bytes, cuts: list[int]) -> Iterator[bytes]:
    """Content in pieces that end anywhere."""
    edges = [0, *sorted({cut % (len(content) + 1) for cut in cuts}), len(content)]
    return (content[start:end] for start, end in pairwise(edges) if end > start)


@given(many=st.integers(0, 6), cuts=st.lists(st.integers(0, 500), max_size=12))
def test_any_chunks_make_the_same_valid_file(many: int, cuts: list[int]) -> None:
    rows = "".join(f'{{"type":"Feature","id":{n},"properties":{{}},"geometry":null}}\n'
                   for n in range(many)).encode()  # fmt: skip
    told = json.loads(b"".join(geojson.written(chunks_of(rows, cuts), ORIGIN)))
    assert [each["id"] for each in told["features"]] == list(range(many))
    assert told["numberReturned"] == many
    assert told["sha256"] == hashlib.sha256(rows).hexdigest()
    assert told["complete"] is True


def test_file_that_was_cut_off_is_no_json() -> None:
    def breaking() -> Iterator[bytes]:
        yield b'{"type":"Feature","id":1,"properties":{},"geometry":null}\n'
        raise StatementTooSlow("cut")

    parts = []
    with pytest.raises(StatementTooSlow):
        parts.extend(geojson.written(breaking(), ORIGIN))
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join(parts))


def test_odd_text_comes_out_as_it_went_in(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        add(connection, "risk_points", "POINT(121 30)", name=ODD)
    url = empty_engine.url.render_as_string(hide_password=False)
    with service(url) as client:
        for f in ("geojson", "geojsonseq"):
            answer = client.get(f"/api/collections/risk_points/export?f={f}")
            assert answer.status_code == 200
            told = json.loads(answer.content)
            found = told["features"][0] if f == "geojson" else told
            assert found["properties"]["name"] == ODD
        item = client.get("/api/collections/risk_points/items").json()["features"][0]
        assert item["properties"]["name"] == ODD


def test_nothing_an_empty_text_and_odd_texts_stay_apart_in_typed_formats(
    empty_engine: Engine,
) -> None:
    with empty_engine.begin() as connection:
        for name, address in ((ODD, ""), ("余\r\n姚", None), ("\\N", "\\."), ('"', "NULL")):
            add(connection, "risk_points", None, name=name, address=address)
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        content = client.get("/api/collections/risk_points/export?f=arrow").content
    told = pa.ipc.open_stream(content).read_all().select(["name", "address"]).to_pylist()
    assert [tuple(each.values()) for each in told] == [
        (ODD, ""), ("余\r\n姚", None), ("\\N", "\\."), ('"', "NULL"),
    ]  # fmt: skip


CELL = st.text(alphabet='a,"\n\r余\\', max_size=6)


@given(
    cells=st.lists(st.tuples(CELL, CELL), max_size=12),
    cuts=st.lists(st.integers(0, 400), max_size=8),
    least=st.integers(1, 60),
)
def test_blocks_of_cells_hold_whole_rows_wherever_chunks_end(
    cells: list[tuple[str, str]], cuts: list[int], least: int
) -> None:
    sheet = StringIO()
    csv.writer(sheet, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(cells)
    content = sheet.getvalue().encode()
    found = list(blocks(chunks_of(content, cuts), least))
    assert b"".join(found) == content
    rows = [row for each in found for row in csv.reader(StringIO(each.decode(), newline=""))]
    assert list(map(tuple, rows)) == cells
    assert all(found)


def test_reader_that_stops_early_leaves_the_connections_usable(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO vessels (mmsi, name, geom) SELECT lpad(n::text, 9, '0'), "
                "repeat('x', 500), ST_Point(122, 30, 4326) FROM generate_series(1, 3000) AS n"
            )
        )
    url = empty_engine.url.render_as_string(hide_password=False)
    engine = reading(url, connections=1, timeout_ms=20_000)
    statement = every(LAYERS["vessels"], Where(), Shape())
    for _ in range(3):
        rows = copied(engine, statement)
        assert next(rows)
        rows.close()  # type: ignore[attr-defined]
    assert sum(chunk.count(b"\n") for chunk in copied(engine, statement)) == 3000
    engine.dispose()


def test_empty_layer_exports_an_empty_collection(empty_engine: Engine) -> None:
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        told = client.get("/api/collections/pipelines/export").json()
    assert (told["features"], told["numberReturned"], told["complete"]) == ([], 0, True)


def test_unlocated_feature_has_a_null_geometry(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        add(connection, "risk_points", None)
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        told = client.get("/api/collections/risk_points/export").json()
        assert [each["geometry"] for each in told["features"]] == [None]
        assert client.get("/api/collections/risk_points/items").json()["numberMatched"] == 1
        assert client.get("/api/tiles/risk_points/0/0/0.mvt").status_code == 204
