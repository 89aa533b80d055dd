"""Received files: names that lead nowhere, room that is bounded, what is in use stays."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Busy
from app.ingest.uploads import KEPT_S, ROOM, Upload, Uploads, safe_name

LIMIT = 1000


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", LIMIT)


def put(uploads: Uploads, size: int = LIMIT, age_s: float = 0) -> Upload:
    upload = uploads.new("a.csv")
    upload.path.write_bytes(b"x" * size)
    when = time.time() - age_s
    os.utime(upload.path.parent, (when, when))
    return upload


@given(st.text(max_size=400))
def test_any_name_is_one_plain_name(claimed: str) -> None:
    name = safe_name(claimed)
    assert Path(name).name == name
    assert 0 < len(name.encode(errors="surrogatepass")) < 255
    assert not name.startswith((".", "~"))
    assert not set(name) & set('/\\\0:*?"<>|$`;&')


@given(st.sampled_from([".csv", ".csv.gz", ".geojson", ".tsv"]), st.text("ab点 ._-", max_size=90))
def test_ending_stays_by_which_the_reader_is_chosen(ending: str, stem: str) -> None:
    assert safe_name(f"{stem}x{ending}").endswith(ending)


def test_oldest_goes_where_room_is_wanted_and_what_is_held_stays(uploads: Uploads) -> None:
    held = put(uploads, age_s=100)
    rest = [put(uploads, age_s=50 - number) for number in range(ROOM)]
    for each in rest:
        uploads.let_go(each)
    uploads.prune()
    there = [uploads.find(each.token) is not None for each in rest]
    assert there == [False, True, True, True]
    assert uploads.find(held.token) == held


def test_old_file_goes(uploads: Uploads) -> None:
    old, kept = put(uploads, 1, KEPT_S + 60), put(uploads, 1, KEPT_S + 60)
    uploads.let_go(old)
    uploads.prune()
    assert uploads.find(old.token) is None
    assert uploads.find(kept.token) == kept


def test_more_than_the_room_is_told_to_come_again(uploads: Uploads) -> None:
    held = [put(uploads, LIMIT + 1) for _ in range(ROOM)]
    with pytest.raises(Busy):
        uploads.new("a.csv")
    uploads.drop(held[0])
    uploads.new("a.csv")


@pytest.mark.parametrize("token", ["", "..", "../..", "a" * 32, "A" * 32, "%2e%2e", "\x00"])
def test_token_that_was_never_given_finds_nothing(uploads: Uploads, token: str) -> None:
    put(uploads)
    assert uploads.find(token) is None


def test_folder_of_a_file_is_closed_to_others(uploads: Uploads) -> None:
    assert put(uploads).path.parent.stat().st_mode & 0o077 == 0
