"""Brings PostGIS by the system's packages, as root, and leaves the system's clusters alone."""

import re
from pathlib import Path

from app.bootstrap.debian import Say, available, install, refresh

NEEDED = r"postgresql-(\d+)-postgis-3"
"""Pattern of the package that carries PostGIS for one major version of PostgreSQL."""
UNVERSIONED = "postgresql-postgis"
"""Debian's package that depends on the one for its own major version."""
WITHOUT_CLUSTER = Path("/etc/postgresql-common/createcluster.d/00-riskmap.conf")


def choose(names: list[str]) -> str | None:
    """Return the one of `names` to take: that of the PostgreSQL that is here, else the newest."""
    majors = {int(found[1]): name for name in names if (found := re.fullmatch(NEEDED, name))}
    present = [
        major for major in majors if Path(f"/usr/lib/postgresql/{major}/bin/postgres").exists()
    ]
    return majors[max(present or majors)] if majors else None


def major_of(package: str) -> int:
    """Return the major version of PostgreSQL that a package named as in `NEEDED` is for."""
    return int(package.split("-")[1])


def install_postgis(say: Say) -> None:
    """Install PostgreSQL with PostGIS.

    Debian's packages make a cluster of their own on port 5432 at their first installation;
    that is switched off for as long as this takes, and only where PostgreSQL was not here before.

    Raises:
        Unprepared: The packages are not offered or could not be installed.
    """
    package = choose(available(NEEDED))
    if package is None:
        refresh(say)
        package = choose(available(NEEDED)) or UNVERSIONED
    new = not Path("/usr/lib/postgresql").exists()
    try:
        if new:
            WITHOUT_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
            WITHOUT_CLUSTER.write_text("create_main_cluster = false\n")
        # Named only where it is new: naming an installed server might upgrade and restart it.
        server = [f"postgresql-{major_of(package)}"] if new and package != UNVERSIONED else []
        install([*server, package], say)
    finally:
        if new:
            WITHOUT_CLUSTER.unlink(missing_ok=True)
