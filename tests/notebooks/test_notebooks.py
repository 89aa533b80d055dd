"""Every notebook runs from its first cell to its last, reads as a page, and keeps no output in git."""

import html
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from app.commands import notebooks
from app.errors import CommandFailed
from app.settings import CHECKOUT

NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))

PROMISED = {
    "city_risk_picture", "hca_along_a_pipeline", "black_spots", "fishing_vessels",
    "monthly_bulletin", "rule_change",
}  # fmt: skip

LOADED = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(https?:)?//""")

FETCHED = re.compile(r"""(?:url\(|@import|import\()\s*["']?https?://""")


def outputs_of(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_the_six_that_are_promised_are_there() -> None:
    assert {path.stem for path in NOTEBOOKS} == PROMISED


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_its_page_loads_nothing(path: Path, demo_url: str) -> None:
    notebook = notebooks.executed(path, demo_url)
    assert outputs_of(notebook)
    assert not [each for each in outputs_of(notebook) if each["output_type"] == "error"]
    page = notebooks.page_of(notebook, path.stem)
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    assert html.escape(title, quote=False) in page
    # Maps stand in frames whose content is escaped once more.
    for content in (page, html.unescape(page)):
        assert not LOADED.search(content)
        assert not FETCHED.search(content)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_no_output_in_git(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_says_how_to_begin(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert "./riskmap notebook" in " ".join(first.source.split())


def test_pages_are_written_and_a_failing_cell_names_its_notebook(
    demo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    cells = [nbformat.v4.new_markdown_cell("# 题 Title"), nbformat.v4.new_code_cell("6 * 7")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "a.ipynb")
    monkeypatch.setattr(notebooks, "NOTEBOOKS", folder)
    (page,) = notebooks.write_pages(demo_url, tmp_path / "pages")
    assert page.name == "a.html"
    assert "42" in page.read_text(encoding="utf-8")
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, folder / "b.ipynb")
    with pytest.raises(CommandFailed, match=r"b\.ipynb: ZeroDivisionError"):
        notebooks.write_pages(demo_url, tmp_path / "pages")
