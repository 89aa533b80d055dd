"""Positions are written while the file is read: batches change nothing of what an import means."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyais import encode_dict
from sqlalchemy import Engine, text

from app.errors import DatabaseAway, ImportRefused
from app.ingest import feed, position_rows
from app.ingest.run import Order, run
from layers.registry import LAYERS
from tests.builders import clear, load, rows, the_city

BEGIN = datetime(2026, 10, 31, 23, 59, 58, tzinfo=UTC)
"""Two seconds before the next month, which is another part of the table."""

NUMBERS = ("412000001", "412000002")

Reports = list[tuple[int, int, int]]

REPORTS: st.SearchStrategy[Reports] = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 1)), min_size=1, max_size=12
)
"""Vessel, seconds after the begin, speed: few of each, so that keys repeat."""


def instant(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


def written(folder: Path, reports: Reports) -> Path:
    path = folder / "ais.csv"
    lines = [f"{NUMBERS[who]},{instant(when).isoformat()},{kn},122,30" for who, when, kn in reports]
    path.write_text("\n".join(["mmsi,seen_at,speed_kn,lon,lat", *lines]), encoding="utf-8")
    return path


def stored(engine: Engine) -> dict[tuple[str, datetime], float]:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT mmsi, seen_at, speed_kn FROM vessel_positions"))
        return {(row.mmsi, row.seen_at): row.speed_kn for row in found}


@given(files=st.lists(REPORTS, min_size=1, max_size=3))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_batches_of_two_rows_do_what_a_dictionary_does(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[Reports]
) -> None:
    monkeypatch.setattr(feed, "BATCH_POSITIONS", 2)
    clear(empty_engine)
    kept: dict[tuple[str, datetime], float] = {}
    for reports in files:
        report = load(empty_engine, "vessel_positions", written(tmp_path, reports))
        first: dict[tuple[str, datetime], float] = {}
        for who, when, speed_kn in reports:
            first.setdefault((NUMBERS[who], instant(when)), float(speed_kn))
        assert report.read == len(reports)
        assert report.rejected == len(reports) - len(first)
        assert report.added == len(first.keys() - kept.keys())
        assert report.changed == sum(kept.get(key, value) != value for key, value in first.items())
        assert report.unchanged == len(first) - report.added - report.changed
        kept |= first
        assert stored(empty_engine) == kept


def test_repeat_tells_the_line_of_the_first_though_it_is_in_another_batch(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BATCH_POSITIONS", 2)
    path = written(tmp_path, [(0, 0, 5), (0, 1, 5), (1, 0, 5), (0, 0, 9)])
    [rejection] = load(empty_engine, "vessel_positions", path).rejects
    assert (rejection.row, rejection.field) == (5, "mmsi")
    assert rejection.value.endswith("(= 2)")


def test_file_that_breaks_after_batches_were_written_leaves_nothing(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_rows, "BATCH_POSITIONS", 2_000)
    path = tmp_path / "ais.nmea.gz"
    path.write_bytes(gzip.compress(sentences(40_000))[:-20])
    with pytest.raises(ImportRefused, match=r"ais\.nmea\.gz, line"):
        load(empty_engine, "vessel_positions", path)
    assert rows(empty_engine, "vessel_positions") == 0
    assert rows(empty_engine, "vessel_tracks") == 0


def test_database_that_goes_while_batches_are_written_is_told_and_leaves_nothing(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_rows, "BATCH_POSITIONS", 500)
    path = tmp_path / "ais.nmea"
    path.write_bytes(sentences(4_000))

    def end(read: int, _share: float | None) -> None:
        if read == 2_000:
            with empty_engine.begin() as other:
                other.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks "
                                   "WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"))  # fmt: skip

    with pytest.raises(DatabaseAway):
        run(empty_engine, Order(LAYERS["vessel_positions"], path), the_city(), LAYERS, end)
    assert rows(empty_engine, "vessel_positions") == 0
    assert load(empty_engine, "vessel_positions", path).added == 4_000


def sentences(many: int) -> bytes:
    """Sentences of one vessel, a second apart."""
    [line] = encode_dict(
        {"mmsi": int(NUMBERS[0]), "type": 1, "lon": 122, "lat": 30}, talker_id="AI"
    )
    begin_s = int(BEGIN.timestamp())
    return b"\n".join(f"\\c:{begin_s + number}*00\\{line}".encode() for number in range(many))
