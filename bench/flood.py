"""A flood of AIS on loopback: is all that was accepted written, and how late is the newest place?

`python -m bench.flood [--a-second N] [--seconds N]`: `riskmap ais listen` as a process of its own,
over UDP and over TCP, each on a database of its own. Prints what was sent, accepted and written,
the rows in the database, the greatest age of the newest position and the listener's peak memory.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pyais import encode_dict
from sqlalchemy import Engine, text

from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.settings import Settings
from bench.databases import own_database
from bench.serving import peak_mb

VESSELS = 2000
TICK_S = 0.05


def main() -> None:
    """Flood over both."""
    options = argparse.ArgumentParser(prog="bench.flood")
    options.add_argument("--a-second", type=int, default=2000)
    options.add_argument("--seconds", type=int, default=60)
    asked = options.parse_args()
    lines = messages(asked.a_second * asked.seconds)
    with opened(Settings()) as url:
        for kind in ("udp", "tcp"):
            with own_database(url) as bench_url:
                engine = writing(bench_url)
                migrate(engine)
                print(flooded(kind, engine, bench_url, lines, asked.a_second), flush=True)
                engine.dispose()


def messages(many: int) -> list[bytes]:
    """Sentences of a fleet under way, without an instant: that is when they are received."""
    found = []
    for number in range(many):
        vessel, step = number % VESSELS, number // VESSELS
        lon, lat = 122.2 + vessel % 50 / 50 + step / 36_000, 29 + vessel / 1000
        told: dict[str, Any] = {"type": 1, "mmsi": 412_000_000 + vessel, "lon": lon, "lat": lat}
        told |= {"speed": 6.0, "course": 90}
        found.append(encode_dict(told)[0].encode() + b"\n")
    return found


def flooded(kind: str, engine: Engine, url: str, lines: list[bytes], a_second: int) -> str:
    """Send the lines evenly and tell what became of them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if kind == "udp":
            server.close()
        with _listener(kind, port, url) as process:
            latest = _sent(_sender(kind, server, port), lines, a_second, engine)
            peak = peak_mb(process.pid)
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate()
    counts = json.loads(told.strip().splitlines()[-1])
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT count(*) FROM vessel_positions")).scalar_one()
    return (
        f"{kind}: sent {len(lines):,}, accepted {counts['accepted']:,}, written "
        f"{counts['written']:,}, stored {stored:,}, other {_others(counts)}; newest position at "
        f"most {latest:.2f} s old; listener {peak:.0f} MB"
    )


def _others(counts: dict[str, int]) -> dict[str, int]:
    told = ("accepted", "written", "added", "connections")
    return {name: number for name, number in counts.items() if name not in told}


@contextmanager
def _listener(kind: str, port: int, url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "app.cli", "ais", "listen", f"--{kind}", f"127.0.0.1:{port}"]
    environment = {**os.environ, "RISKMAP_DATABASE_URL": url, "RISKMAP_JSON": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _sender(kind: str, server: socket.socket, port: int) -> socket.socket:
    """A socket of which the listener hears the other end."""
    if kind == "tcp":
        return server.accept()[0]
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("127.0.0.1", port))
    probe = messages(1)[0].replace(b"\n", b"")
    # A datagram before it listens is refused; one that arrives is no part of what is counted.
    while True:
        with suppress(ConnectionRefusedError):
            sender.send(b"$" + probe)
            time.sleep(0.2)
            sender.send(b"$" + probe)
            return sender
        time.sleep(0.1)


def _sent(sender: socket.socket, lines: list[bytes], a_second: int, engine: Engine) -> float:
    """Send evenly; the greatest age of the newest position while they go out, seconds."""
    begin, oldest, looked = time.time(), 0.0, 0
    with sender, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        done = 0
        while done < len(lines):
            due = min(int((time.time() - begin) * a_second), len(lines))
            for line in lines[done:due]:
                sender.sendall(line)
            done = due
            if time.time() - begin - looked > 1:
                looked = int(time.time() - begin)
                newest = connection.execute(
                    text("SELECT extract(epoch FROM max(seen_at)) FROM vessels")
                ).scalar_one()
                if looked > 2:  # noqa: PLR2004 - once it runs
                    oldest = max(oldest, time.time() - float(newest or begin))
            time.sleep(TICK_S)
        time.sleep(3)
    return oldest


if __name__ == "__main__":
    main()
