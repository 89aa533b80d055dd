"""The service on a port of its own, for clients that are programs of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn

from app.commands.service import take_port
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS


@contextmanager
def listening(url: str, **settings: Any) -> Iterator[str]:
    """Address of the service over a database, in a thread; its page is not needed."""
    state = open_state(Settings(**settings), url, LAYERS)
    listener = take_port(Settings(host="127.0.0.1", port=0))
    config = uvicorn.Config(create_app(state), log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listener.close()
    state.close()
