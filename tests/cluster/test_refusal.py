"""What cannot be done is said in one line with the mend, and what was there stays."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cluster import Cluster, ClusterFailure, FolderUnusable, OtherVersion, PostgisMissing
from app.cluster import cluster as cluster_module
from app.cluster.failure import ServerFailed
from tests.cluster.homes import cluster_in, quiet, sql


class Usage(NamedTuple):
    """The answer of `shutil.disk_usage`, in bytes."""

    total: int
    used: int
    free: int


def five_megabytes_free(path: Path) -> Usage:
    """Answer for any disk that it is nearly full."""
    return Usage(10**9, 10**9, 5 * 2**20)


def nothing(unpacked: Path, major: int | None = None) -> None:
    """Find no PostgreSQL."""


def refusal(cluster: Cluster, kind: type[ClusterFailure]) -> str:
    """Return the one line with which the cluster refuses to be ready."""
    with pytest.raises(kind) as caught:
        cluster.ensure_ready(quiet)
    message = str(caught.value)
    assert "\n" not in message
    assert " — " in message, "the mend follows a dash"
    return message


def test_data_of_another_major_version_are_left_alone(home: Path) -> None:
    cluster = cluster_in(home)
    version = cluster.site.data / "PG_VERSION"
    version.write_text("9\n")
    before = sorted(path.stat().st_mtime_ns for path in cluster.site.data.rglob("*"))
    message = refusal(cluster, OtherVersion)
    assert "PostgreSQL 9's" in message
    assert "riskmap db backup" in message
    assert before == sorted(path.stat().st_mtime_ns for path in cluster.site.data.rglob("*"))


def test_full_disk_is_told_before_anything_is_made(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", five_megabytes_free)
    cluster = cluster_in(empty_home)
    assert "only 5 MB are free" in refusal(cluster, FolderUnusable)
    assert not cluster.site.data.exists()
    assert not cluster.site.making.exists()


def test_full_disk_stops_a_start_and_the_data_stay(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = cluster_in(home)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", five_megabytes_free)
        assert "only 5 MB are free" in refusal(cluster, FolderUnusable)
    with cluster.serving(quiet):
        assert sql(cluster, "SELECT name FROM kept") == "first"


def test_home_that_is_a_file_is_refused(empty_home: Path) -> None:
    (empty_home / "file").write_text("")
    message = refusal(cluster_in(empty_home / "file"), FolderUnusable)
    assert "--home" in message


def test_home_that_the_servers_user_cannot_reach_is_refused(empty_home: Path) -> None:
    closed = empty_home / "closed"
    closed.mkdir(mode=0o700 if os.geteuid() == 0 else 0o500)
    assert "--home" in refusal(cluster_in(closed), FolderUnusable)
    assert not (closed / "cluster/data").exists()


def test_missing_postgis_without_a_package_system_names_what_to_do(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "find", nothing)
    monkeypatch.setattr(cluster_module, "is_debian", lambda: False)
    message = refusal(cluster_in(empty_home), PostgisMissing)
    assert "apt-get install -y postgresql-postgis" in message
    assert "RISKMAP_DATABASE_URL" in message
    assert not (empty_home / "cluster").exists()


def test_server_that_cannot_start_says_why(home: Path) -> None:
    cluster = cluster_in(home)
    (cluster.site.folder / "local.conf").write_text("work_mem = 'plenty'\n")
    message = refusal(cluster, ServerFailed)
    assert "work_mem" in message


def test_foreign_folder_in_the_place_of_the_socket_is_refused(home: Path, template: Path) -> None:
    long = home / ("long" * 20) / ("name" * 10)
    long.mkdir(parents=True)
    (home / "cluster").rename(long / "cluster")
    cluster = cluster_in(long)
    cluster.site.socket_folder.symlink_to(template)
    try:
        assert "--home" in refusal(cluster, FolderUnusable)
    finally:
        cluster.site.socket_folder.unlink()
