"""300 MB in one cell are refused where they stand; a book that links to others is read without."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.read import endings, read
from app.ingest.readers.json_bounds import Bounds
from app.ingest.readers.xml_bounds import holds_long_value
from tests.builders import load, row
from tests.ingest.bombs import READ, SHEET, bomb
from tests.ingest.long_cells import MAKERS
from tests.ingest.sheets import HEADERS, ROW, workbook

LONG = 80 * 10**6
"""Bytes of one cell; 300 MB take nothing more (measured for docs/importing.md), but time to write."""

LITTLE_MB = 60
"""What refusing it may take beyond what the program takes when it has read nothing."""

WAIT_S = 120
"""What refusing all of them may take on a busy machine; alone it takes a quarter."""


def test_every_reader_has_a_file_with_a_long_cell() -> None:
    readers = {reader for ending, reader in endings().items()
               if any(name.endswith(ending) for name in MAKERS)}  # fmt: skip
    assert readers == set(endings().values())


def test_cell_that_no_memory_should_hold_is_refused_by_every_reader(tmp_path: Path) -> None:
    """Told is the file, in both languages; a message of NMEA is counted and left out instead."""
    for name, make in MAKERS.items():
        # A KML of that size is refused as a whole.
        make(tmp_path / name, LONG // 2 if name.endswith(("kml", "kmz")) else LONG)
    ran = subprocess.run(
        [sys.executable, "-c", READ, *(str(tmp_path / name) for name in MAKERS)],
        timeout=WAIT_S, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(ran.stdout)
    for name in MAKERS:
        words, beyond_mb = told[str(tmp_path / name)]
        assert beyond_mb < LITTLE_MB, (name, words, beyond_mb)
        if name == "text.nmea":
            assert words == "0 records"
            continue
        assert words.startswith(f"{name}: "), (name, words)
        assert "longer than" in words or "too long" in words, (name, words)
        assert "单个值过长" in words or "视图计算过久" in words, (name, words)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    """Of a few bytes they would make many; no workbook and no KML defines any."""
    path = bomb(tmp_path / "a.xlsx", SHEET, [b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'])
    with pytest.raises(ImportRefused, match="含实体定义"), read(path):
        pass
    path = tmp_path / "a.kml"
    path.write_text('<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY b "c">]><kml/>', "utf-8")
    with pytest.raises(ImportRefused, match="含实体定义"), read(path):
        pass


HIDDEN = st.lists(
    st.sampled_from(["<t>b</t>", "<t/>", "<!-- <r> -->", "<![CDATA[</r><r>]]>", "<?a <r>?>", "罐 ",
                     "&#65;", "\n"]),
    max_size=20,
).map("".join)  # fmt: skip


@given(st.lists(HIDDEN, min_size=1, max_size=5), st.integers(1, 9), st.booleans())
def test_what_a_parser_puts_together_is_measured_whatever_hides_in_it(
    values: list[str], piece_bytes: int, prefixed: bool
) -> None:
    """Never more is let through than the bound and one piece; what is no longer always is."""
    name = "x:r" if prefixed else "r"
    texts = [f"<{name} n='1'>{value}</{name}>" for value in values]
    content = f"<s xmlns:x='x'>{''.join(texts)}</s>".encode()
    longest = max(len(text.encode()) - len(f"</{name}>") for text in texts)

    def long(most: int) -> bool:
        return holds_long_value(io.BytesIO(content), most, frozenset({"r"}), piece_bytes)

    assert not long(longest + piece_bytes + len("<s xmlns:x='x'>"))
    assert longest - piece_bytes - 1 < 1 or long(longest - piece_bytes - 1)


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


@given(st.lists(st.lists(PIECES, max_size=3), min_size=1, max_size=5), st.integers(1, 7))
def test_widest_feature_and_depth_of_json_are_found_whatever_its_texts_hold(
    features: list[list[str]], size: int
) -> None:
    written = [json.dumps({"a": texts}, ensure_ascii=False) for texts in features]
    content = f'{{"features":[{",".join(written)}]}}'.encode()
    bounds = Bounds()
    for at in range(0, len(content), size):
        bounds.take(content[at : at + size])
    assert bounds.deepest == 4
    widths = [len(each.encode()) + (at > 0) for at, each in enumerate(written)]  # with its comma
    assert bounds.widest == max(*widths, len('{"features":'))


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
