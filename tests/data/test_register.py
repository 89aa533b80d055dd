"""Registers of the demonstration: no field of pipelines and what lies along them stays empty."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from data import geojson
from layers.grading import pipeline_law
from layers.grading.pipeline_law import Beside
from layers.registry import LAYERS
from tests.data.demonstration import Demo

REGISTERS = ("pipelines", "pipeline_markers", "pipeline_facilities", "protection_targets",
             "third_party_works", "encroachments", "patrols")  # fmt: skip


def rows(demo: Demo, layer: str) -> Sequence[Mapping[str, Any]]:
    path = demo.files[layer]
    if path.suffix == ".geojson":
        return [properties for properties, _ in geojson.read(path)]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("layer", REGISTERS)
def test_every_field_of_the_register_is_filled_somewhere(demo: Demo, layer: str) -> None:
    found = rows(demo, layer)
    filled = {name for row in found for name, value in row.items() if value not in (None, "")}
    assert set(LAYERS[layer].fields) - filled == set()


def test_invented_texts_are_labelled(demo: Demo) -> None:
    for row in rows(demo, "pipelines"):
        for name in ("use_registration", "barriers", "cathodic_protection", "government_help"):
            assert row[name] is None or "示意" in row[name]
    for row in rows(demo, "third_party_works"):
        assert "示意" in row["notice"]
        assert row["permit_no"] is None or "示意" in row["permit_no"]


def test_verdict_of_a_work_is_what_the_law_says_of_its_distance(demo: Demo) -> None:
    pipes = {row["code"]: row for row in rows(demo, "pipelines")}
    seen = set()
    for row in rows(demo, "third_party_works"):
        kind = pipes[row["pipeline_code"]]["register_kind"]
        seen.add(row["verdict"])
        regime: Any = "chemicals" if kind == "危险化学品" else "law"
        things = [Beside("line", row["offset_m"], None, regime=regime)]
        found = pipeline_law.judge(row["activity"], [] if kind == "城镇燃气" else things)
        assert row["verdict"] == pipeline_law.gravest(found)
        assert (row["permit_no"] is None) or row["verdict"] == "permit"
    assert seen >= {"prohibited", "permit", "none"}


def test_papers_follow_the_kind_of_pipe(demo: Demo) -> None:
    for row in rows(demo, "pipelines"):
        gas = row["medium"] == "gas"
        assert (row["gas_capacity"] is None, row["liquid_capacity"] is None) == (not gas, gas)
        assert (row["category"] == "燃气") == (row["register_kind"] == "城镇燃气")
        assert row["as_drawn"] == (row["not_as_drawn"] is None)
        assert row["crowded_km"] <= row["length_km"]
