"""Notebooks: JupyterLab on the city's data, and their pages to read."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.commands.terminal import say
from app.errors import CommandFailed
from app.settings import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks"

LONGEST_CELL_S = 600

NOT_INSTALLED = "{name} is not installed; start by ./riskmap notebook, which installs it"


def environment(url: str) -> dict[str, str]:
    """What a kernel needs: the database, and the checkout among the modules."""
    path = os.pathsep.join(part for part in (str(CHECKOUT), os.environ.get("PYTHONPATH")) if part)
    return {**os.environ, "PYTHONPATH": path, "RISKMAP_DATABASE_URL": url}


def laboratory(url: str, arguments: list[str]) -> int:
    """Run JupyterLab in the folder of the notebooks until it ends; returns its exit code."""
    root = ["--ServerApp.root_dir", str(NOTEBOOKS)]
    allowed = ["--allow-root"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyterlab", *root, *allowed, *arguments]
    return subprocess.run(command, env=environment(url), cwd=CHECKOUT, check=False).returncode  # noqa: S603


def executed(path: Path, url: str) -> Any:
    """A notebook run from its first cell to its last in a process of its own.

    Raises:
        CommandFailed: A cell failed; names the notebook and the error.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=LONGEST_CELL_S, kernel_name="python3")
    try:
        client.execute(cwd=str(path.parent), env=environment(url))
    except CellExecutionError as fault:
        raise CommandFailed(f"{path.name}: {fault.ename}: {fault.evalue}") from None
    return notebook


def page_of(notebook: Any, title: str) -> str:
    """A notebook that was executed as one HTML page that loads nothing from anywhere."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="lab")  # type: ignore[no-untyped-call]
    # Formulas, diagrams and widgets, which these notebooks don't use, come from another host.
    exporter.mathjax_url = exporter.require_js_url = ""
    exporter.jquery_url = exporter.widget_renderer_url = exporter.mermaid_js_url = ""
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    return str(page)


def write_pages(url: str, folder: Path) -> list[Path]:
    """Execute every notebook and write its page; a page appears when its notebook has run.

    Raises:
        CommandFailed: A notebook failed, or what renders it is not installed.
    """
    try:
        import nbconvert  # noqa: F401 - whether it is there
    except ImportError:
        raise CommandFailed(NOT_INSTALLED.format(name="nbconvert")) from None
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        say(f"running {path.name} 执行笔记本")
        page = folder / f"{path.stem}.html"
        page.write_text(page_of(executed(path, url), path.stem), encoding="utf-8")
        written.append(page)
    return written
