"""What a layer marks is drawn stronger, and a mark that can't be is refused."""

from dataclasses import replace
from typing import Any

import pytest

from layers.declare import DeclarationError
from layers.registry import LAYERS


@pytest.mark.parametrize(
    ("layer", "changes"),
    [("crashes", {"marked": "slight"}), ("risk_points", {"marked": "name"})],
    ids=["not in tiles", "graded"],
)
def test_a_mark_needs_a_tile_field_and_no_grades(layer: str, changes: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError, match="marked needs"):
        replace(LAYERS[layer], **changes)
