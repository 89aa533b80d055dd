"""Tracks of vessels while they are heard: bounded work at a time, the longest waiting first."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine, text

from app.analyses.tracks import tracks_of
from app.city import City
from app.db.guard import guarded
from app.db.turn import in_turn
from app.ingest.live_positions import TURN
from app.ingest.nmea import Heard
from layers.declare import Layer
from layers.sea.cleaning_rules import CleaningRules

EVERY_S = 5.0
"""How often tracks are made while positions come."""

MOST_VESSELS = 100
"""Vessels of one pass; the others wait for the next, so that positions never wait for long."""

MOST_POSITIONS = 200_000
"""Positions of the tracks of one pass, unless one vessel alone has more: a boat that never turns
its AIS off is read from the day on which it last did."""

BEGIN = text(
    """
    WITH RECURSIVE back (mmsi, at) AS (
        SELECT * FROM unnest(CAST(:mmsi AS text[]), CAST(:heard AS timestamptz[]))
        UNION ALL
        SELECT back.mmsi, earlier.seen_at FROM back CROSS JOIN LATERAL (
            SELECT seen_at FROM vessel_positions
            WHERE mmsi = back.mmsi AND seen_at < back.at
                AND seen_at >= back.at - CAST(:longest AS interval)
            ORDER BY seen_at LIMIT 1
        ) AS earlier
    )
    SELECT mmsi, min(at) AS at FROM back GROUP BY mmsi
    """
)
"""Back from report to report, as far apart as a trip bridges, to the first after a silence."""

POSITIONS = text(
    """
    SELECT asked.mmsi, sum(part.positions) AS positions
    FROM unnest(CAST(:mmsi AS text[]), CAST(:since AS timestamptz[])) AS asked (mmsi, since)
    JOIN (
        SELECT mmsi, started_at, positions FROM vessel_tracks
        UNION ALL SELECT mmsi, started_at, positions FROM vessel_stays
    ) AS part ON part.mmsi = asked.mmsi AND part.started_at >= asked.since
    GROUP BY asked.mmsi
    """
)
"""Positions of the tracks and stays that are made anew, as far as they were made before."""


@dataclass
class LiveTracks:
    """What was heard and is in no track yet.

    Attributes:
        engine: One that may write.
        layers: Every layer.
        city: Whose coast it is.
        waiting: MMSI to the earliest instant, seconds since 1970, that its tracks lack.
        left_out: Reason to the number of reports that were written, but are in no track.
    """

    engine: Engine
    layers: dict[str, Layer]
    city: City
    waiting: dict[str, float] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    _made_at: float = field(default_factory=time.monotonic)

    def hear(self, batch: Sequence[Heard]) -> None:
        """Remember whose tracks lack what was written."""
        for each in batch:
            earliest = self.waiting.get(each.mmsi, each.seen_s)
            self.waiting[each.mmsi] = min(earliest, each.seen_s)

    def make_in_time(self) -> None:
        """Make tracks of some vessels where the last time is long enough ago.

        Raises:
            DatabaseAway: Nothing was made; the vessels wait.
        """
        if self.waiting and time.monotonic() - self._made_at >= EVERY_S:
            self._made_at = time.monotonic()
            self.make()

    def make(self) -> None:
        """Make the tracks of those that wait longest, in one transaction.

        Raises:
            DatabaseAway: Nothing was made; the vessels wait.
        """
        chosen = dict(list(self.waiting.items())[:MOST_VESSELS])
        if not chosen:
            return
        with guarded(), in_turn(self.engine, TURN) as connection:
            begins = _few_enough(connection, _begins(connection, chosen))
            chosen = {mmsi: chosen[mmsi] for mmsi in begins}
            made = tracks_of(connection, self.layers, self.city, begins, chosen)
        self.left_out += made.left_out
        for mmsi in chosen:
            del self.waiting[mmsi]

    def make_all(self) -> None:
        """Make the tracks of all that wait.

        Raises:
            DatabaseAway: The rest waits.
        """
        while self.waiting:
            self.make()


def _begins(connection: Connection, heard_s: dict[str, float]) -> dict[str, datetime | None]:
    """From where tracks must be made anew: the first report after the silence before each instant.

    Not from the track that runs: cleaning, and what a stop is, look at all reports since then.
    """
    heard = [datetime.fromtimestamp(at, UTC) for at in heard_s.values()]
    longest = timedelta(hours=CleaningRules.among(None).longest_gap_h)
    asked = {"mmsi": list(heard_s), "heard": heard, "longest": longest}
    found = {row.mmsi: row.at for row in connection.execute(BEGIN, asked)}
    return {mmsi: found[mmsi] for mmsi in heard_s}


def _few_enough(
    connection: Connection, since: dict[str, datetime | None]
) -> dict[str, datetime | None]:
    """The first vessels whose positions together are not too many, one of them at least."""
    asked = {"mmsi": list(since), "since": list(since.values())}
    many = {row.mmsi: int(row.positions) for row in connection.execute(POSITIONS, asked)}
    held = np.cumsum([many.get(mmsi, 0) for mmsi in since])
    few = max(int(np.searchsorted(held, MOST_POSITIONS, side="right")), 1)
    return dict(list(since.items())[:few])
