"""What an import did, for a person and for a machine."""

import csv
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.ingest.record import Rejection

LISTED = 10_000
"""Rejections that a report lists; all are counted."""

SHOWN = 20
"""Of those, how many the terminal shows."""


@dataclass
class Report:
    """Counts and rejections of one import.

    Attributes:
        id: Number of the import; None for a dry run.
        crs: What the coordinates were taken for.
        crs_declared: Whether a person said so; otherwise nobody did.
        timezone: Zone that was declared for instants without an offset; None where none was.
        layer: Where the rows went.
        read: Rows of the file: those added, changed, unchanged and rejected together.
        added: Rows that were new.
        changed: Rows whose content differed.
        unchanged: Rows that were there already.
        rejected: Rows that were refused, each with its reason.
        unlocated: Of the rows that were kept, those without a place.
        left_out: Messages of a log that are no position and so no row, reason to number.
        warnings: What a person should look at.
        rejects: The rejections, the first 10 000; of a row with several faults several.
        reasons: How often each reason occurred, Chinese.
    """

    layer: str
    id: int | None = None
    crs: str = "EPSG:4326"
    crs_declared: bool = False
    timezone: str | None = None
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    unlocated: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    rejects: list[Rejection] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    def reject(self, rejection: Rejection) -> None:
        """Count a refused row and list its faults."""
        self.rejected += 1
        for each in (replace(rejection, more=()), *rejection.more):
            self.reasons[each.reason] = self.reasons.get(each.reason, 0) + 1
            if len(self.rejects) < LISTED:
                self.rejects.append(each)

    @property
    def rows_listed(self) -> int:
        """How many refused rows `rejects` holds."""
        return len({each.row for each in self.rejects})

    def as_json(self) -> dict[str, Any]:
        """The report as the API gives it."""
        told = asdict(self)
        for each in told["rejects"]:
            del each["more"]
        return told

    def write_rejects(self, file: Path) -> None:
        """Write the listed rejections as CSV, one a line, for spreadsheets."""
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["row", "field", "value", "reason", "reason_en"])
            writer.writerows(
                [each.row, each.field, each.value, each.reason, each.reason_en]
                for each in self.rejects
            )

    def as_text(self) -> str:
        """The report as the terminal shows it."""
        counts = (
            f"{self.layer}: read {self.read}, added {self.added}, changed {self.changed}, "
            f"unchanged {self.unchanged}, rejected {self.rejected}, unlocated {self.unlocated}"
        )
        reasons = [
            f"  {number:>8} × {reason}"
            for reason, number in sorted(self.reasons.items(), key=lambda pair: -pair[1])
        ]
        warnings = [f"  ! {warning}" for warning in self.warnings]
        rows = [
            f"  row {each.row}  {each.field} = {each.value[:40]!r}: {each.reason} {each.reason_en}"
            for each in self.rejects[:SHOWN]
        ]
        if len(self.rejects) > SHOWN:
            rows.append("  … all of them: --rejects FILE.xlsx 全部退回行")
        said = "已声明 declared" if self.crs_declared else "未声明 not declared"
        taken = f"  坐标系 coordinates: {self.crs}（{said}）"
        clocks = [f"  时区 time zone: {self.timezone}（已声明 declared）"] if self.timezone else []
        number = [] if self.id is None else [f"  undo it: riskmap import --undo {self.id}"]
        messages = [
            f"  不是船位的报文 messages that are no position: {sum(self.left_out.values())}"
        ]
        lost = messages if self.left_out else []
        return "\n".join([counts, *lost, taken, *clocks, *reasons, *rows, *warnings, *number])
