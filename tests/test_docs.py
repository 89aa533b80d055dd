"""Everything that a person can set, run or ask for is named in the documentation."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import program
from app.exports import EXPORTS
from app.settings import CHECKOUT, Settings
from layers.registry import LAYERS

PAGES = sorted({CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")})


def documentation() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.is_file())


def commands() -> list[str]:
    """Every command as a person types it, hidden ones left out."""
    tree = typer.main.get_command(program)
    found = []
    for name, part in tree.commands.items():  # type: ignore[attr-defined]
        inner = getattr(part, "commands", None)
        found += [f"{name} {each}" for each in inner] if inner else [name]
    return [name for name in found if name != "db revise"]


def test_every_setting_is_documented() -> None:
    names = [f"RISKMAP_{name.upper()}" for name in Settings.model_fields]
    told = documentation()
    assert [name for name in names if name not in told] == []


def test_every_setting_that_is_documented_exists() -> None:
    known = {f"RISKMAP_{name.upper()}" for name in Settings.model_fields}
    elsewhere = "\n".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for path in [*CHECKOUT.glob("app/**/*.py"), *CHECKOUT.glob("tests/**/*.py"),
                     CHECKOUT / "riskmap"]
    )  # fmt: skip
    named = set(re.findall(r"RISKMAP_[A-Z_]+", documentation()))
    assert [name for name in sorted(named - known) if name not in elsewhere] == []


def test_every_command_is_documented() -> None:
    told = documentation()
    missing = [name for name in commands() if not re.search(rf"\b{name.split()[-1]}\b", told)]
    assert missing == []


def test_every_layer_is_documented() -> None:
    told = documentation()
    assert [name for name in LAYERS if f"`{name}`" not in told] == []


def test_every_export_format_is_documented() -> None:
    told = documentation()
    assert [name for name in EXPORTS if f"`{name}`" not in told] == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "docs/architecture.md",
     "docs/dependencies.md", "docs/adding-a-layer.md"],
)  # fmt: skip
def test_page_that_the_project_promises_is_there(name: str) -> None:
    assert (CHECKOUT / name).is_file()


@pytest.mark.parametrize("page", [each for each in PAGES if each.is_file()], ids=lambda p: p.name)
def test_links_and_pictures_of_a_page_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [each for each in targets if "://" not in each and not each.startswith("mailto:")]
    assert [each for each in local if not (page.parent / each).exists()] == []
