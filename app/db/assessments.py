"""Assessments as the database keeps them: content once, named by its digest."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Text, cast, literal
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.db.tables import ASSESSMENTS
from layers.grading.assessment import Assessment

GRADE_COLUMNS = ("grade", "grade_method", "rule_set", "rule_version", "assessment")
"""Columns in which a layer's table keeps what an assessment says."""

KEPT_AT_MOST = 10_000
"""Assessments whose text is remembered while rows are written."""


@dataclass(frozen=True, slots=True)
class Written:
    """An assessment ready for the database: its id, its JSON text and its columns."""

    id: UUID
    content: str
    grade: int | None
    method: str | None
    rule_set: str
    rule_version: str

    @classmethod
    def of(cls, assessment: Assessment) -> "Written":
        """Write an assessment; one without a grade has no method."""
        content = json.dumps(assessment.as_json(), ensure_ascii=False, sort_keys=True, default=str)
        digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
        return cls(
            UUID(bytes=digest),
            content,
            assessment.grade,
            assessment.method if assessment.grade is not None else None,
            assessment.rule_set,
            assessment.rule_version,
        )

    def columns(self) -> dict[str, object]:
        """Column name to value in a layer's table."""
        return {
            "grade": self.grade,
            "grade_method": self.method,
            "rule_set": self.rule_set,
            "rule_version": self.rule_version,
            "assessment": self.id,
        }


class Writer:
    """Writes assessments; the same object is written once."""

    def __init__(self) -> None:
        """Start without any."""
        self._known: dict[int, tuple[Assessment, Written]] = {}

    def write(self, assessment: Assessment) -> tuple[Written, bool]:
        """The assessment as written, and whether it is new to this writer."""
        known = self._known.get(id(assessment))
        if known is not None:
            return known[1], False
        if len(self._known) >= KEPT_AT_MOST:
            self._known.clear()
        written = Written.of(assessment)
        # The object is kept too, so that no other takes its id meanwhile.
        self._known[id(assessment)] = (assessment, written)
        return written, True


def keep(connection: Connection, written: Iterable[Written]) -> None:
    """Keep assessments; those that are known already stay."""
    contents = {each.id: literal(each.content, Text) for each in written}
    if contents:
        values = [{"id": key, "content": cast(text, JSONB)} for key, text in contents.items()]
        connection.execute(insert(ASSESSMENTS).values(values).on_conflict_do_nothing())
