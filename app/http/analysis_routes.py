"""Analyses: which there are, and the latest run of each with its evidence."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from app.analyses.analysis import ANALYSES, Analysis
from app.analyses.recent_events import RECENT_EVENTS
from app.errors import NotFound
from app.http.deps import Parts, only_known
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.negotiation import JSON, said
from app.http.problems import RESPONSES
from app.queries.analyses import latest, newest, of_each

router = APIRouter(prefix="/api", tags=["analyses"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


def _analysis(
    analysis: Annotated[
        str, Path(description="Name of an analysis.", json_schema_extra={"enum": list(ANALYSES)})
    ],
) -> Analysis:
    if analysis not in ANALYSES:
        known = ", ".join(ANALYSES)
        raise NotFound(f"there is no analysis {analysis[:60]!r}; there are: {known}")
    return ANALYSES[analysis]


@router.get("/analyses")
def analyses(parts: Parts) -> dict[str, Any]:
    """Every analysis, and when it was last run.

    Of one that the service runs by itself `looks` tells how often this process looks whether
    something came in, when it did and will, and why it could not; null: by command only.
    """
    runs = {row["analysis"]: row for row in parts.reader.all(of_each())}
    looks = {RECENT_EVENTS.name: parts.looks.told()} if parts.looks.every_s else {}
    return {
        "analyses": [
            {**_listed(each, runs.get(each.name)), "looks": looks.get(each.name)}
            for each in ANALYSES.values()
        ]
    }


def _listed(analysis: Analysis, run: Any) -> dict[str, Any]:
    return {
        **_named(analysis),
        "description": analysis.summary,
        "runs": run["runs"] if run else 0,
        "run": run["id"] if run else None,
        "finished_at": run["finished_at"] if run else None,
        "actor": run["actor"] if run else None,
    }


@router.get("/analyses/{analysis}", responses=said(JSON, revalidated=True))
def analysis_run(
    request: Request, parts: Parts, analysis: Annotated[Analysis, Depends(_analysis)]
) -> Response:
    """The latest run: parameters, rule sets, what was found and why, what changed since before."""
    known = parts.reader.all(newest(analysis.name))
    if not known:
        raise NotFound(
            f"{analysis.name} was never run 尚未运行; run `riskmap analyse {analysis.name}`"
        )
    tag = _tag(analysis, known[0])
    if unchanged(request, tag):
        return not_modified(tag)
    run = parts.reader.all(latest(analysis.name))[0]
    before = known[1] if len(known) > 1 else None
    content = {
        **_named(analysis),
        "run": run["id"],
        "started_at": run["started_at"].isoformat(),
        "finished_at": run["finished_at"].isoformat(),
        "actor": run["actor"],
        "parameters": run["parameters"],
        "rule_sets": run["rule_sets"],
        "previous": before and {"run": before["id"],
                                "finished_at": before["finished_at"].isoformat()},
        "changes": run["changes"],
        "result": run["result"],
    }  # fmt: skip
    return JSONResponse(content, headers=fresh(_tag(analysis, run)))


def _tag(analysis: Analysis, run: Mapping[str, Any]) -> str:
    """Number and instant: another database has another run of the same number."""
    return tag_of(analysis.name, run["id"], run["finished_at"].timestamp())


def _named(analysis: Analysis) -> dict[str, str]:
    return {"name": analysis.name, "title": analysis.title, "title_en": analysis.title_en}
