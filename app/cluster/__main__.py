"""`python -m app.cluster bring|start|stop|status|run HOME`: the cluster by itself."""

import sys
from pathlib import Path

from app.bootstrap.failure import Unprepared
from app.bootstrap.terminal import Progress
from app.cluster.cluster import Cluster

USAGE = "usage: python -m app.cluster bring|start|stop|status|run HOME [POSTGIS-FOLDER]\n"


def main(arguments: list[str]) -> int:
    """Do what is asked and return the exit status."""
    match arguments:
        case ["bring" | "start" | "stop" | "status" | "run" as verb, home, *unpacked]:
            pass
        case _:
            sys.stderr.write(USAGE)
            return 2
    cluster = Cluster(Path(home), postgis_folder=Path(unpacked[0]) if unpacked else None)
    try:
        with Progress() as progress:
            if verb == "bring":
                cluster.ensure_postgis(progress)
            elif verb == "start":
                cluster.ensure_ready(progress, keep=True)
            elif verb == "stop":
                cluster.stop()
            elif verb == "run":
                with cluster.serving(progress) as url:
                    progress.finish()
                    sys.stdout.write(f"{url}\n")
                    sys.stdout.flush()
                    sys.stdin.read()
    except Unprepared as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    if verb in ("start", "status"):
        sys.stdout.write(f"{cluster.libpq_url if cluster.running() else 'stopped'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
