"""The service in a process of its own, for benchmarks that ask over HTTP."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(url: str) -> Iterator[tuple[str, int]]:
    """Address and process id of the service over a database, without its shelf of tiles."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"RISKMAP_DATABASE_URL": url, "RISKMAP_TILE_CACHE_MB": "0",
                 "RISKMAP_LOG_LEVEL": "ERROR"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    root = f"http://127.0.0.1:{port}"
    try:
        assert process.stderr is not None
        process.stderr.readline()
        with urllib.request.urlopen(f"{root}/healthz"):
            yield root, process.pid
    finally:
        process.terminate()
        process.wait()


def peak_mb(pid: int) -> float:
    """Highest memory that a process ever held, megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1000
