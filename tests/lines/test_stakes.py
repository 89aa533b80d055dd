"""A line as a phone keeps it: stakes at every vertex, and the places that must be passed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiLineString
from sqlalchemy import Connection

from app.lines.line import Line, make_line
from app.lines.plane import ELLIPSOID
from app.lines.read import read_line
from app.lines.stakes import staked_vertices
from app.lines.waypoints import between, waypoints
from layers.registry import LAYERS
from tests.builders import add

GAPPED = MultiLineString(
    [[(121.0, 30.2), (121.02, 30.205), (121.05, 30.2)], [(121.06, 30.2), (121.08, 30.21)]]
)


def calibrated() -> Line:
    markers = [(121.0, 30.2, 500.0), (121.01, 30.2025, 1480.0), (121.05, 30.2, 5600.0)]
    return make_line(("pipelines", 1, "A", None), GAPPED, markers=markers)


@given(share=st.floats(0.0, 1.0))
def test_stake_between_two_kept_vertices_is_that_of_the_line(share: float) -> None:
    line = calibrated()
    along = share * line.length_m
    lon, lat = line.place(along)
    # Where one part ends and the next begins, one metre of the line has two places.
    kept = [_read(part, lon, lat) for part in staked_vertices(line)]
    assert min(abs(stake - line.stake(along)) for stake in kept) < 0.02


def _read(part: list[list[float]], lon: float, lat: float) -> float:
    """The stake of the nearest place of a part, found in degrees scaled to metres."""
    scale = np.array([np.cos(np.radians(lat)), 1.0])
    vertices = np.array(part)
    flat, point = vertices[:, :2] * scale, np.array([lon, lat]) * scale
    edges = np.diff(flat, axis=0)
    shares = np.clip(((point - flat[:-1]) * edges).sum(1) / (edges**2).sum(1), 0, 1)
    gaps = np.hypot(*(flat[:-1] + shares[:, None] * edges - point).T)
    n = int(np.argmin(gaps))
    # A fifth of a metre: the edges of the line are straight in another plane.
    if gaps[n] > 2e-6:
        return float("inf")
    return float(vertices[n, 2] + shares[n] * (vertices[n + 1, 2] - vertices[n, 2]))


def test_every_part_keeps_its_own_ends() -> None:
    first, second = staked_vertices(calibrated())
    assert first[-1][:2] == pytest.approx([121.05, 30.2], abs=1e-6)
    assert second[0][:2] == pytest.approx([121.06, 30.2], abs=1e-6)
    assert first[-1][2] == pytest.approx(second[0][2], abs=0.01)
    assert first[0][2] == pytest.approx(500.0, abs=0.01)


def test_stakes_rise_along_the_line() -> None:
    stakes = [vertex[2] for part in staked_vertices(calibrated()) for vertex in part]
    assert stakes == sorted(stakes)


def test_waypoints_are_posts_and_facilities_beside_the_line(connection: Connection) -> None:
    fid = add(connection, "pipelines", "MULTILINESTRING((121.0 30.2, 121.05 30.2))", code="WP")
    for lon, lat, name, stake in ((121.0, 30.2, "K0", 0.0), (121.05, 30.2, "K5", 4900.0),
                                  (121.02, 30.21, "far", 2000.0)):  # fmt: skip
        add(connection, "pipeline_markers", f"POINT({lon} {lat})", pipeline_code="WP",
            marker_no=name, measure_m=stake)  # fmt: skip
    add(connection, "pipeline_markers", "POINT(121.03 30.2)", pipeline_code="other")
    station = (
        "POLYGON((121.02 30.201, 121.021 30.201, 121.021 30.202, 121.02 30.202, 121.02 30.201))"
    )
    add(connection, "pipeline_facilities", station, code="S", name="站", pipeline_code="WP")
    add(connection, "pipeline_facilities", None, code="N", name="nowhere", pipeline_code="WP")

    def ask(statement: object) -> object:
        return connection.execute(statement).mappings().all()  # type: ignore[call-overload]

    line = read_line(ask, LAYERS, "pipelines", fid)  # type: ignore[arg-type]
    found = waypoints(ask, LAYERS, line)  # type: ignore[arg-type]
    assert [each.name for each in found] == ["K0", "站", "K5"]
    # Of the station the edge is passed, not its middle.
    assert found[1].lat == pytest.approx(30.201, abs=1e-6)
    assert 121.02 - 1e-6 <= found[1].lon <= 121.021 + 1e-6
    assert ELLIPSOID.inv(121.0, 30.2, found[0].lon, found[0].lat)[2] < 0.01
    assert [each.name for each in between(found, 0.4, 4899.6)] == ["K0", "站", "K5"]
    assert [each.name for each in between(found, 1.0, 4000.0)] == ["站"]
