"""Adding a layer takes one file, one sample and one generated migration."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.settings import CHECKOUT

LAYER = '''"""Flood marks: how high the water stood."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import expert
from layers.grading.assessment import Assessment


class FloodMark(Row):
    """A mark of a flood on a wall."""

    code: str = field("编号", "Number of the mark.")
    name: str = field("名称", "Where it is.")
    kind: Literal["台风", "梅雨"] = field("类型", "What brought the water.", "台风")
    height_m: float | None = field("水深", "Height above ground.", None, unit="m", ge=0, le=20)
    seen_on: date | None = field("日期", "Day of the flood.", None)
    expert_grade: int | None = field("专家等级", "Grade.", None, ge=1, le=4)


def grade(row: FloodMark) -> Assessment:
    """Grade a mark as the experts did."""
    return expert.grade(row.expert_grade, "实测最高水位与受灾情况综合判定")


LAYER = Layer(
    id="flood_marks", title="洪痕", title_en="Flood marks", summary="Marks of floods.",
    group=("防汛", "Floods"), geometry="Point", row=FloodMark, key=("code",), label="name",
    grade=grade, grade_fields=("expert_grade",), legend="洪痕等级", source=Source("洪痕调查（示意数据）", "CC0-1.0"),
    tile_fields=("name", "height_m"), card_fields=("kind", "height_m", "seen_on"),
    instant="seen_on", harms=True, counted=True,
)
'''

SAMPLE = """编号,名称,类型,水深(m),日期,专家等级,经度,纬度
F1,老街,台风,1.2,2013-10-07,1,121.15,30.04
F2,河边,梅雨,0.4,2020-07-01,3,121.16,30.05
F3,山顶,台风,99,2013-10-07,,121.17,30.06
"""

QUESTIONS = """
import json, sys
import mapbox_vector_tile
from starlette.testclient import TestClient
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS

configure_logs("CRITICAL")
settings = Settings()
client = TestClient(create_app(open_state(settings, settings.database_url, LAYERS)))
def ask(path):
    return client.get(path).json()
print(json.dumps({
    "items": ask("/api/collections/flood_marks/items"),
    "tile": mapbox_vector_tile.decode(client.get("/api/tiles/flood_marks/10/856/422.mvt").content),
    "near": ask("/api/nearby?lon=121.15&lat=30.04&within_m=10"),
    "collections": [each["id"] for each in ask("/api/collections")["collections"]],
    "summary": ask("/api/summary?by=grade"),
    "search": ask("/api/search?q=老街"),
    "style": client.get("/api/styles/light.json").text.count("flood_marks"),
    "legend": [each["id"] for each in ask("/api/legend")["layers"]],
    "export": ask("/api/collections/flood_marks/export"),
    "kept": ask("/api/collections/flood_marks/items?asof=2000-01-01")["numberMatched"],
}))
"""


def program(checkout: Path, url: str, *arguments: str) -> str:
    """Run Python on a checkout of its own; returns what it wrote."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=checkout, capture_output=True, text=True, check=False,
        env={**os.environ, "RISKMAP_DATABASE_URL": url, "PYTHONPATH": str(checkout),
             "RISKMAP_HOME": str(checkout / "home")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_one_file_one_sample_and_one_migration_make_a_layer(empty_url: str, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for room in ("app", "layers", "data"):
        leave = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
        shutil.copytree(CHECKOUT / room, checkout / room, ignore=leave)
    (checkout / "layers" / "flood_marks.py").write_text(LAYER, encoding="utf-8")
    sample = checkout / "data" / "samples" / "flood_marks.csv"
    sample.write_text(SAMPLE, encoding="utf-8")
    versions = checkout / "app" / "db" / "migrations" / "versions"
    before = {path.name for path in versions.glob("*.py")}

    program(checkout, empty_url, "-m", "app.cli", "db", "revise", "9001", "flood_marks")
    [made] = {path.name for path in versions.glob("*.py")} - before
    written = (versions / made).read_text(encoding="utf-8")
    assert "flood_marks" in written
    assert "flood_marks_history" in written
    assert "attach_layer('flood_marks')" in written
    others = [name for name in ("risk_points", "pipelines", "vessels", "cells") if name in written]
    assert others == [], "the migration touches nothing else"

    report = json.loads(
        program(
            checkout, empty_url, "-m", "app.cli", "import", "flood_marks", str(sample), "--json"
        )
    )
    assert (report["added"], report["rejected"]) == (2, 1)
    assert report["rejects"][0]["field"] == "height_m"

    assert_served(json.loads(program(checkout, empty_url, "-c", QUESTIONS)))
    same = (
        "import os; from app.db.engine import writing; from app.db.schema import differences; "
        "differences(writing(os.environ['RISKMAP_DATABASE_URL']))"
    )
    program(checkout, empty_url, "-c", same)


def assert_served(told: dict[str, Any]) -> None:
    """Every way out knows the layer."""
    assert told["items"]["numberMatched"] == 2
    first = told["items"]["features"][0]["properties"]
    assert (first["name"], first["grade"], first["height_m"]) == ("老街", 1, 1.2)
    tile = told["tile"]["flood_marks"]["features"]
    assert sorted(each["properties"]["grade"] for each in tile) == [1, 3]
    assert set(tile[0]["properties"]) == {"name", "height_m", "grade"}
    assert [each["properties"]["name"] for each in told["near"]["features"]] == ["老街"]
    assert "flood_marks" in told["collections"]
    assert "flood_marks" in told["legend"]
    assert told["summary"]["total"]["counts"]["1"] == 1
    assert told["search"]["features"][0]["properties"]["layer"] == "flood_marks"
    assert told["style"] > 0
    assert told["export"]["numberReturned"] == 2
    assert told["kept"] == 0
