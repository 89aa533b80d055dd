"""Parts of stored tracks and stays in port in a temporary table, in metres, to be compared."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import Transformer
from sqlalchemy import Connection, text

from app.analyses.shore import Flags, Shore
from app.analyses.track_ways import ways_of
from app.crs import utm_srid, zone_of
from app.db.copy_in import copy_in
from layers.declare import Layer
from layers.sea.passes import Parts, parts
from layers.sea.path import Numbers
from layers.sea.rules import SeaEventRules

BEYOND_ZONE_DEG = 3.0
"""How far beyond its zone a plane is used, to the east and west: its metres are then longer than
those of the Earth by four in a thousand at most."""

SHEETS = 64
SHEET_M = (4e6, 2e7)
"""Quarters of an hour lie side by side in the index, in 64 rows of 64 sheets that are wider and
higher than the plane: it holds short floats, which are exact to tens of metres there. Quarters
that are 43 days apart share a sheet; they have no instant in common."""

VERTEX_BYTES = 24
WKB_LINE = 2
WKB_LINE_M = 2 | 0x40000000 | 0x20000000
"""EWKB type of a line string with M and SRID."""

MAKE = (
    "CREATE TEMPORARY TABLE track_parts (track bigint, mmsi int, slot int, off_ports boolean, "
    "fast boolean, box geometry, line geometry) ON COMMIT DROP"
)
INDEX = (
    "CREATE INDEX ON track_parts USING gist (box)",
    "CREATE INDEX ON track_parts (track, slot)",
    "ANALYZE track_parts",
)


@dataclass(frozen=True, slots=True)
class Sea:
    """Where and by what passes are looked for.

    Attributes:
        plane: From longitude and latitude to metres.
        box: West, south, east, north in degrees of where the plane holds.
        srid: Its EPSG code.
        shore: Where the ports are.
        rules: What a pass is.
    """

    plane: Transformer
    box: tuple[float, float, float, float]
    srid: int
    shore: Shore
    rules: SeaEventRules

    @classmethod
    def round(cls, lon: float, lat: float, shore: Shore, rules: SeaEventRules) -> "Sea":
        """The sea in the UTM zone of a place, and half a zone to each side."""
        srid = utm_srid(lon, lat)
        west, south, east, north = zone_of(srid)
        box = (west - BEYOND_ZONE_DEG, south, east + BEYOND_ZONE_DEG, north)
        return cls(Transformer.from_crs(4326, srid, always_xy=True), box, srid, shore, rules)

    def metres(self, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
        """Places in the plane; NaN where it does not hold."""
        west, south, east, north = self.box
        known = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        x, y = self.plane.transform(lon, lat)
        return np.where(known, x, np.nan), np.where(known, y, np.nan)

    def degrees(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """Longitudes and latitudes of places in the plane, (n, 2)."""
        lon, lat = self.plane.transform(places[:, 0], places[:, 1], direction="INVERSE")
        return lon, lat

    def off_the_ports(self, lon: Numbers, lat: Numbers, seconds: Numbers) -> Flags:
        """Whether places lie off the ports of their instants, seconds since 1970."""
        return self.shore.off_the_ports(lon, lat, seconds, self.rules.in_port_m)


def lay_out(
    connection: Connection, layers: dict[str, Layer], sea: Sea, period: tuple[float, float]
) -> None:
    """Make the temporary table `track_parts` anew, with the parts of all ways in a period.

    A way is that of a vessel between two silences: its tracks and the stays in port between them,
    which the temporary table `track_ways` tells. Its columns: `track` (number of the way), `mmsi`,
    `slot` (of `SLOT_S` seconds), `off_ports` (an end of the part lies off the ports), `fast`, `box`
    (that of the line, in the sheet of its slot), and `line`, a LINESTRING M in metres of the plane
    with seconds since 1970. It goes with the transaction.

    Args:
        connection: In a transaction.
        layers: Every layer.
        sea: Where, and by what rules.
        period: First and last instant, seconds since 1970; no part reaches beyond.
    """
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.track_parts"))
    connection.execute(text(MAKE))
    driver = connection.connection.driver_connection
    assert driver is not None
    for ways in ways_of(connection, layers, period):
        lines = io.StringIO()
        for way in ways:
            at = way.vertices[:, 2]
            part = way.vertices[(at >= period[0]) & (at <= period[1])]
            lines.writelines(_lines(way.number, way.mmsi, part, sea))
        lines.seek(0)
        copy_in(driver, "COPY track_parts FROM STDIN", lines)
    for statement in INDEX:
        connection.execute(text(statement))


def _lines(number: int, mmsi: str, way: Numbers, sea: Sea) -> Iterator[str]:
    """The parts of a way as COPY takes them."""
    x, y = sea.metres(way[:, 0], way[:, 1])
    cut = parts(way[:, 2], x, y, sea.rules)
    ends = cut.vertices[np.append(cut.first, cut.last)]
    off = sea.off_the_ports(*sea.degrees(ends[:, :2]), ends[:, 2])
    off = np.any(off.reshape(2, -1), axis=0)
    flat = cut.vertices.astype("<f8").tobytes()
    rows = zip(cut.first.tolist(), cut.last.tolist(), cut.slot.tolist(), _keys(cut).tolist(),
               off.tolist(), cut.fast.tolist(), strict=True)  # fmt: skip
    for first, last, slot, key, off_ports, fast in rows:
        head = struct.pack("<BIII", 1, WKB_LINE_M, sea.srid, last - first + 1)
        line = head + flat[first * VERTEX_BYTES : (last + 1) * VERTEX_BYTES]
        box = struct.pack("<BII4d", 1, WKB_LINE, 2, *key)
        yield f"{number}\t{int(mmsi)}\t{slot}\t{off_ports}\t{fast}\t{box.hex()}\t{line.hex()}\n"


def _keys(cut: Parts) -> Numbers:
    """The boxes of parts, moved so that those of different quarters of an hour lie far apart."""
    row, column = np.divmod(cut.slot % SHEETS**2, SHEETS)
    moved = np.column_stack((column * SHEET_M[0], row * SHEET_M[1]))
    return cut.boxes + np.hstack((moved, moved))
