"""Every operator of CQL2 lets through what it says, as text and as JSON, held against plain Python."""

import json
import re

import pytest
from starlette.testclient import TestClient

from app.queries.filters.conditions import SIGNS
from app.queries.filters.grammar import parsed
from app.queries.filters.times import TEMPORAL
from tests.filters.said import ROWS, SAID, Truth, by_items, denied, expected

JSON = {"filter-lang": "cql2-json"}


@pytest.mark.parametrize(("text", "truth"), SAID, ids=[text for text, _ in SAID])
def test_operator_lets_through_what_it_says(client: TestClient, text: str, truth: Truth) -> None:
    true, false = expected(truth), expected(denied(truth))
    assert true
    assert by_items(client, {"filter": text}) == true
    assert by_items(client, {"filter": f"NOT ({text})"}) == false
    said = parsed(text)
    assert by_items(client, {"filter": json.dumps(said), **JSON}) == true
    assert by_items(client, {"filter": json.dumps({"op": "not", "args": [said]}), **JSON}) == false
    assert len(true | false) <= len(ROWS)


@pytest.mark.parametrize("name", sorted({*TEMPORAL, *SIGNS}))
def test_operator_is_among_those_held_by_result(name: str) -> None:
    assert [text for text, _ in SAID if name in re.split(r"[\s(]", text.lower())]
