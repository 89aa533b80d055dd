"""A real Chromium on the real service over the demonstration city; no host but this machine."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from app.commands.service import take_port
from app.main import create_app
from app.settings import CHECKOUT, Settings
from app.state import open_state
from layers.registry import LAYERS
from tests.web.phone import PIPE, Open, stand
from tests.web.screens import DESK, PATIENCE_MS, PHONE, Ask, OpenPage

CHROMIUM = os.environ.get("RISKMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
ELSEWHERE = re.compile(r"^(?!http://127\.0\.0\.1:|data:|blob:)")


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
def open_page(browser: Browser, service: str) -> Iterator[OpenPage]:
    """Opens the page in a context of its own; fails on another host and on errors of scripts."""
    faults: list[str] = []
    contexts = []

    def refuse(route: Route) -> None:
        faults.append(f"asked for {route.request.url}")
        with suppress(Exception):
            route.abort()

    def opening(
        state: str = "",
        size: tuple[int, int] = DESK,
        prepare: Callable[[Page], None] | None = None,
        at: str = service,
    ) -> Page:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light",
            locale="zh-CN",
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
        )
        contexts.append(context)
        context.route(ELSEWHERE, refuse)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(f"script failed: {error}"))
        if prepare:
            prepare(page)
        page.goto(f"{at}/{state}")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    yield opening
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def open_inspect(browser: Browser, service: str) -> Iterator[Open]:
    """Opens the page where a phone stands; fails on another host and on errors of scripts."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def opening(lon: float | None, lat: float = 0.0, accuracy: float = 8.0, **words: Any) -> Page:
        size = words.get("size", PHONE)
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
            is_mobile=size == PHONE, has_touch=size == PHONE,
            permissions=[] if lon is None else ["geolocation"],
        )  # fmt: skip
        contexts.append(context)
        context.route(ELSEWHERE, lambda route: (faults.append(route.request.url), route.abort())[1])
        if lon is not None:
            stand(context, lon, lat, accuracy)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{words.get('at', service)}/inspect{words.get('hash', '')}")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    yield opening
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def pipe(ask: Ask) -> dict[str, Any]:
    """The pipeline that is walked, with its id and stakes."""
    found = ask(f"/api/collections/pipelines/items?code={PIPE}")["features"][0]["id"]
    told: dict[str, Any] = ask(f"/api/collections/pipelines/items/{found}/stakes")
    return told
