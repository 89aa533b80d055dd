"""What a person at a terminal sees: lines of what is going on, a bar for long work."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

NOTES = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where progress goes; answers go to standard output."""


def say(words: str) -> None:
    """Tell what is being done, in one line."""
    NOTES.print(words, markup=False)


def answer(content: Any, *, as_json: bool, as_text: str) -> None:
    """Give the answer of a command, for a machine or for a person."""
    text = json.dumps(content, ensure_ascii=False, default=str) if as_json else as_text
    sys.stdout.write(f"{text}\n")


@contextmanager
def counting(title: str) -> Iterator[Callable[[int, float | None], None]]:
    """A bar of rows, rows a second and time left on a terminal, and nothing in a pipe.

    What it gives is told the rows and which share has been read (0 to 1; None where not known).
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"),
        TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(
        *columns, console=NOTES, transient=True, disable=not NOTES.is_terminal
    ) as progress:
        task = progress.add_task(title, total=None, rows=0, rate="")

        def tick(rows: int, share: float | None) -> None:
            elapsed = progress.tasks[0].elapsed or 1.0
            rate = f"{rows / elapsed:,.0f} rows/s"
            # All is read but not yet written: how long that takes is not known, so none is told.
            open_end = share is None or share >= 1
            words = f"{title} · 写入 writing" if share is not None and open_end else title
            # `update` takes None for no change.
            progress.tasks[0].total = None if open_end else 1.0
            progress.update(task, description=words, rows=rows, rate=rate, completed=share)

        yield tick
