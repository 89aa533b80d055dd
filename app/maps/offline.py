"""A folium map as one file that opens without a network."""

import base64
import re
from html import escape
from pathlib import Path
from typing import Any

import folium
from xstatic.pkg import leaflet

from app.errors import CommandFailed

UNUSED = (
    "jquery", "bootstrap", "awesome", "fontawesome", "glyphicons",
)  # fmt: skip
"""What folium links by habit and our maps do not use."""

_LINKED = re.compile(
    r'<script[^>]*src="(?P<script>https?://[^"]+)"[^>]*></script>'
    r'|<link[^>]*href="(?P<sheet>https?://[^"]+)"[^>]*/?>'
)
_IMAGE = re.compile(r"url\(\s*['\"]?(images/[\w.-]+\.png)['\"]?\s*\)")


class OfflineMap(folium.Map):
    """A folium map that a notebook shows without a network too."""

    def _repr_html_(self, **_: Any) -> str:
        """The page in a frame, as notebooks show a value."""
        style = "width:100%;height:560px;border:1px solid #5B6B77"
        return f'<iframe srcdoc="{escape(written(self))}" style="{style}"></iframe>'


def written(drawn: folium.Map) -> str:
    """The page with every script and style sheet in it.

    Raises:
        CommandFailed: The map links something that is not carried along.
    """
    return _LINKED.sub(_inlined, drawn.get_root().render())


def _inlined(link: re.Match[str]) -> str:
    address = link["script"] or link["sheet"]
    name = address.rsplit("/", maxsplit=1)[-1]
    if name == "leaflet.js":
        return f"<script>{_carried('leaflet.js')}</script>"
    if name == "leaflet.css":
        return f"<style>{_IMAGE.sub(_data, _carried('leaflet.css'))}</style>"
    if any(word in address for word in UNUSED):
        return ""
    raise CommandFailed(f"the map needs {address}, which is not carried along for use offline")


def _carried(name: str) -> str:
    return (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8")


def _data(image: re.Match[str]) -> str:
    content = (Path(leaflet.BASE_DIR) / image[1]).read_bytes()
    return f"url(data:image/png;base64,{base64.b64encode(content).decode()})"
