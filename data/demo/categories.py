"""The categories of the risk register with the words and shares of `categories.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class Category(BaseModel):
    """One category: how many points, where, how dangerous, and the words of its rows.

    Attributes:
        share: Per cent of all points.
        hot: How dangerous beside the other categories; orders the grades.
        where: Weight of each kind of site.
        names: Templates of a point's name: {firm}, {brand}, {village}, {n}.
        kinds: Finer kinds.
        trade: Word in the company's name; empty where no company runs it.
        methods: Weight of each grading method.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float
    hot: float
    where: dict[str, float]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    trade: str
    hazards: str
    accidents: str
    industry: str
    department: str
    committee: str
    engineering: str
    management: str
    methods: dict[str, float]


@lru_cache
def categories() -> dict[str, Category]:
    """Return the categories by their code, in order."""
    path = Path(__file__).parent / "categories.toml"
    words: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: Category.model_validate(words[code]) for code in sorted(words)}
