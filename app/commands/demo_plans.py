"""Plans for the demonstration's high-consequence areas (示意): routes, places to gather, persons.

An analysis leaves these to people; without them the sheets of the demonstration stay half empty.
"""

from collections.abc import Mapping

import numpy as np
from sqlalchemy import Engine, func, select, update

from app.db.tables import table_of
from data.demo import names
from layers.declare import Layer

SEED = 903

ESCAPE_M = 100.0
"""So much further than the band people gather."""

BAND_M = 200.0

SIDES = {True: ("北", "南"), False: ("东", "西")}
"""Sides of a pipe that runs east and west, and of one that runs north and south."""


def write_plans(engine: Engine, layers: Mapping[str, Layer]) -> int:
    """Fill in what people enter for every area that an analysis found; return how many."""
    table, roads = table_of(layers["high_consequence_areas"]), table_of(layers["roads"])
    random = np.random.default_rng(SEED)
    near = func.ST_Distance(roads.c.geom, table.c.geom)
    wide = func.ST_XMax(table.c.geom) - func.ST_XMin(table.c.geom)
    high = func.ST_YMax(table.c.geom) - func.ST_YMin(table.c.geom)
    road = select(roads.c.name).order_by(near, roads.c.fid).limit(1).scalar_subquery()
    with engine.begin() as connection:
        areas = connection.execute(
            select(table.c.fid, table.c.impact_radius_m, road.label("road"),
                   (wide > high).label("lies_east_west"))
            .where(table.c.entry_route.is_(None))
            .order_by(table.c.code)
        ).mappings().all()  # fmt: skip
        for area in areas:
            away = round(float(area["impact_radius_m"] or BAND_M) + ESCAPE_M, -1)
            side = SIDES[area["lies_east_west"]][int(random.integers(2))]
            plan = {
                "entry_route": f"由{area['road'] or '村道'}转入管道巡查便道（示意）",
                "escape_route": f"横向离开管道，向{side}侧撤离（示意）",
                "assembly_point": f"{side}侧距管道 {away:g} m 以外空地（示意）",
                "responsible_person": names.persons(random, 1)[0],
                "responsible_phone": names.telephones(random, 1)[0],
            }
            connection.execute(update(table).where(table.c.fid == area["fid"]).values(plan))
    return len(areas)
