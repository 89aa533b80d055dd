"""Positions of the database as cleaned paths, one vessel after the other, never all in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.analyses.cleaned_reports import Cleaning
from app.analyses.sea_reports import Reports, reports
from layers.declare import Layer
from layers.sea.path import Path


def vessel_paths(
    connection: Connection,
    layers: dict[str, Layer],
    period: tuple[datetime, datetime],
    cleaning: Cleaning,
    dropped: Counter[str],
    since: Mapping[str, datetime] | None = None,
) -> Iterator[Path]:
    """Every vessel with its positions in a period, cleaned; two on one number are two.

    The connection takes no other statement until the iterator ends.

    Args:
        connection: In a transaction.
        layers: Every layer.
        period: Begin closed, end open.
        cleaning: By what positions are left out.
        dropped: Takes how many were, by reason.
        since: Of these vessels only, each from an instant of the period on; None: all vessels.
    """
    for told in reports(connection, layers, period=period, since=since):
        found = cleaning.cleaned(told)
        dropped.update(found.dropped())
        sure = cleaning.believed(told)
        for vessel in range(int(found.vessels.max(initial=-1)) + 1):
            yield _path(sure, np.flatnonzero(found.vessels == vessel), vessel)


def _path(told: Reports, kept: NDArray[np.int64], vessel: int) -> Path:
    return Path(
        told.mmsi, told.seconds[kept], told.lon[kept], told.lat[kept], told.speed_kn[kept],
        told.status[kept], float(told.course_deg[kept[-1]]), vessel,
    )  # fmt: skip
