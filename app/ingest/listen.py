"""Listening to a receiver of AIS: bytes in, batches out, everything counted."""

import queue
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from app.errors import CommandFailed, DatabaseAway, NotMigrated, StatementTooSlow
from app.ingest.nmea import Decoder, Heard
from app.ingest.sentence_lines import Lines

MOST_WAITING = 200_000
"""Reports that wait for the database; then TCP is no longer read, and UDP is counted as lost."""

BATCH_ROWS = 5000
BATCH_S = 0.5
PIECE_BYTES = 1 << 16
LOOK_S = 0.25
"""How often a waiting socket looks whether it shall stop."""

IDLE_S = 120.0
"""After so long a silence a TCP connection is taken for dead and made anew."""

SLOWEST_RETRY_S = 30.0

WAITS = (DatabaseAway, StatementTooSlow, NotMigrated)
"""Faults that pass: the same batch is written again."""

log = structlog.get_logger("riskmap.ais")

Write = Callable[[Sequence[Heard]], int]


@dataclass
class Listener:
    """One source, in a thread of its own, and the writer of its batches.

    Attributes:
        host: To bind to (UDP), or to connect to (TCP).
        port: Likewise; of UDP 0 for any that is free.
        tcp: Whether it is a TCP source.
        write: Writes a batch in one transaction; raises DatabaseAway where it could not.
        between: Done between two batches, for a bounded time; may raise DatabaseAway too.
        counts: Messages by what became of them; also `written`, `connections`. Of those accepted,
            each is `written` (of these `added`, or `duplicate` of one that was stored), `refused`
            by the database, `overflow`, or `unwritten` when the listener ended.
    """

    host: str
    port: int
    tcp: bool
    write: Write
    between: Callable[[], None] = lambda: None
    decoder: Decoder = field(default_factory=Decoder)
    stopping: threading.Event = field(default_factory=threading.Event)
    bound: threading.Event = field(default_factory=threading.Event)
    _waiting: "queue.Queue[Heard]" = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    _fault: Exception | None = None

    @property
    def counts(self) -> Counter[str]:
        """What became of the messages."""
        return self.decoder.counts

    def run(self) -> None:
        """Listen and write until `stopping` is set; what was accepted by then is written.

        Raises:
            CommandFailed: The source can't be listened to, such as a port that is taken.
        """
        receiver = threading.Thread(target=self._receive, name="ais", daemon=True)
        receiver.start()
        pause = 1.0
        batch: list[Heard] = []
        while receiver.is_alive() or batch or not self._waiting.empty():
            batch = batch or self._gathered()
            if not batch or self._written(batch):
                batch, pause = [], 1.0
                self._between()
            else:
                self.stopping.wait(pause)
                pause = min(pause * 2, SLOWEST_RETRY_S)
                if self.stopping.is_set() and not receiver.is_alive() and pause > 4:  # noqa: PLR2004 - tries
                    self.counts["unwritten"] += len(batch) + self._waiting.qsize()
                    break
        if isinstance(self._fault, OSError):
            raise CommandFailed(f"{self.host}:{self.port}: {self._fault.strerror}")
        if self._fault is not None:
            raise self._fault

    def _written(self, batch: list[Heard]) -> bool:
        """Write reports and take them out of the batch; whether none is left.

        What the database refuses is looked for by halves, so that only that is lost.
        """
        many = len(batch)
        while batch:
            some = batch[:many]
            try:
                added = self.write(some)
            except WAITS as fault:
                log.warning("ais batch waits", rows=len(batch), cause=str(fault)[:200])
                return False
            except Exception:
                if len(some) > 1:
                    many = len(some) // 2
                    continue
                log.exception("ais report refused", mmsi=some[0].mmsi, seen_s=some[0].seen_s)
                self.counts["refused"] += 1
            else:
                self.counts["added"] += added
                self.counts["duplicate"] += len(some) - added
                self.counts["written"] += len(some)
            del batch[: len(some)]
            many *= 2
        return True

    def _between(self) -> None:
        try:
            self.between()
        except WAITS as fault:
            log.warning("ais tracks wait", cause=str(fault)[:200])
        except Exception:
            # Tracks can be made again at any time; a position that is not taken is gone.
            log.exception("ais tracks failed")

    def _gathered(self) -> list[Heard]:
        batch: list[Heard] = []
        until = time.monotonic() + BATCH_S
        with suppress(queue.Empty):
            while len(batch) < BATCH_ROWS:
                left = until - time.monotonic()
                batch.append(self._waiting.get(timeout=max(left, 0.001)))
        return batch

    def _receive(self) -> None:
        try:
            if self.tcp:
                self._receive_tcp()
            else:
                self._receive_udp()
        except Exception as fault:  # noqa: BLE001 - raised again by `run`, when all is written
            self._fault = fault
        self.decoder.end()

    def _receive_udp(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
            source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
            source.bind((self.host, self.port))
            source.settimeout(LOOK_S)
            self.port = source.getsockname()[1]
            self.bound.set()
            while not self.stopping.is_set():
                with suppress(TimeoutError):
                    # A datagram holds whole sentences: half a one never joins the next.
                    for line in source.recv(PIECE_BYTES).split(b"\n"):
                        self._take(line)

    def _receive_tcp(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            try:
                with socket.create_connection((self.host, self.port), timeout=10) as source:
                    self.counts["connections"] += 1
                    self.bound.set()
                    if self._drain(source):
                        pause = 1.0
            except OSError as fault:
                log.warning("ais source away", cause=str(fault)[:200])
            self.stopping.wait(pause)
            pause = min(pause * 2, SLOWEST_RETRY_S)

    def _drain(self, source: socket.socket) -> bool:
        """Read until the source ends, is silent for too long, or shall stop; whether any came."""
        source.settimeout(LOOK_S)
        lines, heard_at, any_came = Lines(self.counts), time.monotonic(), False
        while not self.stopping.is_set() and time.monotonic() - heard_at < IDLE_S:
            try:
                piece = source.recv(PIECE_BYTES)
            except TimeoutError:
                continue
            if not piece:
                break
            heard_at, any_came = time.monotonic(), True
            for line in lines.cut(piece):
                self._take(line)
        return any_came

    def _take(self, line: bytes) -> None:
        heard = self.decoder.take(line, time.time())
        if heard is None:
            return
        if not self.tcp:
            try:
                self._waiting.put_nowait(heard)
            except queue.Full:
                self.counts["overflow"] += 1
            return
        while True:
            with suppress(queue.Full):
                self._waiting.put(heard, timeout=LOOK_S)
                return
