"""Small checkouts with the real launcher, whose requirements need no network."""

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = """\
import os, sys, tiny
print(tiny.VERSION, os.environ["RISKMAP_HOME"], *sys.argv[1:], sep="|")
"""


def make_wheel(folder: Path, version: str) -> str:
    """Write a package `tiny` and return its line in a lock file."""
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    information = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", f"VERSION = '{version}'\n")
        archive.writestr(
            f"{information}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
        )
        archive.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{information}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n"


def make_home(folder: Path) -> Path:
    """Make a home that needs no network: with the pip that the launcher brought for the tests."""
    folder.mkdir(parents=True)
    brought = Path(os.environ.get("RISKMAP_HOME") or CHECKOUT / ".riskmap") / "pip"
    if brought.is_dir():
        shutil.copytree(brought, folder / "pip")
    return folder


def make_checkout(folder: Path) -> Path:
    """Make a checkout with the launcher, a program that prints its arguments, and a lock file."""
    shutil.copytree(
        CHECKOUT / "app/bootstrap",
        folder / "app/bootstrap",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(CHECKOUT / "riskmap", folder)
    (folder / "app/__init__.py").write_text("")
    (folder / "app/cli.py").write_text(PROGRAM)
    (folder / "requirements.txt").write_text(make_wheel(folder, "1"))
    return folder
