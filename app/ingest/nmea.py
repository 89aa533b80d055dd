"""NMEA 0183 sentences of AIS to position reports; what gives none is counted by its reason.

Sentences may carry a tag block (NMEA 4.10) with the instant of reception, and a message may come in
several. Bit fields are pyais' business.
"""

import math
import re
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence, NMEASentenceFactory

from app.ingest.sentence_lines import LONGEST_LINE
from layers.sea.beacons import beacon_by_name
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.distress import ACTIVE, transmitter
from layers.sea.ship_number import FIRST_DIGITS

MOST_PARTS_AWAITED = 256
"""Messages of which a part has come; a sender that stops in the middle makes the oldest go."""

PARTS_WITHIN_S = 10.0
"""Parts of a message come at once; sequence numbers are used again after ten messages."""

UNREADABLE = (
    AISBaseException, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip
"""What a payload that is cut off or no message at all raises, though its checksum is right."""

POSITIONS = frozenset({1, 2, 3, 18, 19, 27})
"""Message types in which a vessel tells its position, ITU-R M.1371."""

NAMES = frozenset({5, 19, 24})

EAST_MOST, NORTH_MOST = 180.0, 90.0
"""Degrees; 181 and 91 say that a position is not available."""

UNKNOWN_SPEED_KN = 102.25
"""Knots; 102.3 says that the speed is not available, 102.2 that it is so or more."""

FULL_CIRCLE_DEG = 360
"""Degrees; course 360 and heading 511 say that they are not available."""

AHEAD_S = 300
"""How far the clock of a sender may be ahead."""

NUMBERS_REMEMBERED = 4_096
"""A vessel is heard again and again; its digits are written once."""

INSTANTS_REMEMBERED = 4_096
"""Messages of one instant come together, with the same block."""

_BLOCK = ord("\\")
"""A tag block stands between two of them."""

_RECEIVED = re.compile(rb"[\\,]c:(\d{9,13})")


class Heard(NamedTuple):
    """A position report; None: not available.

    Its values are as the layer `vessel_positions` takes them: same names, same bounds.

    Attributes:
        mmsi: Nine digits.
        seen_s: Seconds since 1970, UTC.
        lon: Degrees, EPSG:4326.
        lat: Degrees.
        speed_kn: Over ground.
        course_deg: Over ground.
        heading_deg: True heading.
        status: Navigational status.
        message_type: AIS message type.
    """

    mmsi: str
    seen_s: float
    lon: float
    lat: float
    speed_kn: float | None
    course_deg: float | None
    heading_deg: int | None
    status: int | None
    message_type: int

    @property
    def seen_at(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.seen_s, UTC)


@dataclass
class Decoder:
    """Takes lines, gives reports; keeps the parts of messages that are not whole yet.

    Attributes:
        counts: Reason to the number of messages that gave no report; `accepted` of those that did.
    """

    counts: Counter[str] = field(default_factory=Counter)
    beacons: set[str] = field(default_factory=set)
    _parts: OrderedDict[Any, "_Parts"] = field(default_factory=OrderedDict)

    def take(self, line: bytes, received_s: float | None = None) -> Heard | None:
        """The report that a line completes; None where it gives none.

        Args:
            line: One sentence, with or without its end of line.
            received_s: When it came, for senders without tag blocks; None: not known.
        """
        line = line.strip(b"\r\n\t \x00")
        if not line:
            return None
        heard = self._heard(line, received_s)
        if isinstance(heard, Heard):
            self.counts["accepted"] += 1
            return heard
        if heard is not None:
            self.counts[heard] += 1
        return None

    def end(self) -> None:
        """Count what was left unfinished when the stream ended."""
        if self._parts:
            self.counts["unfinished"] += len(self._parts)
        self._parts.clear()

    def _heard(self, line: bytes, received_s: float | None) -> Heard | str | None:
        if len(line) > LONGEST_LINE:
            return "too_long"
        instant = received_s
        if line[0] == _BLOCK:
            # What the block says but the instant is nobody's business here.
            end = line.find(b"\\", 1)
            told = _instant(line[:end])
            instant = received_s if told is None else told
            line = line[end + 1 :]
        try:
            sentence = NMEASentenceFactory.produce(line)
        except UNREADABLE:
            return "garbage"
        if not isinstance(sentence, AISSentence):
            return "other_sentence"
        if not sentence.is_valid:
            return "checksum"
        try:
            alone = sentence.frag_cnt == 1
            whole = (sentence, instant) if alone else self._whole(sentence, instant)
            return None if whole is None else self._report(*whole, received_s)
        except UNREADABLE:
            return "undecodable"

    def _whole(
        self, sentence: AISSentence, instant: float | None
    ) -> tuple[AISSentence, float | None] | None:
        """The message when its last part is there."""
        key = (sentence.seq_id, sentence.channel, sentence.frag_cnt)
        begun = self._parts.pop(key, None)
        if begun is not None and not begun.awaits(sentence, instant):
            # The number is used again: the message before was never finished.
            self.counts["unfinished"] += 1
            begun = None
        parts = begun or _Parts()
        parts.add(sentence, instant)
        if len(parts.sentences) == sentence.frag_cnt:
            return parts.joined(), parts.instant
        self._parts[key] = parts
        if len(self._parts) > MOST_PARTS_AWAITED:
            self._parts.popitem(last=False)
            self.counts["unfinished"] += 1
        return None

    def _report(
        self, sentence: AISSentence, instant: float | None, received_s: float | None
    ) -> Heard | str:
        message = sentence.decode()
        kind = message.msg_type
        mmsi, distress = _number(int(message.mmsi))
        if kind in NAMES:
            name = getattr(message, "shipname", None) or ""
            if beacon_by_name(name.strip(), CleaningRules.shipped()):
                self.beacons.add(mmsi)
        if kind not in POSITIONS:
            return f"type_{kind}"
        if distress:
            return self._call(message, mmsi, received_s)
        return self._position(message, mmsi, instant, received_s)

    def _position(
        self, message: Any, mmsi: str, instant: float | None, received_s: float | None
    ) -> Heard | str:
        if mmsi[0] not in FIRST_DIGITS:
            # Coast stations, aids to navigation, handhelds, and beacons that invent a number.
            return "no_ship_number"
        lon, lat = message.lon, message.lat
        if not (-EAST_MOST <= lon <= EAST_MOST and -NORTH_MOST <= lat <= NORTH_MOST):
            return "no_position"
        if instant is None:
            return "no_instant"
        if mmsi in self.beacons:
            return "net_beacon"
        if received_s is not None and instant > received_s + AHEAD_S:
            return "clock_ahead"
        # A payload that is cut off has None for what it lacks, which compares with nothing.
        speed_kn, course_deg = message.speed, message.course
        heading = getattr(message, "heading", None)
        status = getattr(message, "status", None)
        return Heard(
            mmsi, instant, float(lon), float(lat),
            float(speed_kn) if 0 <= speed_kn < UNKNOWN_SPEED_KN else None,
            float(course_deg) if 0 <= course_deg < FULL_CIRCLE_DEG else None,
            None if heading is None or heading >= FULL_CIRCLE_DEG else int(heading),
            None if status is None else int(status), message.msg_type,
        )  # fmt: skip

    def _call(self, message: Any, mmsi: str, received_s: float | None) -> Heard | str:
        """A call of distress, told also without a place (NaN) and by whatever clock it has.

        Only who listens can answer: in a file it is counted.
        """
        if getattr(message, "status", ACTIVE) != ACTIVE:
            return "distress_test"
        if received_s is None:
            return "distress"
        lon, lat = float(message.lon), float(message.lat)
        if not (-EAST_MOST <= lon <= EAST_MOST and -NORTH_MOST <= lat <= NORTH_MOST):
            lon = lat = math.nan
        return Heard(mmsi, received_s, lon, lat, None, None, None, ACTIVE, message.msg_type)


@dataclass
class _Parts:
    """Parts of a message that is not whole yet, and the instant of the first that told one."""

    sentences: dict[int, AISSentence] = field(default_factory=dict)
    instant: float | None = None

    def awaits(self, sentence: AISSentence, instant: float | None) -> bool:
        """Whether a sentence can be of the same message: a part that lacks, come at once."""
        if sentence.frag_num in self.sentences:
            return False
        if self.instant is None or instant is None:
            return True
        return abs(instant - self.instant) <= PARTS_WITHIN_S

    def add(self, sentence: AISSentence, instant: float | None) -> None:
        self.sentences[sentence.frag_num] = sentence
        self.instant = instant if self.instant is None else self.instant

    def joined(self) -> AISSentence:
        ordered = [self.sentences[number] for number in sorted(self.sentences)]
        return AISSentence.assemble_from_iterable(ordered)


@lru_cache(INSTANTS_REMEMBERED)
def _instant(block: bytes) -> float | None:
    """Instant of reception in a tag block; senders write seconds or milliseconds."""
    found = _RECEIVED.search(block)
    if found is None:
        return None
    number = int(found[1])
    return number / 1000 if len(found[1]) > 11 else float(number)  # noqa: PLR2004 - digits


@lru_cache(NUMBERS_REMEMBERED)
def _number(mmsi: int) -> tuple[str, bool]:
    """A number as nine digits, and whether who has it is in distress."""
    digits = f"{mmsi:09d}"
    return digits, transmitter(digits) is not None
