"""Where the header of a sheet stands: below a title, in one line or two, above rows and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from app.ingest.readers.table import KnownWord, tidy

LOOKED_AT = 20
"""Lines from the top among which the header is looked for."""

Line = tuple[int, Sequence[Any]]
"""Number of a line, from 1, and its cells."""

NOTES = (
    "注",
    "备注",
    "说明",
    "填表",
    "制表",
    "审核",
    "合计",
    "总计",
    "小计",
    "单位负责人",
    "联系人",
    "示例",
)
"""How the lines begin that offices write below or between the rows."""


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header has been found.

    Attributes:
        headers: In order; empty where a column has none.
        lines: The lines below the header.
    """

    headers: tuple[str, ...]
    lines: Iterator[Line]


def find_header(lines: Iterator[Line], known: KnownWord) -> Sheet:
    """Find the header among the first lines: the line, or two lines, with most known words.

    Merged cells leave their text in the first cell; where the line below tells more, both are one
    header: «坐标» above «经度» and «纬度». Without any known word the first line with most cells is
    the header, so that a file of another kind is told by its columns.
    """
    top = [line for line in islice(lines, LOOKED_AT) if any(_filled(cell) for cell in line[1])]
    best: tuple[str, ...] = ()
    best_score, taken = (-1, 0), 0
    for at, (_, cells) in enumerate(top):
        single = tidy(cells)
        for headers, used in ((single, 1), (_joined(single, top, at), 2)):
            score = (_score(headers, known), -used - at)
            if headers and score > best_score:
                best, best_score, taken = headers, score, at + used
    if best_score[0] <= 0 and top:
        at = max(range(len(top)), key=lambda each: (len(set(tidy(top[each][1]))), -each))
        best, taken = tidy(top[at][1]), at + 1
    return Sheet(best, chain(top[taken:], lines))


def is_note(cells: Sequence[Any]) -> bool:
    """Whether a line is a remark and no row: one filled cell that begins as remarks do."""
    filled = list(islice((cell for cell in cells if _filled(cell)), 2))
    return len(filled) == 1 and str(filled[0]).strip().startswith(NOTES)


def _joined(upper: tuple[str, ...], top: list[Line], at: int) -> tuple[str, ...]:
    """The header of a line and the one below it; empty where there is none below."""
    if at + 1 >= len(top):
        return ()
    lower = tidy(top[at + 1][1])
    width = max(len(upper), len(lower))
    above, below = ([*each, *[""] * (width - len(each))] for each in (upper, lower))
    return tuple(under or over for over, under in zip(above, below, strict=True))


def _score(headers: tuple[str, ...], known: KnownWord) -> int:
    return len({header for header in headers if header and known(header)})


def _filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())
