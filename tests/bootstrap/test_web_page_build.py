"""The page is built where it is missing or older than its sources, and not otherwise."""

import sys
from pathlib import Path

import pytest

from app.bootstrap.failure import Unprepared
from app.bootstrap.home import make_home
from app.bootstrap.node import Node
from app.bootstrap.web_page import WebPage

NPM = """\
import pathlib, sys
pathlib.Path("calls").open("a").write(" ".join(sys.argv[1:]) + "\\n")
if "fail" in pathlib.Path("src/main.ts").read_text():
    sys.exit("npm error code E500\\nnpm error the registry is away")
if sys.argv[1] == "run":
    pathlib.Path("dist").mkdir(exist_ok=True)
    pathlib.Path("dist/index.html").write_text("page")
"""


@pytest.fixture
def page(tmp_path: Path) -> WebPage:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "src/main.ts").write_text("1")
    (tmp_path / "npm.py").write_text(NPM)
    make_home(tmp_path / "home")
    return WebPage(folder)


def build(page: WebPage) -> list[str]:
    """Build with an npm that notes how it is called, and return the steps that were told."""
    told: list[str] = []
    place = page.folder.parent
    node = Node(place, (sys.executable, str(place / "npm.py")))
    page.build(node, place / "home", told.append)
    return told


def test_page_is_built_once(page: WebPage) -> None:
    assert not page.current
    assert build(page) == ["Installing the packages of the web page", "Building the web page"]
    (page.folder / "calls").unlink()
    assert page.current
    assert build(page) == []


@pytest.mark.parametrize("name", ["src/main.ts", "src/new.ts", "package.json", "package-lock.json"])
def test_change_of_any_source_asks_for_a_new_page(page: WebPage, name: str) -> None:
    build(page)
    (page.folder / "calls").unlink()
    assert page.current
    (page.folder / name).write_text("2")
    assert not page.current


def test_what_is_installed_or_built_is_no_source(page: WebPage) -> None:
    before = page.digest()
    for name in ("node_modules/a/index.js", "dist/assets/a.js"):
        path = page.folder / name
        path.parent.mkdir(parents=True)
        path.write_text("x")
    assert page.digest() == before


def test_failed_build_is_one_line_and_leaves_the_page_out_of_date(page: WebPage) -> None:
    (page.folder / "src/main.ts").write_text("fail")
    with pytest.raises(Unprepared, match="npm ci: npm error the registry is away") as caught:
        build(page)
    assert "\n" not in str(caught.value)
    assert not page.current


def test_folder_without_package_is_no_page(tmp_path: Path) -> None:
    assert not WebPage(tmp_path).has_sources
