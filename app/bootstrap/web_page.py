"""Builds the web page where it is missing or older than its sources."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from app.bootstrap.command import run
from app.bootstrap.debian import Say
from app.bootstrap.failure import Unprepared, short
from app.bootstrap.lock import one_at_a_time
from app.bootstrap.node import Node

NOT_SOURCES = frozenset({"node_modules", "dist", "__pycache__", ".vite", "coverage"})


class WebPage:
    """The page's folder, with its sources, and `dist/` with what was built from them."""

    def __init__(self, folder: Path) -> None:
        """Name the folder that holds `package.json`."""
        self.folder = folder
        self._dist = folder / "dist"
        self._stamp = self._dist / "built-from.sha256"

    @property
    def has_sources(self) -> bool:
        """Whether there is a page to build."""
        return (self.folder / "package.json").exists()

    @property
    def current(self) -> bool:
        """Whether what was built is there and was built from the sources as they are."""
        try:
            return (self._dist / "index.html").exists() and self._stamp.read_text() == self.digest()
        except OSError:
            return False

    def digest(self) -> str:
        """Return the SHA-256 of all sources and their names."""
        sum_ = hashlib.sha256()
        for path in self._sources():
            sum_.update(str(path.relative_to(self.folder)).encode() + b"\0")
            sum_.update(path.read_bytes() + b"\0")
        return sum_.hexdigest()

    def build(self, node: Node, home: Path, say: Say) -> None:
        """Install the page's packages as locked and build it; two builds at once take turns.

        Raises:
            Unprepared: npm could not; its words are kept in the home.
        """
        waiting = "Waiting for another start that builds the web page"
        with one_at_a_time(home / "web_page.lock", say, waiting):
            if self.current:
                return
            digest = self.digest()
            say("Installing the packages of the web page")
            self._npm(
                node, home, "ci", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"
            )
            say("Building the web page")
            self._npm(node, home, "run", "build")
            self._stamp.write_text(digest)

    def _npm(self, node: Node, home: Path, *arguments: str) -> None:
        path = f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        outcome = run([*node.npm, *arguments], environment={"PATH": path}, folder=self.folder)
        log = home / "log" / "web_page.log"
        log.write_text(outcome.output)
        if outcome.status != 0:
            raise Unprepared(
                f"the web page could not be built: npm {arguments[0]}: {short(outcome.output)}"
                f" — check the network and `npm config list`; npm's words: {log}"
            )

    def _sources(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.folder):
            folders[:] = sorted(set(folders) - NOT_SOURCES)
            yield from (Path(folder) / name for name in sorted(names))
