"""ETags and compression: strong tags, 304 when unchanged, another tag after a change."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

TILE = "/api/tiles/risk_points/14/13703/6756.mvt"

TAGGED = (
    TILE, "/api/collections/risk_points/tiles/WebMercatorQuad/14/6756/13703",
    "/api/collections/risk_points/items", "/api/base/outline.geojson", "/api/base/land.geojson",
    "/api/styles/light.json", "/api/styles/dark.json", "/api/collections",
    "/api/collections/risk_points", "/api/tiles/risk_points/3/0/0.mvt",
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        for number in range(40):
            add(connection, "risk_points", f"POINT({121.1 + number / 1e5} 30.055)", grade=1)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


@pytest.mark.parametrize("path", TAGGED)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_answer_has_a_strong_tag_and_is_304_when_unchanged(
    client: TestClient, path: str, encoding: str
) -> None:
    headers = {"accept-encoding": encoding}
    first = client.get(path, headers=headers)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert tag.endswith('"')
    assert "cache-control" in first.headers
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={**headers, "if-none-match": known})
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == tag
        assert "cache-control" in again.headers
    assert client.get(path, headers={**headers, "if-none-match": '"other"'}).status_code in {
        200,
        204,
    }


def test_strong_tags_of_two_encodings_differ(client: TestClient) -> None:
    tags = {
        path: [client.get(path, headers={"accept-encoding": each}).headers["etag"]
               for each in ("gzip", "identity")]
        for path in (TILE, "/api/collections/risk_points/items?limit=40", "/api/base/land.geojson")
    }  # fmt: skip
    assert [path for path, (packed, plain) in tags.items() if packed == plain] == []


@pytest.mark.parametrize("path", [TILE, "/api/collections/risk_points/items?limit=40",
                                  "/api/base/land.geojson", "/api/collections",
                                  "/api/collections/risk_points/export"])  # fmt: skip
def test_content_is_the_same_packed_and_plain(client: TestClient, path: str) -> None:
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in packed.headers["vary"].lower()
    if "export" not in path:
        assert packed.content == plain.content
        assert len(gzip.compress(plain.content)) < len(plain.content)


def test_gzip_that_is_refused_is_not_sent(client: TestClient) -> None:
    for path in (TILE, "/api/collections/risk_points/items?limit=40"):
        answer = client.get(path, headers={"accept-encoding": "gzip;q=0, identity"})
        assert "content-encoding" not in answer.headers


def test_empty_tile_is_204_and_has_no_content(client: TestClient) -> None:
    answer = client.get("/api/tiles/risk_points/14/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")


def test_tag_and_content_change_with_the_layer(engine: Engine) -> None:
    # A service of its own: it reads the versions at its first request.
    url = engine.url.render_as_string(hide_password=False)
    with service(url) as before:
        tags = {path: before.get(path).headers["etag"] for path in (TILE, TAGGED[2])}
        count = before.get("/api/collections/risk_points/items").json()["numberMatched"]
    with engine.begin() as connection:
        added = add(connection, "risk_points", "POINT(121.1001 30.0551)", grade=2)
    with service(url) as after:
        for path, tag in tags.items():
            answer = after.get(path, headers={"if-none-match": tag})
            assert answer.status_code == 200
            assert answer.headers["etag"] != tag
        now = after.get("/api/collections/risk_points/items").json()["numberMatched"]
    assert now == count + 1
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points WHERE fid = :fid"), {"fid": added})


def test_unchanged_neighbour_layer_keeps_its_tag(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    path = "/api/collections/vessels/items"
    with service(url) as before:
        tag = before.get(path).headers["etag"]
    with engine.begin() as connection:
        add(connection, "risk_points", "POINT(121.1002 30.0551)", grade=2)
    with service(url) as after:
        assert after.get(path).headers["etag"] == tag


def test_metrics_count_by_route_and_not_by_path(client: TestClient) -> None:
    client.get("/api/collections/risk_points/items/424242")
    told = client.get("/metrics").text
    assert 'route="/api/collections/{layer}/items/{id}"' in told
    assert "424242" not in told
