"""The demonstration city as the tests see it."""

from dataclasses import dataclass
from pathlib import Path

from data.demo.city import City

PROFILE = Path(__file__).parents[2] / "data" / "cities" / "yuyao"


@dataclass(frozen=True)
class Demo:
    """The city and the files of its demonstration, by layer."""

    city: City
    files: dict[str, Path]
    order: tuple[str, ...]
