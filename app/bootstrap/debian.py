"""Debian's packages: installed by root, or downloaded and unpacked into a folder by anybody.

A plain user gets the very packages that root would install: apt checks their signatures, with
lists and a cache of its own, and `dpkg-deb -x` unpacks them. Nothing outside the folder changes.
"""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from app.bootstrap.command import Outcome, run
from app.bootstrap.failure import Unprepared, short

Say = Callable[[str], None]
APT = "/usr/bin/apt-get"
OTHER_APT_S = 300
"""How long another apt that runs is waited for."""
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none"}


def is_debian() -> bool:
    """Return whether apt and dpkg are here: Debian, Ubuntu and their kin."""
    return all(Path(program).exists() for program in (APT, "/usr/bin/dpkg-deb"))


def available(pattern: str, options: Sequence[str] = ()) -> list[str]:
    """Return the names of packages that apt could get and that match the whole pattern."""
    names = run(["/usr/bin/apt-cache", *options, "pkgnames"]).output.split()
    found = [name for name in names if re.fullmatch(pattern, name)]
    return [name for name in found if _has_candidate(name, options)]


def _has_candidate(name: str, options: Sequence[str]) -> bool:
    policy = run(["/usr/bin/apt-cache", *options, "policy", name]).output
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def install(packages: Sequence[str], say: Say) -> None:
    """Install packages as root, with fresh lists where the old ones do not do.

    Raises:
        Unprepared: apt could not; the message carries its reason and the line to try by hand.
    """
    say(f"Installing {' '.join(packages)} with apt")
    outcome, complaint = _install(packages), ""
    if outcome.status != 0:
        complaint = refresh(say)
        say(f"Installing {' '.join(packages)} with apt")
        outcome = _install(packages)
    if outcome.status != 0:
        raise Unprepared(
            f"apt could not install {' '.join(packages)}: {complaint or short(outcome.output)}"
            f" — try: {by_hand(packages)}"
        )


def _install(packages: Sequence[str]) -> Outcome:
    options = ("-y", "-qq", "--no-install-recommends", f"-oDPkg::Lock::Timeout={OTHER_APT_S}")
    return run([APT, "install", *options, *packages], environment=QUIET)


def refresh(say: Say, options: Sequence[str] = ()) -> str:
    """Fetch the lists of packages again; return what apt complained of, empty if nothing.

    One list that cannot be had is only a complaint: it may be of no concern.

    Raises:
        Unprepared: apt gave up.
    """
    say("Fetching the lists of Debian packages")
    outcome = run([APT, *options, "update", "-qq"], environment=QUIET)
    if outcome.status != 0:
        raise Unprepared(
            f"apt could not fetch its lists: {short(outcome.output)}"
            " — check the network and /etc/apt/sources.list"
        )
    failed = [line for line in outcome.output.splitlines() if line.startswith("W: Failed")]
    return failed[0].removeprefix("W: ") if failed else ""


def by_hand(packages: Sequence[str]) -> str:
    """Return the line that installs the packages when pasted into a terminal."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y {' '.join(packages)}"


class Depot:
    """Lists and downloads of apt in a folder of our own, for which no right is needed."""

    def __init__(self, folder: Path) -> None:
        """Use `folder` for apt's state; `close` removes it."""
        self.folder = folder
        self.complaint = ""
        self._options = [
            f"-oDir::State={folder}/state",
            "-oDir::State::status=/var/lib/dpkg/status",
            f"-oDir::Cache={folder}/cache",
            "-oDebug::NoLocking=1",
            "-oAcquire::Languages=none",
            "-oAcquire::Retries=3",
        ]

    def open(self, say: Say) -> None:
        """Make the folder and fetch the lists."""
        for part in ("state/lists/partial", "cache/archives/partial", "packages"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.complaint = refresh(say, self._options)

    def close(self) -> None:
        """Remove lists and downloads."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def available(self, pattern: str) -> list[str]:
        """Return the names of packages that could be downloaded and match the whole pattern."""
        return available(pattern, self._options)

    def closure(self, wanted: Sequence[str], leave_out: str) -> list[str]:
        """Return `wanted` and all that they depend on and the machine lacks.

        Args:
            wanted: Names of packages; they are in the answer even where they are installed.
            leave_out: Pattern of names that are not followed; it must match from the start.
        """
        present = _installed()
        found = dict.fromkeys(wanted)
        level = list(wanted)
        while level:
            listing = run(
                ["/usr/bin/apt-cache", *self._options, "depends", "--important", *level]
            ).output
            level = []
            for choices in alternatives(listing):
                if any(name in present or name in found for name in choices):
                    continue
                name = next((name for name in choices if not name.startswith("<")), "")
                if name and not re.match(leave_out, name):
                    found[name] = None
                    level.append(name)
        return list(found)

    def unpack(self, names: Sequence[str], into: Path, say: Say, title: str) -> None:
        """Download packages and unpack them into a folder that is complete once it is there.

        Raises:
            Unprepared: A package could not be downloaded or unpacked.
        """
        packages = self.folder / "packages"
        say(f"Downloading {title}: {len(names)} Debian package(s)")
        outcome = run([APT, *self._options, "download", "-qq", *names], folder=packages)
        if outcome.status != 0:
            reason = self.complaint or short(outcome.output)
            raise Unprepared(f"{title} could not be downloaded: {reason} — check the network")
        making = into.with_name(into.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for archive in sorted(packages.glob("*.deb")):
            outcome = run(["/usr/bin/dpkg-deb", "-x", archive, making])
            if outcome.status != 0:
                raise Unprepared(f"{archive.name} could not be unpacked: {short(outcome.output)}")
            archive.unlink()
        shutil.rmtree(into, ignore_errors=True)
        making.rename(into)


def alternatives(listing: str) -> list[list[str]]:
    """Return, for each dependency in the output of `apt-cache depends`, the names that meet it.

    A virtual package stands in angle brackets and is followed by those that provide it.
    """
    groups: list[list[str]] = []
    continued = False
    for line in listing.splitlines():
        if dependency := re.fullmatch(r"\s(.)(?:Pre)?Depends: (\S+)", line):
            if not continued:
                groups.append([])
            groups[-1].append(dependency[2].partition(":")[0])
            continued = dependency[1] == "|"
        elif (provider := re.fullmatch(r"\s{4}(\S+)", line)) and groups:
            groups[-1].append(provider[1].partition(":")[0])
    return groups


def _installed() -> set[str]:
    listing = run(["/usr/bin/dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"]).output
    return {line.split()[1] for line in listing.splitlines() if line.startswith("installed ")}
