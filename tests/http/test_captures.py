"""What inspectors send: written once however often it comes, judged, refused with the reason."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from PIL import Image
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from app.ingest.photos import LARGEST_BYTES, LONGEST_SIDE
from tests.builders import add, row, rows, service, sql

SEEN = "2026-11-25T08:30:00+08:00"
AT = {"type": "Point", "coordinates": [121.10003, 30.05]}
WORK = {
    "layer": "third_party_works", "geometry": AT, "seen_at": SEEN, "accuracy_m": 6.5,
    "actor": "王巡线", "properties": {"name": "挖掘机作业", "activity": "mechanical_excavation"},
}  # fmt: skip


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    with engine.begin() as connection:
        add(connection, "pipelines", "MULTILINESTRING((121.1 30.0,121.1 30.1))", code="A",
            name="甲线", medium="gas", grade=3)  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = writing(url)
    yield made
    made.dispose()


@pytest.fixture
def client(url: str, tmp_path: Path) -> Iterator[TestClient]:
    with service(url, home=tmp_path) as opened:
        opened.base_url = httpx2.URL("http://127.0.0.1:8000")
        yield opened


def send(client: TestClient, key: UUID, **changed: Any) -> Any:
    return client.put(f"/api/captures/{key}", json={**WORK, **changed})


def photo(size: tuple[int, int] = (3000, 1500), kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "camera"
    Image.new("RGB", size, "red").save(made, kind, exif=exif)
    return made.getvalue()


def test_work_is_written_once_with_the_verdict_of_the_law(
    client: TestClient, engine: Engine
) -> None:
    key, before = uuid4(), rows(engine, "third_party_works")
    first, again = send(client, key), send(client, key)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["verdict"]["verdict"] == "prohibited"
    assert rows(engine, "third_party_works") == before + 1
    stored = row(engine, "third_party_works", code=first.json()["code"])
    assert (stored["verdict"], stored["pipeline_code"]) == ("prohibited", "A")
    assert stored["offset_m"] == pytest.approx(2.9, abs=0.05)
    assert stored["measure_m"] == pytest.approx(5543, abs=3)
    assert (stored["reported_by"], str(stored["found_on"])) == ("王巡线", "2026-11-25")
    assert stored["changed_by"] == "王巡线"
    told = client.get(f"/api/captures/{key}").json()
    assert (told["id"], told["photos"]) == (stored["fid"], 0)
    item = client.get(told["links"][0]["href"]).json()
    assert item["properties"]["name"] == "挖掘机作业"


def test_same_key_with_other_content_is_refused_and_changes_nothing(
    client: TestClient, engine: Engine
) -> None:
    key = uuid4()
    code = send(client, key).json()["code"]
    other = send(client, key, properties={**WORK["properties"], "name": "别的"})
    assert other.status_code == 409
    assert "已用于另一条上报" in other.json()["detail"]
    assert row(engine, "third_party_works", code=code)["name"] == "挖掘机作业"


def test_same_capture_from_many_at_once_is_one_row(client: TestClient, engine: Engine) -> None:
    key, before = uuid4(), rows(engine, "third_party_works")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(client, key), range(6)))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert rows(engine, "third_party_works") == before + 1


@pytest.mark.parametrize(
    ("layer", "properties", "stored"),
    [
        ("encroachments", {"name": "棚屋压管", "kind": "占压", "pipeline_code": "A",
                           "from_m": 12.5, "households": 2}, {"households": 2, "state": "未整改"}),
        ("hidden_dangers", {"name": "桩牌缺失", "level": "1", "pipeline_code": "A"},
         {"level": "1", "state": "0"}),
    ],
)  # fmt: skip
def test_other_registers_take_captures_too(
    client: TestClient, engine: Engine, layer: str, properties: dict[str, Any],
    stored: dict[str, Any],
) -> None:  # fmt: skip
    answer = send(client, uuid4(), layer=layer, properties=properties)
    assert answer.status_code == 201, answer.text
    assert answer.json()["verdict"] is None
    kept = row(engine, layer, code=answer.json()["code"])
    assert {name: kept[name] for name in stored} == stored


def test_open_major_danger_raises_its_pipeline(client: TestClient, engine: Engine) -> None:
    send(client, uuid4(), layer="hidden_dangers",
         properties={"name": "裂纹", "level": "1", "pipeline_code": "A"})  # fmt: skip
    raised = sql(engine, "SELECT raised FROM pipelines WHERE code = 'A'")
    assert raised


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"layer": "pipelines"}, "/layer"),
        ({"properties": {"name": "x"}}, "/properties/activity"),
        ({"properties": {"name": "x", "activity": "dancing"}}, "/properties/activity"),
        ({"properties": {**WORK["properties"], "nonsense": 1}}, "/properties/nonsense"),
        ({"properties": {**WORK["properties"], "code": "X1"}}, "/properties/code"),
        ({"properties": {**WORK["properties"], "found_on": "2020-01-01"}}, "/properties/found_on"),
        ({"properties": {**WORK["properties"], "builder": "a\x00b"}}, "/properties/builder"),
        ({"geometry": {"type": "Point", "coordinates": [1.0, 2.0]}}, "/geometry"),
        ({"geometry": {"type": "Point", "coordinates": []}}, "/geometry/coordinates"),
        ({"geometry": {"type": "Nothing"}}, "/geometry/type"),
        ({"seen_at": "yesterday"}, "/seen_at"),
        ({"accuracy_m": -1}, "/accuracy_m"),
        ({"more": 1}, "/more"),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_by_name(
    client: TestClient, engine: Engine, changed: dict[str, Any], pointer: str
) -> None:
    before = rows(engine, "third_party_works")
    answer = send(client, uuid4(), **changed)
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert rows(engine, "third_party_works") == before


def test_not_a_number_is_refused(client: TestClient) -> None:
    for part in ('"accuracy_m": NaN', '"geometry": {"type": "Point", "coordinates": [NaN, 30]}'):
        start = f'{{"layer": "third_party_works", "seen_at": "{SEEN}", "properties": {{}}, '
        body = f"{start}{part}}}"
        answer = client.put(
            f"/api/captures/{uuid4()}", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422, answer.text


def test_photo_is_kept_once_upright_small_and_without_what_the_camera_wrote(
    client: TestClient,
) -> None:
    key = uuid4()
    send(client, key)
    address = f"/api/captures/{key}/photos/1"
    assert [client.put(address, content=photo()).status_code for _ in range(2)] == [201, 200]
    kept = client.get(address)
    assert kept.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (LONGEST_SIDE // 2, LONGEST_SIDE)
        assert not dict(image.getexif())
    assert client.get(f"/api/captures/{key}").json()["photos"] == 1
    assert client.put(address, content=photo((10, 10))).status_code == 409


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422), (b"GIF89a" + b"\0" * 40, 422), (photo()[:500], 422), (b"x" * (LARGEST_BYTES + 1), 413),
    ],
    ids=["empty", "gif", "half", "large"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(client: TestClient, content: bytes, status: int) -> None:
    key = uuid4()
    send(client, key)
    answer = client.put(f"/api/captures/{key}/photos/1", content=content)
    assert answer.status_code == status, answer.text
    assert client.get(f"/api/captures/{key}").json()["photos"] == 0


def test_photo_of_no_capture_and_number_beyond_are_refused(client: TestClient) -> None:
    assert client.put(f"/api/captures/{uuid4()}/photos/1", content=photo((9, 9))).status_code == 404
    assert client.put(f"/api/captures/{uuid4()}/photos/10", content=b"").status_code in {400, 422}
    assert client.get(f"/api/captures/{uuid4()}").status_code == 404
    assert client.get("/api/captures/nonsense").status_code in {400, 404, 422}


def test_page_of_another_site_may_not_write(client: TestClient) -> None:
    answer = client.put(
        f"/api/captures/{uuid4()}", json=WORK, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
