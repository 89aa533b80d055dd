"""Which column of a file is which field: by its name, title or other names, or as a person says."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from app.analyses.follow import COMPUTED
from app.errors import ImportRefused
from app.ingest.read import Table
from app.ingest.spans import FROM, TO
from layers.declare import Layer

LON_HEADERS = ("lon", "lng", "long", "longitude", "x", "经度", "东经", "GPS经度", "经度坐标",
               "东坐标", "东向坐标", "横坐标", "X坐标", "easting", "point_x", "gps_lon",
               "WGS84经度", "CGCS2000经度")  # fmt: skip
LAT_HEADERS = ("lat", "latitude", "y", "纬度", "北纬", "GPS纬度", "纬度坐标", "北坐标", "北向坐标",
               "纵坐标", "Y坐标", "northing", "point_y", "gps_lat", "WGS84纬度",
               "CGCS2000纬度")  # fmt: skip
PAIR_HEADERS = ("lonlat", "经纬度", "坐标", "经纬度坐标", "地理坐标", "GPS坐标", "位置坐标",
                "lnglat", "latlon", "latlng", "coordinates")  # fmt: skip
"""Headers of columns that hold both coordinates."""

WKT_HEADERS = ("wkt", "geometry", "geom", "几何")

PLACE: dict[str, tuple[str, ...]] = {"lon": LON_HEADERS, "lat": LAT_HEADERS, "wkt": WKT_HEADERS,
                                     "lonlat": PAIR_HEADERS}  # fmt: skip
"""What a mapping may name beside fields: longitude or easting, latitude or northing, a geometry,
both coordinates in one cell."""

Mapped = Mapping[str, str | None]
"""Header to the name of a field or a word of `PLACE`; None for a column that is not used."""


@dataclass(frozen=True)
class Naming:
    """Header to field, and where the coordinates stand.

    Attributes:
        fields: Header of the file to field of the layer.
        lon: Header of the longitude or easting; None where the file has none.
        lat: Header of the latitude or northing.
        wkt: Header of a geometry as well-known text.
        unread: Headers that no field takes.
        lonlat: Header of both coordinates in one cell.
    """

    fields: dict[str, str]
    lon: str | None
    lat: str | None
    wkt: str | None
    unread: tuple[str, ...]
    lonlat: str | None = None

    @property
    def mapping(self) -> dict[str, str | None]:
        """The whole of it, as it is recorded and can be given again."""
        places = {"lon": self.lon, "lat": self.lat, "wkt": self.wkt, "lonlat": self.lonlat}
        words = {header: word for word, header in places.items() if header is not None}
        return {**dict.fromkeys(self.unread), **words, **self.fields}


def name_columns(table: Table, layer: Layer, file: str, given: Mapped | None = None) -> Naming:
    """Find the field of every column.

    Args:
        table: The open file.
        layer: Where its rows go.
        file: Its name, for the refusal.
        given: What a person decided for some columns; it wins over what the headers say.

    Raises:
        ImportRefused: A required field has no column, or what is given does not fit; nothing was
            written.
    """
    named = detect(table.headers, layer, given or {})
    _require_fitting(named, table.headers, layer, file)
    missing = missing_fields(named, layer)
    if missing:
        raise ImportRefused(
            f"{file}: no column for {', '.join(missing)}; columns are: "
            f"{', '.join(table.headers)[:300]} 缺少必填列"
        )
    at = {word: header for header, word in named.items() if word in PLACE}
    return Naming(
        {header: word for header, word in named.items() if word is not None and word not in PLACE},
        at.get("lon"), at.get("lat"), at.get("wkt"),
        tuple(header for header in table.headers if named[header] is None), at.get("lonlat"),
    )  # fmt: skip


def detect(headers: tuple[str, ...], layer: Layer, given: Mapped) -> dict[str, str | None]:
    """Every header with the field or place that it names; what is given is taken as it is.

    Columns of fields that are computed from other layers are taken for none: what a file says of
    them would be computed anew at once, and every import of it would seem to change its rows.
    """
    computed = COMPUTED.get(layer.id, ())
    named = {header: None if word in computed else word for header, word in given.items()}
    names = {_plain(header): header for header in reversed(headers)}
    words = {
        **{
            each.name: (each.name, each.title, *each.also)
            for each in layer.fields.values()
            if each.name not in computed
        },
        **PLACE,
    }
    for word, known in words.items():
        header = next((names[each] for each in map(_plain, known) if each in names), None)
        if header is not None and header not in named and word not in named.values():
            named[header] = word
    return {**dict.fromkeys(headers), **named}


def known_words(layer: Layer, given: Mapped | None = None) -> Callable[[str], bool]:
    """Whether a cell reads like the header of a field or of a coordinate of a layer."""
    words = [
        word for facts in layer.fields.values() for word in (facts.name, facts.title, *facts.also)
    ]
    known = frozenset(map(_plain, (*words, *(given or ()), *chain.from_iterable(PLACE.values()))))
    return lambda cell: _plain(cell) in known


def missing_fields(named: Mapped, layer: Layer) -> list[str]:
    """Required fields that no column brings, title and name."""
    brought = set(named.values())
    # One column of stretches, as 起止桩号, brings both ends.
    if any(word == FROM and "起点" not in header for header, word in named.items()):
        brought.add(TO)
    return [
        f"{facts.title} ({facts.name})"
        for facts in layer.fields.values()
        if facts.required and facts.name not in brought
    ]


def _require_fitting(named: Mapped, headers: tuple[str, ...], layer: Layer, file: str) -> None:
    for header, word in named.items():
        if header not in headers:
            raise ImportRefused(
                f"{file}: the mapping names {header[:80]!r}, no column 映射的列不存在"
            )
        if word is not None and word not in layer.fields and word not in PLACE:
            raise ImportRefused(f"{file}: {layer.id} has no field {word[:80]!r} 没有此字段")
    words = [word for word in named.values() if word is not None]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise ImportRefused(f"{file}: two columns are mapped to {twice} 两列映射到同一字段")


_BRACKETS = re.compile(r"(?<=.)\s*[(\[【][^()\[\]【】]*(?:\([^()]*\))?[)\]】]\**$", re.DOTALL)


def _plain(header: str) -> str:
    """A header without case, blanks, underscores and what stands in brackets at its end."""
    text = re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", header)).casefold()
    text = text.lstrip("*#").rstrip("*:")
    while (bare := _BRACKETS.sub("", text)) != text:
        text = bare
    return text
