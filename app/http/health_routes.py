"""Whether the process lives, whether it can serve, and how it fares."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from app.db.schema import head
from app.errors import NotMigrated
from app.http.deps import Parts
from app.http.problems import RESPONSES

router = APIRouter(tags=["health"], responses=RESPONSES)


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process lives."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(parts: Parts) -> dict[str, str]:
    """The database answers and has this program's schema."""
    revision = parts.reader.value(text("SELECT version_num FROM alembic_version"))
    if revision != head():
        raise NotMigrated("run `riskmap db migrate`")
    return {"status": "ready", "revision": str(revision)}


@router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    """Prometheus text."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
