"""Finds PostgreSQL with PostGIS on disk: the system's, or packages unpacked in a folder of ours."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.bootstrap.command import run


@dataclass(frozen=True)
class Postgis:
    """One PostgreSQL with PostGIS: its major version, programs and the variables they need."""

    major: int
    programs: Path
    variables: Mapping[str, str] = field(default_factory=dict)


def find(unpacked: Path, major: int | None = None) -> Postgis | None:
    """Return the newest PostgreSQL with PostGIS, the system's before the unpacked one.

    Args:
        unpacked: Folder with packages unpacked by `vendor.unpack`; it need not exist.
        major: Only this major version will do, because data of it are there; None means any.
    """
    for found in (*_debian(Path("/")), *_foreign(), *_debian(unpacked)):
        if major in (None, found.major):
            return found
    return None


def _debian(root: Path) -> Iterator[Postgis]:
    """Yield what Debian's packages put under `root`, the newest first."""
    folders = (root / "usr/lib/postgresql").glob("*/bin")
    majors = sorted((int(f.parent.name) for f in folders if f.parent.name.isdigit()), reverse=True)
    for major in majors:
        folder = root / f"usr/lib/postgresql/{major}"
        share = root / f"usr/share/postgresql/{major}"
        if _complete(folder / "bin", folder / "lib", share):
            yield Postgis(major, folder / "bin", _variables(root))


def _foreign() -> Iterator[Postgis]:
    """Yield what `pg_config` on the path tells of, for systems that are laid out another way."""
    program = shutil.which("pg_config")
    if program is None:
        return
    told = run([program, "--bindir", "--pkglibdir", "--sharedir", "--version"])
    lines = told.output.splitlines()
    version = re.search(r"PostgreSQL (\d+)", told.output)
    if told.status == 0 and version and _complete(*(Path(line) for line in lines[:3])):
        yield Postgis(int(version[1]), Path(lines[0]))


def _complete(programs: Path, libraries: Path, share: Path) -> bool:
    return (
        (programs / "postgres").exists()
        and (libraries / "postgis-3.so").exists()
        and (share / "extension/postgis.control").exists()
        and (share / "extension/pg_trgm.control").exists()
    )


def _variables(root: Path) -> dict[str, str]:
    """Return where unpacked programs find their libraries and projections."""
    if root == Path("/"):
        return {}
    folders = [
        folder
        for pattern in ("usr/lib/*-linux-*", "lib/*-linux-*")
        for folder in sorted(root.glob(pattern))
    ]
    inherited = os.environ.get("LD_LIBRARY_PATH")
    variables = {
        "LD_LIBRARY_PATH": ":".join([*map(str, folders), *([inherited] if inherited else [])])
    }
    if (root / "usr/share/proj/proj.db").exists():
        variables["PROJ_DATA"] = variables["PROJ_LIB"] = str(root / "usr/share/proj")
    return variables
