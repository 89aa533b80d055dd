"""What a person at a terminal sees of long work."""

import io
import re

import pytest
from rich.console import Console

from app.commands import terminal


def test_bar_tells_that_it_writes_when_all_is_read_and_no_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """How long writing takes is not known; nothing may stand there as 0 seconds left."""
    shown = io.StringIO()
    monkeypatch.setattr(
        terminal, "NOTES", Console(file=shown, force_terminal=True, width=120, color_system=None)
    )
    with terminal.counting("Risk points") as tick:
        tick(1000, 0.5)
    assert "写入" not in shown.getvalue()
    assert "1,000 rows" in shown.getvalue()
    with terminal.counting("Risk points") as tick:
        tick(1000, 0.5)
        tick(2000, 1.0)
    last = [line for line in shown.getvalue().splitlines() if "写入 writing" in line][-1]
    assert "2,000 rows" in last
    assert len(re.findall(r"\d:\d\d:\d\d", last)) == 1, "the time gone, no time left"
