"""Serving: the port is taken first, so that a busy one is told before anything is started."""

import socket

import uvicorn

from app.commands.event_watch import events_watched
from app.commands.midnight import days_kept
from app.commands.terminal import say
from app.errors import CommandFailed
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS


def take_port(settings: Settings) -> socket.socket:
    """A listening socket on the address of the settings.

    Raises:
        CommandFailed: The port is in use or not allowed, or the host has no such address.
    """
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as fault:
        if listener is not None:
            listener.close()
        raise CommandFailed(
            f"can't listen on {settings.host}:{settings.port}: {fault.strerror}; "
            f"choose another port, for example --port {min(settings.port + 1, 65535)}"
        ) from None
    return listener


def serve(settings: Settings, url: str, listener: socket.socket) -> None:
    """Serve until the process is told to end."""
    configure_logs(settings.log_level)
    state = open_state(settings, url, LAYERS)
    app = create_app(state)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{port}  (Ctrl+C ends it 按 Ctrl+C 结束)")
    config = uvicorn.Config(
        app, log_config=None, access_log=False, loop="uvloop", http="httptools",
        timeout_graceful_shutdown=5, server_header=False,
    )  # fmt: skip
    with days_kept(url, state.city, LAYERS), events_watched(url, settings, state.looks):
        uvicorn.Server(config).run(sockets=[listener])
