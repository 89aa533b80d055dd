"""Runs of analyses: the latest of one, and of all."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.tables import ANALYSIS_RUNS

RUNS = ANALYSIS_RUNS.c


def latest(analysis: str, limit: int = 1) -> Select[Any]:
    """The newest runs of an analysis, whole, the newest first."""
    return (
        select(ANALYSIS_RUNS).where(RUNS.analysis == analysis).order_by(RUNS.id.desc()).limit(limit)
    )


def newest(analysis: str) -> Select[Any]:
    """The number of the newest run and of the one before, and when each ended, newest first."""
    return (
        select(RUNS.id, RUNS.finished_at)
        .where(RUNS.analysis == analysis)
        .order_by(RUNS.id.desc())
        .limit(2)
    )


def of_each() -> Select[Any]:
    """The newest run of every analysis, without its result; and how many there were."""
    counted = func.count().over(partition_by=RUNS.analysis).label("runs")
    return (
        select(RUNS.analysis, RUNS.id, RUNS.finished_at, RUNS.actor, counted)
        .ext(distinct_on(RUNS.analysis))
        .order_by(RUNS.analysis, RUNS.id.desc())
    )
