"""Names of road segments as the police print them: 浒溪线(S213)14K+600M—14K+850M.

Source: 宁波市公安局交通警察局 2020 年事故多发点段名单.
"""


class InvalidStake(ValueError):
    """A stake that no road has."""


def stake(measure_m: float) -> str:
    """Return a stake as the police print it, to the metre.

    >>> stake(14600)
    '14K+600M'

    Raises:
        InvalidStake: It is negative or not finite.
    """
    if not 0 <= measure_m < float("inf"):
        raise InvalidStake(f"{measure_m} is no stake")
    kilometres, metres = divmod(round(measure_m), 1000)
    return f"{kilometres}K+{metres:03d}M"


def segment(
    name: str, code: str | None, from_m: float, to_m: float, place: str | None = None
) -> str:
    """Return the name of a segment; one stake where both are the same.

    Args:
        name: Of the route.
        code: Number of the route; None or empty where it has none.
        from_m: First stake.
        to_m: Last stake.
        place: Township and village, put into brackets.

    >>> segment("浒溪线", "S213", 14600, 14850, "阳明街道新桥村路段")
    '浒溪线(S213)14K+600M—14K+850M(阳明街道新桥村路段)'
    """
    start, end = stake(from_m), stake(to_m)
    told = start if start == end else f"{start}—{end}"
    return f"{name}{f'({code})' if code else ''}{told}{f'({place})' if place else ''}"
