"""Brings PostGIS without any right: Debian's packages, unpacked into a folder of the program."""

import shutil
from pathlib import Path

from app.bootstrap.debian import Depot, Say
from app.bootstrap.failure import Unprepared
from app.cluster.packages import NEEDED, choose, major_of

LEAVE_OUT = (
    r"(libllvm|libgdal|libsfcgal|postgresql-common|postgresql-client-common|ssl-cert|perl|libperl"
    r"|debconf|ucf|locales|tzdata|netbase|sensible-utils|adduser|openssl$|lsb-base|libjson-perl"
    r"|logrotate|procps|init-system-helpers|libc6$|libc-bin|libgcc|gcc-)"
)
"""Packages that the server, PostGIS without raster, and the clients run without."""


def unpack_postgis(into: Path, say: Say) -> None:
    """Download and unpack PostgreSQL with PostGIS; raster and the JIT compiler are left out.

    Raises:
        Unprepared: The packages are not offered or could not be downloaded.
    """
    depot = Depot(into.with_name(into.name + ".apt"))
    try:
        depot.open(say)
        package = choose(depot.available(NEEDED))
        if package is None:
            complaint = f": {depot.complaint}" if depot.complaint else ""
            raise Unprepared(f"apt's sources offer no PostGIS 3{complaint}")
        major = major_of(package)
        wanted = [
            f"postgresql-{major}",
            f"postgresql-client-{major}",
            package,
            f"{package}-scripts",
        ]
        names = depot.closure(wanted, LEAVE_OUT)
        depot.unpack(names, into, say, "PostGIS")
    finally:
        depot.close()
    for reading_matter in ("doc", "locale", "man", "lintian"):
        shutil.rmtree(into / "usr/share" / reading_matter, ignore_errors=True)
    _link_extensions(into / f"usr/share/postgresql/{major}/extension")


def _link_extensions(folder: Path) -> None:
    """Link `X.control` to `X-3.control`, as Debian does by update-alternatives."""
    for versioned in folder.glob("*-3.control"):
        plain = folder / versioned.name.replace("-3.control", ".control")
        if not plain.exists():
            plain.symlink_to(versioned.name)
