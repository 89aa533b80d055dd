"""KML 2.2 for globes: WGS 84, coloured by grade, every property in ExtendedData."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.db.batches import batches
from app.errors import BadParameter
from app.exports.form import Form, Order
from app.exports.parts.origin import as_text, origin_of
from app.maps.palette import PALETTE
from app.queries.table import columns_of, table_in_kml
from layers.declare import Layer

KINDS = {str: "string", int: "int", float: "double", bool: "bool"}

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 can't hold."""


def streamed(order: Order) -> Iterator[bytes]:
    """The document batch by batch.

    Raises:
        BadParameter: Another reference system is asked for; KML knows one.
    """
    if order.shape.crs.srid != 4326:  # noqa: PLR2004
        raise BadParameter("crs", "KML is always in WGS 84; leave crs out")
    layer, names = order.layer, columns_of(order.layer, order.shape.properties)
    return _document(order, layer, names)


def _document(order: Order, layer: Layer, names: tuple[str, ...]) -> Iterator[bytes]:
    yield _head(order, names).encode()
    for rows in batches(order.engine, table_in_kml(layer, order.where, order.shape.properties)):
        yield "".join(_placemark(layer, names, row) for row in rows).encode()
    yield b"</Document></kml>\n"


def _head(order: Order, names: tuple[str, ...]) -> str:
    layer = order.layer
    fields = "".join(_simple_field(layer, name) for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{_text(layer.id)}</name>"
        f"<description>{_text(as_text(origin_of(order)))}</description>{_styles()}"
        f'<Schema name="{layer.id}" id="{layer.id}">{fields}</Schema>\n'
    )


def _simple_field(layer: Layer, name: str) -> str:
    facts = layer.fields.get(name)
    kind = "string" if facts is None else KINDS.get(facts.kind, "string")
    kind = "int" if name in {"fid", "grade", "displayed_grade"} else kind
    title = facts.title if facts else name
    shown = f"<displayName>{_text(title)}</displayName>"
    return f'<SimpleField type="{kind}" name="{name}">{shown}</SimpleField>'


def _styles() -> str:
    return "".join(
        f'<Style id="grade{look.grade or 0}"><IconStyle><color>{_colour(look.colour)}</color>'
        f"</IconStyle><LineStyle><color>{_colour(look.colour)}</color><width>{look.width}</width>"
        f"</LineStyle><PolyStyle><color>{_colour(look.colour, '99')}</color></PolyStyle></Style>"
        for look in PALETTE
    )


def _colour(hexadecimal: str, opacity: str = "ff") -> str:
    """A colour as KML writes it: opacity, blue, green, red."""
    red, green, blue = (hexadecimal[start : start + 2].lower() for start in (1, 3, 5))
    return f"{opacity}{blue}{green}{red}"


def _placemark(layer: Layer, names: tuple[str, ...], row: Any) -> str:
    values = dict(zip(names, row[:-1], strict=True))
    style = f"<styleUrl>#grade{values.get('grade') or 0}</styleUrl>" if layer.graded else ""
    data = "".join(
        f"<SimpleData name={quoteattr(name)}>{_text(value)}</SimpleData>"
        for name, value in values.items()
        if value is not None
    )
    # Readers take a property `name` from this element: where there is one, it is that.
    label = values["name"] if "name" in values else values.get(layer.label, values["fid"])
    return (
        f"<Placemark><name>{_text(label or '')}</name>{style}"
        f'<ExtendedData><SchemaData schemaUrl="#{layer.id}">{data}</SchemaData></ExtendedData>'
        f"{row[-1] or ''}</Placemark>\n"
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    told = value.isoformat() if isinstance(value, datetime) else str(value)
    return escape(UNFIT.sub("\ufffd", told))


FORM = Form(
    media_type="application/vnd.google-earth.kml+xml",
    ending="kml",
    told_in="description of the Document",
    streamed=streamed,
)
