"""Features by name."""

from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, literal_column, select, union_all

from app.crs import WGS84_LON_LAT
from app.db.tables import table_of
from app.queries.feature import geojson_of
from layers.declare import Layer


def search(layers: list[Layer], words: str, limit: int) -> Select[Any]:
    """Features whose name, number or company holds the words: column `feature`.

    Those that begin with the words come first, then the worse grade, then the shorter name.
    """
    found = union_all(*(_in(layer, words, limit) for layer in layers)).subquery("found")
    return (
        select(found.c.feature)
        .order_by(found.c.begins.desc(), found.c.grade.asc().nulls_last(), found.c.length,
                  found.c.feature)
        .limit(limit)
    )  # fmt: skip


def _in(layer: Layer, words: str, limit: int) -> Select[Any]:
    table = table_of(layer)
    name = func.coalesce(cast(table.c[layer.label], Text), cast(table.c[layer.key[0]], Text))
    looked = {layer.label, layer.key[0], *({"enterprise", "route_name"} & set(layer.fields))}
    texts = [table.c[each] for each in sorted(looked) if layer.fields[each].kind is str]
    matches = func.concat_ws(" ", *texts).icontains(words, autoescape=True)
    grade = table.c.grade if layer.graded else literal_column("NULL::smallint")
    subtitle = table.c[layer.card_fields[0]] if layer.card_fields else literal("")
    hits = (
        select(
            table.c.fid, table.c.geom, table.c.township_code, name.label("name"),
            grade.label("grade"), cast(subtitle, Text).label("subtitle"),
            name.istartswith(words, autoescape=True).label("begins"),
        )
        .where(matches, table.c.geom.is_not(None))
        .order_by(literal_column("begins").desc(), literal_column("grade"), table.c.fid)
        .limit(limit)
        .subquery("hits")
    )  # fmt: skip
    told = select(
        literal(layer.id).label("layer"), hits.c.name, hits.c.grade, hits.c.township_code,
        hits.c.subtitle,
    )  # fmt: skip
    properties = told.correlate(hits).lateral("p")
    place = func.ST_PointOnSurface(func.ST_Force2D(hits.c.geom))
    feature = func.concat(
        '{"type":"Feature","id":', hits.c.fid,
        ',"geometry":', geojson_of(place, WGS84_LON_LAT),
        ',"properties":', cast(func.row_to_json(literal_column("p")), Text), "}",
    )  # fmt: skip
    return (
        select(
            feature.label("feature"), hits.c.begins, hits.c.grade,
            func.length(hits.c.name).label("length"),
        )
        .select_from(hits)
        .join(properties, literal(True))
    )  # fmt: skip
