"""Stakes (桩号): metres along a line as people write them, read and written.

`K12+300.5`, `12+300`, `12K+300M`, `12.3km`, `12.3公里`, `12公里300米`, `12300m`, `12300`;
full-width letters and digits alike. A plus that an address turned into a space is read as a plus.
"""

import re
from typing import Annotated
from unicodedata import normalize

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

M_PER_KM = 1000

FARTHEST_M = 10_000_000.0
"""No pipeline and no road is longer."""

_NUMBER = r"\d{1,8}(?:\.\d+)?"
_AFTER = r"(?P<m>\d{1,4}(?:\.\d+)?)"

_FORMS = (
    re.compile(rf"K?(?P<km>\d{{1,5}})[+]{_AFTER}M?"),
    re.compile(rf"(?P<km>\d{{1,5}})(?:K|KM|公里|千米)[+]?{_AFTER}(?:M|米)?"),
    re.compile(rf"K(?P<km>{_NUMBER})"),
    re.compile(rf"(?P<km>{_NUMBER})(?:K|KM|公里|千米)"),
    re.compile(rf"(?P<m>{_NUMBER})(?:M|米)?"),
)

_BETWEEN = re.compile(r"\s*(?:—+|–|―|~|至|到|-)\s*")


class InvalidStake(ValueError):
    """A text that is no stake, with the reason in Chinese and English."""

    def __init__(self, value: str, reason: str, reason_en: str) -> None:
        """Keep the text as it came and both reasons."""
        super().__init__(f"{value[:60]!r} {reason_en} {reason}")
        self.value = value
        self.reason = reason
        self.reason_en = reason_en


def parse(text: str) -> float:
    """Return the metres of a stake; a bare number is metres.

    >>> parse("K12+300.5"), parse("14K+600M"), parse("１２＋３００"), parse("12.3公里")
    (12300.5, 14600.0, 12300.0, 12300.0)

    Raises:
        InvalidStake: The text is no stake, or its metres are 1000 and more.
    """
    plain = normalize("NFKC", text).strip().upper()
    plain = plain.replace("桩号", "").strip()
    # Only between two digits a space may be a plus; elsewhere it says nothing.
    plain = re.sub(r"(?<=\d)\s(?=\d)", "+", plain).replace(" ", "")
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        raise InvalidStake(text, "不是桩号，请写成 K12+300", "is no stake, write K12+300")
    parts = found.groupdict()
    kilometres, metres = parts.get("km"), float(parts.get("m") or 0)
    if kilometres is not None and metres >= M_PER_KM:
        raise InvalidStake(text, "加号后的米数须小于 1000", "has 1000 metres or more after the +")
    measure = round(float(kilometres or 0) * M_PER_KM + metres, 6)
    if measure > FARTHEST_M:
        raise InvalidStake(text, "里程过大", "is longer than any line")
    return measure


def ends_of(text: str) -> list[str]:
    """Return the one or two ends of a stretch, as they are written.

    >>> ends_of("14K+600M—14K+850M"), ends_of("K3+200")
    (['14K+600M', '14K+850M'], ['K3+200'])

    Raises:
        InvalidStake: There is none, or there are more than two.
    """
    ends = [part for part in _BETWEEN.split(normalize("NFKC", text).strip()) if part]
    if not 1 <= len(ends) <= 2:  # noqa: PLR2004 - a stretch has two ends
        raise InvalidStake(text, "不是桩号区间", "is no stretch between two stakes")
    return ends


def parse_span(text: str) -> tuple[float, float]:
    """Return both ends of a stretch, as they are written; twice the same for a single stake.

    >>> parse_span("14K+600M—14K+850M"), parse_span("K3+200至K3+180")
    ((14600.0, 14850.0), (3200.0, 3180.0))

    Raises:
        InvalidStake: One of the ends is no stake, or there are more than two.
    """
    ends = ends_of(text)
    return parse(ends[0]), parse(ends[-1])


def spell(measure_m: float, decimals: int = 0) -> str:
    """Return a stake as pipelines and roads carry it.

    Args:
        measure_m: Metres, finite; below zero the stake begins with a minus.
        decimals: Of the metres; zeros at the end are left out.

    >>> spell(12300.5), spell(12300.5, 1), spell(999.96, 1), spell(0)
    ('K12+300', 'K12+300.5', 'K1+000', 'K0+000')
    """
    rounded = round(abs(measure_m), decimals)
    kilometres = int(rounded // M_PER_KM)
    metres = round(rounded - kilometres * M_PER_KM, decimals)
    whole = int(metres)
    rest = f"{metres - whole:.{decimals}f}"[1:].rstrip("0").rstrip(".") if decimals else ""
    sign = "-" if measure_m < 0 and rounded else ""
    return f"{sign}K{kilometres}+{whole:03d}{rest}"


def _read(value: object) -> object:
    """Return the metres of a text that is a stake; numbers, and text that is one, stay."""
    if not isinstance(value, str):
        return value
    try:
        float(value)
    except ValueError:
        pass
    else:
        return value
    try:
        return parse(value)
    except InvalidStake as fault:
        raise PydanticCustomError("stake", "{reason}", {"reason": fault.reason_en}) from None


Stake = Annotated[float, BeforeValidator(_read)]
"""A field of a row in metres that files also bring as `K12+300` or `12K+300M`."""
