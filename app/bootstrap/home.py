"""Where the program keeps what it makes: environment, cluster, caches, uploads."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from app.bootstrap.failure import Unprepared

MEGABYTE = 1024 * 1024
SYSTEM_FOLDER = Path("/var/lib/riskmap")
"""Holds the homes of root's checkouts that cannot hold their own."""


def default_home(checkout: Path) -> Path:
    """Return the home of a checkout where none is named.

    `.riskmap` in the checkout. Root gets a folder of `/var/lib/riskmap` where that cannot be:
    the database server runs as an unprivileged user, who must be able to reach its data.
    """
    inside = checkout / ".riskmap"
    if os.geteuid() != 0 or (open_to_all(checkout) and _writable(checkout)):
        return inside
    digest = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:8]
    return SYSTEM_FOLDER / f"{checkout.name}-{digest}"


def chosen_home(arguments: Sequence[str], checkout: Path) -> tuple[Path, list[str]]:
    """Return the home that `--home`, else `RISKMAP_HOME`, else the default names; absolute.

    The arguments without `--home` come with it: the program takes the home from the environment.

    Raises:
        Unprepared: `--home` stands last, without its folder.
    """
    named = os.environ.get("RISKMAP_HOME", "")
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--home":
            named = next(words, "")
            if not named:
                raise Unprepared("--home wants a folder: --home /path/to/folder")
        elif word.startswith("--home="):
            named = word.removeprefix("--home=")
        else:
            rest.append(word)
    home = Path(named).expanduser().resolve() if named else default_home(checkout)
    return home, rest


def make_home(home: Path) -> None:
    """Make the folder, reachable for the server's user when root makes it.

    Raises:
        Unprepared: It cannot be made or written to.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "log").mkdir(exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
            # A root with umask 077 would shut out the user who runs the server.
            home.chmod(0o755)
    except OSError as problem:
        raise Unprepared(f"{home} cannot be used: {problem.strerror} — {_mend(home)}") from problem
    if not _writable(home):
        raise Unprepared(f"{home} cannot be written to — {_mend(home)}")


def require_room(folder: Path, wanted_mb: int, purpose: str) -> None:
    """Check that the disk of a folder has room before something large is made there.

    Raises:
        Unprepared: Fewer than `wanted_mb` megabytes are free.
    """
    free_mb = shutil.disk_usage(folder).free // MEGABYTE
    if free_mb < wanted_mb:
        raise Unprepared(
            f"only {free_mb} MB are free in {folder} and {purpose} wants {wanted_mb}"
            " — free some, or choose another disk with --home FOLDER"
        )


def open_to_all(folder: Path) -> bool:
    """Return whether any user may pass through `folder` and all of its parents."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _mend(home: Path) -> str:
    if home.is_dir() and os.geteuid() != 0:
        return "run it as the user who made that, or choose another with --home FOLDER"
    return "choose another with --home FOLDER (or RISKMAP_HOME)"
