"""Imports that the service carries out: one after the other, in a thread, with their progress."""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import Engine, text

from app.city import City
from app.db.guard import guarded
from app.db.reader import Reader
from app.errors import Busy, RiskMapError
from app.ingest.preview import Preview, preview
from app.ingest.records import mapped_before
from app.ingest.report import Report
from app.ingest.run import Order, run
from app.ingest.system import system_of
from app.ingest.undo import Undone, undo
from app.ingest.uploads import Upload, Uploads
from layers.declare import Layer

WAITING_AT_MOST = 20
"""Imports that wait their turn; more are told to come again."""

REMEMBERED = 100
"""Finished imports whose whole report is kept; the database knows the others."""

log = structlog.get_logger("riskmap.imports")


class _Ended(Exception):
    """The service ends while an import runs; its transaction is rolled back."""


@dataclass
class Job:
    """An import that was asked for.

    Attributes:
        id: Number of the import, also that of its record once it is carried out.
        order: What is imported and how.
        upload: The file; it is deleted when the import is carried out.
        state: `waiting`, `running`, `done` or `failed`.
        read: Rows read so far.
        share: Which share of the file those are; None where that is not known.
        seconds: How long it has run, or ran.
        report: What it did, once it is done.
        preview: The first rows; of a dry run only.
        fault: Why it failed.
    """

    id: int
    order: Order
    upload: Upload
    state: str = "waiting"
    read: int = 0
    share: float | None = None
    began: float = 0.0
    seconds: float = 0.0
    report: Report | None = None
    preview: Preview | None = None
    fault: RiskMapError | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    def as_json(self) -> dict[str, Any]:
        """Progress, and the report as far as it is known."""
        report = self.report or Report(self.order.layer.id)
        seconds = time.monotonic() - self.began if self.state == "running" else self.seconds
        read = report.read or self.read
        return {
            **report.as_json(),
            "id": self.id,
            "file": self.upload.path.name,
            "crs": self.report.crs if self.report else system_of(self.order.crs),
            "crs_declared": self.order.crs is not None,
            "timezone": self.order.timezone,
            "dry_run": self.order.dry_run,
            "actor": self.order.actor,
            "state": self.state,
            "read": read,
            "elapsed_s": round(seconds, 1),
            "rows_per_s": round(read / seconds) if seconds > 0 else None,
            "share": self.share,
            "left_s": self._left_s(seconds),
            "mapping": self.order.mapping,
            "preview": self.preview.as_json() if self.preview else None,
            "upload": self.upload.token if self.order.dry_run else None,
        }

    def _left_s(self, seconds: float) -> int | None:
        """Seconds until the last row is read at the pace so far; None where that is not known."""
        if self.state != "running" or not self.share:
            return None
        return round(seconds * (1 - self.share) / self.share)


class Desk:
    """Takes orders, carries them out and tells how far they are.

    Args:
        engine: One that may write.
        city: Profile of the city.
        layers: Every layer.
        uploads: Where the files lie.
        reader: Reads how earlier files were mapped.
    """

    def __init__(
        self,
        engine: Engine,
        city: City,
        layers: dict[str, Layer],
        uploads: Uploads,
        reader: Reader,
    ) -> None:
        """Keep the parts; the thread starts with the first order."""
        self.uploads = uploads
        uploads.prune()
        self._reader = reader
        self._engine = engine
        self._city = city
        self._layers = layers
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._worker: threading.Thread | None = None

    def submit(self, upload: Upload, order: Mapping[str, Any]) -> Job:
        """Take an order; its file has been received whole.

        Args:
            upload: The file.
            order: Words of `Order` beside the file and the number.

        Raises:
            Busy: Too many wait already.
            DatabaseAway: The database does not answer.
        """
        if self._waiting.qsize() >= WAITING_AT_MOST:
            raise Busy("too many imports wait; try again later 导入任务过多，请稍后再试")
        number = self._next_number()
        self.uploads.hold(upload)
        job = Job(number, Order(path=upload.path, number=number, **order), upload)
        with self._lock:
            self._jobs[number] = job
            while (
                len(self._jobs) > REMEMBERED and next(iter(self._jobs.values())).finished.is_set()
            ):
                self._jobs.popitem(last=False)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="imports", daemon=True)
                self._worker.start()
        self._waiting.put(job)
        return job

    def find(self, number: int) -> Job | None:
        """An import of this run of the service; None for one that only the database knows."""
        return self._jobs.get(number)

    def unfinished(self) -> list[Job]:
        """Imports that wait or run, and write."""
        with self._lock:
            return [
                each for each in self._jobs.values()
                if not each.finished.is_set() and not each.order.dry_run
            ]  # fmt: skip

    def undo(self, number: int, actor: str) -> Undone:
        """Undo an import; raises what `app.ingest.undo.undo` raises."""
        return undo(self._engine, number, self._city, self._layers, actor)

    def close(self) -> None:
        """Stop; an import that runs is rolled back."""
        self._ended.set()
        self._waiting.put(None)
        if self._worker is not None:
            self._worker.join(timeout=5)
        self._engine.dispose()

    def _next_number(self) -> int:
        statement = text("SELECT nextval(pg_get_serial_sequence('imports', 'id'))")
        with guarded(), self._engine.begin() as connection:
            return int(connection.scalar(statement) or 0)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None and not self._ended.is_set():
            job.began = time.monotonic()
            job.state = "running"
            try:
                self._carry_out(job)
            except RiskMapError as fault:
                job.fault, job.state = fault, "failed"
            except _Ended:
                job.state = "failed"
            except Exception as fault:
                # Whatever it was, the next order must be served.
                log.exception("import failed", id=job.id, exc_info=fault)
                job.fault, job.state = RiskMapError(UNFORESEEN), "failed"
            job.seconds = time.monotonic() - job.began
            self.uploads.let_go(job.upload)
            job.finished.set()

    def _carry_out(self, job: Job) -> None:
        def tick(read: int, share: float | None) -> None:
            job.read, job.share = read, share
            if self._ended.is_set():
                raise _Ended

        layer = job.order.layer
        if job.order.dry_run:
            job.preview = preview(
                job.order,
                self._city,
                lambda headers: mapped_before(self._reader, layer, headers),
            )
            # What is counted is what is shown.
            job.order = replace(job.order, mapping=job.preview.mapping)
        job.report = run(self._engine, job.order, self._city, self._layers, tick)
        job.state = "done"
        log.info("import", id=job.id, layer=layer.id, dry_run=job.order.dry_run,
                 read=job.report.read, rejected=job.report.rejected)  # fmt: skip
        # What was refused is given back with its rows, for which the file is read again.
        if not job.order.dry_run and not job.report.rejected:
            with suppress(OSError):
                self.uploads.drop(job.upload)


UNFORESEEN = "an error that was not foreseen; it is in the log 服务内部错误，已记录"
