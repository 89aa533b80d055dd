"""The city profile: names, views, metric system and files of one folder of `data/cities`."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import CommandFailed

Box = tuple[float, float, float, float]
"""west, south, east, north in degrees of CRS84."""


@dataclass(frozen=True)
class City:
    """What the program knows of the city that it serves.

    Attributes:
        id: Name of the profile's folder.
        name: Chinese name; `name_en` in English.
        title: Title of the map; `title_en` in English.
        notice: Words that must stand on every map; `notice_en` in English.
        metric_srid: EPSG code of the projected system in which the city is measured.
        extent: Box in which features of the city may lie.
        views: Named boxes that the map offers.
        languages: Languages of the page, the first is the default.
        time_zone: IANA name of the display zone.
        attribution: Credits of the base map.
        folder: Where the profile lies.
    """

    id: str
    name: str
    name_en: str
    title: str
    title_en: str
    notice: str
    notice_en: str
    metric_srid: int
    extent: Box
    views: dict[str, Box]
    languages: tuple[str, ...]
    time_zone: str
    attribution: tuple[str, ...]
    folder: Path

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days and hours are told."""
        return ZoneInfo(self.time_zone)

    @property
    def middle(self) -> tuple[float, float]:
        """lon, lat in the middle of the view of the city, to four digits; for examples."""
        west, south, east, north = self.views["city"]
        return (round((west + east) / 2, 4), round((south + north) / 2, 4))

    def today(self, instant: datetime | None = None) -> date:
        """The day that it is in the city, or that it was at an instant."""
        return (
            datetime.now(self.zone) if instant is None else instant.astimezone(self.zone)
        ).date()

    def base_file(self, name: str) -> Path:
        """Path of one file of the base map: `land`, `roads`, `places` or `outline`."""
        if name == "outline":
            return self.folder / "outline.geojson"
        if name == "places":
            return self.folder / "places.geojson"
        return self.folder / "base" / f"{name}.geojson"

    def published(self) -> dict[str, Any]:
        """The profile as the map page reads it."""
        return {
            name: getattr(self, name)
            for name in (
                "id", "name", "name_en", "title", "title_en", "notice", "notice_en", "views",
                "languages", "time_zone", "attribution",
            )
        }  # fmt: skip


@lru_cache
def read_city(folder: Path) -> City:
    """Read a city profile.

    Raises:
        CommandFailed: The folder holds no profile, or one that lacks a word.
    """
    path = folder / "profile.toml"
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(p.name for p in folder.parent.glob("*") if p.is_dir()))
        raise CommandFailed(f"no city profile {folder.name!r}; there are: {known}") from None
    except tomllib.TOMLDecodeError as fault:
        raise CommandFailed(f"city profile {folder.name!r} is not valid TOML: {fault}") from None
    try:
        return City(
            folder=folder,
            extent=_box(words.pop("extent")),
            views={name: _box(box) for name, box in words.pop("views").items()},
            languages=tuple(words.pop("languages")),
            attribution=tuple(words.pop("attribution", ())),
            **{name: words[name] for name in _PLAIN},
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise CommandFailed(f"city profile {folder.name!r} lacks or spoils {fault}") from None


_PLAIN = (
    "id", "name", "name_en", "title", "title_en", "notice", "notice_en", "metric_srid", "time_zone",
)  # fmt: skip


def _box(numbers: list[float]) -> Box:
    west, south, east, north = (float(number) for number in numbers)
    return west, south, east, north
