"""Homes with a real PostGIS cluster, made once and copied for each test."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.homes import Programs, cluster_in, new_home, quiet, sql


@pytest.fixture
def programs() -> Iterator[Programs]:
    started = Programs()
    yield started
    started.close()


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A home whose cluster was made, ran once and is stopped."""
    home = new_home()
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        sql(cluster, "CREATE TABLE kept (name text); INSERT INTO kept VALUES ('first')")
    yield home
    cluster.stop()
    shutil.rmtree(home)


@pytest.fixture
def empty_home() -> Iterator[Path]:
    """A folder without a cluster, which every user may pass through."""
    home = new_home()
    yield home
    cluster_in(home).stop()
    shutil.rmtree(home)


@pytest.fixture
def home(template: Path, empty_home: Path) -> Path:
    """A home with a copy of the template's cluster."""
    subprocess.run(["cp", "-a", "--sparse=always", template / "cluster", empty_home], check=True)
    return empty_home
