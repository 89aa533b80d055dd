"""GeoPackage 1.3: typed table with index, description, metadata, and a style that QGIS applies."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio

from app.exports.form import Form, Order
from app.exports.parts.arrow_table import reader_of
from app.exports.parts.ogr import geometry_type
from app.exports.parts.origin import as_text, data_time, origin_of
from app.exports.parts.qgis_style import qml

STYLES = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"""
"""The table in which QGIS looks for styles."""

METADATA = """CREATE TABLE IF NOT EXISTS gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))"""
"""Source: OGC 12-128r18, metadata extension."""

CHANGE_COUNTER, VERSION_VALID_FOR = 24, 92
"""Places in the header, four bytes each."""


def filled(order: Order, file: Path) -> None:
    """Write the file: rows by GDAL, then what stands beside them."""
    origin = origin_of(order)
    pyogrio.write_arrow(
        reader_of(order),
        file,
        driver="GPKG",
        layer=order.layer.id,
        geometry_name="geometry",
        geometry_type=geometry_type(order.layer),
        crs=f"EPSG:{order.shape.crs.srid}",
        # `fid` is a property of ours; GDAL's own number has another name.
        layer_options={"FID": "ogc_fid", "GEOMETRY_NAME": "geom"},
        dataset_options={"VERSION": "1.3"},
    )
    at = data_time(order).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(f"{STYLES};{METADATA}")
        (count,) = database.execute(f'SELECT count(*) FROM "{order.layer.id}"').fetchone()  # noqa: S608 - a layer's id is an identifier
        _describe(database, order, as_text({**origin, "count": count}), at)
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
            "update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, ?)",
            (order.layer.id, order.layer.title, qml(order.layer), order.layer.legend, at),
        )
    _set_change_counter(file)


def _set_change_counter(file: Path) -> None:
    """Let the same data give the same bytes, so that a digest told before holds.

    SQLite counts the transactions that changed a file, and how many GDAL makes of one layer depends
    on the clock. Nobody has the file open, so the count says nothing; both places must agree.

    Source: SQLite database file format, 1.3.7 and 1.3.16.
    """
    with file.open("r+b") as stream:
        for place in CHANGE_COUNTER, VERSION_VALID_FOR:
            stream.seek(place)
            stream.write((1).to_bytes(4, "big"))


def _describe(database: sqlite3.Connection, order: Order, told: str, at: str) -> None:
    layer = order.layer
    database.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ?, last_change = ? "
        "WHERE table_name = ?",
        (layer.title, f"{layer.summary} {layer.source.licence}", at, layer.id),
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (at,),
    )
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) "
        "VALUES (?, 'gpkg_metadata', 'GeoPackage 1.3, Annex F.8', "
        "'read-write')",
        [("gpkg_metadata",), ("gpkg_metadata_reference",)],
    )
    database.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'urn:riskmap:export', "
        "'application/json', ?)",
        (told,),
    )
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, 1, NULL)",
        (layer.id, at),
    )


FORM = Form(
    media_type="application/geopackage+sqlite3",
    ending="gpkg",
    told_in="gpkg_metadata, as JSON",
    filled=filled,
)
