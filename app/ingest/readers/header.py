"""Where the header of a sheet stands: below a title, in up to three lines, above rows and notes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from app.ingest.readers.remark import filled
from app.ingest.readers.table import KnownWord, tidy

LOOKED_AT = 20
"""Lines from the top among which the header is looked for."""

MOST_LINES = 3
"""Lines of one header: «位置» above «坐标» above «经度» and «纬度»."""

PERSON = ("姓名", "名字")
"""What stands below «责任人» and means the person."""

Line = tuple[int, Sequence[Any]]
"""Number of a line, from 1, and its cells."""

Headers = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header has been found.

    Attributes:
        headers: In order; empty where a column has none.
        lines: The lines below the header.
        repeated: Headers that stood there before and so have got a number.
    """

    headers: Headers
    lines: Iterator[Line]
    repeated: tuple[str, ...] = ()


def find_header(lines: Iterator[Line], known: KnownWord) -> Sheet:
    """Find the header among the first lines: up to three lines in a row, with most known words.

    Merged cells leave their text in the first cell; where the line below tells more, both are one
    header: «坐标» above «经度» and «纬度». Of equals the one with most columns is taken, then that
    of fewest lines. Without any known word the first line with most cells is the header, so that a
    file of another kind is told by its columns.
    """
    top = [line for line in islice(lines, LOOKED_AT) if any(filled(line[1]))]
    tops = [tidy(cells) for _, cells in top]
    best: Headers = ()
    best_score, taken = (0, 0, 0, 0), 0
    for at in range(len(tops)):
        for headers, used in _candidates(tops[at : at + MOST_LINES], known):
            score = (_known(headers, known), sum(map(bool, headers)), -used, -at)
            if score[0] and score > best_score:
                best, best_score, taken = headers, score, at + used
    if not best and tops:
        at = max(range(len(tops)), key=lambda each: (len(set(tops[each])), -each))
        best, taken = tops[at], at + 1
    apart = _apart(best, known)
    repeated = tuple(now for now, was in zip(apart, best, strict=True) if now != was)
    return Sheet(apart, chain(top[taken:], lines), repeated)


def _candidates(tops: list[Headers], known: KnownWord) -> Iterator[tuple[Headers, int]]:
    """The first line, and it with those below while they are headers too and no row."""
    yield tops[0], 1
    for used in range(2, len(tops) + 1):
        headers = tops[used - 1]
        for over in reversed(tops[: used - 1]):
            headers = _joined(over, headers, known)
        if _known(tops[used - 1], known) or _known(headers, known) > _known(tops[0], known):
            yield headers, used


def _joined(over: Headers, under: Headers, known: KnownWord) -> Headers:
    """The header of a line and the one below it."""
    width = max(len(over), len(under))
    above, below = ([*each, *[""] * (width - len(each))] for each in (over, under))
    if sum(map(bool, above)) == 1 and sum(map(bool, below)) > 1:
        plain = below  # a title, or one merged cell, names no column of its own
    else:
        plain = [low or high for high, low in zip(above, below, strict=True)]
    groups = _groups(above, below)
    groups_of: dict[str, set[str]] = {}
    for group, name in zip(groups, plain, strict=True):
        groups_of.setdefault(name, set()).add(group)
    return tuple(
        _named(group, name, len(groups_of[name]) > 1, known) if group else name
        for group, name in zip(groups, plain, strict=True)
    )


def _groups(above: list[str], below: list[str]) -> list[str]:
    """The merged cell above each column that has a header below it; empty for the others."""
    groups, group = [], ""
    for high, low in zip(above, below, strict=True):
        group = (high or group) if low else ""
        groups.append(group)
    return groups


def _named(over: str, under: str, repeated: bool, known: KnownWord) -> str:
    """A header below a merged cell, told apart from the same one below another."""
    if known(under) and not repeated:
        return under
    if known(over + under):
        return over + under
    if under in PERSON and known(over):
        return over
    return f"{over}·{under}" if repeated else under


def _apart(headers: Headers, known: KnownWord) -> Headers:
    """Headers that no field has, numbered where one stands there again."""
    seen: Counter[str] = Counter()
    apart = []
    for header in headers:
        seen[header] += 1
        again = header and seen[header] > 1 and not known(header)
        apart.append(f"{header}_{seen[header]}" if again else header)
    return tuple(apart)


def _known(headers: Headers, known: KnownWord) -> int:
    return len({header for header in headers if header and known(header)})
