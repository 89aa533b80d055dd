"""Vector tiles, their description, and the style that draws them."""

import hashlib
import json
import zlib
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.db.tables import table_of
from app.errors import NotFound
from app.http.deps import CqlFilter, OneLayer, Parts, layers_named, only_known
from app.http.encodings import offers_gzip
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.negotiation import (
    FORMS,
    HTML,
    JSON,
    VARY,
    AskedForm,
    address_of,
    answer,
    root_of,
    said,
)
from app.http.parameters import read_instant
from app.http.problems import RESPONSES
from app.http.spelled import InstantText, LayerIds
from app.maps.style import Addresses
from app.maps.style import style as draw_style
from app.pages import drawing as pages
from app.queries.filters.conditions import condition
from app.queries.filters.cql2 import Filter
from app.queries.tile import DEEPEST_ZOOM, Tile
from app.state import State
from layers.declare import Layer

MVT = "application/vnd.mapbox-vector-tile"

MAX_ZOOM = 16
"""Zoom beyond which a client stretches tiles instead of asking for finer ones."""

TILES = {**said(MVT, revalidated=True), 204: {"description": "Nothing is in this tile."}}

router = APIRouter(prefix="/api", tags=["tiles"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip

Zoom = Annotated[int, Path(ge=0, le=DEEPEST_ZOOM)]
Number = Annotated[int, Path(ge=0, lt=2**DEEPEST_ZOOM)]
ThemeName = Annotated[Literal["light", "dark"], Path(alias="id")]
LayerList = Annotated[LayerIds, Path(description="Ids of layers, split by commas.")]


def _instant(
    parts: Parts,
    asof: Annotated[
        InstantText | None, Query(description="State at an instant or at the end of a day.")
    ] = None,
) -> datetime | None:
    return None if asof is None else read_instant(asof, "asof", parts.city.time_zone)


def _place(z: Zoom, x: Number, y: Number) -> Tile:
    return Tile(z, x, y)


def _ogc_place(z: Zoom, row: Number, col: Number) -> Tile:
    return Tile(z, col, row)


AsOf = Annotated[datetime | None, Depends(_instant)]
"""The instant whose state is asked for; None for now."""

Place = Annotated[Tile, Depends(_place)]
OgcPlace = Annotated[Tile, Depends(_ogc_place)]


@router.get("/tiles/{layers}/{z}/{x}/{y}.mvt", response_class=Response, responses=TILES)
def tile(
    request: Request,
    parts: Parts,
    layers: LayerList,
    place: Place,
    asof: AsOf,
    asked: CqlFilter,
) -> Response:
    """The tile of one or several layers, x before y."""
    return _tile(request, parts, _layers(layers, parts), place, asof, asked)


@router.get("/collections/{layer}/tiles/WebMercatorQuad/{z}/{row}/{col}",
            response_class=Response, responses=TILES)  # fmt: skip
def ogc_tile(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    place: OgcPlace,
    asof: AsOf,
    asked: CqlFilter,
) -> Response:
    """The tile of one layer in OGC's order, row before column."""
    return _tile(request, parts, [layer], place, asof, asked)


def _layers(text: str, parts: State) -> list[Layer]:
    return layers_named(text, parts, [])


def _tile(
    request: Request,
    parts: State,
    layers: list[Layer],
    place: Tile,
    asof: datetime | None,
    asked: Filter | None,
) -> Response:
    if not place.exists():
        raise NotFound(f"there is no tile {place.z}/{place.x}/{place.y}")
    version = parts.tiles.version(layers)
    tag = tag_of(version, *((asof.isoformat(),) if asof else ()))
    headers = {"Vary": "Accept-Encoding"}
    if unchanged(request, tag):
        return not_modified(tag, headers)
    packed = parts.tiles.compressed(layers, place, version, asof, asked)
    headers |= fresh(tag)
    if not packed:
        return Response(status_code=204, headers=headers)
    if offers_gzip(request.headers):
        return Response(packed, media_type=MVT, headers={**headers, "Content-Encoding": "gzip"})
    return Response(zlib.decompress(packed, 16 + zlib.MAX_WBITS), media_type=MVT, headers=headers)


@router.get("/tiles/{layers}.json", response_class=Response, responses=said(JSON, HTML))
def tilejson(
    request: Request,
    parts: Parts,
    layers: LayerList,
    asof: AsOf,
    asked: CqlFilter,
    form: AskedForm,
) -> Response:
    """TileJSON 3.0 of one or several layers."""
    chosen = _layers(layers, parts)
    if asked:
        for layer in chosen:
            condition(asked, layer, table_of(layer))
    root = root_of(request)
    content = _tilejson(chosen, parts, root, _passed(asof, asked))
    own = address_of(request, f="json")
    page = pages.tilejson(content, chosen, parts.city, root, own) if form == "html" else None
    return answer(content, page, {})


def _tilejson(chosen: list[Layer], parts: State, root: str, passed: str) -> dict[str, Any]:
    names = ",".join(layer.id for layer in chosen)
    west, south, east, north = parts.city.views["city"]
    return {
        "tilejson": "3.0.0",
        "name": names,
        "attribution": "; ".join(parts.city.attribution),
        "tiles": [f"{root}/api/tiles/{names}/{{z}}/{{x}}/{{y}}.mvt{passed}"],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": bounds(chosen, parts),
        "center": [(west + east) / 2, (south + north) / 2, 10],
        "vector_layers": [
            {
                "id": layer.id,
                "description": layer.summary,
                "minzoom": layer.zooms[0],
                "maxzoom": min(layer.zooms[1], MAX_ZOOM),
                "fields": tile_fields(layer),
            }
            for layer in chosen
        ],
    }


def _passed(asof: datetime | None, asked: Filter | None = None) -> str:
    """The instant and the filter as the query of an address."""
    said = [urlencode({"asof": asof.isoformat()})] if asof else []
    said += [asked.query()] if asked else []
    return f"?{'&'.join(said)}" if said else ""


def bounds(layers: list[Layer], parts: State) -> list[float]:
    """West, south, east, north in degrees of where the features of layers may lie."""
    if all(layer.reach == "city" for layer in layers):
        return list(parts.city.extent)
    return [-180.0, -85.05112877980659, 180.0, 85.05112877980659]


def tile_fields(layer: Layer) -> dict[str, str]:
    """What the features of a layer's tiles carry, with what it means."""
    fields = {name: layer.fields[name].description for name in layer.tile_fields}
    if layer.graded:
        fields["grade"] = "1 major, 2 significant, 3 general, 4 low; absent: not assessed"
        fields["displayed_grade"] = "The grade as shown; only where something open raises it"
        if layer.assessed_on or layer.holds_until:
            fields["stale_from"] = "Day from which the assessment is stale, epoch seconds"
    if layer.geometry == "Point":
        fields["n"] = "Features in a cell; only where cells stand for features"
    return fields


@router.get("/styles/{id}.json", response_class=Response, responses=FORMS)
def style(
    request: Request, parts: Parts, theme: ThemeName, asof: AsOf, form: AskedForm
) -> Response:
    """A MapLibre style of the whole map, with the tiles of an instant where one is asked."""
    root = root_of(request)
    layers = list(parts.layers.values())
    city = parts.city.published()
    addresses = Addresses(f"{root}/api/tiles", f"{root}/api/base")
    drawn = draw_style(layers, theme, city, addresses, parts.city.today(asof))
    for source in drawn["sources"].values():
        if "tiles" in source:
            source["tiles"] = [address + _passed(asof) for address in source["tiles"]]
    content = json.dumps(drawn, ensure_ascii=False).encode()
    tag = tag_of(hashlib.sha256(content).hexdigest()[:16], *(("html",) if form == "html" else ()))
    if unchanged(request, tag):
        return not_modified(tag, VARY)
    own = address_of(request, f="json")
    page = pages.style(drawn, parts.city, root, own) if form == "html" else None
    return answer(drawn, page, fresh(tag))
