"""CQL2 as requests bring it, text or JSON, read into one tree within limits.

Source: OGC 21-065r2, Common Query Language (CQL2).
"""

import json
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.crs import WGS84_LON_LAT, Crs, read_crs
from app.errors import BadParameter
from app.queries.filters.grammar import NoCql2, parsed

LONGEST, MOST_NODES, DEEPEST = 20_000, 4_000, 32
"""Characters, parts and levels of a filter."""

LARGEST = 10**300
"""No whole number beyond is compared with anything."""

LANGUAGES = ("cql2-text", "cql2-json")


@dataclass(frozen=True)
class Filter:
    """A filter that can be read; whether a layer has its fields, its conditions tell.

    Attributes:
        text: The tree as canonical JSON.
        crs: Reference system of its geometries.
        zone: Zone in which days are meant.
    """

    text: str
    crs: Crs = WGS84_LON_LAT
    zone: str = "UTC"

    @property
    def tree(self) -> Any:
        """The filter as CQL2 JSON has it."""
        return json.loads(self.text)

    def query(self) -> str:
        """The filter as the query of an address."""
        said = {"filter": self.text, "filter-lang": "cql2-json", "filter-crs": self.crs.uri}
        return urlencode(said)


def refused(detail: str) -> BadParameter:
    """The error of a filter that can't be carried out."""
    return BadParameter("filter", detail)


def read_filter(
    text: str | None, language: str | None = None, crs: str | None = None, zone: str = "UTC"
) -> Filter | None:
    """Read a filter; None where there is none.

    Args:
        text: What the request brought.
        language: `cql2-text`, which is the default, or `cql2-json`.
        crs: Reference system of its geometries; CRS84 unless given.
        zone: Zone in which days are meant.

    Raises:
        BadParameter: It is no CQL2, too long or too deep, or a system is unknown.
    """
    if language not in {None, *LANGUAGES}:
        raise BadParameter("filter-lang", f"is one of {', '.join(LANGUAGES)}")
    system = read_crs(crs, "filter-crs") if crs else WGS84_LON_LAT
    if text is None:
        return None
    if len(text) > LONGEST:
        raise refused(f"is longer than {LONGEST} characters 过长")
    tree = _from_json(text) if language == "cql2-json" else _from_text(text)
    _require_small(tree)
    return Filter(json.dumps(tree, ensure_ascii=False, sort_keys=True), system, zone)


def _from_text(text: str) -> Any:
    _require_text(text)
    try:
        return parsed(text)
    except NoCql2 as fault:
        raise refused(f"is no CQL2 不是有效的 CQL2: {fault}") from None


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise refused("is no JSON 不是有效的 JSON") from None


def _require_small(tree: Any) -> None:
    """Refuse what is too deep, too large, or holds what no database keeps."""
    level, depth, nodes = [tree], 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEEPEST:
            raise refused(f"is deeper than {DEEPEST} levels 嵌套过深")
        if nodes > MOST_NODES:
            raise refused(f"has more than {MOST_NODES} parts 过大")
        for each in level:
            _require_value(each)
        level = [below for each in level for below in _below(each)]


def _below(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _require_value(node: Any) -> None:
    if isinstance(node, str):
        _require_text(node)
    if isinstance(node, float) and not math.isfinite(node):
        raise refused("holds a number that is not finite 数值须有限")
    if isinstance(node, int) and abs(node) > LARGEST:
        raise refused("holds a number that is too large 数值过大")


def _require_text(text: str) -> None:
    try:
        fits = "\x00" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise refused("holds a character that is no text 含有非文本字符")
