"""300 MB in one cell are refused where they stand; a book that links to others is read without."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from sqlalchemy import Engine

from app.ingest.readers.json_bounds import Bounds
from tests.builders import load, row
from tests.ingest.bombs import READ, bomb, noise
from tests.ingest.sheets import HEADERS, ROW, frame, workbook

LONG = 300 * 10**6
"""Bytes of one cell."""

WAIT_S = 30
"""What refusing such a cell may take on a busy machine; alone it takes less than two seconds."""


def long_inline(path: Path) -> Path:
    """A workbook whose sheet keeps a long text in a cell, not among those that cells share."""
    bomb(path, "xl/worksheets/sheet1.xml", b'<row><c t="inlineStr"><is><t>' + noise(LONG), 1)
    return path


def long_json(path: Path) -> Path:
    """A text with quotes in it."""
    with path.open("wb") as stream:
        stream.write(b'{"type":"FeatureCollection","features":[{"properties":{"code":"')
        for _ in range(300):
            stream.write(b'abcd\\"efgh' * 10**5)
        stream.write(b'"}}]}')
    return path


def long_column(path: Path) -> Path:
    """A layer with a text that lies in the pages that follow its row."""
    frame().to_file(path, layer="points", driver="GPKG")
    with closing(sqlite3.connect(path)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE points SET name = ? WHERE fid = 2", ("a" * LONG,))
    return path


def long_parquet(path: Path) -> Path:
    """A text that packs to 14 MB."""
    table = pa.table({"code": ["P1", "P2"], "name": ["a" * LONG, "b"]})
    parquet.write_table(table, path, use_dictionary=False, write_statistics=False)
    return path


@pytest.mark.parametrize(
    ("make", "name", "where"),
    [(long_inline, "inline.xlsx", "xl/worksheets/sheet1.xml"),
     (long_json, "long.geojson", "at byte 62"),
     (long_column, "long.gpkg", "column 'name' of layer 'points'"),
     (long_parquet, "long.parquet", "column 'name'")],
)  # fmt: skip
def test_cell_of_300_mb_is_refused_with_its_place_in_little_memory_and_time(
    tmp_path: Path, make: Callable[[Path], Path], name: str, where: str
) -> None:
    path = make(tmp_path / name)
    ran = subprocess.run([sys.executable, "-c", READ, str(path)], timeout=WAIT_S,
                         capture_output=True, text=True, check=True)  # fmt: skip
    words, beyond_mb = json.loads(ran.stdout)[str(path)]
    assert where in words
    assert words.startswith(f"{name}: ")
    assert beyond_mb < 100, words


PIECES = st.lists(
    st.sampled_from(['\\"', "\\\\", '"', "[", "]", "a", "罐", ",", " "]), max_size=30
).map("".join)


@given(st.lists(PIECES, max_size=5), st.integers(1, 7))
def test_longest_text_of_json_is_found_wherever_the_pieces_end(texts: list[str], size: int) -> None:
    content = json.dumps(texts, ensure_ascii=False).encode()
    bounds = Bounds()
    for at in range(0, len(content), size):
        bounds.take(content[at : at + size])
    written = [len(json.dumps(text, ensure_ascii=False).encode()) - 1 for text in texts]
    assert bounds.longest == max(written, default=0)


KINDS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PART = b"""<Override PartName="/xl/externalLinks/externalLink1.xml"
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>"""

RELATION = (
    b"""<Relationship Id="rId99" Target="externalLinks/externalLink1.xml"
Type="%s/externalLink"/>"""
    % KINDS
)

REFERENCE = (
    b"""<externalReferences><externalReference xmlns:r="%s" r:id="rId99"/>
</externalReferences>"""
    % KINDS
)

LINK = b"""<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<externalBook r:id="rId1"><sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>"""

TARGET = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" TargetMode="External" Target="http://127.0.0.1:1/secret.xlsx"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>
</Relationships>"""


def test_workbook_with_a_part_for_links_to_others_is_read_without_them(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """As Excel writes it: the cell keeps the value that it had when the other book was open."""
    path = workbook(tmp_path / "plain.xlsx", [HEADERS, ROW])
    linked = tmp_path / "linked.xlsx"
    changes = {
        "[Content_Types].xml": (
            b"</Types>",
            PART + b"</Types>",
        ),
        "xl/_rels/workbook.xml.rels": (
            b"</Relationships>",
            RELATION + b"</Relationships>",
        ),
        "xl/workbook.xml": (
            b"</sheets>",
            b"</sheets>" + REFERENCE,
        ),
        "xl/worksheets/sheet1.xml": (b"<v>121.15</v>", b"<f>[1]S!A1</f><v>121.15</v>"),
    }
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(linked, "w") as new:
        for name in old.namelist():
            was, becomes = changes.get(name, (b"", b""))
            content = old.read(name)
            assert was in content, name
            new.writestr(name, content.replace(was, becomes) if was else content)
        new.writestr("xl/externalLinks/externalLink1.xml", LINK)
        new.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", TARGET)
    report = load(empty_engine, "risk_points", linked)
    assert (report.added, report.rejected) == (1, 0), report.rejects
    assert row(empty_engine, "risk_points", code="P1")["wkt"] == "POINT(121.15 30.04)"
