"""Lines that are kept: never older than what is committed, read once while nothing changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, text

from app.db.engine import reading
from app.db.reader import Reader
from app.db.versions import Versions
from app.errors import NotFound
from app.lines.shelf import KEPT_AT_MOST, Lines
from layers.registry import LAYERS
from tests.builders import add

LINE = "MULTILINESTRING((121.0 30.2, 121.05 30.2))"

HALF = "MULTILINESTRING((121.0 30.2, 121.025 30.2))"


class Watched(Reader):
    """A reader that counts its statements, and lets a test change rows before one of them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.asked: list[str] = []
        self.before: Callable[[str], None] = lambda _: None

    def all(self, statement: Executable) -> Sequence[Mapping[str, Any]]:
        """Every row, after what the test wants."""
        self.asked.append(str(statement))
        self.before(self.asked[-1])
        return super().all(statement)


@pytest.fixture
def reader(empty_url: str) -> Iterator[Watched]:
    engine = reading(empty_url, connections=2, timeout_ms=10_000)
    yield Watched(engine)
    engine.dispose()


@pytest.fixture
def shelf(reader: Watched) -> Lines:
    return Lines(reader, Versions(reader), LAYERS)


@pytest.fixture
def fid(empty_engine: Engine) -> int:
    with empty_engine.begin() as connection:
        return add(connection, "pipelines", LINE, code="A")


def relay(engine: Engine, wkt: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE pipelines SET geom = ST_GeomFromText(:wkt, 4326)"), {"wkt": wkt}
        )


def test_line_that_did_not_change_is_read_once(shelf: Lines, reader: Watched, fid: int) -> None:
    first = shelf.one("pipelines", fid)
    reader.asked.clear()
    assert shelf.one("pipelines", fid) is first
    assert shelf.several("pipelines", [fid]) == {fid: first}
    assert all("layer_versions" in statement for statement in reader.asked)


def test_change_is_seen_as_soon_as_it_is_committed(
    shelf: Lines, empty_engine: Engine, fid: int
) -> None:
    long = shelf.one("pipelines", fid).length_m
    relay(empty_engine, HALF)
    assert shelf.one("pipelines", fid).length_m == pytest.approx(long / 2, rel=1e-6)
    relay(empty_engine, LINE)
    assert shelf.several("pipelines", [fid])[fid].length_m == pytest.approx(long)


def test_marker_that_comes_or_moves_is_a_change_of_the_line(
    shelf: Lines, empty_engine: Engine, fid: int
) -> None:
    assert shelf.one("pipelines", fid).origin == "true_metres"
    with empty_engine.begin() as connection:
        for lon, stake in ((121.0, 0.0), (121.05, 5000.0)):
            add(connection, "pipeline_markers", f"POINT({lon} 30.2)", pipeline_code="A",
                marker_no=f"{stake}", measure_m=stake)  # fmt: skip
    assert shelf.one("pipelines", fid).last_m == pytest.approx(5000, abs=0.1)
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE pipeline_markers SET measure_m = measure_m + 100"))
    assert shelf.one("pipelines", fid).first_m == pytest.approx(100, abs=0.1)


def test_line_that_changes_while_it_is_read_is_not_kept_as_the_new_one(
    shelf: Lines, reader: Watched, empty_engine: Engine, fid: int
) -> None:
    """The row is read, then line and markers change, then the markers are read: half old."""

    def change(statement: str) -> None:
        if "pipeline_markers" in statement:
            reader.before = lambda _: None
            relay(empty_engine, HALF)

    reader.before = change
    torn = shelf.one("pipelines", fid).length_m
    assert shelf.one("pipelines", fid).length_m == pytest.approx(torn / 2, rel=1e-6)


def test_line_that_is_deleted_is_no_longer_found(
    shelf: Lines, empty_engine: Engine, fid: int
) -> None:
    shelf.one("pipelines", fid)
    with empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM pipelines"))
    with pytest.raises(NotFound):
        shelf.one("pipelines", fid)
    assert shelf.several("pipelines", [fid]) == {}


def test_layer_without_stakes_has_no_lines(shelf: Lines) -> None:
    with pytest.raises(NotFound, match="no stakes"):
        shelf.one("risk_points", 1)


def test_no_more_lines_are_kept_than_fit(
    shelf: Lines, reader: Watched, empty_engine: Engine
) -> None:
    with empty_engine.begin() as connection:
        fids = [add(connection, "pipelines", LINE, code=f"{n:03}") for n in range(KEPT_AT_MOST + 2)]
    assert len(shelf.several("pipelines", fids)) == len(fids)
    reader.asked.clear()
    assert shelf.one("pipelines", fids[-1])
    assert len(reader.asked) == 1, "the last one is kept"
    assert shelf.one("pipelines", fids[0])
    assert len(reader.asked) > 2, "the first one is not"
