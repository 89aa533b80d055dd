"""Every way in which the body of a request can be wrong, or looks so; what is told in Chinese."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.routes.told import ITEMS, problem

PLACE = {"type": "Point", "coordinates": [121.1, 30]}

SENT = {"layer": "encroachments", "properties": {"name": "x", "kind": "占压"}, "geometry": PLACE,
        "seen_at": "2026-11-01T00:00:00Z"}  # fmt: skip

WALK = {"pipeline_code": "A", "from_m": 1, "to_m": 100, "track": [[121, 30, 1, 1], [121, 30, 2, 1]]}

NEW = "00000000-0000-4000-8000-000000000002"

CROSSED = {"type": "Polygon",
           "coordinates": [[[121, 30], [121.1, 30.1], [121.1, 30], [121, 30.1], [121, 30]]]}  # fmt: skip


AFAR = [[[[0, 0], [1e-7, 0], [0, 0], [0, 0]], [[84.5, 0], [0, 0], [-1e-133, 0], [0, 0]]]]

ROUND = {"type": "Polygon", "coordinates": [[[-14.7, -2.4], [1.1, 67.1], [-60.1, 9.6], [-180, 0],
                                             [59.5, 73.4], [-135.3, 0], [-14.7, -2.4]]]}  # fmt: skip


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else [1, 2]


BAD_BODIES = [
    ("POST", "/api/nearby", {**PLACE, "coordinates": nested(600)}, ""),
    ("POST", "/api/nearby", {**PLACE, "coordinates": [10**400, 1]}, ""),
    ("POST", "/api/nearby", {**PLACE, "coordinates": [True, 1]}, ""),
    ("POST", "/api/nearby", {"type": "LineString", "coordinates": [[1, 2], [-179, -2]]}, "/coordinates"),
    ("POST", "/api/nearby", {"type": "LineString", "coordinates": [[7, 90], [120, -90]]}, "/coordinates"),
    ("POST", "/api/nearby?within_m=500", {"type": "MultiPolygon", "coordinates": AFAR}, "/coordinates"),
    ("POST", "/api/verdict", {"activity": "mining", "geometry": CROSSED}, "/geometry"),
    ("POST", "/api/verdict", {"activity": "mining", "geometry": PLACE, "from": 0}, "/from"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": "0001-01-01T00:00:00+14:00"}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": "9999-12-31T23:59:59-12:00"}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "seen_at": 0}, "/seen_at"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "actor": "a\0"}, "/actor"),
    ("PUT", f"/api/captures/{NEW}", {**SENT, "properties": {"\ud800": "1"}}, "/properties/?"),
    ("PUT", f"/api/patrols/{NEW}", {**WALK, "pipeline_code": "A\0"}, "/pipeline_code"),
]  # fmt: skip
"""What once was an error of the service."""


@pytest.mark.parametrize(("method", "path", "body", "pointer"), BAD_BODIES,
                         ids=[f"{path}-{number}" for number, (_, path, *_) in enumerate(BAD_BODIES)])  # fmt: skip
def test_bad_body_is_refused_and_its_part_named(
    alive: TestClient, method: str, path: str, body: Any, pointer: str
) -> None:
    answer = alive.request(method, path, content=json.dumps(body).encode(),
                           headers={"content-type": "application/json"})  # fmt: skip
    assert pointer in [each["pointer"] for each in problem(answer, 422)["errors"]]


def test_work_that_crosses_itself_is_judged_as_it_is_stored(alive: TestClient) -> None:
    work = {**SENT, "layer": "third_party_works", "geometry": CROSSED,
            "properties": {"name": "x", "activity": "mining"}}  # fmt: skip
    answer = alive.put("/api/captures/00000000-0000-4000-8000-000000000003", json=work)
    assert answer.status_code == 201, answer.text
    assert answer.json()["verdict"]["verdict"]


def test_geometry_round_the_earth_is_measured_without_stakes(alive: TestClient) -> None:
    found = alive.post("/api/nearby?layers=pipelines&limit=3", json=ROUND)
    assert found.status_code == 200, found.text
    assert len(found.json()["features"]) == 3
    assert all("stake_from" not in each for each in found.json()["features"])


def test_site_that_crosses_itself_over_a_pipeline_has_its_stakes(alive: TestClient) -> None:
    west, east = 121.0995, 121.1005
    crossed = {"type": "Polygon", "coordinates": [[[west, 30.053], [east, 30.055], [east, 30.053],
                                                   [west, 30.055], [west, 30.053]]]}  # fmt: skip
    found = alive.post("/api/nearby?layers=pipelines&within_m=10", json=crossed)
    assert found.status_code == 200, found.text
    assert all("stake_from" in each for each in found.json()["features"])
    assert found.json()["features"]


def test_positions_with_and_without_a_height_are_one_line(alive: TestClient) -> None:
    mixed = {
        "type": "LineString",
        "coordinates": [[121.1, 30], [121.2, 30.1, 9], [121.3, 30, 1, 2]],
    }
    plain = {"type": "LineString", "coordinates": [[121.1, 30], [121.2, 30.1], [121.3, 30]]}
    answers = [alive.post("/api/nearby?within_m=900", json=each) for each in (mixed, plain)]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


SAID = [
    (f"{ITEMS}/abc", "应为整数"),
    (f"{ITEMS}/-1", "数值过小，应不小于 0"),
    (f"{ITEMS}?f=xml", "不在允许的取值之内"),
    (f"{ITEMS}?l_value=abc", "应为数字"),
    (f"{ITEMS}?notice_board=maybe", "应为是或否"),
    (f"{ITEMS}?assessed_at=2026-13-01", "不是有效日期"),
    ("/api/nearby?lon=nan&lat=1", "应为有限数值"),
    ("/api/nearby?lon=181&lat=1", "数值过大，应不大于 180"),
    ("/api/search?q=", "文字过短，至少 1"),
    ("/api/search", "缺少必填值"),
    (f"/api/search?q={'a' * 101}", "文字过长，最多 100"),
    ("/api/live/tracks?mmsi=1", "格式不符"),
    ("/api/captures/1", "不是有效的 UUID"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "words"), SAID)
def test_refusal_is_told_in_chinese_too(alive: TestClient, path: str, words: str) -> None:
    [fault] = problem(alive.get(path), 400)["errors"]
    assert fault["detail"].endswith(f" {words}")
    assert fault["detail"].isascii() is False


def test_refusal_of_a_body_is_told_in_chinese_too(alive: TestClient) -> None:
    path, kind = f"/api/captures/{NEW}", {"content-type": "application/json"}
    told = problem(alive.put(path, json={**SENT, "a/b": 1, "layer": "x", "seen_at": "soon"}), 422)
    said = {each["pointer"]: each["detail"] for each in told["errors"]}
    assert said.keys() == {"/a~1b", "/layer", "/seen_at"}
    assert said["/a~1b"].endswith("不是已知的字段")
    assert said["/layer"].endswith("不在允许的取值之内")
    assert said["/seen_at"] == "a date is written 2026-11-03 日期写作 2026-11-03"
    [fault] = problem(alive.put(path, content=b'{"a":', headers=kind), 422)["errors"]
    assert fault["pointer"] == ""
    assert fault["detail"] == "is no JSON: Expecting value at character 5 不是有效的 JSON"
    [fault] = problem(alive.put(path), 422)["errors"]
    assert (fault["pointer"], fault["detail"]) == ("", "Field required 缺少必填值")
