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

from app.city import City, read_city
from app.client.door import DirectDoor, Door, ServiceDoor
from app.client.question import Box, Filter, address, features_asked, given
from app.errors import CommandFailed
from app.exports import EXPORTS
from app.logs import configure_logs
from app.main import create_app
from app.maps.page import draw
from app.queries.source import GRADES
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS

Instant = date | datetime | str | None
"""An instant with an offset, or a day, which means its end in the city's time zone."""


def connect(place: str | None = None) -> "CityData":
    """The city behind an address.

    Args:
        place: HTTP address of a running service, or URL of its database, which needs no
            service; None for the database of RISKMAP_DATABASE_URL.

    Raises:
        CommandFailed: There is no address, or one that can't be read.
    """
    settings = Settings()
    city = read_city(settings.city_folder)
    place = place or settings.database_url
    if place is None:
        raise CommandFailed("give an address, or set RISKMAP_DATABASE_URL")
    if place.startswith(("http://", "https://")):
        return CityData(ServiceDoor(place), city)
    # A notebook shows answers, not one line a question.
    configure_logs("WARNING")
    state = open_state(settings, place, LAYERS)
    return CityData(DirectDoor(create_app(state)), city, state.close)


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
        """Every layer by id: titles, kind of geometry, whether it is graded, how many features."""
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
            filter: Field to accepted values, or CQL2 text where the service takes it.
            bbox: Only what touches west, south, east, north (degrees).
            crs: Reference system as `EPSG:4549`; coordinates are east before north. None: CRS84.
            asof: The layer as it was; None for now.

        Returns:
            Published properties and `geometry`; None where a feature is not located. Grades are
            nullable integers.
        """
        query = features_asked(filter, bbox, crs, asof)
        content = self._content(f"/api/collections/{layer}/export", {"f": "arrow", **query})
        with pa.ipc.open_stream(content) as stream:
            found = gpd.GeoDataFrame.from_arrow(stream.read_all())
        for name in set(GRADES) & set(found.columns):
            found[name] = found[name].astype("Int64")
        return found.set_index("fid")

    def nearby(
        self,
        lon: float,
        lat: float,
        within_m: float | None = None,
        *,
        layers: Sequence[str] | None = None,
        grade_max: int | None = None,
        limit: int = 100,
    ) -> gpd.GeoDataFrame:
        """What is near a point, the nearest first, by geodesic distance.

        Args:
            lon: Longitude in degrees.
            lat: Latitude in degrees.
            within_m: Metres, inclusive; None for the nearest `limit`.
            layers: Ids; None for all that can harm or be harmed.
            grade_max: Only this grade or worse.
            limit: Features at most.

        Returns:
            `id`, `layer`, `distance_m`, `bearing_deg`, `grade`, properties, `geometry` (CRS84).
        """
        asked = given(lon=lon, lat=lat, within_m=within_m, layers=layers, grade_max=grade_max,
                      limit=limit)  # fmt: skip
        found = self._json("/api/nearby", asked)["features"]
        rows = [
            {"id": each["id"], **each["properties"], "layer": each["layer"],
             "distance_m": each["distance_m"], "bearing_deg": each["bearing_deg"],
             "grade": each["grade"]}
            for each in found
        ]  # fmt: skip
        places: Any = (
            gpd.GeoDataFrame.from_features(found, crs="OGC:CRS84").geometry if found else []
        )
        columns = None if rows else ["id", "layer", "distance_m", "bearing_deg", "grade"]
        return gpd.GeoDataFrame(
            pd.DataFrame(rows, columns=columns), geometry=list(places), crs="OGC:CRS84"
        )

    def summary(
        self,
        by: str = "township",
        *,
        layers: Sequence[str] | None = None,
        bbox: Box | None = None,
        asof: Instant = None,
        **how: str,
    ) -> pd.DataFrame:
        """Counts by grade as the map shows them.

        Args:
            by: `township`, `grade`, `category` or `industry`.
            layers: Ids; None for all that count.
            bbox: Only what touches it.
            asof: The city as it was.
            how: `method` and `per`: how an area gets its grade.

        Returns:
            A row a key; the row of everything stands in `attrs["total"]`.
        """
        asked = given(by=by, layers=layers, bbox=bbox, asof=asof, **how)
        told = self._json("/api/summary", asked)
        found = pd.json_normalize(told["rows"])
        found.attrs["total"] = told["total"]
        return found

    def grade_of(self, layer: str, fid: int, *, asof: Instant = None) -> dict[str, Any]:
        """Why a feature has its grade: method, inputs, steps, threshold, clause, history."""
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

        Raises:
            CommandFailed: No format has this ending.
        """
        path = Path(file)
        endings = {form.ending: name for name, form in EXPORTS.items()}
        ending = path.suffix.removeprefix(".")
        if ending not in endings:
            raise CommandFailed(f"no format ends in {ending!r}; there are: {', '.join(endings)}")
        query = {"f": endings[ending], **features_asked(filter, bbox, crs, asof)}
        partial = path.with_name(f".partial-{path.name}")
        try:
            with partial.open("wb") as sink:
                self._door.fetch(address(f"/api/collections/{layer}/export", query), sink)
            return partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def map(self, *layers: str, bbox: Box | None = None, asof: Instant = None) -> folium.Map:
        """The layers on the offline base map, in the palette of the city map, red on top."""
        return draw(
            {LAYERS[name]: self.read(name, bbox=bbox, asof=asof) for name in layers}, self._city
        )

    def _content(self, path: str, query: dict[str, str]) -> bytes:
        sink = BytesIO()
        self._door.fetch(address(path, query), sink)
        return sink.getvalue()

    def _json(self, path: str, query: dict[str, str]) -> Any:
        return json.loads(self._content(path, query))
