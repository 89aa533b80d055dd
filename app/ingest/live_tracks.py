"""Tracks of vessels while they are heard: bounded work at a time, the longest waiting first."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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

ROUNDS = 20
"""How often the begin is moved back to that of a track that still runs then."""

BEGIN = text(
    "SELECT t.mmsi, min(t.started_at) FROM vessel_tracks AS t "
    "JOIN unnest(CAST(:mmsi AS text[]), CAST(:since AS timestamptz[])) AS asked (mmsi, since) "
    "ON t.mmsi = asked.mmsi AND t.ended_at >= asked.since AND t.started_at < asked.since "
    "GROUP BY t.mmsi"
)


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
            begins = _begins(connection, chosen)
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
    """From where each vessel's tracks must be made anew: none that began before runs into it."""
    gap = timedelta(hours=CleaningRules.among(None).longest_gap_h)
    since = {mmsi: datetime.fromtimestamp(at, UTC) - gap for mmsi, at in heard_s.items()}
    earlier: dict[str, datetime] = {}
    for _ in range(ROUNDS):
        asked = {"mmsi": list(since), "since": list(since.values())}
        earlier = {row[0]: row[1] for row in connection.execute(BEGIN, asked)}
        if not earlier:
            return dict(since)
        since |= earlier
    # So many tracks that overlap: all are made anew.
    return {mmsi: None if mmsi in earlier else begin for mmsi, begin in since.items()}
