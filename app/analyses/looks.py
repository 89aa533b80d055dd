"""When the service looked for events by itself, and when it will again: of this process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass
class Looks:
    """Written by the one thread that looks, read by whoever asks.

    Attributes:
        every_s: Seconds between two looks; 0: it does not look.
        last_at: When it looked last; None: not yet.
        next_at: When it will look next; None: it does not.
        fault: Why the last look failed, Chinese and English; None: it did not.
    """

    every_s: int
    last_at: datetime | None = None
    next_at: datetime | None = None
    fault: str | None = None

    def told(self) -> dict[str, Any]:
        """The same, ready for an answer."""
        return {"every_s": self.every_s, "last_at": self.last_at, "next_at": self.next_at,
                "fault": self.fault}  # fmt: skip
