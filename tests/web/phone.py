"""A phone on a pipeline: where it stands, and which line it follows."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

PIPE = "SY-003"

Open = Callable[..., Page]
"""Opens the page where a phone stands: longitude, latitude, accuracy in metres."""


def stand(context: BrowserContext, lon: float, lat: float, accuracy: float = 8.0) -> None:
    """Put the phone at a place."""
    context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": accuracy})


def place(pipe: dict[str, Any], vertex: int, east: float = 0.0) -> tuple[float, float]:
    """A vertex of the pipeline, moved east by degrees."""
    lon, lat, _ = pipe["parts"][0][vertex]
    return lon + east, lat


def choose(page: Page, code: str = PIPE) -> None:
    """Choose the pipeline by hand."""
    page.get_by_test_id("pipeline").click()
    page.get_by_test_id(f"choice-{code}").click()
    expect(page.get_by_test_id("network-text")).to_contain_text("数据截至")
