"""The service over the demonstration city, listening; its page is not needed."""

from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn

from app.commands.service import take_port
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS


@pytest.fixture(scope="package")
def served(demo_url: str) -> Iterator[str]:
    """Its address."""
    state = open_state(Settings(), demo_url, LAYERS)
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
