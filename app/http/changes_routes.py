"""What changed grade between two instants."""

import binascii
import json
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import TypeAdapter, ValidationError

from app.errors import BadParameter
from app.http.catalogue_routes import root_of
from app.http.deps import Parts, layers_named, only_known
from app.http.parameters import place_text, read_instant
from app.http.problems import RESPONSES
from app.queries.changes import ABSENT, UNASSESSED, Between, Place, deeds, matrix, page
from app.state import State
from layers.declare import Layer

DEFAULT_SPAN = timedelta(days=30)
"""How far back the first instant lies where none is given."""

WORDS = {1: "1", 2: "2", 3: "3", 4: "4", UNASSESSED: "unassessed", ABSENT: "absent"}
"""Ranks as keys of the matrix."""

_PLACE = TypeAdapter(
    tuple[tuple[Annotated[int, Query(ge=1, le=6)], Annotated[int, Query(ge=1, le=6)]],
          tuple[Annotated[int, Query(ge=0, le=1000)], Annotated[int, Query(ge=0, le=2**63 - 1)]]]
)  # fmt: skip

router = APIRouter(prefix="/api", tags=["changes"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("/changes")
def changes(
    request: Request,
    parts: Parts,
    since: Annotated[
        str | None,
        Query(alias="from", description="Instant or end of a day; 30 days before `to`."),
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", description="Instant or end of a day; now.")
    ] = None,
    part: Annotated["Part", Depends()] = None,  # type: ignore[assignment]
) -> dict[str, Any]:
    """Per layer a matrix from × to and counts; features that changed grade, worst first."""
    raise NotImplementedError
