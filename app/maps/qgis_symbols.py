"""The map's look in the words of QGIS: renderers and symbols, as XML.

Source: what QGIS 3.22 writes itself; newer ones read it.
"""

from typing import Literal
from xml.etree.ElementTree import Element, SubElement

from app.maps.palette import OUTLINE, PALETTE, Look
from layers.declare import GeometryKind, Layer

Kind = Literal["Point", "Line", "Polygon"]
"""What a layer of QGIS may hold; one kind only."""

KINDS: dict[GeometryKind, Kind] = {
    "Point": "Point",
    "MultiLineString": "Line",
    "LineStringM": "Line",
    "MultiPolygon": "Polygon",
}
"""Geometry of a layer to its kind; what is mixed has none by itself."""

NAMES: dict[Kind, str] = {"Point": "点 Points", "Line": "线 Lines", "Polygon": "面 Areas"}

SYMBOLS: dict[Kind, str] = {"Point": "marker", "Line": "line", "Polygon": "fill"}

PLAIN = Look(None, "", "", "", "#607D8B", "#607D8B", "#000000", "circle", "", 1)
"""How layers without grades are drawn: quietly, so that grades stand out."""

FILL_ALPHA = 110
"""Of 255: what lies under an area stays readable."""

GRAVEST_PASS = 4
"""QGIS draws passes in this order: the gravest grade last, so that it lies on top."""


def renderer(layer: Layer, kind: Kind) -> Element:
    """How QGIS draws a layer's features of a kind: a category a grade, or one symbol."""
    return _graded(SYMBOLS[kind]) if layer.graded else _plain(SYMBOLS[kind])


def mixed_renderer(layer: Layer) -> Element:
    """How QGIS draws a table whose features are of several kinds: a rule a kind and grade.

    QGIS opens such a table as a layer of each kind and gives all of them the one style it finds,
    while a symbol draws one kind only. Of the rules only those of the layer's own kind draw.
    """
    drawn = Element("renderer-v2", type="RuleRenderer", symbollevels="1" if layer.graded else "0",
                    forceraster="0", enableorderby="0")  # fmt: skip
    rules, symbols = SubElement(drawn, "rules", key="all"), SubElement(drawn, "symbols")
    for kind, drawn_as in SYMBOLS.items():
        for look in PALETTE if layer.graded else (PLAIN,):
            number = str(len(symbols))
            rule = _rule(kind, look if layer.graded else None)
            SubElement(rules, "rule", {"key": f"rule{number}", "symbol": number, **rule})
            symbols.append(_symbol(drawn_as, number, look))
    return drawn


def _rule(kind: Kind, look: Look | None) -> dict[str, str]:
    """Which features a rule is for, and its name in the legend."""
    among = f"geometry_type($geometry) = '{kind}'"
    if look is None:
        return {"filter": among, "label": NAMES[kind]}
    grade = '"grade" IS NULL' if look.grade is None else f'"grade" = {look.grade}'
    label = f"{look.mark} {look.label} {look.label_en}, {NAMES[kind]}"
    return {"filter": f"{among} AND {grade}", "label": label}


def _graded(kind: str) -> Element:
    """Colour by grade; what is not assessed is the category of everything else, grey."""
    drawn = Element("renderer-v2", type="categorizedSymbol", attr="grade", symbollevels="1",
                    forceraster="0", enableorderby="0")  # fmt: skip
    categories, symbols = SubElement(drawn, "categories"), SubElement(drawn, "symbols")
    for number, look in enumerate(PALETTE):
        SubElement(categories, "category", render="true", symbol=str(number),
                   value="" if look.grade is None else str(look.grade),
                   label=f"{look.mark} {look.label} {look.label_en}")  # fmt: skip
        symbols.append(_symbol(kind, str(number), look))
    return drawn


def _plain(kind: str) -> Element:
    drawn = Element("renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0",
                    enableorderby="0")  # fmt: skip
    SubElement(drawn, "symbols").append(_symbol(kind, "0", PLAIN))
    return drawn


def _symbol(kind: str, name: str, look: Look) -> Element:
    made = Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1")
    written, said = {
        "marker": ("SimpleMarker", _marker(look)),
        "line": ("SimpleLine", _line(look)),
        "fill": ("SimpleFill", _fill(look)),
    }[kind]
    level = 0 if look.grade is None else GRAVEST_PASS + 1 - look.grade
    drawn = SubElement(made, "layer", {"class": written, "enabled": "1", "locked": "0",
                                       "pass": str(level)})  # fmt: skip
    options = SubElement(drawn, "Option", type="Map")
    for key, value in said.items():
        SubElement(options, "Option", type="QString", name=key, value=value)
    return made


def _marker(look: Look) -> dict[str, str]:
    hollow = look.symbol == "ring"
    return {
        "name": "circle" if hollow else look.symbol, "size": str(2 + look.width / 2),
        "size_unit": "MM", "color": _rgba(look.colour, 60 if hollow else 255),
        "outline_color": _rgba(look.colour if hollow else OUTLINE), "outline_style": "solid",
        "outline_width": "0.3", "outline_width_unit": "MM",
    }  # fmt: skip


def _line(look: Look) -> dict[str, str]:
    return {
        "line_color": _rgba(look.colour), "line_width": str(look.width / 3),
        "line_width_unit": "MM", "line_style": "dash" if look.symbol == "ring" else "solid",
    }  # fmt: skip


def _fill(look: Look) -> dict[str, str]:
    """Grades are filled, what is not assessed is hatched, what has no grades shows its edge."""
    hatched = "b_diagonal" if look.symbol == "ring" else "no"
    return {
        "color": _rgba(look.colour, FILL_ALPHA), "style": "solid" if look.grade else hatched,
        "outline_color": _rgba(OUTLINE), "outline_style": "solid", "outline_width": "0.26",
        "outline_width_unit": "MM",
    }  # fmt: skip


def _rgba(colour: str, alpha: int = 255) -> str:
    """Numbers as QGIS writes them.

    >>> _rgba("#C8102E")
    '200,16,46,255'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
