"""How items are told: how many match as far as that is counted, and in the form that is liked."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.db.engine import writing
from app.http import item_routes
from tests.builders import service, stock

ROWS = 6

ITEMS = "/api/collections/risk_points/items"

ARROW = "application/vnd.apache.arrow.stream"

STRANGE, KNOWN = 3395, 32651
"""EPSG codes: one that the database does not know here, and one that it knows."""


@pytest.fixture(scope="module")
def client(make_database: Callable[[str], str], template: str) -> Iterator[TestClient]:
    """A service whose database knows no World Mercator."""
    url = make_database(template)
    engine = writing(url)
    stock(engine, ROWS)
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM spatial_ref_sys WHERE srid = :srid"), {"srid": STRANGE}
        )
    engine.dispose()
    with service(url) as opened:
        yield opened


@pytest.mark.parametrize(("bound", "told"), [(ROWS + 1, ROWS), (ROWS, ROWS), (ROWS - 1, None)])
def test_matches_are_counted_up_to_a_bound_and_beyond_it_not_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, bound: int, told: int | None
) -> None:
    monkeypatch.setattr(item_routes, "EXACT_COUNT", bound)
    for limit in (2, 100):
        found = client.get(f"{ITEMS}?filter=code IS NOT NULL&limit={limit}").json()
        assert found.get("numberMatched") == told
        assert ("numberMatched" in found) is (told is not None)
        assert found["numberReturned"] == min(limit, ROWS)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (ARROW, ARROW),
        (f"{ARROW}, */*", ARROW),
        (f"{ARROW}, */*;q=0.1", ARROW),
        (ARROW.upper(), ARROW),
        (f"{ARROW};q=0.5, application/geo+json;q=0.4", ARROW),
        (f"{ARROW};q=0.5, application/geo+json", "application/geo+json"),
        (f"{ARROW};q=0.5, text/html", "text/html"),
        (f"{ARROW};q=0, */*", "application/geo+json"),
        (f"{ARROW};q=0", "application/geo+json"),
        (f"{ARROW}.v2, */*", "application/geo+json"),
        ("*/*", "application/geo+json"),
    ],
)
def test_items_come_as_an_arrow_stream_to_who_likes_it_best(
    client: TestClient, accept: str, media_type: str
) -> None:
    answer = client.get(ITEMS, headers={"Accept": accept})
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert "accept" in {each.strip().lower() for each in answer.headers["vary"].split(",")}


NEAR = "S_INTERSECTS(geometry, BBOX({}))"

FAR = "90000000,90000000,90000100,90000100"
"""No place in metres of any system."""


@pytest.mark.parametrize(
    ("asked", "blamed"),
    [
        ({"crs": STRANGE}, ["crs"]),
        ({"bbox": "0,0,9,9", "bbox-crs": STRANGE}, ["bbox-crs"]),
        ({"bbox": "0,0,9,9", "bbox-crs": STRANGE, "crs": KNOWN}, ["bbox-crs"]),
        ({"filter": NEAR.format("0,0,9,9"), "filter-crs": STRANGE}, ["filter-crs"]),
        ({"filter": NEAR.format("0,0,9,9"), "filter-crs": STRANGE, "bbox": "0,0,9,9",
          "bbox-crs": KNOWN, "crs": KNOWN}, ["filter-crs"]),
        ({"bbox": "0,0,9,9", "bbox-crs": STRANGE, "crs": STRANGE}, ["crs", "bbox-crs"]),
        ({"bbox": FAR, "bbox-crs": KNOWN}, ["bbox-crs"]),
        ({"bbox": FAR, "bbox-crs": KNOWN, "crs": 4326}, ["bbox-crs"]),
        ({"filter": NEAR.format(FAR), "filter-crs": KNOWN}, ["filter-crs"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("door", ["items", "export"])
def test_system_that_the_database_can_not_use_is_blamed_on_its_parameter(
    client: TestClient, door: str, asked: dict[str, object], blamed: list[str]
) -> None:
    query = {
        name: f"EPSG:{each}" if isinstance(each, int) else each for name, each in asked.items()
    }
    answer = client.get(f"/api/collections/risk_points/{door}", params=query)  # type: ignore[arg-type]
    assert answer.status_code == 400, answer.text
    assert [each["parameter"] for each in answer.json()["errors"]] == blamed
