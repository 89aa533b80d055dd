"""Imports over HTTP: looked at, carried out, reported, undone; and what is refused."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from app.settings import CHECKOUT
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import clear, rows, service, sql

HEADER = "编号,名称,类别,经度,纬度,备注\n"
GOOD = HEADER + "P1,甲,01,121.1,30.05,x\nP2,乙,01,121.2,30.05,=1+1\n"
BAD_ROW = "P3,丙,77,121.1,30.05,\n"
LAYER = {"layer": "risk_points"}
OURS = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    return make_database(template)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = writing(url)
    clear(made)
    yield made
    made.dispose()


@pytest.fixture
def client(engine: Engine, url: str, tmp_path: Path) -> Iterator[TestClient]:
    with service(url, home=tmp_path) as opened:
        opened.base_url = httpx2.URL("http://127.0.0.1:8000")
        yield opened


def send(client: TestClient, content: str | bytes = GOOD, name: str = "点.csv", **data: str) -> Any:
    return client.post("/api/imports", data={**LAYER, **data}, files={"file": (name, content)})


def ended(client: TestClient, answer: Any) -> dict[str, Any]:
    """What an import has come to, when it has."""
    assert answer.status_code == 202, answer.text
    number = answer.json()["id"]
    assert answer.headers["location"] == f"/api/imports/{number}"
    client.app.state.riskmap.imports.find(number).finished.wait(60)  # type: ignore[attr-defined]
    told: dict[str, Any] = client.get(f"/api/imports/{number}").json()
    return told


def uploads(folder: Path) -> list[Path]:
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()]


def test_file_is_imported_and_its_report_told(
    client: TestClient, engine: Engine, tmp_path: Path
) -> None:
    told = ended(client, send(client, GOOD + BAD_ROW, actor=" 王\n工 "))
    counts = {"read": 3, "added": 2, "changed": 0, "unchanged": 0, "rejected": 1, "unlocated": 0}
    assert {name: told[name] for name in counts} == counts
    assert {"id", "layer", "warnings", "rejects", "mapping", "sha256"} <= set(told)
    assert told["state"] == "done"
    assert told["file"] == "点.csv"
    assert told["actor"] == "王 工 (testclient)"
    [reject] = told["rejects"]
    assert reject["row"] == 4
    assert reject["reason"].startswith("类别")
    assert rows(engine, "risk_points") == 2
    assert sql(engine, "SELECT max(id) FROM imports") == told["id"]
    assert sql(engine, "SELECT changed_by FROM risk_points LIMIT 1") == "王 工 (testclient)"
    # The refused row is given back as it came, to be put right and imported.
    marked = client.get(f"/api/imports/{told['id']}/rejects.xlsx")
    assert f'filename="rejects-{told["id"]}.xlsx"' in marked.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(marked.content)).active
    assert [cell.value for cell in sheet[2]][:3] == ["P3", "丙", "77"]
    again = ended(client, send(client, marked.content, "again.xlsx", dry_run="true"))
    assert (again["read"], again["rejected"]) == (1, 1)


def test_declared_zone_and_system_are_told_and_nothing_is_declared_unasked(
    client: TestClient, engine: Engine
) -> None:
    ais = "MMSI,时间,经度,纬度\n412345678,2026-11-03 08:00:00,121.5,30.2\n"
    positions = {"layer": "vessel_positions", "dry_run": "true"}
    refused = ended(client, send(client, ais, **positions))
    assert (refused["rejected"], refused["timezone"], refused["crs_declared"]) == (1, None, False)
    said = {"timezone": "Asia/Shanghai", "crs": "EPSG:4326"}
    told = ended(client, send(client, ais, **{**positions, "dry_run": "false"}, **said))
    assert (told["added"], told["timezone"], told["crs"]) == (1, "Asia/Shanghai", "EPSG:4326")
    assert told["crs_declared"] is True
    assert sql(engine, "SELECT seen_at AT TIME ZONE 'UTC' FROM vessel_positions").hour == 0


def test_template_and_rows_without_a_place_are_given_to_be_filled_and_imported(
    client: TestClient, engine: Engine
) -> None:
    empty = client.get("/api/collections/crashes/template.xlsx")
    assert 'filename="crashes.xlsx"' in empty.headers["content-disposition"]
    assert ended(client, send(client, empty.content, "t.xlsx", layer="crashes"))["rejected"] == 0
    ended(client, send(client, b"code,name,category,address\nP1,a,01,\xe4\xb8\x9c\xe8\xa1\x97 1\n"))
    rest = client.get("/api/collections/risk_points/unlocated.xlsx")
    sheet = load_workbook(io.BytesIO(rest.content)).active
    headers = [cell.value for cell in sheet[1]]
    assert [cell.value for cell in sheet[2]][
        headers.index(LAYERS["risk_points"].fields["code"].title)
    ] == "P1"
    sheet.cell(2, headers.index("经度") + 1).value = 121.15
    sheet.cell(2, headers.index("纬度") + 1).value = 30.05
    filled = io.BytesIO()
    sheet.parent.save(filled)
    told = ended(client, send(client, filled.getvalue(), "filled.xlsx"))
    assert (told["changed"], told["unlocated"]) == (1, 0)


def test_file_of_which_nothing_was_refused_is_not_kept(client: TestClient, tmp_path: Path) -> None:
    told = ended(client, send(client))
    assert uploads(tmp_path) == []
    answer = client.get(f"/api/imports/{told['id']}/rejects.xlsx")
    assert answer.headers["content-type"].startswith("text/csv")


def test_dry_run_shows_mapping_and_first_rows_and_writes_nothing(
    client: TestClient, engine: Engine
) -> None:
    told = ended(client, send(client, GOOD + BAD_ROW, dry_run="true"))
    assert (told["state"], told["added"], told["rejected"]) == ("done", 2, 1)
    shown = told["preview"]
    fields = {each["header"]: each["field"] for each in shown["columns"]}
    assert fields == {"编号": "code", "名称": "name", "类别": "category", "经度": "lon",
                      "纬度": "lat", "备注": None}  # fmt: skip
    assert shown["missing"] == []
    assert shown["columns"][1]["values"] == ["甲", "乙", "丙"]
    assert [each["reject"] is None for each in shown["rows"]] == [True, True, False]
    places = [each["geometry"]["coordinates"] for each in shown["features"]["features"]]
    assert places == [[121.1, 30.05], [121.2, 30.05]]
    assert rows(engine, "risk_points") == 0
    assert sql(engine, "SELECT count(*) FROM imports") == 0
    assert client.get("/api/imports").json()["imports"] == []


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda each: each.id)
def test_sample_of_every_layer_is_shown_on_the_map_before_it_is_imported(
    client: TestClient, layer: Layer
) -> None:
    samples = CHECKOUT / "data" / "samples"
    [sample] = [path for path in samples.iterdir() if path.name.split(".")[0] == layer.id]
    told = ended(
        client, send(client, sample.read_bytes(), sample.name, layer=layer.id, dry_run="true")
    )
    assert told["state"] == "done", told["problem"]
    shown = told["preview"]
    assert shown["rows"]
    placed = told["read"] - told["rejected"] - told["unlocated"]
    # What is placed by its stake has no place before it is imported.
    assert len(shown["features"]["features"]) == placed or layer.id == "crashes"
    assert {each["field"] for each in shown["columns"]} & set(layer.key)


def test_dry_run_is_imported_without_sending_the_file_again(
    client: TestClient, engine: Engine, tmp_path: Path
) -> None:
    looked = ended(client, send(client, dry_run="true"))
    assert len(uploads(tmp_path)) == 1
    answer = client.post(
        "/api/imports", files={"layer": (None, "risk_points"), "upload": (None, looked["upload"])}
    )
    assert ended(client, answer)["added"] == 2
    assert rows(engine, "risk_points") == 2
    assert uploads(tmp_path) == []
    again = client.post(
        "/api/imports", files={"layer": (None, "risk_points"), "upload": (None, looked["upload"])}
    )
    assert again.status_code == 422
    assert again.json()["errors"][0]["pointer"] == "/upload"


def test_mapping_of_a_person_wins_and_is_offered_for_the_next_file_of_its_kind(
    client: TestClient, engine: Engine
) -> None:
    content = "号,叫,类别,经度,纬度\nP1,甲,01,121.1,30.05\n"
    looked = ended(client, send(client, content, dry_run="true"))
    assert looked["state"] == "failed"
    assert looked["problem"]["type"] == "/problems/import-refused"
    assert looked["preview"]["missing"] == ["风险点编号 (code)", "名称 (name)"]

    mapping = {"号": "code", "叫": "name", "类别": "category", "经度": "lon", "纬度": "lat"}
    told = ended(client, send(client, content, mapping=json.dumps(mapping)))
    assert told["added"] == 1
    assert told["mapping"] == mapping
    assert sql(engine, "SELECT name FROM risk_points") == "甲"

    again = ended(client, send(client, content.replace("P1", "P2"), dry_run="true"))
    assert again["preview"]["remembered"] is True
    assert again["added"] == 1


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('{"没有": "code"}', "没有"), ('{"编号": "nonsense"}', "nonsense"),
        ('{"编号": "name", "名称": "name"}', "two columns"),
    ],
)  # fmt: skip
def test_mapping_that_does_not_fit_is_refused(
    client: TestClient, engine: Engine, mapping: str, words: str
) -> None:
    told = ended(client, send(client, mapping=mapping))
    assert told["state"] == "failed"
    assert words in told["problem"]["detail"]
    assert rows(engine, "risk_points") == 0


def test_undo_over_http(client: TestClient, engine: Engine) -> None:
    told = ended(client, send(client))
    answer = client.post(f"/api/imports/{told['id']}/undo", headers=OURS)
    assert answer.json() == {
        "id": told["id"], "layer": "risk_points", "deleted": 2, "restored": 0, "warnings": [],
    }  # fmt: skip
    assert rows(engine, "risk_points") == 0
    assert client.get(f"/api/imports/{told['id']}").json()["state"] == "undone"
    assert client.get("/api/imports").json()["imports"][0]["state"] == "undone"
    again = client.post(f"/api/imports/{told['id']}/undo")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/undo-refused")
    assert client.post("/api/imports/987654321/undo").status_code == 404


def test_undo_of_what_was_changed_later_is_a_conflict(client: TestClient) -> None:
    first = ended(client, send(client))
    ended(client, send(client, GOOD.replace("甲", "丁")))
    answer = client.post(f"/api/imports/{first['id']}/undo")
    assert answer.status_code == 409
    assert "P1" in answer.json()["detail"]


def test_same_file_twice_changes_nothing(client: TestClient, engine: Engine) -> None:
    first = ended(client, send(client))
    second = ended(client, send(client))
    assert (second["added"], second["changed"], second["unchanged"]) == (0, 0, 2)
    assert second["sha256"] == first["sha256"]
    listed = client.get("/api/imports?layer=risk_points&limit=1").json()["imports"]
    assert [each["id"] for each in listed] == [second["id"]]


def test_rejects_come_back_as_a_table_without_formulas(client: TestClient) -> None:
    told = ended(client, send(client, HEADER + "P1,甲,=cmd|' /C calc'!A0,121.1,30.05,\n"))
    answer = client.get(f"/api/imports/{told['id']}/rejects.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert f'filename="rejects-{told["id"]}.csv"' in answer.headers["content-disposition"]
    line = answer.content.decode("utf-8-sig").splitlines()[1]
    assert line.startswith("2,category,'=cmd|")


def test_progress_is_told_while_an_import_waits(
    client: TestClient, engine: Engine, url: str
) -> None:
    other = writing(url)
    with other.begin() as gate:
        gate.execute(text("LOCK TABLE risk_points IN EXCLUSIVE MODE"))
        answers: list[Any] = []
        sender = threading.Thread(target=lambda: answers.append(send(client)))
        sender.start()
        sender.join(60)
        [answer] = answers
        assert answer.json()["state"] == "running"
        [listed] = client.get("/api/imports").json()["imports"]
        assert (listed["id"], listed["state"]) == (answer.json()["id"], "running")
        assert client.get(answer.headers["location"]).json()["added"] == 0
    other.dispose()
    assert ended(client, answer)["added"] == 2


def test_service_that_ends_rolls_back_what_runs(engine: Engine, url: str, tmp_path: Path) -> None:
    many = HEADER + "".join(f"M{n},m,01,121.1,30.05,\n" for n in range(300_000))
    with service(url, home=tmp_path) as client:
        client.base_url = httpx2.URL("http://127.0.0.1:8000")
        number = send(client, many).json()["id"]
    assert rows(engine, "risk_points") == 0
    assert sql(engine, "SELECT count(*) FROM imports") == 0
    with service(url, home=tmp_path) as client:
        assert client.get(f"/api/imports/{number}").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://a.127.0.0.1:8000", "sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "http://rebound.example:8000", "host": "rebound.example:8000",
         "sec-fetch-site": "same-origin"},
    ],
)  # fmt: skip
def test_page_of_another_site_may_not_write(
    client: TestClient, engine: Engine, tmp_path: Path, headers: dict[str, str]
) -> None:
    number = ended(client, send(client))["id"]
    for answer in (
        client.post("/api/imports", data=LAYER, files={"file": ("a.csv", GOOD)}, headers=headers),
        client.post(f"/api/imports/{number}/undo", headers=headers),
    ):
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/forbidden"
    assert rows(engine, "risk_points") == 2
    assert uploads(tmp_path) == []


def test_own_page_and_trusted_name_may_write(engine: Engine, url: str, tmp_path: Path) -> None:
    with service(url, home=tmp_path, trusted_hosts="map.example, b.example") as client:
        for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000", "map.example"):
            headers = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
            answer = client.post(
                "/api/imports", data=LAYER, files={"file": ("a.csv", GOOD)}, headers=headers
            )
            assert answer.status_code == 202, (host, answer.text)
            ended(client, answer)


def test_uploads_can_be_switched_off(engine: Engine, url: str, tmp_path: Path) -> None:
    with service(url, home=tmp_path, uploads=False) as client:
        assert send(client).status_code == 403
        assert client.post("/api/imports/1/undo").status_code == 403
        assert client.get("/api/imports").status_code == 200
    assert uploads(tmp_path) == []


def test_file_beyond_the_limit_is_refused_and_not_kept(
    engine: Engine, url: str, tmp_path: Path
) -> None:
    with service(url, home=tmp_path, upload_mb=1) as client:
        for size in (1_000_001, 6_000_000):
            answer = send(client, b"x" * size)
            assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert uploads(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    ["../../evil.csv", "/etc/passwd.csv", "..\\..\\evil.csv", "a\x00b.csv", "x" * 300 + ".csv",
     "点" * 300 + ".csv", ".csv", "a'b\";--.csv", "\u202egpj.csv"],
    ids=ascii,
)  # fmt: skip
def test_name_of_a_file_leads_nowhere(
    client: TestClient, engine: Engine, tmp_path: Path, name: str
) -> None:
    answer = send(client, name=name, dry_run="true")
    assert answer.status_code in {202, 422}, answer.text
    kept = uploads(tmp_path)
    assert all(path.parent.parent == tmp_path / "uploads" for path in kept)
    assert all(len(path.name.encode()) < 255 for path in kept)
    assert not list(tmp_path.parent.glob("*evil*"))


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"layer": "nonsense"}, "/layer"), ({"layer": ""}, "/layer"),
        ({"crs": "EPSG:999999"}, "/crs"), ({"crs": "EPSG:2401"}, "/crs"),
        ({"timezone": "Asia/Peking"}, "/timezone"),
        ({"dry_run": "perhaps"}, "/dry_run"), ({"mapping": "{"}, "/mapping"),
        ({"mapping": "[]"}, "/mapping"), ({"mapping": '{"a": 1}'}, "/mapping"),
        ({"nonsense": "1"}, "/nonsense"), ({"upload": "../../etc"}, "/file"),
        ({"mapping": "x" * 300_000}, "/mapping"),
    ],
)  # fmt: skip
def test_bad_field_is_named_and_nothing_kept(
    client: TestClient, engine: Engine, tmp_path: Path, data: dict[str, str], pointer: str
) -> None:
    answer = send(client, **data)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert uploads(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"), (b"", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"), (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc',
         "multipart/form-data; boundary=x"),
        (b"--x\r\n" + b"a" * 9000, "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\nabc\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
def test_body_that_is_no_form_is_a_problem_and_nothing_kept(
    client: TestClient, tmp_path: Path, body: bytes, kind: str
) -> None:
    answer = client.post("/api/imports", content=body, headers={"content-type": kind})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert uploads(tmp_path) == []


def test_file_that_cannot_be_read_fails_with_its_reason(client: TestClient, engine: Engine) -> None:
    for name, content in (("a.exe", b"MZ"), ("a.csv", b""), ("a.geojson", b"{"), ("a", b"x")):
        told = ended(client, send(client, content, name=name))
        assert told["state"] == "failed"
        assert told["problem"]["status"] == 422
        assert "/" not in told["problem"]["detail"].replace("文件", "")
    assert client.get("/api/imports").json()["imports"] == []
