"""Every export tells where it comes from: in the file, or beside it where the format has no place."""

import hashlib
import json
import re
import sqlite3
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from app.exports import EXPORTS
from layers.registry import LAYERS
from tests.builders import add, service, stock

ROWS = 9

BESIDE = {f for f, form in EXPORTS.items() if form.told_in is None}

CONTINUED = [f for f, form in EXPORTS.items() if form.continues]

FILTER = (
    "bbox=121,30,122,31&grade=1,2,unassessed&filter=name LIKE '%25余姚%25'&filter-crs=EPSG:4490"
)


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    stock(made, ROWS)
    with made.begin() as connection:
        connection.execute(text("UPDATE risk_points SET name = '余姚,\"' || fid"))
        connection.execute(text(
            "UPDATE risk_points SET rule_set = 'lec', rule_version = '2024.1' WHERE grade = 1"
        ))  # fmt: skip
        connection.execute(text(
            "UPDATE risk_points SET rule_set = 'expert', rule_version = '1.0' WHERE grade = 2"
        ))  # fmt: skip
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def told_in(f: str, content: bytes, folder: Path) -> dict[str, Any]:
    """What a file itself tells, found by a reader that is not ours."""
    path = folder / f"file.{EXPORTS[f].ending}"
    path.write_bytes(content)
    return dict(READ[f](path))


def _geojson(path: Path) -> Any:
    told = json.loads(path.read_bytes())
    assert told["complete"] is True
    return {**told["metadata"], "rule_sets": told["rule_sets"], "count": told["numberReturned"]}


def _geopackage(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as database:
        (told,) = database.execute(
            "SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id "
            "WHERE table_name IN (SELECT table_name FROM gpkg_contents)"
        ).fetchone()
    return json.loads(told)


def _flatgeobuf(path: Path) -> Any:
    told = pyogrio.read_info(path)
    made = json.loads(told["layer_metadata"]["DESCRIPTION"])
    assert told["features"] == made["count"]
    return made


def _kml(path: Path) -> Any:
    found = ET.parse(path).find(".//{*}Document/{*}description")  # noqa: S314 - our own
    assert found is not None
    return json.loads(found.text or "")


def _shapefile(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("metadata.json"))


def _xlsx(path: Path) -> Any:
    pairs = list(load_workbook(path)["说明 about"].values)
    told = dict(pairs)  # type: ignore[arg-type]
    listed = ("rule_sets", "filter", "count")
    return told | {name: json.loads(str(told[name])) for name in listed}


READ: dict[str, Callable[[Path], Any]] = {
    "geojson": _geojson, "geopackage": _geopackage, "flatgeobuf": _flatgeobuf, "kml": _kml,
    "shapefile": _shapefile, "xlsx": _xlsx,
    "arrow": lambda path: json.loads(pa.ipc.open_stream(path.read_bytes()).schema.metadata[b"riskmap"]),
    "geoparquet": lambda path: json.loads(pq.read_metadata(path).metadata[b"riskmap"]),
}  # fmt: skip


def described(client: TestClient, link: str) -> dict[str, Any]:
    """What the address of a `Link: rel=describedby` tells."""
    found = re.fullmatch(r'<([^>]+)>; rel="describedby"; type="application/json"', link)
    assert found
    parts = urlsplit(found[1])
    return dict(client.get(f"{parts.path}?{parts.query}").json())


@pytest.mark.parametrize("query", ["", FILTER], ids=["all", "filtered"])
@pytest.mark.parametrize("f", EXPORTS)
def test_every_export_tells_licence_time_rule_sets_filter_crs_count_and_checksum(
    client: TestClient, f: str, query: str, tmp_path: Path
) -> None:
    crs = "" if f == "kml" else "&crs=EPSG:4549"
    answer = client.get(f"/api/collections/risk_points/export?f={f}{crs}&{query}")
    assert answer.status_code == 200, answer.text
    beside = described(client, answer.headers["link"])
    assert (f in READ) is (f not in BESIDE)
    told = told_in(f, answer.content, tmp_path) if f in READ else beside
    source = LAYERS["risk_points"].source
    assert (told["layer"], told["title"], told["source"], told["licence"]) == (
        "risk_points", LAYERS["risk_points"].title, source.title, source.licence)  # fmt: skip
    assert told["data_time"].startswith("20")
    assert told["rule_sets"] == ["expert 1.0", "lec 2024.1"]
    assert told["crs"].endswith("CRS84" if f == "kml" else "/4549")
    assert told["count"] == (7 if query else ROWS)
    assert (told["filter"] == {}) is (query == "")
    if query:
        assert told["filter"]["bbox"] == [121, 30, 122, 31]
        assert told["filter"]["grade"] == ["1", "2", None]
        assert told["filter"]["filter"]["op"] == "like"
        assert told["filter"]["filter_crs"].endswith("/4490")
    shared = [name for name in told if name in beside and name != "name"]
    assert {name: told[name] for name in shared} == {name: beside[name] for name in shared}
    assert len(shared) >= 10
    assert (beside["bytes"], beside["sha256"]) == (
        len(answer.content), hashlib.sha256(answer.content).hexdigest())  # fmt: skip


@pytest.mark.parametrize("f", [f for f, form in EXPORTS.items() if form.filled])
def test_checksum_of_a_made_file_also_comes_with_it(client: TestClient, f: str) -> None:
    answer = client.get(f"/api/collections/pipelines/export?f={f}")
    told = re.fullmatch(r"sha-256=:(.+):", answer.headers["repr-digest"])
    assert told
    assert b64decode(told[1]) == hashlib.sha256(answer.content).digest()


def test_geopackage_does_not_tell_how_often_it_was_written_to(
    client: TestClient, tmp_path: Path
) -> None:
    """GDAL makes a transaction more or less of the same data, by the clock."""
    file = tmp_path / "a.gpkg"
    file.write_bytes(client.get("/api/collections/risk_points/export?f=geopackage").content)
    header = file.read_bytes()[:100]
    assert (header[24:28], header[92:96]) == (b"\0\0\0\1", b"\0\0\0\1")
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_checksum_in_geojson_is_that_of_the_lines_of_features(client: TestClient) -> None:
    told = client.get("/api/collections/risk_points/export?f=geojson").json()
    lines = client.get("/api/collections/risk_points/export?f=geojsonseq").content
    assert told["sha256"] == hashlib.sha256(lines).hexdigest()


@pytest.mark.parametrize("layer", LAYERS)
def test_count_and_rule_sets_are_told_of_every_layer(client: TestClient, layer: str) -> None:
    told = client.get(f"/api/collections/{layer}/export/metadata?digest=false").json()
    items = client.get(f"/api/collections/{layer}/items?limit=10000").json()
    assert told["count"] == items["numberReturned"] == ROWS
    assert told["licence"] == LAYERS[layer].source.licence
    assert told["sha256"] is None
    assert LAYERS[layer].graded or told["rule_sets"] == []


def continued(f: str, content: bytes, cut: int) -> tuple[bytes, int]:
    """What is whole of a file that broke off, and the id of the last whole feature."""
    broken = content[:cut]
    whole = broken[: broken.rfind(b"\n") + 1]
    if f == "geojsonseq":
        return whole, json.loads(whole.splitlines()[-1])["id"] if whole else 0
    lines = whole.decode("utf-8-sig").splitlines()
    return whole, int(lines[-1].split(",")[0]) if len(lines) > 1 else 0


@pytest.mark.parametrize("f", CONTINUED)
@given(share=st.floats(0, 1))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stream_that_broke_off_anywhere_goes_on_behind_the_last_whole_feature(
    client: TestClient, f: str, share: float
) -> None:
    address = f"/api/collections/risk_points/export?f={f}&grade=1,2,3,unassessed"
    content = client.get(address).content
    head = content.index(b"\n") + 1
    cut = head + int((len(content) - head) * share)
    whole, last = continued(f, content, cut)
    rest = client.get(f"{address}&after={last}").content
    # Before its first feature only the line of names is there, which is not sent again.
    assert whole + rest == content
    told = client.get(address.replace("export?", "export/metadata?") + f"&after={last}").json()
    assert (told["bytes"], told["filter"]["after"]) == (len(rest), last)


@pytest.mark.parametrize("f", [f for f in EXPORTS if f not in CONTINUED])
def test_format_that_can_not_be_continued_says_so(client: TestClient, f: str) -> None:
    answer = client.get(f"/api/collections/risk_points/export?f={f}&after=3")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "after"
    told = client.get(f"/api/collections/risk_points/export/metadata?f={f}&digest=0").json()
    assert told["resumes_by"] == ("Range" if EXPORTS[f].filled else None)


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}"])
def test_place_that_can_not_be_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/collections/risk_points/export?f=csv&{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "after"


def test_file_tells_another_time_when_the_data_are_others(
    make_database: Callable[[str], str], template: str
) -> None:
    made = writing(make_database(template))
    with made.begin() as connection:
        add(connection, "risk_points", "POINT(121 30)")
    with service(made.url.render_as_string(hide_password=False)) as client:
        address = "/api/collections/risk_points/export/metadata?f=csv"
        before, again = client.get(address).json(), client.get(address).json()
        with made.begin() as connection:
            add(connection, "risk_points", "POINT(121 30)")
        after = client.get(address).json()
    made.dispose()
    assert before == again
    assert after["data_time"] > before["data_time"]
    assert (before["count"], after["count"]) == (1, 2)
