"""Statements that are built once and asked with other values each time.

SQLAlchemy builds and renders a statement about many columns in some milliseconds, which is more
than the database needs to answer: what the values don't change is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

KEPT_AT_MOST = 64
"""Forms of one question: which layers, which order."""


@dataclass(frozen=True)
class Prepared:
    """A statement and the values of its parameters for one question."""

    statement: Select[Any]
    values: Mapping[str, Any]

    def bound(self) -> Select[Any]:
        """The statement with its values in it, for who passes on one thing; slower to make."""
        return self.statement.params(dict(self.values))
