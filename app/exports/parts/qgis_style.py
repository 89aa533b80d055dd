"""A layer's look as QGIS keeps it: one category a grade, in the map's colours and symbols."""

from xml.sax.saxutils import quoteattr

from app.maps.palette import OUTLINE, PALETTE, Look
from layers.declare import Layer

SYMBOLS = {"Point": "marker", "MultiLineString": "line", "LineStringM": "line"}

SHAPES = {"diamond": "diamond", "triangle": "triangle", "square": "square"}

SIZE_MM = 3.2


def qml(layer: Layer) -> str | None:
    """The style as QML; None for a layer without grades or with mixed geometry."""
    if not layer.graded or layer.geometry == "Geometry":
        return None
    kind = SYMBOLS.get(layer.geometry, "fill")
    categories = "".join(_category(number, look) for number, look in enumerate(PALETTE))
    symbols = "".join(_symbol(number, look, kind) for number, look in enumerate(PALETTE))
    return (
        "<!DOCTYPE qgis>"
        '<qgis version="3.22.0" styleCategories="Symbology">'
        '<renderer-v2 type="categorizedSymbol" attr="grade" enableorderby="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols>"
        "</renderer-v2></qgis>"
    )


def _category(number: int, look: Look) -> str:
    value = "" if look.grade is None else str(look.grade)
    label = quoteattr(f"{look.label} {look.label_en}")
    return f'<category render="true" symbol="{number}" value="{value}" label={label}/>'


def _symbol(number: int, look: Look, kind: str) -> str:
    classes = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}
    properties = {
        "marker": {
            "name": SHAPES.get(look.symbol, "circle"), "color": _rgb(look.colour),
            "outline_color": _rgb(OUTLINE), "outline_width": "0.2", "size": str(SIZE_MM),
        },
        "line": {"line_color": _rgb(look.colour), "line_width": str(look.width / 4)},
        "fill": {"color": _rgb(look.colour, 160), "outline_color": _rgb(OUTLINE)},
    }[kind]  # fmt: skip
    options = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in properties.items()
    )
    return (
        f'<symbol name="{number}" type="{kind}" alpha="1"><layer class="{classes[kind]}" '
        f'enabled="1" locked="0" pass="0"><Option type="Map">{options}</Option></layer></symbol>'
    )


def _rgb(hexadecimal: str, opacity: int = 255) -> str:
    parts = (int(hexadecimal[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(map(str, (*parts, opacity)))
