"""Files of every kind with one cell that is much too long, written quickly: name to maker."""

import gzip
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
from pyarrow import parquet
from shapely.geometry import LineString, Point

from tests.ingest.bombs import SHEET, TEXTS, bomb
from tests.ingest.sheets import HEADERS, frame

PIECE = 10**6

Maker = Callable[[Path, int], object]
"""Writes a file in which one cell has at least so many bytes."""


def _pieces(size: int, piece: bytes = b"a") -> Iterable[bytes]:
    whole = piece * (PIECE // len(piece))
    return (whole for _ in range(size // len(whole) + 1))


def _text(before: bytes, piece: bytes = b"a", after: bytes = b"") -> Maker:
    """A file of text, packed where its name ends in .gz."""

    def make(path: Path, size: int) -> None:
        packed = path.suffix == ".gz"
        with gzip.open(path, "wb", 1) if packed else path.open("wb") as stream:
            stream.write(before)
            # What packs well is taken for a bomb: every second piece does not.
            for at, each in enumerate(_pieces(size, piece)):
                stream.write(_noise(at, len(each)) if packed and piece == b"a" else each)
            stream.write(after)

    return make


def _noise(seed: int, size: int) -> bytes:
    """Letters of which a fiftieth tells something new."""
    return (f"{seed:08d}".encode() + b"x" * 42) * (size // 50)


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def _sheet(member: str, before: bytes, piece: bytes, after: bytes) -> Maker:
    """A workbook of which one part holds a piece many times in one cell."""
    return lambda path, size: bomb(path, member, (before, *_pieces(size, piece), after))


def _cell(piece: bytes, before: bytes = b"<t>", after: bytes = b"</t>") -> Maker:
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return _sheet(
        SHEET,
        head + b'<row r="1"><c r="A1" t="inlineStr"><is>' + before, piece,
        after + b"</is></c></row></sheetData></worksheet>",
    )  # fmt: skip


def _shared(piece: bytes, before: bytes = b"<t>", after: bytes = b"</t>") -> Maker:
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>'
    return _sheet(TEXTS, head + before, piece, after + b"</si></sst>")


NOISY = bytes(33 + at * 7 % 80 for at in range(200)).translate(None, b"<>&'\"]")
"""Letters that pack, though not so much that they are a bomb."""

KML = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>P1</name><description>'
)
KML_END = b"</description><Point><coordinates>121.1,30.1</coordinates></Point></Placemark></Document></kml>"


def _geopackage(path: Path, size: int) -> None:
    frame().to_file(path, layer="points", driver="GPKG")
    with closing(sqlite3.connect(path)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE points SET name = ? WHERE fid = 2", ("a" * size,))


def _endless(path: Path, _size: int) -> None:
    """A GeoPackage whose layer never ends."""
    frame().to_file(path, layer="points", driver="GPKG")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE VIEW far AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 "
            "FROM n) SELECT n.fid, geom, code, category, name FROM n, points"
        )
        database.execute("UPDATE gpkg_contents SET table_name = 'far'")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'far'")


def _calculated(path: Path, size: int) -> None:
    """A GeoPackage whose layer calculates the text when it is asked: the file is small."""
    frame().to_file(path, layer="points", driver="GPKG")
    with closing(sqlite3.connect(path)) as database, database:
        text = f"replace(hex(zeroblob({size // 2})), '0', 'a')"
        view = f"SELECT fid, geom, code, category, {text} AS name FROM points"  # noqa: S608
        database.execute(f"CREATE VIEW far AS {view}")
        database.execute("UPDATE gpkg_contents SET table_name = 'far'")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'far'")


def _flatgeobuf(path: Path, size: int) -> None:
    names = ["b", "a" * size, "c"]
    wide = gpd.GeoDataFrame({"code": ["P1", "P2", "P3"], "name": names},
                            geometry=[Point(121, 30)] * 3, crs="EPSG:4326")  # fmt: skip
    wide.to_file(path, driver="FlatGeobuf", engine="pyogrio")


def _parquet(path: Path, size: int) -> None:
    table = pa.table({"code": ["P1", "P2"], "name": ["a" * size, "b"]})
    parquet.write_table(table, path, use_dictionary=False, write_statistics=False)


def _repeated(path: Path, size: int) -> None:
    """A Parquet in which one text is kept once and given to many rows: all of them are long."""
    many = 5000
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * many, pa.int32()), ["a" * (size // 30)])
    table = pa.table({"code": [f"P{each}" for each in range(many)], "name": texts})
    parquet.write_table(table, path, write_statistics=False, store_schema=False,
                        dictionary_pagesize_limit=2**30)  # fmt: skip


def _shapes(path: Path, size: int) -> None:
    """A zipped Shapefile with one line of very many corners."""
    folder = path.parent / f"{path.stem}-parts"
    folder.mkdir()
    line = gpd.GeoDataFrame({"code": ["P1"]}, geometry=[LineString([(121, 30), (121, 31)])])
    line.set_crs(4326).to_file(folder / "s.shp", engine="pyogrio")
    many = size // 16
    content = 48 + 16 * many
    words = (100 + 8 + content) // 2
    for ending in (".shp", ".shx"):
        each = folder / f"s{ending}"
        whole = bytearray(each.read_bytes()[:100])
        whole[24:28] = struct.pack(">i", words if ending == ".shp" else 54)
        with each.open("wb") as stream:
            stream.write(whole)
            if ending == ".shx":
                stream.write(struct.pack(">ii", 50, content // 2))
                continue
            stream.write(struct.pack(">ii", 1, content // 2))
            stream.write(struct.pack("<i4dii", 3, 121, 30, 122, 31, 1, many) + struct.pack("<i", 0))
            corner = struct.pack("<4d", 121, 30, 121, 31)
            for piece in _pieces(16 * many, corner):
                stream.write(piece)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each in folder.iterdir():
            archive.write(each, each.name)
            each.unlink()


def _packed_kml(path: Path, size: int) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("doc.kml", "w", force_zip64=True) as stream,
    ):
        for each in (KML, *_pieces(size, NOISY), KML_END):
            stream.write(each)


CSV = (",".join(HEADERS) + '\nP1,"').encode()
JSON = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"P1","name":'
)
LINE = JSON.partition(b"[")[2]

MAKERS: dict[str, Maker] = {
    "quoted.csv": _text(CSV),
    "lines.csv": _text(CSV, b"abc\n"),
    "row.csv": _text(CSV, b'a\n","b'),
    "packed.csv.gz": _text(CSV),
    "quoted.tsv": _text(CSV.replace(b",", b"\t")),
    "quoted.txt": _text(CSV),
    "wide.csv": _text(CSV.decode().encode("utf-16"), "罐".encode("utf-16-le")),
    "text.geojson": _text(JSON + b'"', b"a", b'"}}]}'),
    "escapes.geojson": _text(JSON + b'"', b"\\u7f50", b'"}}]}'),
    "number.geojson": _text(JSON, b"1", b"}}]}"),
    "corners.geojson": _text(JSON + b'"a"},"geometry":{"type":"LineString","coordinates":[[1,2]',
                             b",[1,2]", b"]}}]}"),
    "nested.geojson": _text(JSON + b"[1", b",2", b"]}}]}"),
    "packed.geojson.gz": _text(JSON + b'"'),
    "text.geojsonl": _text(LINE + b'"', b"a", b'"}}\n'),
    "corners.geojsonl": _text(LINE + b'"a"},"geometry":{"type":"LineString","coordinates":[[1,2]',
                              b",[1,2]", b"]}}\n"),
    "text.gpkg": _geopackage,
    "view.gpkg": _calculated,
    "endless.gpkg": _endless,
    "text.fgb": _flatgeobuf,
    "text.kml": _text(KML, b"a", KML_END),
    "pieces.kml": _text(KML, b"<![CDATA[" + b"a" * 1000 + b"]]>", KML_END),
    "entities.kml": _text(KML, b"&#x7f50;", KML_END),
    "packed.kmz": _packed_kml,
    "inline.xlsx": _cell(NOISY),
    "cdata.xlsx": _cell(b"<![CDATA[" + NOISY + b"</row><row>]]>"),
    "runs.xlsx": _cell(b"<r><t>" + NOISY + b"</t></r>", b"", b""),
    "comments.xlsx": _cell(NOISY + b"<!--<row>-->"),
    "shared.xlsx": _shared(NOISY),
    "shared_cdata.xlsx": _shared(b"<![CDATA[" + NOISY + b"<si>]]>"),
    "shared_runs.xlsx": _shared(b"<r><t>" + NOISY + b"</t></r>", b"", b""),
    "text.parquet": _parquet,
    "repeated.parquet": _repeated,
    "corners.zip": _shapes,
    "text.nmea": _text(b"!AIVDM,1,1,,A,"),
}  # fmt: skip
