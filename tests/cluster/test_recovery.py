"""Whatever is killed, the next start is whole and no committed row is lost."""

import os
import signal
import subprocess
from pathlib import Path

from app.cluster.server import recorded_pid
from tests.cluster.homes import Programs, await_url, cluster_in, quiet, sql, until

NAMES = "SELECT string_agg(name, ' ' ORDER BY name) FROM kept"


def test_killed_server_is_started_again_by_itself(home: Path) -> None:
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        sql(cluster, "INSERT INTO kept VALUES ('second')")
        killed = recorded_pid(cluster.site.data)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: recorded_pid(cluster.site.data) not in (killed, None) and cluster.running())
        assert sql(cluster, NAMES) == "first second"


def test_killed_program_takes_its_server_with_it(home: Path, programs: Programs) -> None:
    program = programs.hold(home)
    await_url(program)
    cluster = cluster_in(home)
    sql(cluster, "INSERT INTO kept VALUES ('second')")
    program.kill()
    until(lambda: cluster.site.supervisor_pid() is None)
    assert recorded_pid(cluster.site.data) is None
    with cluster.serving(quiet):
        assert sql(cluster, NAMES) == "first second"


def test_killed_supervisor_is_replaced(home: Path) -> None:
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        sql(cluster, "INSERT INTO kept VALUES ('second')")
        supervisor = cluster.site.supervisor_pid()
        assert supervisor is not None
        os.kill(supervisor, signal.SIGKILL)
        until(lambda: not cluster.running())
        cluster.ensure_ready(quiet)
        assert cluster.site.supervisor_pid() not in (supervisor, None)
        assert sql(cluster, NAMES) == "first second"


def test_everything_killed_at_once_loses_nothing(home: Path, programs: Programs) -> None:
    program = programs.hold(home)
    await_url(program)
    cluster = cluster_in(home)
    sql(cluster, "INSERT INTO kept VALUES ('second')")
    server, supervisor = recorded_pid(cluster.site.data), cluster.site.supervisor_pid()
    assert server is not None
    assert supervisor is not None
    for pid in (supervisor, server, program.pid):
        os.kill(pid, signal.SIGKILL)
    until(lambda: cluster.site.supervisor_pid() is None)
    with cluster.serving(quiet):
        assert sql(cluster, NAMES) == "first second"


def test_number_of_a_dead_server_may_be_anothers_by_now(home: Path) -> None:
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        lines = (cluster.site.data / "postmaster.pid").read_text().splitlines()
    # As after a crash and a restart of the machine: the number is that of a living stranger.
    left = cluster.site.data / "postmaster.pid"
    left.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
    with cluster.serving(quiet):
        assert sql(cluster, NAMES) == "first"


def test_orphaned_server_is_stopped_before_a_new_one(home: Path) -> None:
    cluster = cluster_in(home)
    with cluster.serving(quiet):
        pass
    facts = cluster.site.data.stat()
    as_owner = {"user": facts.st_uid, "group": facts.st_gid, "extra_groups": []}
    identity = as_owner if os.geteuid() == 0 else {}
    settings = f"config_file={cluster.site.settings}"
    with subprocess.Popen(
        [cluster.bin("postgres"), "-D", cluster.site.data, "-c", settings],
        env=dict(cluster.environment()),
        cwd=cluster.site.folder,
        stderr=subprocess.DEVNULL,
        **identity,
    ) as orphan:
        until(lambda: "ready" in _text(cluster.site.data / "postmaster.pid"))
        with cluster.serving(quiet):
            assert orphan.wait(timeout=10) == 0
            assert recorded_pid(cluster.site.data) != orphan.pid
            assert sql(cluster, NAMES) == "first"


def test_orphaned_server_is_stopped_by_stop(home: Path) -> None:
    cluster = cluster_in(home)
    cluster.ensure_ready(quiet)
    supervisor, server = cluster.site.supervisor_pid(), recorded_pid(cluster.site.data)
    assert supervisor is not None
    assert server is not None
    os.kill(server, signal.SIGSTOP)  # so that it cannot follow its supervisor at once
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: cluster.site.supervisor_pid() is None)
    os.kill(server, signal.SIGCONT)
    cluster.stop()
    assert not Path(f"/proc/{server}/cwd").exists()


def test_making_that_was_interrupted_is_made_anew_and_told(empty_home: Path) -> None:
    told: list[str] = []
    cluster = cluster_in(empty_home)
    cluster.site.making.mkdir(parents=True)
    (cluster.site.making / "PG_VERSION").write_text("15\n")
    with cluster.serving(told.append):
        assert sql(cluster, "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'") == "1"
    assert told == ["Making the database", "Starting the database"]
    assert not cluster.site.making.exists()


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
