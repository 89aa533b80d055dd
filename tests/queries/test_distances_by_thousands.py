"""Ten thousand pairs of places within two kilometres: the database measures as the ellipsoid does."""

import numpy as np
from pyproj import Geod
from sqlalchemy import Connection, text

GEOD = Geod(ellps="WGS84")

PAIRS = 10_000


def test_ten_thousand_distances_are_those_of_the_ellipsoid(connection: Connection) -> None:
    random = np.random.default_rng(20261125)
    lon, lat = random.uniform(120.9, 121.4, PAIRS), random.uniform(29.7, 30.35, PAIRS)
    azimuth, true = random.uniform(0, 360, PAIRS), random.uniform(0, 2000, PAIRS)
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, true)
    statement = text(
        "SELECT ST_Distance(geography(ST_SetSRID(ST_MakePoint(a, b), 4326)), "
        "geography(ST_SetSRID(ST_MakePoint(c, d), 4326))) "
        "FROM unnest(CAST(:a AS float8[]), CAST(:b AS float8[]), CAST(:c AS float8[]), "
        "CAST(:d AS float8[])) WITH ORDINALITY AS t(a, b, c, d, n) ORDER BY n"
    )
    given = {"a": lon.tolist(), "b": lat.tolist(), "c": to_lon.tolist(), "d": to_lat.tolist()}
    found = np.array(connection.execute(statement, given).scalars().all())
    assert len(found) == PAIRS
    assert (np.abs(found - true) <= 1e-3 * true + 0.05).all()
