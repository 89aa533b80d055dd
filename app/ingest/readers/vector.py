"""GeoPackage, Shapefile (zipped or loose), KML and FlatGeobuf, through GDAL in batches."""

import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from app.errors import ImportRefused
from app.ingest.readers.dbf_encoding import dbf_encoding
from app.ingest.readers.feature_sizes import require_small_features, require_small_shapes
from app.ingest.readers.long_values import require_short_values
from app.ingest.readers.map_layers import Chosen, choose_layers
from app.ingest.readers.table import KnownWord, Table, counted
from app.ingest.readers.too_long import too_long
from app.ingest.readers.xml_bounds import HasDefinitions, holds_long_value
from app.ingest.readers.zip_guard import members_of
from app.ingest.record import Record

ENDINGS = (".gpkg", ".shp", ".zip", ".kml", ".kmz", ".fgb")

BATCH = 5000
"""Features that are in memory at once."""

BROKEN = (DataSourceError, DataLayerError, FieldError, OSError, ValueError, RuntimeError,
          UnicodeDecodeError, IndexError, KeyError, SystemError)  # fmt: skip
"""What pyogrio and pyarrow raise for files that are not what their ending says."""

LARGEST_KML = 64 * 2**20
"""Bytes of a whole KML: GDAL holds it in memory, in ten times its size."""

LONGEST_TEXT = 8 * 2**20
"""Bytes between two tags of a KML: a line of 200,000 corners."""

UNPACKABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
"""What unpacking raises: broken, unknown or encrypted members."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open the file: all layers of a KML, of others the one that fits; the rest is told.

    Raises:
        ImportRefused: It is not what its ending says, or lacks a part (a Shapefile its .shx).
    """
    with _located(path) as source:
        options: dict[str, Any] = {}
        notes: list[str] = []
        if source.suffix.lower() == ".shp" and _encoding(source) is not None:
            options["encoding"] = _encoding(source)
        try:
            with _quiet(notes):
                chosen = choose_layers(source, known, options)
        except BROKEN as fault:
            words = _words(fault, source)
            raise ImportRefused(f"{path.name}: can't be read: {words} 文件损坏") from None
        if chosen.note:
            notes.append(chosen.note)
        found = _records(source, path.name, chosen, options)
        records, share = counted(found, chosen.features)
        yield Table(chosen.headers, records, chosen.crs, notes, share)


@contextmanager
def _located(path: Path) -> Iterator[Path]:
    """The file that GDAL opens; a zipped Shapefile is unpacked beside nothing else."""
    if path.suffix.lower() == ".shp":
        _require_parts(path, {each.name.lower() for each in path.parent.iterdir()})
        require_small_shapes(path, path.name)
    if path.suffix.lower() not in {".zip", ".kmz"}:
        _require_bounded(path)
        yield path
        return
    members = members_of(path)
    if path.suffix.lower() == ".kmz":
        with _unpacked_kml(path, members) as found:
            yield found
        return
    shapes = [each for each in members if each.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise ImportRefused(
            f"{path.name}: holds {len(shapes)} .shp files, one is needed 应含一个 shp"
        )
    with tempfile.TemporaryDirectory(prefix="riskmap-shp-") as folder:
        _unpack(path, folder)
        found = next(each for each in Path(folder).rglob("*") if each.suffix.lower() == ".shp")
        _require_parts(found, {each.name.lower() for each in found.parent.iterdir()})
        require_small_shapes(found, path.name)
        yield found


def _unpack(path: Path, folder: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except UNPACKABLE as fault:
        words = str(fault)[:200]
        raise ImportRefused(f"{path.name}: can't be unpacked: {words} 文件损坏") from None


def _require_bounded(path: Path) -> None:
    """Refuse a file that is empty, or that GDAL could not hold."""
    if not path.stat().st_size:
        raise ImportRefused(f"{path.name}: the file is empty 文件为空")
    if path.suffix.lower() == ".kml":
        _require_readable_text(path, path.name)
    if path.suffix.lower() == ".gpkg":
        require_short_values(path)
    if path.suffix.lower() == ".fgb":
        require_small_features(path)


@contextmanager
def _unpacked_kml(path: Path, members: list[zipfile.ZipInfo]) -> Iterator[Path]:
    """The KML of a KMZ, which is the first that it holds; its pictures stay packed."""
    first = next((each for each in members if each.filename.lower().endswith(".kml")), None)
    if first is None:
        raise ImportRefused(f"{path.name}: holds no .kml 压缩包内没有 kml 文件")
    if first.file_size > LARGEST_KML:
        raise _too_much_kml(path.name)
    with tempfile.TemporaryDirectory(prefix="riskmap-kml-") as folder:
        found = Path(folder) / "doc.kml"
        try:
            with (
                zipfile.ZipFile(path) as archive,
                archive.open(first) as packed,
                found.open("wb") as content,
            ):
                shutil.copyfileobj(packed, content)
        except UNPACKABLE as fault:
            words = str(fault)[:200]
            raise ImportRefused(f"{path.name}: can't be unpacked: {words} 文件损坏") from None
        _require_readable_text(found, path.name)
        yield found


def _require_readable_text(path: Path, name: str) -> None:
    """KML is parsed whole, so it must be text, and not too much of it."""
    if path.stat().st_size > LARGEST_KML:
        raise _too_much_kml(name)
    with path.open("rb") as stream:
        head = stream.read(4096)
        if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ImportRefused(f"{name}: is no text, so no KML 不是文本文件")
        stream.seek(0)
        try:
            long = holds_long_value(stream, LONGEST_TEXT)
        except HasDefinitions:
            raise ImportRefused(
                f"{name}: defines entities, which no KML does 文件含实体定义，已拒绝"
            ) from None
    if long:
        raise too_long(name, "a value", f"{LONGEST_TEXT:,} bytes")


def _too_much_kml(name: str) -> ImportRefused:
    return ImportRefused(
        f"{name}: more than {LARGEST_KML:,} bytes of KML; save it as a GeoPackage "
        "文件过大，请另存为 GeoPackage"
    )


def _require_parts(shape: Path, names: set[str]) -> None:
    for ending in (".shx", ".dbf"):
        if f"{shape.stem}{ending}".lower() not in names:
            raise ImportRefused(f"{shape.name}: its {ending} is missing 缺少 {ending} 文件")


def _encoding(shape: Path) -> str | None:
    """The encoding of a .dbf without .cpg; None where a .cpg tells it."""
    beside = {each.name.lower(): each for each in shape.parent.iterdir()}
    if f"{shape.stem}.cpg".lower() in beside:
        return None
    return dbf_encoding(beside[f"{shape.stem}.dbf".lower()])


def _records(source: Path, name: str, chosen: Chosen, options: dict[str, Any]) -> Iterator[Record]:
    """The features of the layers in turn, numbered on from one to the next."""
    number = 0
    try:
        for layer in chosen.layers:
            for values, place in _features(source, layer, options):
                number += 1
                yield Record(number, {header: values.get(header) for header in chosen.headers},
                             values.get(place))  # fmt: skip
    except BROKEN as fault:
        words = _words(fault, source)
        raise ImportRefused(f"{name}, feature {number + 1}: {words} 无法读取") from None


def _features(
    source: Path, layer: int, options: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], str]]:
    """The columns of every feature of a layer, and which of them is its geometry."""
    with ExitStack() as stack:
        with _quiet([]):
            facts, found = stack.enter_context(
                pyogrio.open_arrow(
                    source, layer=layer, batch_size=BATCH, use_pyarrow=True, **options
                )
            )
        batches = iter(found)
        place = facts["geometry_name"] or "wkb_geometry"
        while batch := _next(batches):
            for row in batch.to_pylist():
                yield row, place


def _next(batches: Any) -> Any:
    """The next batch; None after the last."""
    with _quiet([]):
        return next(batches, None)


@contextmanager
def _quiet(notes: list[str]) -> Iterator[None]:
    """What GDAL doubts in a damaged file comes as a warning; what it can't read is an error.

    What pyogrio leaves out, the M of geometries, is noted for the person who imports.
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("always", UserWarning)
        yield
    if any("Measured (M)" in str(each.message) for each in told):
        notes.append("几何的 M 值未读取 the M of the geometries was not read")


def _words(fault: Exception, source: Path) -> str:
    """What GDAL says, with the name of the file in place of where it lies."""
    return str(fault).replace(str(source), source.name)[:200]
