"""What is promised of every layer, held for every layer that the registry finds."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pyogrio
import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from app.city import City
from app.db.engine import writing
from app.db.tables import table_of
from app.ingest.run import Order, run
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, load, service, shape_at, sql
from tests.builders import stock as stock_layers

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

ROWS = 6

NOT_WORDS = {"MMSI", "AIS"}
"""Names that are the same in Chinese."""

every_layer = pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
every_graded_layer = pytest.mark.parametrize(
    "layer", [each for each in LAYERS.values() if each.graded], ids=lambda each: each.id
)


@pytest.fixture(scope="module")
def stocked_url(make_database: Callable[[str], str], template: str) -> str:
    """A database in which every layer has a few rows, one of every grade."""
    url = make_database(template)
    engine = writing(url)
    stock_layers(engine, ROWS)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def stocked(stocked_url: str) -> Iterator[TestClient]:
    with service(stocked_url) as client:
        yield client


@pytest.fixture(scope="module")
def stock(stocked_url: str) -> Iterator[Engine]:
    engine = writing(stocked_url)
    yield engine
    engine.dispose()


def fids(engine: Engine, layer: Layer) -> set[int]:
    return set(sql(engine, f"SELECT array_agg(fid) FROM {layer.id}"))  # noqa: S608


@every_layer
def test_every_field_is_titled_in_chinese_and_described(layer: Layer) -> None:
    for facts in layer.fields.values():
        assert re.search(r"[\u4e00-\u9fff]", facts.title) or facts.title in NOT_WORDS, facts.name
        assert facts.description.endswith("."), facts.name
        assert re.search(r"[A-Za-z]", facts.description), facts.name
    assert re.search(r"[\u4e00-\u9fff]", layer.title)
    assert layer.title_en
    assert layer.summary.endswith(".")
    assert layer.source.licence


@every_layer
def test_every_number_has_a_unit_unless_it_is_a_score(layer: Layer) -> None:
    without = {
        name for name, facts in layer.fields.items() if facts.kind is float and not facts.unit
    }
    assert {name for name in without if not name.endswith("_value")} == set()


@every_layer
def test_no_two_fields_answer_to_the_same_header(layer: Layer) -> None:
    words = [
        word
        for facts in layer.fields.values()
        for word in {each.lower() for each in (facts.name, facts.title, *facts.also)}
    ]
    assert sorted(words) == sorted(set(words))


@every_layer
def test_collection_describes_every_field(stocked: TestClient, layer: Layer) -> None:
    told = stocked.get(f"/api/collections/{layer.id}").json()
    assert told["count"] == ROWS
    assert list(told["fields"]) == list(layer.fields)
    for name, facts in layer.fields.items():
        assert told["fields"][name]["title"] == facts.title
        assert told["fields"][name]["unit"] == facts.unit
    for link in told["links"]:
        assert stocked.get(link["href"]).status_code == 200, link


@every_layer
@pytest.mark.parametrize("kind", ["queryables", "schema"])
def test_schemas_describe_every_property(stocked: TestClient, layer: Layer, kind: str) -> None:
    answer = stocked.get(f"/api/collections/{layer.id}/{kind}")
    assert answer.headers["content-type"] == "application/schema+json"
    told = answer.json()["properties"]
    item = stocked.get(f"/api/collections/{layer.id}/items?limit=1").json()["features"][0]
    assert set(told) - {"geometry"} == set(item["properties"])
    assert all(each.get("title") for name, each in told.items() if name != "geometry")
    for name, facts in layer.fields.items():
        assert told[name].get("x-ogc-unit") == facts.unit


@every_layer
def test_items_have_every_declared_property(
    stocked: TestClient, stock: Engine, layer: Layer
) -> None:
    page = stocked.get(f"/api/collections/{layer.id}/items?limit=100").json()
    grade = {"grade", "grade_method", "displayed_grade"} if layer.graded else set()
    assert [each["id"] for each in page["features"]] == sorted(fids(stock, layer))
    assert (page["numberMatched"], page["numberReturned"]) == (ROWS, ROWS)
    for each in page["features"]:
        assert set(each["properties"]) == {*layer.fields, *grade, "township_code"}
        one = stocked.get(f"/api/collections/{layer.id}/items/{each['id']}").json()
        assert one["properties"] == each["properties"]
        assert one["geometry"] == each["geometry"]


@every_layer
def test_tile_holds_the_declared_fields_and_ids(
    stocked: TestClient, stock: Engine, layer: Layer
) -> None:
    x, y = 13703, 6756
    path = f"/api/tiles/{layer.id}/14/{x}/{y}.mvt"
    seen: dict[int, dict[str, Any]] = {}
    for column in (x,):
        answer = stocked.get(path.replace(str(x), str(column)))
        if answer.status_code == 204:
            continue
        decoded = mapbox_vector_tile.decode(answer.content)
        assert set(decoded) == {layer.id}
        assert decoded[layer.id]["extent"] == 4096
        seen |= {each["id"]: each["properties"] for each in decoded[layer.id]["features"]}
    assert set(seen) == fids(stock, layer)
    grade = {"grade", "displayed_grade", "stale_from"} if layer.graded else set()
    for properties in seen.values():
        assert set(properties) <= {*layer.tile_fields, *grade}
        needed = {name for name in layer.tile_fields if not layer.fields[name].nullable}
        assert needed <= set(properties)
    if layer.graded:
        grades = [properties.get("grade") for properties in seen.values()]
        assert sorted(grades, key=str) == [1, 2, 3, 4, None, None]


@every_layer
def test_tile_is_the_same_in_both_orders_of_its_address(stocked: TestClient, layer: Layer) -> None:
    one = stocked.get(f"/api/tiles/{layer.id}/10/856/422.mvt")
    other = stocked.get(f"/api/collections/{layer.id}/tiles/WebMercatorQuad/10/422/856")
    assert one.status_code == other.status_code == 200
    assert one.content == other.content


@every_layer
@pytest.mark.parametrize("form", ["geojson", "geojsonseq"])
def test_export_opens_elsewhere_and_is_whole(
    stocked: TestClient, layer: Layer, form: str, tmp_path: Path
) -> None:
    answer = stocked.get(f"/api/collections/{layer.id}/export?f={form}")
    assert answer.status_code == 200
    assert f'filename="{layer.id}.' in answer.headers["content-disposition"]
    path = tmp_path / f"{layer.id}.{'geojsonl' if form == 'geojsonseq' else form}"
    path.write_bytes(answer.content)
    opened = pyogrio.read_dataframe(path)
    assert len(opened) == ROWS
    assert opened.crs.to_epsg() == 4326
    assert set(layer.fields) <= set(opened.columns)
    if form == "geojson":
        assert (answer.json()["numberReturned"], answer.json()["complete"]) == (ROWS, True)


@every_layer
def test_nearby_is_in_order(stocked: TestClient, stock: Engine, layer: Layer) -> None:
    asked = f"/api/nearby?lon=121.099&lat=30.055&within_m=5000&layers={layer.id}"
    found = stocked.get(asked).json()["features"]
    distances = [each["distance_m"] for each in found]
    assert distances == sorted(distances)
    assert sorted(each["id"] for each in found) == sorted(fids(stock, layer))
    for each in found:
        assert each["layer"] == each["properties"]["layer"] == layer.id
        assert "name" in each["properties"]
        assert 0 <= each["bearing_deg"] < 360


@every_layer
def test_earlier_states_are_kept_and_asof_shows_them(stock: Engine, stocked: TestClient,
                                                     layer: Layer) -> None:  # fmt: skip
    if not layer.kept:
        assert sql(stock, f"SELECT to_regclass('{layer.id}_history')") is None
        return
    table = table_of(layer)
    before = datetime.now(UTC)
    fid = min(fids(stock, layer))
    name = next(each for each in layer.fields if layer.fields[each].kind is str
                and each not in layer.key and not layer.fields[each].codes)  # fmt: skip
    was = sql(stock, f"SELECT {name} FROM {layer.id} WHERE fid = {fid}")  # noqa: S608
    with stock.begin() as connection:
        connection.execute(text("SELECT set_config('riskmap.actor', 'li', true)"))
        connection.execute(update(table).where(table.c.fid == fid).values({name: "改后"}))
    path = f"/api/collections/{layer.id}/items/{fid}"
    assert stocked.get(path).json()["properties"][name] == "改后"
    old = stocked.get(path, params={"asof": before.isoformat()}).json()
    assert old["properties"][name] == was
    assert old["geometry"] is not None
    stored = f"SELECT replaced_by FROM {layer.id}_history WHERE fid = {fid}"  # noqa: S608
    assert sql(stock, stored) == "li"
    listed = stocked.get(
        f"/api/collections/{layer.id}/items", params={"asof": before.isoformat(), "limit": 100}
    ).json()
    assert listed["numberMatched"] == ROWS
    long_ago = stocked.get(f"/api/collections/{layer.id}/items?asof=2000-01-01").json()
    assert long_ago["features"] == []
    with stock.begin() as connection:
        connection.execute(update(table).where(table.c.fid == fid).values({name: was}))


@every_graded_layer
@pytest.mark.parametrize("grade", [0, 5, -1])
def test_database_itself_rejects_a_grade_that_is_none(
    stock: Engine, layer: Layer, grade: int
) -> None:
    with pytest.raises(IntegrityError, match="grade"), stock.begin() as connection:
        add(connection, layer.id, shape_at(layer, 7), grade=grade)


@every_graded_layer
def test_every_feature_tells_why_it_has_its_colour(
    stocked: TestClient, stock: Engine, layer: Layer
) -> None:
    words = {
        "grade", "method", "rule_set", "rule_version", "inputs", "steps", "decided_by", "source",
        "one_step_down", "assessed_at", "assessor", "valid_until", "stale", "history",
        "displayed", "changed_at", "changed_by", "decided_by_en", "one_step_down_en",
    }  # fmt: skip
    for fid in fids(stock, layer):
        answer = stocked.get(f"/api/collections/{layer.id}/items/{fid}/grade")
        assert answer.status_code == 200
        assert set(answer.json()) == words


def sample_of(layer: Layer) -> Path:
    """The sample file of a layer."""
    found = sorted(SAMPLES.glob(f"{layer.id}.*"))
    assert len(found) == 1, f"data/samples holds {len(found)} files for {layer.id}"
    return found[0]


@pytest.fixture(scope="module")
def sample_engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    engine = writing(make_database(template))
    yield engine
    engine.dispose()


@every_layer
def test_sample_loads_rejects_a_row_and_changes_nothing_twice(
    sample_engine: Engine, layer: Layer
) -> None:
    path = sample_of(layer)
    version = f"SELECT version FROM layer_versions WHERE layer = '{layer.id}'"  # noqa: S608
    first = load(sample_engine, layer.id, path)
    assert first.rejected >= 1
    # Positions that came before may have entered a vessel: then its row is changed, not added.
    assert first.added + first.changed + first.unchanged >= 2
    before = sql(sample_engine, version)
    again = load(sample_engine, layer.id, path)
    assert (again.added, again.changed) == (0, 0)
    assert again.unchanged == first.added + first.changed + first.unchanged
    assert sql(sample_engine, version) == before
    broken = f"SELECT count(*) FROM {layer.id} WHERE NOT ST_IsValid(geom)"  # noqa: S608
    assert sql(sample_engine, broken) == 0


@every_layer
def test_exported_layer_can_be_imported_again(
    stocked: TestClient, make_database: Callable[[str], str], template: str, layer: Layer,
    city: City, tmp_path: Path,
) -> None:  # fmt: skip
    if layer.geometry == "LineStringM":
        return  # GeoJSON has no instants in its lines
    path = tmp_path / "again.geojson"
    path.write_bytes(stocked.get(f"/api/collections/{layer.id}/export").content)
    engine = writing(make_database(template))
    report = run(engine, Order(layer, path), city, LAYERS)
    columns = ", ".join([*layer.fields, "ST_AsText(geom) AS wkt"])
    stored = f"SELECT json_agg(t)::text FROM (SELECT {columns} FROM {layer.id} ORDER BY fid) t"  # noqa: S608
    there = json.loads(sql(engine, stored))
    engine.dispose()
    assert (report.added, report.rejected) == (ROWS, 0), report.rejects
    here = [each["properties"] for each in json.loads(path.read_text(encoding="utf-8"))["features"]]
    for old, new in zip(here, there, strict=True):
        assert {name: old[name] for name in layer.fields} == {n: new[n] for n in layer.fields}
