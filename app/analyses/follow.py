"""What follows an import: layers that are computed from the one that changed."""

from collections.abc import Callable

from sqlalchemy import Connection

from app.analyses.places import place_again
from app.analyses.tracks import make_tracks, name_tracks
from layers.declare import Layer

FOLLOWERS: dict[str, Callable[[Connection, dict[str, Layer]], list[str]]] = {
    "townships": place_again,
    "vessel_positions": make_tracks,
    "vessels": name_tracks,
}


def follow(connection: Connection, layer: Layer, layers: dict[str, Layer]) -> list[str]:
    """Compute what depends on a layer that an import changed; returns what it has to tell."""
    step = FOLLOWERS.get(layer.id)
    return step(connection, layers) if step else []
