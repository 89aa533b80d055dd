"""The cluster starts once, is shared, and stops with the last one who used it."""

import os
import subprocess
import time
from pathlib import Path

from tests.cluster.homes import Programs, await_url, cluster_in, quiet, sql


def test_new_cluster_has_the_database_and_its_extensions(template: Path) -> None:
    cluster = cluster_in(template)
    with cluster.serving(quiet):
        assert sql(cluster, "SELECT postgis_lib_version()") >= "3.3"
        assert sql(cluster, "SELECT 'trgm' % 'trgm'") == "t"
        assert sql(cluster, "SHOW listen_addresses") == ""
        assert sql(cluster, "SHOW fsync") == "on"
        assert sql(cluster, "SHOW data_checksums") == "on"


def test_letters_of_every_script_are_letters(template: Path) -> None:
    cluster = cluster_in(template)
    with cluster.serving(quiet):
        assert sql(cluster, "SELECT cardinality(show_trgm('余姚市'))") == "4"


def test_second_start_is_fast_and_keeps_what_was_there(template: Path) -> None:
    cluster = cluster_in(template)
    since = time.monotonic()
    with cluster.serving(quiet):
        assert time.monotonic() - since < 5
        assert sql(cluster, "SELECT name FROM kept") == "first"
    assert not cluster.running()


def test_nothing_runs_after_the_block_and_the_stop_was_clean(template: Path) -> None:
    cluster = cluster_in(template)
    with cluster.serving(quiet):
        assert cluster.running()
    control = subprocess.run(
        [cluster.bin("pg_controldata"), cluster.site.data],
        env=dict(cluster.environment()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "shut down\n" in control.stdout
    assert not (cluster.site.data / "postmaster.pid").exists()


def test_others_attach_and_the_last_one_stops_it(template: Path, programs: Programs) -> None:
    cluster = cluster_in(template)
    first = programs.hold(template)
    url = await_url(first)
    second = programs.hold(template)
    assert await_url(second) == url == cluster.url
    supervisor = cluster.site.supervisor_pid()
    first.communicate()
    assert cluster.running()
    assert cluster.site.supervisor_pid() == supervisor
    second.communicate()
    assert not cluster.running()


def test_many_start_at_once_and_one_server_runs(template: Path, programs: Programs) -> None:
    started = [programs.hold(template) for _ in range(4)]
    assert {await_url(program) for program in started} == {cluster_in(template).url}
    assert sql(cluster_in(template), "SELECT name FROM kept") == "first"


def test_kept_server_outlives_who_started_it(template: Path) -> None:
    cluster = cluster_in(template)
    cluster.ensure_ready(quiet, keep=True)
    cluster.leave()
    assert cluster.running()
    with cluster_in(template).serving(quiet):
        pass
    assert cluster.running()
    cluster.stop()
    assert not cluster.running()
    cluster.stop()


def test_server_is_not_kept_longer_than_asked(template: Path) -> None:
    cluster = cluster_in(template)
    cluster.ensure_ready(quiet, keep=True)
    cluster.stop()
    with cluster.serving(quiet):
        assert not cluster.site.kept
    assert not cluster.running()


def test_stop_ends_it_under_those_attached(template: Path, programs: Programs) -> None:
    await_url(programs.hold(template))
    cluster = cluster_in(template)
    cluster.stop()
    assert not cluster.running()


def test_two_homes_have_two_databases(home: Path, template: Path) -> None:
    one, other = cluster_in(home), cluster_in(template)
    assert one.url != other.url
    with one.serving(quiet), other.serving(quiet):
        sql(one, "INSERT INTO kept VALUES ('one')")
        assert sql(other, "SELECT string_agg(name, ' ') FROM kept") == "first"


def test_dropped_database_is_made_again(home: Path) -> None:
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        maintenance = cluster.libpq_url.replace("@/riskmap?", "@/postgres?")
        psql = [cluster.bin("psql"), "-XAtqc", "DROP DATABASE riskmap", maintenance]
        subprocess.run(psql, env=dict(cluster.environment()), check=True)
        cluster.ensure_ready(quiet)
        assert sql(cluster, "SELECT count(*) FROM spatial_ref_sys WHERE srid = 4549") == "1"


def test_socket_moves_where_its_path_would_be_too_long(home: Path) -> None:
    long = home / ("long" * 20) / ("name" * 10)
    long.mkdir(parents=True)
    (home / "cluster").rename(long / "cluster")
    cluster = cluster_in(long)
    folder = cluster.site.socket_folder
    try:
        with cluster.serving(quiet):
            assert len(str(folder)) < 60
            assert folder.stat().st_mode & 0o777 == 0o700
            assert sql(cluster, "SELECT name FROM kept") == "first"
    finally:
        folder.rmdir()


def test_odd_names_of_folders_do(home: Path) -> None:
    odd = home / 'it\'s, "100%" ?&= 余姚'
    odd.mkdir()
    (home / "cluster").rename(odd / "cluster")
    cluster = cluster_in(odd)
    with cluster.serving(quiet):
        assert sql(cluster, "SELECT name FROM kept") == "first"
    cluster.site.socket_folder.rmdir()  # elsewhere, because of the comma
    plainer = home / 'it\'s "100%" ?&= 余姚'
    odd.rename(plainer)
    cluster = cluster_in(plainer)
    with cluster.serving(quiet):
        assert sql(cluster, "SELECT name FROM kept") == "first"


def test_tests_may_trade_durability_for_speed(template: Path) -> None:
    cluster = cluster_in(template, durable=False)
    with cluster.serving(quiet):
        assert sql(cluster, "SHOW fsync") == "off"


def test_settings_of_ones_own_come_last(template: Path) -> None:
    cluster = cluster_in(template)
    own = cluster.site.folder / "local.conf"
    own.write_text("work_mem = '5MB'\n")
    with cluster.serving(quiet):
        assert sql(cluster, "SHOW work_mem") == "5MB"
    own.unlink()


def test_server_can_write_to_its_own_folders_only(template: Path) -> None:
    cluster = cluster_in(template)
    with cluster.serving(quiet):
        theirs = cluster.site.data.stat().st_uid
        for folder in (cluster.site.data, cluster.site.log, cluster.site.socket_folder):
            assert (folder.stat().st_uid, folder.stat().st_mode & 0o777) == (theirs, 0o700)
        for path in (cluster.site.folder, *cluster.site.folder.glob("*.*")):
            assert path.stat().st_uid == os.geteuid()
            assert not path.stat().st_mode & 0o022


def test_strict_umask_does_not_shut_out_the_server(home: Path) -> None:
    before = os.umask(0o077)
    try:
        (home / "new").mkdir()
        (home / "new").chmod(0o755)
        (home / "cluster").rename(home / "new/cluster")
        cluster = cluster_in(home / "new")
        cluster.site.settings.unlink()
        with cluster.serving(quiet):
            assert sql(cluster, "SELECT name FROM kept") == "first"
    finally:
        os.umask(before)
