"""Which layers of a GIS file are read: a file may hold several, and none is lost untold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio

from app.ingest.readers.table import KnownWord

DRAWING = {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"}
"""What GDAL tells of every mark of a KML: how it is drawn, whether or not the file says so."""

NAMED = 10
"""Layers that a note names."""


@dataclass(frozen=True)
class Chosen:
    """What of a file is read.

    Attributes:
        layers: Numbers of the layers, read in this order.
        headers: Fields of all of them.
        crs: What the first says of its coordinates.
        features: How many the layers say they have; less than one where they do not.
        note: Which layers are not read; None where all are.
    """

    layers: tuple[int, ...]
    headers: tuple[str, ...]
    crs: str | None
    features: int
    note: str | None = None


def choose_layers(source: Path, known: KnownWord, options: dict[str, Any]) -> Chosen:
    """Choose among the layers of a file.

    The folders of a KML are its layers, and all of them are read, one after the other. Of another
    file the layer with most known fields is read, the first of equals, with features before empty.

    Raises:
        DataLayerError: The file has no layer; other errors of pyogrio where it is broken.
    """
    names = [str(name) for name, _ in pyogrio.list_layers(source)]
    # A file without layers is refused by what is asked of its first one.
    facts = [pyogrio.read_info(source, layer=at, **options) for at in range(max(1, len(names)))]
    if source.suffix.lower() == ".kml":
        headers = dict.fromkeys(
            str(name) for each in facts for name in each["fields"] if name not in DRAWING
        )
        many = sum(int(each["features"]) for each in facts)
        return Chosen(tuple(range(len(facts))), tuple(headers), facts[0]["crs"], many)
    scores = [(sum(known(str(name)) for name in each["fields"]), each["features"] != 0)
              for each in facts]  # fmt: skip
    best = scores.index(max(scores))
    headers = dict.fromkeys(str(name) for name in facts[best]["fields"])
    return Chosen((best,), tuple(headers), facts[best]["crs"], int(facts[best]["features"]),
                  _told(names, facts, best))  # fmt: skip


def _told(names: list[str], facts: list[dict[str, Any]], best: int) -> str | None:
    others = [
        f"{name}（{each['features']}）"
        for at, (name, each) in enumerate(zip(names, facts, strict=False))
        if at != best
    ]
    if not others:
        return None
    more = f" … +{len(others) - NAMED}" if len(others) > NAMED else ""
    return (
        f"读取图层 read layer {names[best]}；未读（要素数） not read (features): "
        f"{'、'.join(each[:60] for each in others[:NAMED])}{more}"
    )
