"""The state at an instant: every answer that takes `asof` tells the same past."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from app.queries.tile import BUFFER, EXTENT, Tile, box_of
from tests.builders import add, load_text, service, sql, the_city

HEAD = "code,name,category,grading_method,l_value,e_value,c_value,lon,lat\n"

POINTS = {
    "P1": ("一号", 10, 10, 15, 121.1001, 30.0501),
    "P2": ("二号", 1, 1, 7, 121.1002, 30.0502),
    "P3": ("三号", 1, 10, 15, 121.1003, 30.0503),
}
"""Number to name, L, E, C and place: D is 1500, 7 and 150."""

LINE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"L1",'
    '"likelihood":%d,"consequence":5},"geometry":{"type":"LineString","coordinates":'
    "[[121.09,30.04],[121.11,30.06]]}}]}"
)

TILE = "/api/tiles/risk_points/14/13703/6756.mvt"
OGC = "/api/collections/risk_points/tiles/WebMercatorQuad/14/6756/13703"
LINES = "/api/tiles/pipelines/14/13703/6756.mvt"
ITEMS = "/api/collections/risk_points/items"

CROWD = 150
"""More points in one place than a tile may carry."""


@dataclass
class Past:
    """Instants before anything, after the import, after changes, after a deletion."""

    engine: Engine
    nothing: str
    imported: str
    changed: str
    deleted: str


@pytest.fixture(scope="module")
def past(
    make_database: Callable[[str], str], template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Past]:
    engine = writing(make_database(template))
    folder = tmp_path_factory.mktemp("past")
    instants = [now(engine)]
    load_points(engine, folder, POINTS)
    load_text(engine, "pipelines", folder, LINE % 1, "lines.geojson")
    instants.append(now(engine))
    # Graver, renamed and moved to another tile.
    moved = {"P2": ("新二号", 10, 10, 15, 121.1002, 30.0502), "P3": ("三号", 1, 10, 15, 122, 30)}
    load_points(engine, folder, moved)
    load_text(engine, "pipelines", folder, LINE % 5, "lines.geojson")
    instants.append(now(engine))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points WHERE code = 'P1'"))
    instants.append(now(engine))
    yield Past(engine, *instants)
    engine.dispose()


@pytest.fixture(scope="module")
def client(past: Past) -> Iterator[TestClient]:
    with service(past.engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def now(engine: Engine) -> str:
    found: str = sql(engine, "SELECT clock_timestamp()").isoformat()
    return found


def load_points(engine: Engine, folder: Path, points: dict[str, tuple[Any, ...]]) -> None:
    lines = [
        f"{code},{name},01,LEC,{one},{two},{three},{lon},{lat}\n"
        for code, (name, one, two, three, lon, lat) in points.items()
    ]
    load_text(engine, "risk_points", folder, HEAD + "".join(lines))


def asked(client: TestClient, path: str, asof: str | None) -> Any:
    answer = client.get(path, params=None if asof is None else {"asof": asof})
    assert answer.status_code in {200, 204}, answer.text
    return answer


def drawn(client: TestClient, path: str, asof: str | None, layer: str = "risk_points") -> set[Any]:
    """Names and grades of the features in a tile."""
    answer = asked(client, path, asof)
    features = (
        mapbox_vector_tile.decode(answer.content)[layer]["features"] if answer.content else []
    )
    return {(each["properties"].get("name"), each["properties"].get("grade")) for each in features}


THEN = {
    "nothing": set(),
    "imported": {("一号", 1), ("二号", 4), ("三号", 3)},
    "changed": {("一号", 1), ("新二号", 1)},
    "deleted": {("新二号", 1)},
}
"""What the tile shows at each instant."""

every_instant = pytest.mark.parametrize("then", list(THEN))


@every_instant
@pytest.mark.parametrize("path", [TILE, OGC])
def test_tiles_show_the_past(client: TestClient, past: Past, then: str, path: str) -> None:
    assert drawn(client, path, getattr(past, then)) == THEN[then]


@pytest.mark.parametrize("path", [TILE, OGC])
def test_tile_without_an_instant_is_the_present(client: TestClient, past: Past, path: str) -> None:
    assert drawn(client, path, None) == drawn(client, path, past.deleted) == THEN["deleted"]


def test_lines_of_the_past_are_whole(client: TestClient, past: Past) -> None:
    assert drawn(client, LINES, past.nothing, "pipelines") == set()
    assert {grade for _, grade in drawn(client, LINES, past.imported, "pipelines")} == {4}
    assert {grade for _, grade in drawn(client, LINES, past.changed, "pipelines")} == {1}
    both = "/api/tiles/pipelines,risk_points/14/13703/6756.mvt"
    decoded = mapbox_vector_tile.decode(asked(client, both, past.imported).content)
    assert {name: len(each["features"]) for name, each in decoded.items()} == {
        "pipelines": 1, "risk_points": 3,
    }  # fmt: skip


@every_instant
def test_items_item_and_summary_agree_with_the_tile(
    client: TestClient, past: Past, then: str
) -> None:
    instant = getattr(past, then)
    page = client.get(ITEMS, params={"asof": instant, "bbox": "121.09,30.04,121.11,30.06"}).json()
    listed = {(each["properties"]["name"], each["properties"]["grade"])
              for each in page["features"]}  # fmt: skip
    assert listed == THEN[then]
    for each in page["features"]:
        one = asked(client, f"{ITEMS}/{each['id']}", instant).json()
        assert one["properties"] == each["properties"]
    counted = client.get(
        "/api/summary",
        params={"by": "grade", "layers": "risk_points", "asof": instant,
                "bbox": "121.09,30.04,121.11,30.06"},
    ).json()  # fmt: skip
    assert counted["total"]["total"] == len(THEN[then])
    for grade in (1, 2, 3, 4):
        expected = sum(1 for _, each in THEN[then] if each == grade)
        assert counted["total"]["counts"][str(grade)] == expected


def test_deleted_feature_is_there_in_the_past_alone(client: TestClient, past: Past) -> None:
    fid = sql(past.engine, "SELECT fid FROM risk_points_history WHERE code = 'P1'")
    assert client.get(f"{ITEMS}/{fid}").status_code == 404
    assert client.get(f"{ITEMS}/{fid}", params={"asof": past.nothing}).status_code == 404
    assert client.get(f"{ITEMS}/{fid}", params={"asof": past.changed}).status_code == 200


def test_tiles_of_two_instants_are_kept_apart(client: TestClient, past: Past) -> None:
    tags = {}
    for then in ("imported", "changed", "deleted"):
        first = asked(client, TILE, getattr(past, then))
        again = asked(client, TILE, getattr(past, then))
        assert first.content == again.content
        tags[then] = first.headers["etag"]
    tags["present"] = asked(client, TILE, None).headers["etag"]
    assert len(set(tags.values())) == 4
    known = {"If-None-Match": tags["imported"]}
    same = client.get(TILE, params={"asof": past.imported}, headers=known)
    other = client.get(TILE, params={"asof": past.changed}, headers=known)
    assert (same.status_code, other.status_code) == (304, 200)


def test_descriptions_pass_the_instant_on(client: TestClient, past: Past) -> None:
    (address,) = asked(client, "/api/tiles/risk_points.json", past.imported).json()["tiles"]
    filled = address.format(z=14, x=13703, y=6756)
    assert drawn(client, filled, None) == THEN["imported"]
    style = asked(client, "/api/styles/light.json", past.imported).json()
    vectors = [each for each in style["sources"].values() if each["type"] == "vector"]
    assert vectors
    assert all("?asof=" in each["tiles"][0] for each in vectors)
    plain = asked(client, "/api/styles/light.json", None).json()
    assert "asof" not in str(plain["sources"]["risk"])


@pytest.mark.parametrize(
    "path", [TILE, OGC, "/api/tiles/risk_points.json", "/api/styles/dark.json"]
)
@pytest.mark.parametrize("asof", ["soon", "", "2026-01-01T00:00:00", "99999-01-01"])
def test_instant_that_is_none_is_refused(client: TestClient, path: str, asof: str) -> None:
    answer = client.get(path, params={"asof": asof})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "asof"


def test_day_means_its_end_in_the_zone_of_the_city(client: TestClient) -> None:
    assert drawn(client, TILE, "2020-01-01") == set()
    assert drawn(client, TILE, "2199-01-01") == THEN["deleted"]


def test_layer_without_a_history_shows_its_present(client: TestClient, past: Past) -> None:
    assert asked(client, "/api/tiles/vessel_tracks/5/26/13.mvt", past.nothing).status_code == 204


def test_crowd_of_the_past_is_counted_by_cells(
    make_database: Callable[[str], str], template: str, tmp_path: Path
) -> None:
    engine = writing(make_database(template))
    load_points(engine, tmp_path, {
        f"C{number}": ("群", 10, 10, 15, 121.1 + number / 1e5, 30.05) for number in range(CROWD)
    })  # fmt: skip
    crowded = now(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points WHERE code <> 'C0'"))
    path = "/api/tiles/risk_points/10/856/422.mvt"
    with service(engine.url.render_as_string(hide_password=False), tile_budget=100) as client:
        then = mapbox_vector_tile.decode(asked(client, path, crowded).content)["risk_points"]
        today = mapbox_vector_tile.decode(asked(client, path, None).content)["risk_points"]
    engine.dispose()
    assert sum(each["properties"]["n"] for each in then["features"]) == CROWD
    assert {each["properties"]["grade"] for each in then["features"]} == {1}
    assert [each["properties"].get("name") for each in today["features"]] == ["群"]


@pytest.mark.parametrize(("days", "stale"), [(-1, True), (0, False), (1, False), (None, False)])
def test_assessment_is_stale_after_its_last_day_in_the_city(
    client: TestClient, past: Past, days: int | None, stale: bool
) -> None:
    today = datetime.now(ZoneInfo(the_city().time_zone)).date()
    until = None if days is None else today + timedelta(days=days)
    with past.engine.begin() as connection:
        fid = add(connection, "risk_points", grade=2, valid_until=until)
    told = client.get(f"{ITEMS}/{fid}/grade").json()
    # A mark beside the grade, which stays.
    assert (told["stale"], told["grade"]) == (stale, 2)


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 0), (1, 1, 0), (10, 856, 421), (22, 3508000, 9)])
def test_box_of_a_tile_holds_the_tile_and_its_buffer(past: Past, z: int, x: int, y: int) -> None:
    west, south, east, north = box_of(Tile(z, x, y))
    with past.engine.connect() as connection:
        corners = connection.execute(
            text("SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Transform("
                 "ST_Intersection(ST_TileEnvelope(:z, :x, :y, margin => :m), "
                 "ST_TileEnvelope(0, 0, 0)), 4326) e) t"),
            {"z": z, "x": x, "y": y, "m": BUFFER / EXTENT},
        ).one()  # fmt: skip
    tiny = 1e-9
    assert west <= corners[0] + tiny
    assert south <= corners[1] + tiny
    assert east >= corners[2] - tiny
    assert north >= corners[3] - tiny
