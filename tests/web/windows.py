"""Windows of a browser that a test opens: each a context of its own, watched for faults."""

import re
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.web.screens import DESK, PATIENCE_MS, PHONE

ELSEWHERE = re.compile(r"^(?!http://127\.0\.0\.1:|data:|blob:)")
"""Every address that is not this machine's."""


class Windows:
    """Opens pages; knows what they asked of another host, and which of their scripts failed.

    Args:
        browser: Where contexts are made.
    """

    def __init__(self, browser: Browser) -> None:
        """Have none yet."""
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._faults: list[str] = []

    def new(self, size: tuple[int, int] = DESK, **words: Any) -> tuple[BrowserContext, Page]:
        """A context of a desk or a phone in Chinese, and an empty page in it.

        Args:
            size: Width and height; a phone's is touched.
            words: More of `Browser.new_context`.
        """
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
            is_mobile=size == PHONE, has_touch=size == PHONE, **words,
        )  # fmt: skip
        self._contexts.append(context)
        context.route(ELSEWHERE, self._refuse)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self._faults.append(f"script failed: {error}"))
        return context, page

    def open(self, url: str, size: tuple[int, int] = DESK, **words: Any) -> Page:
        """A page that has loaded what it needs; `words` as in `new`."""
        _, page = self.new(size, **words)
        return go(page, url)

    def close(self) -> None:
        """Close all; fails where one asked another host or a script failed."""
        for context in self._contexts:
            context.close()
        assert self._faults == []

    def _refuse(self, route: Route) -> None:
        self._faults.append(f"asked for {route.request.url}")
        with suppress(Exception):
            route.abort()


def go(page: Page, url: str) -> Page:
    """Open an address in a page and wait until it says that it is ready."""
    page.goto(url)
    page.wait_for_selector("html[data-ready=true]", state="attached")
    return page
