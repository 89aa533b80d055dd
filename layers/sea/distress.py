"""Distress transmitters on AIS: numbers that no ship has, of rafts, persons, sunken boats."""

TRANSMITTERS = {"970": "AIS-SART", "972": "AIS-MOB", "974": "AIS-EPIRB"}
"""First digits of a number to what sends it, ITU-R M.585: the beacon of a life raft, that of a
life jacket (人员落水), the one that floats free of a boat."""

ACTIVE = 14
"""Navigational status of a transmitter that calls; one under test sends 15, ITU-R M.1371."""


def transmitter(mmsi: str) -> str | None:
    """What sends a number that is in distress; None for every other number.

    >>> transmitter("972123456"), transmitter("412000001")
    ('AIS-MOB', None)
    """
    return TRANSMITTERS.get(mmsi[:3])
