"""A server that is away while something is to be stopped holds up nobody else.

What a driver does with the interpreter's lock shows in a process of its own only: this file is both
the test and that process.
"""

import socket
import subprocess
import sys
import threading
import time
from typing import Any

from sqlalchemy import make_url, text

from app.db.caller import CALLER, Caller
from app.db.engine import reading
from app.db.reader import Reader
from app.errors import ClientLeft
from app.settings import CHECKOUT

PATIENCE_S = 30


def test_process_goes_on_while_the_server_does_not_answer(server_url: str) -> None:
    url = make_url(server_url).set(database="template1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.db.test_stopping", url.render_as_string(hide_password=False)],
        cwd=CHECKOUT, timeout=PATIENCE_S, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "went on\n", done.stderr


def main(url: str) -> None:
    """Interrupt a statement behind a way on which no second connection is answered."""
    place = make_url(url)
    host = str(place.query.get("host") or place.host)
    port = int(str(place.query.get("port") or place.port or 5432))
    way = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=answered_once, args=(way, host, port), daemon=True).start()
    through = place.set(
        host="127.0.0.1", port=way.getsockname()[1],
        query={"sslmode": "disable", "gssencmode": "disable"},
    )  # fmt: skip
    engine = reading(
        through.render_as_string(hide_password=False), connections=1, timeout_ms=99_000
    )
    caller, begun = Caller(), threading.Event()
    threading.Thread(target=asks, args=(engine, caller, begun), daemon=True).start()
    begun.wait(PATIENCE_S)
    while not caller._held:  # noqa: SLF001 - there is no other sign that it reads
        pass
    caller.leave()
    threading.Thread(target=caller.interrupt, daemon=True).start()
    until = time.monotonic() + 1
    while time.monotonic() < until:
        threading.Event().wait(0.01)
    sys.stdout.write("went on\n")


def asks(engine: Any, caller: Caller, begun: threading.Event) -> None:
    """Run a statement for a caller."""
    CALLER.set(caller)
    begun.set()
    try:
        Reader(engine).value(text("SELECT pg_sleep(60)"))
    except ClientLeft:
        return


def answered_once(way: socket.socket, host: str, port: int) -> None:
    """Pass the first connection on to the server, and answer no other."""
    client, _ = way.accept()
    if host.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
    else:
        server = socket.create_connection((host, port))
    threading.Thread(target=passed_on, args=(client, server), daemon=True).start()
    passed_on(server, client)


def passed_on(one: socket.socket, other: socket.socket) -> None:
    """Bytes from one to the other until either ends."""
    while content := one.recv(1 << 16):
        other.sendall(content)


if __name__ == "__main__":
    main(sys.argv[1])
