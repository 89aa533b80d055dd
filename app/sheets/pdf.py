"""From the HTML of a sheet to a PDF, with the system's fonts; nothing is fetched."""

import shutil
import subprocess
from functools import lru_cache
from html import escape
from typing import Any

from app.errors import CommandFailed

FONTS = "'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', 'SimHei', sans-serif"

STYLE = f"""
@page {{ size: A4; margin: 14mm 14mm 16mm;
  font: 7pt {FONTS}; color: #555; @bottom-left {{ content: element(notice); }}
  @bottom-right {{ content: counter(page) " / " counter(pages); }} }}
body {{ margin: 0; font: 9.5pt/1.45 {FONTS}; color: #111; }}
h1 {{ font-size: 16pt; margin: 0 0 1mm; }} h2 {{ font-size: 11pt; margin: 4mm 0 1mm; }}
p {{ margin: 0 0 1.5mm; }} .sub {{ color: #444; }}
.notice {{ position: running(notice); font-size: 7pt; color: #555; }}
table {{ border-collapse: collapse; width: 100%; }} tr {{ page-break-inside: avoid; }}
th, td {{ border: 0.3pt solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }}
th {{ background: #eee; font-weight: 600; white-space: nowrap; }}
.seal {{ display: inline-block; padding: 1mm 3mm; border: 1.2pt solid #111;
  font-size: 13pt; font-weight: 700; }}
.g1 {{ background: #D7191C; color: #fff; }} .g2 {{ background: #F98400; }}
.g3 {{ background: #FFD800; }} .g4 {{ background: #2C7BB6; color: #fff; }}
svg {{ border: 0.4pt solid #777; }} .sign td {{ height: 11mm; width: 24%; }}
"""


def pdf(html: str) -> bytes:
    """Return a sheet as a PDF.

    Args:
        html: A whole document, as `page` makes it; addresses in it are not followed.

    Raises:
        CommandFailed: WeasyPrint's libraries or a Chinese font are missing; says the mend.
    """
    _require_font()
    try:
        # Its system libraries are found when it is imported.
        from weasyprint import HTML
    except OSError:
        raise CommandFailed(
            "PDF needs Pango: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from None
    content: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return content


def _nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(f"a sheet fetches nothing: {url[:80]}")


@lru_cache(maxsize=1)
def _require_font() -> None:
    program = shutil.which("fc-list")
    if program is None:
        return
    told = subprocess.run([program, ":lang=zh", "family"], capture_output=True, check=False)  # noqa: S603
    if not told.stdout.strip():
        raise CommandFailed(
            "PDF needs a Chinese font: sudo apt-get install fonts-noto-cjk 缺少中文字体"
        )


def page(title: str, body: str, notice: str) -> str:
    """Return a whole document.

    Args:
        title: Of the document, plain text.
        body: HTML.
        notice: What stands at the foot of every page, plain text.
    """
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>"
        f'<div class="notice">{escape(notice)}</div>{body}</body></html>'
    )


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Return a table; every cell is escaped, None is a dash."""
    titles = "".join(f"<th>{escape(each)}</th>" for each in head)
    lines = "".join("<tr>" + "".join(f"<td>{shown(each)}</td>" for each in row) + "</tr>"
                    for row in rows)  # fmt: skip
    return f"<table><tr>{titles}</tr>{lines}</table>"


def facts(pairs: list[tuple[str, Any]]) -> str:
    """Return a table of two pairs a line."""
    cells = [f"<th>{escape(name)}</th><td>{shown(value)}</td>" for name, value in pairs]
    if len(cells) % 2:
        cells.append("<th></th><td></td>")
    lines = "".join(f"<tr>{one}{other}</tr>" for one, other in zip(cells[::2], cells[1::2],
                                                                   strict=True))  # fmt: skip
    return f"<table>{lines}</table>"


def shown(value: Any) -> str:
    """Return a value as a cell shows it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return escape(f"{value:,.2f}".rstrip("0").rstrip("."))
    return escape(str(value))
