"""Pages lead forth and back and stay right while rows come and go."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

ITEMS = "/api/collections/risk_points/items"

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: every example asks a database."""

SORTABLE = ["code", "name", "enterprise", "l_value", "notice_board", "grade", "assessed_at"]

orders = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(SORTABLE)).map("".join), max_size=3
)

STEPS = 400


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def fill(engine: Engine, chance: Random, many: int) -> None:
    with engine.begin() as connection:
        for _ in range(many):
            add(
                connection, "risk_points", "POINT(121 30)", name=chance.choice(["甲", "乙", "a", ""]),
                enterprise=chance.choice([None, "x", "y"]), l_value=chance.choice([None, 0.1, 1, 3]),
                notice_board=chance.choice([None, True, False]), grade=chance.choice([None, 1, 2, 3]),
            )  # fmt: skip


def stored(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT fid FROM risk_points ORDER BY fid")))


def change(engine: Engine, chance: Random) -> None:
    """One row comes and one goes."""
    fill(engine, chance, 1)
    with engine.begin() as connection:
        gone = chance.choice(stored(engine))
        connection.execute(text("DELETE FROM risk_points WHERE fid = :fid"), {"fid": gone})


def walked(
    client: TestClient, address: str, rel: str, between: Callable[[], None]
) -> tuple[list[list[int]], str]:
    """Ids of every page that the links of a relation lead to, and the address of the last."""
    pages = []
    for _ in range(STEPS):
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        pages.append([each["id"] for each in told["features"]])
        ways = [each["href"] for each in told["links"] if each["rel"] == rel]
        if not ways:
            return pages, address
        [address] = ways
        between()
    raise AssertionError("the pages do not end")


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(order=orders, limit=st.integers(2, 12), seed=st.integers(0, 99), wanted=st.booleans())
def test_survivors_are_met_once_each_way_while_rows_come_and_go(
    client: TestClient, engine: Engine, order: list[str], limit: int, seed: int, wanted: bool
) -> None:
    chance = Random(seed)  # noqa: S311 - not for secrets
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points"))
    fill(engine, chance, 40)
    query: dict[str, Any] = {"limit": str(limit)} | ({"sortby": ",".join(order)} if order else {})
    query |= {"name": "a"} if wanted else {}
    first = str(client.get(ITEMS, params=query).url)
    for rel in ("next", "prev"):
        before = set(stored(engine))
        pages, first = walked(client, first, rel, lambda: change(engine, chance))
        met = [fid for page in pages for fid in page]
        assert len(met) == len(set(met)), "a feature is met twice"
        every = client.get(ITEMS, params={**query, "limit": "10000"}).json()["features"]
        survivors = {each["id"] for each in every} & before
        if rel == "prev":
            # What came or went at the place where the way turned is not on this way.
            survivors &= set(met) | set(_behind(client, query, pages[0]))
        assert survivors <= set(met), "a survivor is lost"


def _behind(client: TestClient, query: dict[str, Any], page: list[int]) -> list[int]:
    """Survivors ahead of the last page in the order asked for."""
    every = [
        each["id"]
        for each in client.get(ITEMS, params={**query, "limit": "10000"}).json()["features"]
    ]
    places = [every.index(fid) for fid in page if fid in every]
    return every[: min(places)] if places else []


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(order=orders, limit=st.integers(2, 15))
def test_way_back_is_the_way_forth(
    client: TestClient, engine: Engine, order: list[str], limit: int
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM risk_points"))
    fill(engine, Random(limit), 30)  # noqa: S311 - not for secrets
    query: dict[str, Any] = {"limit": str(limit)} | ({"sortby": ",".join(order)} if order else {})
    forth, last = walked(client, str(client.get(ITEMS, params=query).url), "next", lambda: None)
    back, first = walked(client, last, "prev", lambda: None)
    every = [fid for page in forth for fid in page]
    assert [fid for page in reversed(back) for fid in page] == every
    assert "before=" in first or len(forth) == 1
    assert sorted(every) == stored(engine)
