"""Who lives round a major hazard installation, counted on the map: α of GB 18218 asks for it."""

from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import Connection, Select, cast, func, or_, select, true, update

from app.analyses.regrade import regrade
from app.db.tables import table_of
from layers.declare import Layer
from layers.grading.gb18218 import MajorHazardRules
from layers.grading.rule_set import RuleBook

HAZARDS, NEIGHBOURS = "major_hazards", "protection_targets"


def count_neighbours(
    connection: Connection, layers: dict[str, Layer], book: RuleBook | None = None
) -> list[str]:
    """Count the permanent population round every installation and grade those that changed.

    Whoever lives within the band of the rule set outside the boundary counts (closed, geodesic),
    whole where an area only reaches into it; who lives inside the boundary does not. While the map
    holds no place with people at all, nobody is counted: no data is not nobody.

    Source: GB 18218-2018 Table 5 (500 m outward of the plant's boundary).
    """
    if HAZARDS not in layers or NEIGHBOURS not in layers:
        return []
    hazards = table_of(layers[HAZARDS])
    counted = _counted(layers, MajorHazardRules.among(book).population_within_m).subquery("counted")
    connection.execute(
        update(hazards)
        .values(population=counted.c.population, uncounted=counted.c.uncounted)
        .where(
            hazards.c.fid == counted.c.fid,
            or_(
                hazards.c.population.is_distinct_from(counted.c.population),
                hazards.c.uncounted.is_distinct_from(counted.c.uncounted),
            ),
        )
    )
    if book is None:  # with a book the caller grades every row again
        regrade(connection, layers[HAZARDS], hazards.c.changed_at == func.now())
    return []


def _counted(layers: dict[str, Layer], within_m: float) -> Select[Any]:
    """Installation to the people around it, and to the places there that tell no number."""
    hazards, targets = table_of(layers[HAZARDS]), table_of(layers[NEIGHBOURS])
    around = (
        func.ST_DWithin(cast(hazards.c.geom, Geography), cast(targets.c.geom, Geography), within_m),
        ~func.ST_Covers(hazards.c.geom, targets.c.geom),
    )
    anybody = select(targets.c.fid).where(targets.c.population > 0).exists()
    people = select(
        func.coalesce(func.sum(targets.c.population), 0).label("population"),
        func.count().filter(targets.c.population.is_(None)).label("uncounted"),
    ).where(*around)
    near = people.correlate(hazards).lateral("near")
    return (
        select(hazards.c.fid, near.c.population, near.c.uncounted)
        .join_from(hazards, near, true())
        .where(hazards.c.geom.is_not(None), anybody)
    )
