"""Shapefile, zipped: one for each kind of geometry, UTF-8, short names and the list of them."""

import csv
import zipfile
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio

from app.errors import BadParameter
from app.exports.form import Form, Order
from app.exports.parts.arrow_table import record_batches, schema_of
from app.exports.parts.origin import as_text, data_time, origin_of
from app.queries.table import columns_of

NAME_LETTERS = 10

TEXT_BYTES = 254
"""What a cell of a dBase table holds, in UTF-8."""

FAMILIES = {
    1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "LineString", 6: "Polygon",
}  # fmt: skip
"""Type of WKB to the kind of a shapefile, which holds one kind only."""

OF_LAYER = {"MultiLineString": "LineString", "LineStringM": "LineString", "MultiPolygon": "Polygon"}


def filled(order: Order, file: Path) -> None:
    """Write the archive; a layer of mixed geometry gives `<layer>_point.shp` and so on."""
    with TemporaryDirectory(dir=file.parent) as name:
        folder = Path(name)
        cut: dict[str, int] = {}
        count = _write_shapes(order, folder, cut)
        for path in folder.glob("*.dbf"):
            path.with_suffix(".cpg").write_text("UTF-8")
        fields = folder / "fields.csv"
        fields.write_text(_fields(order), encoding="utf-8-sig")
        told = as_text({**origin_of(order), "count": count, "texts_cut": cut})
        (folder / "metadata.json").write_text(told, encoding="utf-8")
        _pack(folder, file, data_time(order).timetuple()[:6])


def short_names(names: tuple[str, ...]) -> dict[str, str]:
    """Each name to one of at most ten letters that no other has.

    >>> short_names(("grade", "displayed_grade", "displayed_by"))
    {'grade': 'grade', 'displayed_grade': 'displayed_', 'displayed_by': 'displayed1'}
    """
    given: dict[str, str] = {}
    for name in names:
        short, number = name[:NAME_LETTERS], 0
        while short in given.values():
            number += 1
            short = f"{name[: NAME_LETTERS - len(str(number))]}{number}"
        given[name] = short
    return given


def _write_shapes(order: Order, folder: Path, cut: dict[str, int]) -> int:
    schema = schema_of(order)
    mapped = short_names(tuple(schema.names[:-1]))
    short = pa.schema([each.with_name(mapped.get(each.name, each.name)) for each in schema])
    own = OF_LAYER.get(order.layer.geometry, order.layer.geometry)
    mixed = own == "Geometry"
    begun: set[str] = set()
    count = 0
    for batch in record_batches(order, schema):
        for family, part in _by_family(_shortened(batch, cut), "Point" if mixed else own):
            _append(order, folder, family, part.rename_columns(short.names).cast(short), begun)
        count += batch.num_rows
    if not begun:
        _append(order, folder, "Point" if mixed else own, short.empty_table(), begun)
    return count


def _shortened(batch: pa.RecordBatch, cut: dict[str, int]) -> pa.RecordBatch:
    """The batch with no text longer than a cell, and how many were cut by field in `cut`.

    A character is left out whole rather than halved.
    """
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    for name, column in columns.items():
        if not pa.types.is_string(column.type):
            continue
        many = pc.sum(pc.greater(pc.binary_length(column), TEXT_BYTES)).as_py()
        if many:
            cut[name] = cut.get(name, 0) + many
            columns[name] = pa.array(map(_fitting, column.to_pylist()), column.type)
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)


def _fitting(text: str | None) -> str | None:
    """The part of a text that a cell holds.

    >>> len(_fitting("余" * 90)), _fitting(None)
    (84, None)
    """
    return text and text.encode()[:TEXT_BYTES].decode(errors="ignore")


def _by_family(batch: pa.RecordBatch, unlocated: str) -> list[tuple[str, pa.Table]]:
    """The rows of each kind; those without a place go with the kind named."""
    families = [
        unlocated if each is None else _family(each)
        for each in batch.column("geometry").to_pylist()
    ]
    whole = pa.Table.from_batches([batch])
    return [
        (family, whole.filter(pa.array([each == family for each in families])))
        for family in dict.fromkeys(families)
    ]


def _family(binary: bytes) -> str:
    kind = int.from_bytes(binary[1:5], "little")
    if kind not in FAMILIES:
        raise BadParameter("f", "a shapefile can't hold collections of geometries; take gpkg")
    return FAMILIES[kind]


def _append(order: Order, folder: Path, family: str, part: pa.Table, begun: set[str]) -> None:
    mixed = order.layer.geometry == "Geometry"
    name = f"{order.layer.id}_{family.lower()}" if mixed else order.layer.id
    pyogrio.write_arrow(
        part,
        folder / f"{name}.shp",
        driver="ESRI Shapefile",
        geometry_name="geometry",
        geometry_type=family,
        crs=f"EPSG:{order.shape.crs.srid}",
        encoding="UTF-8",
        append=family in begun,
    )
    begun.add(family)


def _fields(order: Order) -> str:
    names = columns_of(order.layer, order.shape.properties)
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("short", "field", "title", "unit", "description"))
    for name, short in short_names(names).items():
        facts = order.layer.fields.get(name)
        known = (facts.title, facts.unit or "", facts.description) if facts else ("", "", "")
        writer.writerow((short, name, *known))
    return sheet.getvalue()


def _pack(folder: Path, file: Path, at: Any) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            member = zipfile.ZipInfo(path.name, at)
            member.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as content, archive.open(member, "w", force_zip64=True) as inside:
                while chunk := content.read(1 << 20):
                    inside.write(chunk)


FORM = Form(
    media_type="application/zip",
    ending="zip",
    told_in="metadata.json in the archive",
    filled=filled,
)
