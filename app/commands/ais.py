"""Listening to AIS from the command line."""

import os
import signal
from collections.abc import Sequence
from typing import Annotated

import typer

from app.city import read_city
from app.commands.database import prepared
from app.commands.terminal import answer, say
from app.errors import CommandFailed
from app.ingest.distress_calls import write_heard
from app.ingest.listen import Listener
from app.ingest.live_tracks import LiveTracks
from app.ingest.nmea import Heard
from app.logs import configure_logs
from app.settings import Settings
from layers.registry import LAYERS
from layers.sea.distress import transmitter

program = typer.Typer(help="AIS messages of a receiver or aggregator.", no_args_is_help=True)


@program.callback()
def _group() -> None:
    """Keep `listen` a word of its own."""


@program.command()
def listen(
    udp: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Bind here.")] = None,
    tcp: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Connect there.")] = None,
) -> None:
    """Take NMEA 0183 as it comes and write positions in batches, until it is stopped."""
    host, port = address(udp, tcp)
    settings = Settings()
    configure_logs(settings.log_level)
    with prepared(settings) as engine:
        tracks = LiveTracks(engine, LAYERS, read_city(settings.city_folder))

        def write(batch: Sequence[Heard]) -> int:
            added = write_heard(engine, LAYERS, batch)
            tracks.hear([each for each in batch if not transmitter(each.mmsi)])
            return added

        listener = Listener(host, port, tcp is not None, write, between=tracks.make_in_time)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: listener.stopping.set())
        say(f"listening to {tcp or udp}")
        listener.run()
        tracks.make_all()
    counts = {**listener.counts, **{f"left_out_{why}": n for why, n in tracks.left_out.items()}}
    counts = dict(sorted(counts.items()))
    told = "\n".join(f"{name}: {number}" for name, number in counts.items())
    answer(counts, as_json=os.environ.get("RISKMAP_JSON") == "1", as_text=told)


def address(udp: str | None, tcp: str | None) -> tuple[str, int]:
    """Host and port of the one source that is named.

    Raises:
        CommandFailed: None or two are named, or one that is no HOST:PORT.
    """
    if (udp is None) == (tcp is None):
        raise CommandFailed("name one source: --udp HOST:PORT or --tcp HOST:PORT")
    host, _, port = (udp or tcp or "").rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 - ports
        raise CommandFailed(f"{udp or tcp}: is no HOST:PORT")
    return host.strip("[]"), int(port)
