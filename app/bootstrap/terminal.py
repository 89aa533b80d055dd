"""Tells on standard error what is being done: with a clock on a terminal, plainly in a pipe."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

TURN_S = 0.1
"""How often the clock on a terminal is drawn again."""
WHEEL = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Progress:
    """One line for each step that takes time; call it with the step that begins.

    Usable as the `say` of everything that wants one. The last step ends with the `with` block.
    """

    def __init__(self) -> None:
        """Begin with no step."""
        self._terminal = sys.stderr.isatty()
        self._step = ""
        self._since = 0.0
        self._ended = threading.Event()
        self._clock: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the step that runs, well or badly."""
        self.finish(well=problem is None)

    def __call__(self, step: str) -> None:
        """End the step that runs and begin `step`."""
        self.finish()
        self._step, self._since = step, time.monotonic()
        if not self._terminal:
            sys.stderr.write(f"riskmap: {step} …\n")
            sys.stderr.flush()
            return
        self._ended.clear()
        self._clock = threading.Thread(target=self._turn, daemon=True)
        self._clock.start()

    def finish(self, *, well: bool = True) -> None:
        """End the step that runs; nothing happens where none does."""
        if self._clock is not None:
            self._ended.set()
            self._clock.join()
            self._clock = None
            mark = "✓" if well else "✗"
            sys.stderr.write(f"\r\x1b[K{mark} {self._step}  {self._elapsed_s():.1f} s\n")
            sys.stderr.flush()
        self._step = ""

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._since

    def _turn(self) -> None:
        turn = 0
        while not self._ended.wait(TURN_S):
            sign = WHEEL[turn % len(WHEEL)]
            sys.stderr.write(f"\r\x1b[K{sign} {self._step} … {self._elapsed_s():.0f} s")
            sys.stderr.flush()
            turn += 1
