"""NMEA 0183: published sentences decode, what gives no position is counted by its reason."""

import gzip
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from geoalchemy2.shape import to_shape
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict
from sqlalchemy import Engine

from app.ingest.nmea import MOST_PARTS_AWAITED, POSITIONS, Decoder
from app.ingest.sentence_lines import Lines
from layers.vessel_positions import VesselPosition
from tests.builders import load, row, rows

NOW = 1_790_000_000.0

FIRST = b"!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05"
SECOND = b"!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"


def sentences(**fields: Any) -> list[bytes]:
    """The sentences of a message."""
    told = {"mmsi": 412000001, "type": 1, "lon": 123.0, "lat": 30.5, **fields}
    return [each.encode() for each in encode_dict(told, talker_id="AI")]


def tagged(line: bytes, block: str) -> bytes:
    total = 0
    for byte in block.encode():
        total ^= byte
    return f"\\{block}*{total:02X}\\".encode() + line


def in_parts(line: bytes) -> list[bytes]:
    """A message of one sentence in two, as senders cut long ones."""
    payload = line.split(b",")[5]
    bodies = [b"AIVDM,2,1,3,B," + payload[:28] + b",0", b"AIVDM,2,2,3,B," + payload[28:] + b",0"]
    return [b"!" + body + f"*{reduce(xor, body):02X}".encode() for body in bodies]


IN_PARTS = in_parts(sentences(type=19, shipname="BOAT")[0])


@pytest.mark.parametrize(
    ("line", "mmsi", "lon", "lat", "speed", "course"),
    [
        (FIRST, "367380120", -122.404333, 37.806948, 0.1, 245.2),
        (SECOND, "366053209", -122.341618, 37.802118, 0.0, 219.3),
    ],
)
def test_published_sentences(
    line: bytes, mmsi: str, lon: float, lat: float, speed: float, course: float
) -> None:
    heard = Decoder().take(line, NOW)
    assert heard is not None
    assert (heard.mmsi, heard.speed_kn, heard.course_deg) == (mmsi, speed, course)
    assert (heard.lon, heard.lat) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
    assert heard.seen_s == NOW


@pytest.mark.parametrize(
    ("block", "seen_s"),
    [("c:1700000000", 1_700_000_000.0), ("s:r1,c:1700000000500", 1_700_000_000.5), ("s:r1", NOW)],
)
def test_tag_block_tells_the_instant(block: str, seen_s: float) -> None:
    heard = Decoder().take(tagged(FIRST, block), NOW)
    assert heard is not None
    assert heard.seen_s == seen_s


def test_sentinels_are_not_available() -> None:
    [line] = sentences(speed=102.3, course=360, heading=511)
    heard = Decoder().take(line, NOW)
    assert heard is not None
    assert (heard.speed_kn, heard.course_deg, heard.heading_deg) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (FIRST[:-1] + b"6", "checksum"),
        (FIRST[:20], "garbage"),
        (b"\xff\xfe\x00hello", "garbage"),
        (b"!" * 2000, "too_long"),
        (sentences(lon=181, lat=91)[0], "no_position"),
        (sentences(mmsi=990000001)[0], "no_ship_number"),
        (sentences(mmsi=2000001)[0], "no_ship_number"),
        (sentences(type=4)[0], "type_4"),
        (sentences(mmsi=970123456, status=15)[0], "distress_test"),
        (tagged(FIRST, f"c:{int(NOW) + 301}"), "clock_ahead"),
    ],
)
def test_what_gives_no_position_is_counted_by_its_reason(line: bytes, reason: str) -> None:
    decoder = Decoder()
    assert decoder.take(line, NOW) is None
    assert decoder.counts == {reason: 1}


@pytest.mark.parametrize("mmsi", [970123456, 972123456, 974123456])
def test_distress_transmitters_are_heard_also_without_a_place_or_a_clock(mmsi: int) -> None:
    [here] = sentences(mmsi=mmsi, status=14, speed=0.4)
    heard = Decoder().take(tagged(here, f"c:{int(NOW) + 9000}"), NOW)
    assert heard is not None
    assert (heard.mmsi, heard.seen_s, heard.lon, heard.lat) == (str(mmsi), NOW, 123.0, 30.5)
    [nowhere] = sentences(mmsi=mmsi, status=14, lon=181, lat=91)
    heard = Decoder().take(nowhere, NOW)
    assert heard is not None
    assert np.isnan([heard.lon, heard.lat]).all()
    decoder = Decoder()
    assert decoder.take(tagged(here, f"c:{int(NOW)}")) is None, "of a file: nobody listens"
    assert decoder.counts == {"distress": 1}


def test_clock_a_little_ahead_is_let_through_and_one_without_instant_is_not() -> None:
    assert Decoder().take(tagged(FIRST, f"c:{int(NOW) + 300}"), NOW) is not None
    decoder = Decoder()
    assert decoder.take(FIRST) is None
    assert decoder.counts == {"no_instant": 1}


def test_net_beacon_is_no_vessel() -> None:
    decoder = Decoder()
    assert decoder.take(sentences()[0], NOW) is not None
    for line in sentences(type=24, partno=0, shipname="ZHEYU-1-87%"):
        decoder.take(line, NOW)
    assert decoder.take(sentences()[0], NOW) is None
    assert decoder.counts["net_beacon"] == 1


@given(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(sorted(POSITIONS)),
            "mmsi": st.integers(0, 2**30 - 1),
            "lon": st.floats(-180, 181),
            "lat": st.floats(-90, 91),
            "speed": st.floats(0, 62),
            "course": st.floats(0, 360),
            "heading": st.integers(0, 511),
            "status": st.integers(0, 15),
        }
    ),
    st.integers(10**8, 10**13 - 1),
)
def test_whatever_is_accepted_is_a_row_of_the_layer(told: dict[str, Any], clock: int) -> None:
    """The importer loads reports as they are, so the decoder must be as strict as the layer."""
    for line in sentences(**told):
        heard = Decoder().take(tagged(line, f"c:{clock}"))
        if heard is None:
            continue
        brought = {name: getattr(heard, name) for name in VesselPosition.model_fields}
        taken = VesselPosition.model_validate(brought)
        assert taken.model_dump() == brought
        assert abs(heard.lon) <= 180
        assert abs(heard.lat) <= 90


def summed(body: bytes) -> bytes:
    """A sentence with its checksum."""
    return b"!" + body + f"*{reduce(xor, body):02X}".encode()


@pytest.mark.parametrize("whole", [FIRST, SECOND, sentences(type=18)[0], sentences(type=27)[0]])
def test_payload_that_is_cut_off_is_counted_though_its_checksum_is_right(whole: bytes) -> None:
    head, _, payload = whole[1:-5].rpartition(b",")
    assert len(payload) > 10
    for length in range(len(payload)):
        decoder = Decoder()
        decoder.take(summed(head + b"," + payload[:length] + b",0"), NOW)
        assert decoder.counts.total() == 1


@given(
    st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw", max_size=80),
    st.integers(0, 5),
)
def test_any_payload_with_a_right_checksum_is_taken_or_counted(payload: str, fill: int) -> None:
    decoder = Decoder()
    decoder.take(summed(f"AIVDM,1,1,,A,{payload},{fill}".encode()), NOW)
    assert decoder.counts.total() == 1


def test_part_that_comes_long_after_belongs_to_another_message() -> None:
    decoder = Decoder()
    assert decoder.take(IN_PARTS[0], NOW) is None
    assert decoder.take(IN_PARTS[1], NOW + 11) is None
    assert decoder.counts == {"unfinished": 1}
    assert decoder.take(IN_PARTS[0], NOW + 12) is not None


def test_parts_are_put_together_in_any_order() -> None:
    parts = IN_PARTS
    assert len(parts) == 2
    for order in (parts, parts[::-1]):
        decoder = Decoder()
        found = [decoder.take(line, NOW) for line in order]
        assert found[0] is None
        assert found[1] is not None
        assert (found[1].mmsi, found[1].message_type) == ("412000001", 19)


def test_sender_that_stops_in_a_message_is_counted_and_never_fills_the_memory() -> None:
    decoder = Decoder()
    first = IN_PARTS[0]
    for _ in range(3):
        decoder.take(first, NOW)
    assert decoder.counts == {"unfinished": 2}
    decoder.end()
    assert decoder.counts == {"unfinished": 3}
    assert MOST_PARTS_AWAITED < 1000


@given(st.binary(max_size=200), st.integers(1, 20))
def test_garbage_between_sentences_never_costs_the_sentences(noise: bytes, size: int) -> None:
    stream = FIRST + b"\n" + noise.replace(b"\n", b"") + b"\r\n" + SECOND + b"\n"
    decoder, lines = Decoder(), None
    lines = Lines(decoder.counts)
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    found = [decoder.take(line, NOW) for piece in pieces for line in lines.cut(piece)]
    assert [each.mmsi for each in found if each][:1] == ["367380120"]
    assert [each.mmsi for each in found if each][-1:] == ["366053209"]


def test_megabyte_without_an_end_is_one_long_line() -> None:
    decoder = Decoder()
    lines = Lines(decoder.counts)
    found = [line for _ in range(1024) for line in lines.cut(b"x" * 1024)]
    found += lines.cut(b"x\n" + FIRST + b"\n")
    assert found == [FIRST]
    assert decoder.counts == {"too_long": 1}


def test_file_loads_with_its_losses_told_and_twice_changes_nothing(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "heard.nmea.gz"
    lines = [tagged(FIRST, "c:1700000000"), b"noise", tagged(SECOND, "c:1700000060"), FIRST]
    path.write_bytes(gzip.compress(b"\n".join(lines)))
    report = load(empty_engine, "vessel_positions", path)
    assert (report.read, report.added, report.rejected) == (2, 2, 0), report.rejects
    assert report.left_out == {"garbage": 1, "no_instant": 1}
    assert "不是语句 garbage 1、没有接收时刻 no_instant 1" in " ".join(report.warnings)
    seen_at = datetime.fromtimestamp(1_700_000_000, UTC)
    stored = row(empty_engine, "vessel_positions", mmsi="367380120", seen_at=seen_at)
    assert (stored["speed_kn"], stored["course_deg"], stored["message_type"]) == (0.1, 245.2, 1)
    place = to_shape(stored["geom"])
    assert (place.x, place.y) == pytest.approx((-122.404333, 37.806948), abs=1e-6)
    again = load(empty_engine, "vessel_positions", path)
    assert (again.added, again.changed) == (0, 0)
    assert rows(empty_engine, "vessel_positions") == 2


def test_every_message_of_a_log_is_a_row_or_told_why_not(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """Static data, base stations, messages cut off: as many as there are, in text and in JSON."""
    path = tmp_path / "heard.nmea"
    static = sentences(type=5, shipname="BOAT")
    broken = FIRST.replace(b"*05", b"*06")
    lines = [
        tagged(FIRST, "c:1700000000"), tagged(FIRST, "c:1700000000"),
        *static, *sentences(type=4), broken, b"noise", b"$GPGGA,1*00", FIRST, static[0],
        *(tagged(each, "c:1700000000") for each in sentences(lon=181.0, lat=91.0)),
    ]  # fmt: skip
    path.write_bytes(b"\n".join(lines))
    report = load(empty_engine, "vessel_positions", path)
    messages = len(lines) - (len(static) - 1)  # one came in parts
    assert report.read + sum(report.left_out.values()) == messages
    assert report.read == report.added + report.changed + report.unchanged + report.rejected
    assert {"type_4", "type_5", "checksum", "garbage", "no_instant", "no_position",
            "unfinished"} <= set(report.left_out)  # fmt: skip
    assert report.as_json()["left_out"] == report.left_out
    assert f"messages that are no position: {messages - report.read}" in report.as_text()
