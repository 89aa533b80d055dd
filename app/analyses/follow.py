"""What follows an import: layers that are computed from the one that changed."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from app.analyses.crash_points import place_crashes_again, place_new_crashes
from app.analyses.entered_events import tell_entered
from app.analyses.neighbours import HAZARDS, NEIGHBOURS, count_neighbours
from app.analyses.places import place_again
from app.analyses.raising import concerns, raise_again
from app.analyses.staked_places import PLACED, place_staked, placed_by
from app.analyses.tracks import make_tracks, name_tracks, told_of_ports
from app.city import City
from layers.declare import Layer

FOLLOWERS: dict[str, Callable[[Connection, dict[str, Layer]], list[str]]] = {
    "crashes": place_new_crashes,
    "road_markers": place_crashes_again,
    "roads": place_crashes_again,
    "sea_zones": told_of_ports,
    "townships": place_again,
    "vessel_events": tell_entered,
    "vessels": name_tracks,
    HAZARDS: count_neighbours,
    NEIGHBOURS: count_neighbours,
}

COMPUTED: dict[str, tuple[str, ...]] = {HAZARDS: ("population", "uncounted")}
"""Fields of a layer that these steps fill from other layers; nobody's own entries."""

WRITTEN: dict[str, tuple[str, ...]] = {
    "vessel_positions": ("vessels", "vessel_tracks"),
    "vessels": ("vessel_tracks",),
}
"""Layers that these steps write beside the one that changed, where nothing else makes them wait."""

FILLED: dict[str, tuple[str, ...]] = {
    NEIGHBOURS: (HAZARDS,),
    "roads": ("crashes", *placed_by("roads")),
    "road_markers": ("crashes", *placed_by("road_markers")),
    "pipelines": placed_by("pipelines"),
    "pipeline_markers": placed_by("pipeline_markers"),
}
"""Layers with history of which these steps fill fields or places, by the layer that changed."""


def follow(connection: Connection, layer: Layer, layers: dict[str, Layer], city: City) -> list[str]:
    """Compute what depends on a layer that an import changed; returns what it has to tell."""
    step = FOLLOWERS.get(layer.id)
    told = [*(step(connection, layers) if step else []), *place_staked(connection, layer, layers)]
    if layer.id == "vessel_positions":
        told += make_tracks(connection, layers, city)
    if concerns(layer, layers):
        raise_again(connection, layers, city.today())
    return told


def waits(layer: Layer, layers: Mapping[str, Layer]) -> bool:
    """Whether what follows its import changes rows of layers that other imports change too."""
    shared = {NEIGHBOURS, "crashes", *FILLED, *PLACED}
    return layer.id in shared or concerns(layer, layers)
