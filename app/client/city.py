"""Everything that a notebook asks of a city."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pyarrow as pa

from app.city import City
from app.client.door import Door
from app.client.frames import near_frame
from app.client.question import (
    Box,
    Filter,
    address,
    features_asked,
    filter_asked,
    given,
    shaped,
)
from app.errors import CommandFailed
from app.exports import EXPORTS
from app.exports.parts.metadata import digest_of_file, write_beside
from app.maps.page import draw
from app.queries.source import GRADES
from layers.registry import LAYERS

Instant = date | datetime | str | None
"""An instant with an offset, or a day, which means its end in the city's time zone."""


class CityData:
    """The city's layers; the same answers whichever door they come through.

    Every method raises `RequestRefused` where the service would refuse the same question.
    """

    def __init__(self, door: Door, city: City, close: Any = None) -> None:
        """Keep the door; `connect` makes it."""
        self._door = door
        self._city = city
        self._close = close

    def close(self) -> None:
        """Let go of what was opened."""
        if self._close:
            self._close()

    def layers(self) -> pd.DataFrame:
        """Every layer by id: titles, kind of geometry, whether it is graded, how many features.

        >>> city.layers().loc["risk_points", "geometry"]
        'Point'
        """
        told = self._json("/api/collections", {})["collections"]
        names = ["id", "title", "title_en", "geometry", "graded", "count", "license"]
        return pd.DataFrame(told)[names].set_index("id")

    def read(
        self,
        layer: str,
        filter: Filter = None,  # noqa: A002 - the word of OGC API
        *,
        bbox: Box | None = None,
        crs: str | None = None,
        asof: Instant = None,
    ) -> gpd.GeoDataFrame:
        """The features of a layer, indexed by feature id.

        Args:
            layer: Id of the layer.
            filter: Field to accepted values, or CQL2 as text or JSON mapping.
            bbox: Only what touches west, south, east, north (degrees).
            crs: Reference system as `EPSG:4549`; coordinates are east before north. None: CRS84.
            asof: The layer as it was; None for now.

        Returns:
            Published properties and `geometry`; None where a feature is not located. Grades are
            nullable integers.

        >>> grave = city.read("risk_points", {"grade": [1, 2]}, bbox=(121.1, 30.0, 121.3, 30.1))
        >>> same = city.read("risk_points", "grade <= 2 AND S_INTERSECTS(geometry, "
        ...                  "BBOX(121.1, 30.0, 121.3, 30.1))")
        >>> list(grave.index) == list(same.index), grave.crs.to_string()
        (True, 'OGC:CRS84')
        """
        query = features_asked(filter, bbox, crs, asof)
        content = self._content(f"/api/collections/{layer}/export", {"f": "arrow", **query})
        with pa.ipc.open_stream(content) as stream:
            found = gpd.GeoDataFrame.from_arrow(stream.read_all())
        for name in set(GRADES) & set(found.columns):
            found[name] = found[name].astype("Int64")
        return found.set_index("fid")

    def nearby(  # noqa: PLR0913 - the words of one question
        self,
        lon: float | None = None,
        lat: float | None = None,
        within_m: float | None = None,
        filter: Filter = None,  # noqa: A002 - the word of OGC API
        *,
        geometry: Any = None,
        line: str | None = None,
        stake: str | None = None,
        accuracy_m: float | None = None,
        layers: Sequence[str] | None = None,
        grade_max: int | None = None,
        limit: int = 100,
    ) -> gpd.GeoDataFrame:
        """What is near a point, a stake or a geometry, the nearest first, by geodesic distance.

        Args:
            lon: Longitude in degrees, with `lat`.
            lat: Latitude in degrees.
            within_m: Metres, inclusive; None for the nearest `limit`.
            filter: Field to accepted values, or CQL2; every layer asked must have its fields.
            geometry: A shapely geometry or GeoJSON, lon lat, in place of a point.
            line: A line with stakes, as `pipelines/12`, with `stake`, in place of a point.
            stake: As `K12+300` on that line.
            accuracy_m: How well the point is known: features tell `certainty`.
            layers: Ids; None for all that can harm or be harmed.
            grade_max: Only this grade or worse.
            limit: Features at most.

        Returns:
            `id`, `layer`, `distance_m`, `bearing_deg`, `grade`, properties, `stake` and `side` on
            lines that carry stakes, `geometry` (CRS84); the method stands in `attrs`.

        >>> found = city.nearby(121.15, 30.04, 800, "grade <= 2", layers=["risk_points"])
        >>> bool((found["distance_m"] <= 800).all() and (found["grade"] <= 2).all())
        True
        >>> around = city.nearby(geometry=found.union_all().convex_hull, within_m=100)
        >>> set(found["id"]) <= set(around[around["layer"] == "risk_points"]["id"])
        True
        """
        asked = {
            **given(lon=lon, lat=lat, within_m=within_m, line=line, stake=stake,
                    accuracy_m=accuracy_m, layers=layers, grade_max=grade_max, limit=limit),
            **filter_asked(filter),
        }  # fmt: skip
        body = None if geometry is None else json.dumps(shaped(geometry)).encode()
        return near_frame(self._json("/api/nearby", asked, body))

    def check(self, geometry: Any, use: str, **known: Any) -> dict[str, Any]:
        """What a site with a kind of use lies near, which rules fire, what is advised.

        Args:
            geometry: A shapely geometry or GeoJSON (a Feature or a collection too).
            use: Kind of use, as `school`; the refusal of another lists all.
            known: `persons`, `households`, `storeys`, `risk_per_year`, `name`, `crs`.

        >>> told = city.check({"type": "Point", "coordinates": [121.15, 30.04]}, "school")
        >>> told["advice"] in {"against", "consult", "none"}
        True
        """
        body = json.dumps({"use": use, "geometry": shaped(geometry), **known}).encode()
        return dict(self._json("/api/check", {}, body))

    def summary(
        self,
        by: str = "township",
        filter: Filter = None,  # noqa: A002 - the word of OGC API
        *,
        layers: Sequence[str] | None = None,
        bbox: Box | None = None,
        asof: Instant = None,
        **how: str,
    ) -> pd.DataFrame:
        """Counts by grade as the map shows them.

        Args:
            by: `township`, `grade`, `category` or `industry`.
            filter: Field to accepted values, or CQL2; every layer counted must have its fields.
            layers: Ids; None for all that count.
            bbox: Only what touches it.
            asof: The city as it was.
            how: `method` and `per`: how an area gets its grade.

        Returns:
            A row a key; the row of everything stands in `attrs["total"]`.

        >>> every = city.summary("grade", layers=["risk_points"])
        >>> grave = city.summary("grade", {"grade": [1, 2]}, layers=["risk_points"])
        >>> list(grave["key"]), grave.attrs["total"]["total"] < every.attrs["total"]["total"]
        (['1', '2'], True)
        """
        asked = {**given(by=by, layers=layers, bbox=bbox, asof=asof, **how), **filter_asked(filter)}
        told = self._json("/api/summary", asked)
        found = pd.json_normalize(told["rows"])
        found.attrs["total"] = told["total"]
        return found

    def grade_of(self, layer: str, fid: int, *, asof: Instant = None) -> dict[str, Any]:
        """Why a feature has its grade: method, inputs, steps, threshold, clause, history.

        >>> fid = int(city.read("risk_points", {"grade": 1}).index[0])
        >>> city.grade_of("risk_points", fid)["grade"]
        1
        """
        return dict(self._json(f"/api/collections/{layer}/items/{fid}/grade", given(asof=asof)))

    def export(
        self,
        layer: str,
        file: Path | str,
        filter: Filter = None,  # noqa: A002 - the word of OGC API
        *,
        bbox: Box | None = None,
        crs: str | None = None,
        asof: Instant = None,
    ) -> Path:
        """Write a layer to a file, whose ending chooses the format; it appears when it is whole.

        Where it comes from, its size and its SHA-256 are written beside it, as
        `points.csv-metadata.json`.

        Args:
            layer: Id of the layer.
            file: As `points.gpkg`; other arguments as of `read`.
            filter: Field to accepted values, or CQL2.
            bbox: Only what touches it.
            crs: Reference system.
            asof: The layer as it was.

        Raises:
            CommandFailed: No format has this ending.

        >>> written = city.export("risk_points", folder / "red.csv", "grade = 1")
        >>> written.name, written.read_text(encoding="utf-8-sig").split(",")[0]
        ('red.csv', 'fid')
        """
        path = Path(file)
        endings = {form.ending: name for name, form in EXPORTS.items()}
        ending = path.suffix.removeprefix(".")
        if ending not in endings:
            raise CommandFailed(f"no format ends in {ending!r}; there are: {', '.join(endings)}")
        name = endings[ending]
        query = {"f": name, **features_asked(filter, bbox, crs, asof)}
        partial = path.with_name(f".partial-{path.name}")
        try:
            with partial.open("wb") as sink:
                self._door.fetch(address(f"/api/collections/{layer}/export", query), sink)
            about = {**query, "digest": "false"}
            told = self._json(f"/api/collections/{layer}/export/metadata", about)
            write_beside(path, {**told, **digest_of_file(partial)})
            return partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def map(
        self,
        *layers: str,
        filter: Filter = None,  # noqa: A002 - the word of OGC API
        bbox: Box | None = None,
        asof: Instant = None,
    ) -> folium.Map:
        """The layers on the offline base map, in the palette of the city map, red on top.

        Args:
            layers: Ids.
            filter: As of `read`; every layer must have its fields.
            bbox: Only what touches it.
            asof: The layers as they were.

        >>> type(city.map("townships")).__name__
        'OfflineMap'
        """
        read = {LAYERS[name]: self.read(name, filter, bbox=bbox, asof=asof) for name in layers}
        return draw(read, self._city)

    def ask(self, path: str, **asked: Any) -> Any:
        """The JSON that any address of the API answers, parameters by their names.

        >>> sorted(city.ask("/api/summary", by="grade")["total"]["counts"])
        ['1', '2', '3', '4', 'unassessed']
        >>> city.ask("/api/changes", **{"from": "2026-11-01"})["numberMatched"] >= 0
        True
        """
        return self._json(path, given(**asked))

    def _content(self, path: str, query: dict[str, str], body: bytes | None = None) -> bytes:
        sink = BytesIO()
        self._door.fetch(address(path, query), sink, body)
        return sink.getvalue()

    def _json(self, path: str, query: dict[str, str], body: bytes | None = None) -> Any:
        return json.loads(self._content(path, query, body))
