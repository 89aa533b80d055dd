"""What answers tell, and the paths that exist in the stocked database."""

import re
from typing import Any

from httpx2 import Response

from app.settings import CHECKOUT

EXAMPLES = {
    "layer": "risk_points", "layers": "risk_points,pipelines", "id": "1", "z": "14", "x": "13703",
    "y": "6756", "row": "6756", "col": "13703", "analysis": "blackspots", "scheme": "WebMercatorQuad",
    "key": "00000000-0000-4000-8000-000000000001", "number": "1",
}  # fmt: skip
"""Parts of paths that are there."""

ITEMS = "/api/collections/risk_points/items"

LEAK = re.compile(
    r"psycopg|sqlalchemy|SELECT |FROM |Traceback|/tmp/|/home/|s3cret|nobody|"
    + re.escape(str(CHECKOUT))
)
"""What no answer may hold."""


def problem(answer: Response, status: int) -> dict[str, Any]:
    """The problem that an answer tells; asserts its whole shape."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) <= {"type", "title", "status", "detail", "instance", "errors"}
    assert {"type", "title", "status", "detail", "instance"} <= set(told)
    assert told["status"] == status
    assert all(isinstance(told[name], str) for name in ("type", "title", "detail", "instance"))
    for each in told.get("errors", []):
        assert each["detail"]
        assert "parameter" in each or "pointer" in each
    assert not LEAK.search(answer.text), answer.text
    return told
