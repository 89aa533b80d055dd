"""The frame of a page: head, crumbs, sections, links; every text from outside is escaped."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from app.city import City
from app.maps.palette import LOOKS

Link = Mapping[str, Any]

WORDS = {
    "self": "本页 This page", "alternate": "其他形式 Other form", "next": "下一页 Next page",
    "prev": "上一页 Page before", "items": "要素 Features", "data": "图层 Layers",
    "service-desc": "接口定义 API definition", "service-doc": "接口说明 API documentation",
    "conformance": "符合性声明 Conformance", "collection": "图层 Layer",
    "describedby": "字段 Fields", "tilejson": "TileJSON", "enclosure": "全部数据 Everything",
    "license": "许可 Licence", "item": "瓦片 Tile",
}  # fmt: skip
"""Relations of links for people."""


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def page(city: City, title: tuple[str, str], crumbs: Sequence[tuple[str, str]], body: str) -> str:
    """A whole document, which loads nothing.

    Args:
        city: Whose title and notice stand on it.
        title: In Chinese and English, plain text.
        crumbs: Addresses and words of the pages above, the first is the landing page.
        body: HTML.
    """
    way = " › ".join(anchor(href, words) for href, words in crumbs)
    root = crumbs[0][0].removesuffix("/api") if crumbs else ""
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title[0])} · {escape(city.title)}</title><style>{_style()}</style></head>"
        f"<body><header><strong>{escape(city.title)}</strong> <span>{escape(city.title_en)}</span>"
        f"<nav>{anchor(f'{root}/', '地图 Map')}{anchor(f'{root}/api?f=html', '开放接口 API')}"
        f"{anchor(f'{root}/api/collections?f=html', '图层 Layers')}</nav></header>"
        f'<main><p class="crumbs">{way}</p><h1>{both(*title)}</h1>{body}</main>'
        f"<footer>{escape(city.notice)} <span lang=en>{escape(city.notice_en)}</span></footer>"
        "</body></html>"
    )


def section(title: tuple[str, str], body: str, kind: str = "") -> str:
    """A part of the page under a heading."""
    return f'<section class="{kind}"><h2>{both(*title)}</h2>{body}</section>'


def both(zh: str, en: str) -> str:
    """Words in both languages, Chinese first."""
    return f"{escape(zh)} <span class=en lang=en>{escape(en)}</span>" if en else escape(zh)


def anchor(href: str, words: str, kind: str = "") -> str:
    """A link; `words` is plain text."""
    given = f' class="{kind}"' if kind else ""
    return f'<a{given} href="{escape(href)}">{escape(words)}</a>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table of cells that are HTML already."""
    titles = "".join(f"<th scope=col>{escape(each)}</th>" for each in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """A table of names (plain text) and values that are HTML already."""
    lines = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{value}</td></tr>"
                    for name, value in pairs)  # fmt: skip
    return f'<table class="facts">{lines}</table>'


def shown(value: Any) -> str:
    """A value as a cell shows it; nothing is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    return escape(str(value))


def grade(value: int | None) -> str:
    """A grade as number, colour and words; nothing is not assessed, never blue."""
    look = LOOKS[value]
    return (
        f'<span class="grade"><i style="background:{look.colour};color:{look.ink}">'
        f"{escape(look.mark)}</i>{both(look.label, look.label_en)}</span>"
    )


def links(given: Sequence[Link]) -> str:
    """Every link of the content, with its relation and type."""
    rows = [
        [_linked(link), f"<code>{escape(str(link.get('type', '')))}</code>",
         f"<code>{escape(str(link['rel']))}</code>"]
        for link in given
    ]  # fmt: skip
    return section(
        ("链接", "Links"), table(("去处 Where", "类型 Type", "关系 Relation"), rows), "links"
    )


def _linked(link: Link) -> str:
    words = str(link.get("title") or WORDS.get(link["rel"], link["rel"]))
    if link.get("templated"):
        return f"{escape(words)} <code>{escape(str(link['href']))}</code>"
    return anchor(str(link["href"]), words)
