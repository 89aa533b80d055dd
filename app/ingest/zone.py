"""The zone of instants that name none: the city's on land, that which a person declares at sea."""

from zoneinfo import ZoneInfo

from app.errors import BadParameter
from layers.declare import Layer


def read_zone(text: str, parameter: str) -> str:
    """The name of a zone as IANA has it.

    Raises:
        BadParameter: There is no such zone.

    >>> read_zone(" Asia/Shanghai ", "timezone")
    'Asia/Shanghai'
    """
    name = text.strip()
    try:
        # A folder of zones, such as Asia, raises what opening a folder does.
        return str(ZoneInfo(name))
    except (ValueError, OSError, LookupError):
        raise BadParameter(
            parameter,
            f"{name[:60]!r} is no time zone; write for example Asia/Shanghai or UTC "
            "没有这个时区，可写 Asia/Shanghai 或 UTC",
        ) from None


def zone_of(declared: str | None, layer: Layer, city_zone: str) -> str | None:
    """The zone of a layer's instants without an offset; None where they are refused."""
    if declared is not None:
        return declared
    return city_zone if layer.reach == "city" else None
