"""A real Chromium on the real service over the demonstration city; no host but this machine."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from app.commands.service import take_port
from app.main import create_app
from app.settings import CHECKOUT, Settings
from app.state import open_state
from layers.registry import LAYERS
from tests.web.phone import PIPE, Open, stand
from tests.web.screens import DESK, PHONE, Ask, OpenPage
from tests.web.windows import Windows, go

CHROMIUM = os.environ.get("RISKMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


@contextmanager
def serving(url: str, port: int = 0, **settings: Any) -> Iterator[str]:
    """Address of the service over a database, in a thread; port 0 is any that is free."""
    if not (CHECKOUT / "app" / "web" / "dist" / "index.html").exists():
        pytest.fail("app/web/dist/index.html is missing: ./riskmap test builds the page first")
    state = open_state(Settings(**settings), url, LAYERS)
    listener = take_port(Settings(host="127.0.0.1", port=port))
    config = uvicorn.Config(create_app(state), log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    # The socket listens already: this waits until the service takes what was said to it.
    httpx2.get(f"{address}/readyz", timeout=30).raise_for_status()
    yield address
    server.should_exit = True
    thread.join(30)
    listener.close()
    state.close()


@pytest.fixture(scope="session")
def service(demo_url: str) -> Iterator[str]:
    """Address of the service over the demonstration city."""
    with serving(demo_url) as address:
        yield address


@pytest.fixture(scope="session")
def ask(service: str) -> Iterator[Ask]:
    """Asks the service itself: what the page must agree with."""
    with httpx2.Client(base_url=service, timeout=30) as http:

        def answer(path: str) -> Any:
            return http.get(path).raise_for_status().json()

        yield answer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; that there is none is a fault, not a reason to skip."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium, or set RISKMAP_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Opens pages; fails on another host and on errors of scripts."""
    opened = Windows(browser)
    yield opened
    opened.close()


@pytest.fixture
def open_page(windows: Windows, service: str) -> OpenPage:
    """Opens the map page in a window of its own."""

    def opening(
        state: str = "",
        size: tuple[int, int] = DESK,
        prepare: Callable[[Page], None] | None = None,
        at: str = service,
    ) -> Page:
        _, page = windows.new(size, color_scheme="light")
        if prepare:
            prepare(page)
        return go(page, f"{at}/{state}")

    return opening


@pytest.fixture
def open_inspect(windows: Windows, service: str) -> Open:
    """Opens the page of inspectors where a phone stands; None: it does not tell where."""

    def opening(lon: float | None, lat: float = 0.0, accuracy: float = 8.0, **words: Any) -> Page:
        told = [] if lon is None else ["geolocation"]
        context, page = windows.new(words.get("size", PHONE), permissions=told)
        if lon is not None:
            stand(context, lon, lat, accuracy)
        return go(page, f"{words.get('at', service)}/inspect{words.get('hash', '')}")

    return opening


@pytest.fixture(scope="session")
def pipe(ask: Ask) -> dict[str, Any]:
    """The pipeline that is walked, with its id and stakes."""
    found = ask(f"/api/collections/pipelines/items?code={PIPE}")["features"][0]["id"]
    told: dict[str, Any] = ask(f"/api/collections/pipelines/items/{found}/stakes")
    return told
