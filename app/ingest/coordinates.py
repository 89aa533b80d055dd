"""Coordinates as registers write them: degrees, minutes and seconds, metres with blanks."""

import re
import unicodedata

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PARTS = re.compile(r"^[\d.\s°º度:'’′\"”″分秒-]+$")
_SIDES = re.compile(r"东经|西经|北纬|南纬|[EWNSewns]")
_SIGNS = str.maketrans({
    **dict.fromkeys("º˚∘⁰", "°"), **dict.fromkeys("´`ʹ‘’＇′", "'"), **dict.fromkeys("ʺ˝“”＂″", '"'),
})  # fmt: skip
"""What stands for degrees, minutes and seconds in registers; Unicode would make letters of some."""

_POINT = re.compile(r"(?<=\d)[。．](?=\d)")
_END = "，,；;、。 "
_SPLIT = re.compile(r"\s*[,;、/|]\s*")
_NEGATIVE = {"西经", "南纬", "W", "S"}

MOST_PARTS, MINUTES = 3, 60
"""Degrees, minutes, seconds; sixty of each make one above."""


def number_of(text: str) -> float:
    """Return the number that a coordinate names; degrees where it has minutes and seconds.

    Full-width characters are read as half-width ones; W, S, 西经, 南纬 make it negative.

    >>> number_of("121.15"), number_of("40 611 365.275")
    (121.15, 40611365.275)
    >>> round(number_of("121°09′22″E"), 6), round(number_of("北纬30度2分6.5秒"), 6)
    (121.156111, 30.035139)

    Raises:
        ValueError: No number; minutes or seconds of 60 and more.
    """
    try:
        return float(text)  # most are; a million rows need not be looked at for signs
    except ValueError:
        plain = _plain(text)
    try:
        return float(plain)
    except ValueError:
        pass
    sides = _SIDES.findall(plain)
    bare = _SIDES.sub("", plain).strip()
    if len(sides) > 1 or not _PARTS.match(bare):
        raise ValueError(text)
    negative = bare.startswith("-") or any(side.upper() in _NEGATIVE for side in sides)
    value = _grouped(bare) if re.fullmatch(r"[\d\s.]+", bare) else None
    if value is None:
        value = _sexagesimal(bare, text)
    return -value if negative else value


def pair_of(text: str) -> tuple[str, str]:
    """Return both coordinates of one cell, longitude or easting first where their sides tell it.

    >>> pair_of("121.15，30.04"), pair_of("北纬30°2′，东经121°9′"), pair_of("(121.15 30.04)")
    (('121.15', '30.04'), ("东经121°9'", "北纬30°2'"), ('121.15', '30.04'))

    Raises:
        ValueError: Not two coordinates.
    """
    plain = re.sub(r"经度[:]?|纬度[:]?", " ", _plain(text)).strip("()[] ")
    parts = [part for part in _SPLIT.split(plain) if part.strip()]
    if len(parts) == 1:
        parts = plain.split()
    if len(parts) != len(("lon", "lat")):
        raise ValueError(text)
    first, second = parts
    if re.search(r"[NnSs]|[北南]纬", first) and re.search(r"[EeWw]|[东西]经", second):
        return second, first
    return first, second


def _plain(text: str) -> str:
    """A text with one sign each for degrees, minutes, seconds and the decimal point."""
    signs = _POINT.sub(".", text.translate(_SIGNS).strip().rstrip(_END))
    return unicodedata.normalize("NFKC", signs).strip()


def _grouped(bare: str) -> float | None:
    """Metres with blanks between thousands; None for degrees, minutes and seconds."""
    grouped = re.fullmatch(r"\d{1,3}(?:\s\d{3})+(?:\.\d+)?", bare)
    return float(re.sub(r"\s", "", bare)) if grouped else None


def _sexagesimal(bare: str, text: str) -> float:
    parts = [float(part) for part in _NUMBER.findall(bare)]
    if not 1 <= len(parts) <= MOST_PARTS or any(part >= MINUTES for part in parts[1:]):
        raise ValueError(text)
    return sum((part / MINUTES**power for power, part in enumerate(parts)), start=0.0)
