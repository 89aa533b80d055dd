"""Which column of a file is which field: by name, by Chinese title, by the other names."""

from dataclasses import dataclass

from app.errors import ImportRefused
from app.ingest.read import Table
from layers.declare import Layer

LON_HEADERS = ("lon", "lng", "long", "longitude", "x", "经度", "东经")
LAT_HEADERS = ("lat", "latitude", "y", "纬度", "北纬")
WKT_HEADERS = ("wkt", "geometry", "geom", "几何")


@dataclass(frozen=True)
class Naming:
    """Header to field, and where the coordinates stand.

    Attributes:
        fields: Header of the file to field of the layer.
        lon: Header of the longitude or easting; None where the file has none.
        lat: Header of the latitude or northing.
        wkt: Header of a geometry as well-known text.
        unread: Headers that no field takes.
    """

    fields: dict[str, str]
    lon: str | None
    lat: str | None
    wkt: str | None
    unread: tuple[str, ...]


def name_columns(table: Table, layer: Layer, file: str) -> Naming:
    """Find the field of every column.

    Raises:
        ImportRefused: A required field has no column; nothing was written.
    """
    names = {_plain(header): header for header in reversed(table.headers)}
    fields = {}
    for facts in layer.fields.values():
        known = (facts.name, facts.title, *facts.also)
        header = next((names[word] for word in map(_plain, known) if word in names), None)
        if header is not None and header not in fields:
            fields[header] = facts.name
    missing = [
        f"{facts.title} ({facts.name})"
        for facts in layer.fields.values()
        if facts.required and facts.name not in fields.values()
    ]
    if missing:
        raise ImportRefused(
            f"{file}: no column for {', '.join(missing)}; columns are: "
            f"{', '.join(table.headers)[:300]} 缺少必填列"
        )
    lon, lat, wkt = (
        _first(names, words, fields) for words in (LON_HEADERS, LAT_HEADERS, WKT_HEADERS)
    )
    used = {*fields, lon, lat, wkt}
    return Naming(fields, lon, lat, wkt, tuple(h for h in table.headers if h not in used))


def _first(names: dict[str, str], words: tuple[str, ...], taken: dict[str, str]) -> str | None:
    return next((names[w] for w in words if w in names and names[w] not in taken), None)


def _plain(header: str) -> str:
    """A header without case, spaces and the unit in brackets."""
    text = header.strip().lower().replace(" ", "_")
    for bracket in ("(", "（", "["):
        text = text.split(bracket)[0] or text
    return text.strip("_")
