"""Numbers that ships have on AIS, and those that others have."""

from typing import Literal

from layers.sea.distress import transmitter

FIRST_DIGITS = frozenset("234567")
"""Of a ship's number, which begins with its country; 0 is the coast's, 1 of rescue aircraft, 8 of
handhelds, 9 of distress transmitters, tenders and aids to navigation.

Source: ITU-R M.585.
"""


def nobodys_ship(mmsi: str) -> Literal["distress", "no_ship_number"] | None:
    """Why a number is no ship's; None: a ship can have it.

    >>> nobodys_ship("412000001"), nobodys_ship("972123456"), nobodys_ship("992123456")
    (None, 'distress', 'no_ship_number')
    """
    if mmsi[:1] in FIRST_DIGITS:
        return None
    return "distress" if transmitter(mmsi) else "no_ship_number"
