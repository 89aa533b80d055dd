"""Sizes of screens, and what tests of the page ask of it again and again."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

DESK = (1440, 900)
PHONE = (390, 844)
PATIENCE_MS = 60_000

OpenPage = Callable[..., Page]
Ask = Callable[[str], Any]
Feature = dict[str, Any]


def settled(page: Page) -> None:
    """Wait until the map has drawn everything."""
    page.evaluate(
        """() => new Promise((done) => {
          riskmap.map.once('idle', () => done());
          riskmap.map.triggerRepaint();
        })"""
    )


def there(feature: Feature, zoom: float = 16) -> str:
    """The part of an address that shows the place of a point."""
    lng, lat = feature["geometry"]["coordinates"]
    return f"map={zoom}/{lat}/{lng}"


def counters(page: Page) -> dict[str, Locator]:
    """The five counters by the names that the service gives to grades."""
    names = {"1": "1", "2": "2", "3": "3", "4": "4", "unassessed": "none"}
    return {grade: page.get_by_test_id(f"counter-{name}") for grade, name in names.items()}


def a_red_point(ask: Ask) -> Feature:
    """A risk point of the gravest grade that carries a name and who answers."""
    points: list[Feature] = ask("/api/collections/risk_points/items?grade=1&limit=1")["features"]
    return points[0]
