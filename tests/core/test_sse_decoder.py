"""Server-sent events by the rules of the WHATWG, however the bytes are cut."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import re
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import SSEDecoder, SSEEvent, StreamError


def decode(chunks: Iterable[bytes], max_event_size: int = 1 << 30) -> list[SSEEvent | str]:
    """The events of a stream; the last is the error's class where one was too large."""
    decoder = SSEDecoder(max_event_size=max_event_size)
    events: list[SSEEvent | str] = []
    try:
        for chunk in chunks:
            events += decoder.feed(chunk)
        decoder.close()
    except StreamError as error:
        events.append(type(error).__name__)
    return events


def cut(wire: bytes, size: int) -> list[bytes]:
    return [wire[at : at + size] for at in range(0, len(wire), size)]


def message(raw: str, *, id: str | None = None, retry: int | None = None) -> SSEEvent:
    """An event without a name whose payload is no JSON."""
    return SSEEvent("message", raw or None, id, retry, raw)


CASES: dict[str, tuple[bytes, list[SSEEvent]]] = {
    "nothing": (b"", []),
    "one": (b"data: a\n\n", [message("a")]),
    "named": (b"event: x\ndata: a\n\n", [SSEEvent("x", "a", None, None, "a")]),
    "empty-name": (b"event: x\nevent\ndata: a\n\n", [message("a")]),
    "name-of-one-event-only": (b"event: x\n\ndata: a\n\n", [message("a")]),
    "lines": (b"data: a\ndata: b\n\n", [message("a\nb")]),
    "crlf": (b"data: a\r\ndata: b\r\n\r\n", [message("a\nb")]),
    "cr": (b"data: a\rdata: b\r\r", [message("a\nb")]),
    "mixed-ends": (b"data: a\rdata: b\r\ndata: c\n\r", [message("a\nb\nc")]),
    "lf-cr-is-two-ends": (b"data: a\n\rdata: b\n\n", [message("a"), message("b")]),
    "bom": (b"\xef\xbb\xbfdata: a\n\n", [message("a")]),
    "bom-alone-on-a-line": (b"\xef\xbb\xbf\ndata: a\n\n", [message("a")]),
    "second-bom-is-text": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [message("b")]),
    "later-bom-is-text": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [message("a")]),
    "bom-after-a-blank-line": (b"\n\xef\xbb\xbfdata: a\n\ndata: b\n\n", [message("b")]),
    "comment": (b": hi\n:\n:data: x\ndata: a\n: hi\n\n", [message("a")]),
    "one-space-is-dropped": (
        b"data:a\ndata: b\ndata:  c\ndata:\td\n\n",
        [message("a\nb\n c\n\td")],
    ),
    "colons-in-the-value": (b"data: a: b:c\n\n", [message("a: b:c")]),
    "space-before-the-colon": (b"data : a\n\n", []),
    "case-counts": (b"Data: a\nDATA: b\n\n", []),
    "unknown-field": (b"datum: x\nother\ndata: a\n\n", [message("a")]),
    "no-colon": (b"data\n\n", [message("")]),
    "no-colon-twice": (b"data\ndata\n\n", [message("\n")]),
    "empty-data": (b"data:\n\ndata: \n\n", [message(""), message("")]),
    "no-data": (b"event: x\nid: 1\n\n\n\n", []),
    "unfinished": (b"data: a\n\ndata: b\n", [message("a")]),
    "unfinished-line": (b"data: a\n\ndata: b", [message("a")]),
    "id": (b"id: 1\ndata: a\n\ndata: b\n\n", [message("a", id="1"), message("b", id="1")]),
    "id-alone-makes-no-event": (b"id: 1\n\ndata: a\n\n", [message("a", id="1")]),
    "id-then-heartbeat": (
        b"id: 1\ndata: a\n\n: ping\n\nid: 2\n\n: ping\n\ndata: b\n\n",
        [message("a", id="1"), message("b", id="2")],
    ),
    "id-taken-back": (
        b"id: 1\ndata: a\n\nid\ndata: b\n\n",
        [message("a", id="1"), message("b", id="")],
    ),
    "id-with-nul": (b"id: 1\nid: 2\0\ndata: a\n\n", [message("a", id="1")]),
    "retry": (b"retry: 1500\ndata: a\n\ndata: b\n\n", [message("a", retry=1500), message("b")]),
    "retry-before": (b"retry: 3000\n\ndata: a\n\n", [message("a", retry=3000)]),
    "last-retry-counts": (b"retry: 1\nretry: x\nretry: 02\ndata: a\n\n", [message("a", retry=2)]),
    "line-separators-are-text": (
        "data: a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\n\n".encode(),
        [message("a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg")],
    ),
    "bad-utf-8": (b"data: \xff\xc3(\xe2\x82\n\n", [message("\ufffd\ufffd(\ufffd")]),
    "surrogate-bytes": (b"data: \xed\xa0\x80\n\n", [message("\ufffd\ufffd\ufffd")]),
    "long-characters": ("data: é€🙂\n\n".encode(), [message("é€🙂")]),
    "nul-in-data": (b"data: a\0b\n\n", [message("a\0b")]),
}


@pytest.mark.parametrize(("wire", "events"), CASES.values(), ids=CASES)
def test_events_are_decoded_by_the_specification(wire: bytes, events: list[SSEEvent]) -> None:
    assert decode([wire]) == events


@pytest.mark.parametrize(("wire", "events"), CASES.values(), ids=CASES)
def test_events_do_not_depend_on_the_chunks(wire: bytes, events: list[SSEEvent]) -> None:
    for at in range(len(wire) + 1):
        assert decode([wire[:at], wire[at:]]) == events
        assert decode([wire[:at], b"", wire[at : at + 1], wire[at + 1 :]]) == events
    assert decode(cut(wire, 1)) == events


@pytest.mark.parametrize(
    "value",
    ["", " ", "1_000", "+1", "-1", "1.5", "1e3", "0x10", " 1", "1 ", "١", "²", "x", "9" * 16],
)
def test_a_retry_that_is_no_number_is_ignored(value: str) -> None:
    assert decode([f"retry: {value}\ndata: a\n\n".encode()]) == [message("a")]


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        ('{"delta":"x"}', {"delta": "x"}),
        (' \t{"a": [1, null]} \t', {"a": [1, None]}),
        ('{\n "a":\n 1}', {"a": 1}),
        ("null", None),
        ("0", 0),
        ('"text"', "text"),
        ("[DONE]", "[DONE]"),
        ("text", "text"),
        ("   ", "   "),
        ('{"a":1} {"b":2}', '{"a":1} {"b":2}'),
        ('{"a":', '{"a":'),
        ('\xa0{"a":1}', '\xa0{"a":1}'),
        ("[" * 100_000, "[" * 100_000),
        ("1" * 5000, "1" * 5000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_payload_is_json_or_the_string(raw: str, data: object) -> None:
    wire = "".join(f"data: {line}\n" for line in raw.split("\n")) + "\n"
    (event,) = decode([wire.encode()])
    assert isinstance(event, SSEEvent)
    assert (event.data, event.raw) == (data, raw)


def reference(wire: bytes) -> list[SSEEvent]:
    """The rules once more, word by word as the standard has them, over the whole stream."""
    events: list[SSEEvent] = []
    name, data, id, retry = "", "", None, None
    text = wire.decode("utf-8", "replace").removeprefix("\ufeff")
    *lines, _unfinished = re.split("\r\n|\n|\r", text)
    for line in lines:
        field, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                raw = data[:-1]
                events.append(SSEEvent(name or "message", payload(raw), id, retry, raw))
                retry = None
            name = data = ""
        elif colon and not field:
            continue
        elif field == "data":
            data += value + "\n"
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            id = value
        elif field == "retry" and re.fullmatch("[0-9]{1,15}", value):
            retry = int(value)
    return events


def payload(raw: str) -> object:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw


PIECES = [
    *(b"data", b"event", b"id", b"retry", b": ", b":", b" ", b"\n", b"\n\n", b"\r", b"\r\n", b"\0"),
    *(
        b"data: x\n",
        b"id: 1\n",
        b"event: y\ndata: z\n\n",
        b"data: [1]\n\n",
        b"a",
        b"12",
        b"_",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"\xff",
        b"\xe2",
    ),
]
WIRES = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=20)


def cut_at(wire: bytes, sizes: list[int]) -> list[bytes]:
    chunks: list[bytes] = []
    while wire:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(wire[:size])
        wire = wire[size:]
    return chunks


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(WIRES, CUTS)
def test_any_bytes_in_any_chunks_are_read_as_the_standard_says(
    wire: bytes, sizes: list[int]
) -> None:
    assert decode(cut_at(wire, sizes)) == reference(wire)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(WIRES)
def test_whole_events_in_each_chunk_are_read_as_the_standard_says(wire: bytes) -> None:
    assert decode(re.split(b"(?<=\n\n)", wire)) == reference(wire)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(WIRES, CUTS, st.integers(0, 30))
def test_the_limit_does_not_depend_on_the_chunks(wire: bytes, sizes: list[int], limit: int) -> None:
    assert decode(cut_at(wire, sizes), limit) == decode([wire], limit)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    "large",
    [
        b"data: 0123456789\n\n",
        b"data: 01\r\ndata: 34\r\n\r\n",
        b"data\n" * 4 + b"\n",
        b"id: 01234567890123\n",
        b": 01234567890123456789\n",
        "data: €€€€\n\n".encode(),
    ],
    ids=["line", "lines", "empty-lines", "id", "comment", "characters"],
)
def test_an_event_may_not_be_larger_than_the_limit(large: bytes, size: int) -> None:
    wire = b"data: a\n\n" + large + b"\ndata: b\n\n"
    length = len(large.replace(b"\r", b"").rstrip(b"\n")) + 1
    assert decode(cut(wire, size), length - 1) == [message("a"), "StreamError"]
    assert "StreamError" not in decode(cut(wire, size), length)


def test_a_decoder_stays_broken_after_an_event_that_was_too_large() -> None:
    decoder = SSEDecoder(max_event_size=8)
    assert decoder.feed(b"data: a\n\ndata: too large\n\n") == [message("a")]
    for _ in range(2):
        with pytest.raises(
            StreamError, match="larger than 8 bytes; raise max_event_size to accept it"
        ):
            decoder.feed(b"data: b\n\n")
    with pytest.raises(StreamError, match="larger than 8 bytes"):
        decoder.close()


def test_many_small_events_are_not_one_large_event() -> None:
    wire = b": ping\n\ndata: a\n\n" * 1000
    assert len(decode([wire], 8)) == len(decode(cut(wire, 5), 8)) == 1000


def test_the_size_of_an_event_counts_from_its_own_beginning() -> None:
    chunks = [b"data: a\n\ndata: b\n\ndata: c\n", b"data: 0123456789\n\n"]
    assert decode(chunks, 30) == [message("a"), message("b"), message("c\n0123456789")]


def test_an_event_that_is_too_large_does_not_come_after_many_small_ones() -> None:
    wire = b"data: a\n\n" * 20 + b"data: 0123456789\n\n"
    assert decode([wire], 12) == [*[message("a")] * 20, "StreamError"]


def test_a_line_without_an_end_is_refused_as_soon_as_it_is_too_large() -> None:
    decoder = SSEDecoder(max_event_size=8)
    assert decoder.feed(b"data: ab") == []
    with pytest.raises(StreamError, match="larger than 8 bytes"):
        decoder.feed(b"c")


def test_a_closed_decoder_reads_no_more() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a") == []
    decoder.close()
    decoder.close()
    with pytest.raises(
        StreamError, match=r"^The decoder is closed; use a new one for each stream\.$"
    ):
        decoder.feed(b"\n\n")


def cpu_seconds(wire: bytes, size: int) -> float:
    chunks = cut(wire, size)
    began = time.thread_time()
    assert len(decode(chunks)) == 1
    return time.thread_time() - began


def one_line(length: int) -> bytes:
    return b"data: " + b"x" * length + b"\n\n"


def many_lines(length: int) -> bytes:
    return b"data: 0123456789\n" * (length // 17) + b"\n"


@pytest.mark.parametrize(("size", "length"), [(1, 1 << 17), (61, 1 << 21)])
@pytest.mark.parametrize("event", [one_line, many_lines])
def test_small_chunks_take_time_in_proportion(
    event: Callable[[int], bytes], size: int, length: int
) -> None:
    short = min(cpu_seconds(event(length // 8), size) for _ in range(3))
    long = min(cpu_seconds(event(length), size) for _ in range(2))
    assert long < 8 * 3 * short + 0.05  # in quadratic time it would be 64 times as long


@pytest.mark.parametrize("size", [4096, 65_536])
def test_64_mib_in_pieces_cost_little_more_than_in_one(size: int) -> None:
    event = one_line(1 << 26)
    pieces, whole = cpu_seconds(event, size), cpu_seconds(event, len(event))
    assert pieces < 20 * whole + 0.5  # in quadratic time it would be hundreds of times as long


def test_events_are_values() -> None:
    wire = b'retry: 5\nid: 1\nevent: a\ndata: {"b":1}\n\n'
    (event,) = SSEDecoder().feed(wire)
    assert event == SSEEvent("a", {"b": 1}, "1", 5, '{"b":1}')
    assert event != dataclasses.replace(event, id="2")
    assert repr(event) == ("SSEEvent(event='a', data={'b': 1}, id='1', retry=5, raw='{\"b\":1}')")
    assert pickle.loads(pickle.dumps(event)) == copy.deepcopy(event) == event
    assert hash(SSEEvent("a", raw="1")) == hash(SSEEvent("a", raw="1"))
    for name in ("event", "data", "id", "retry", "raw", "other"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(event, name, None)
    match event:
        case SSEEvent("a", {"b": number}):
            assert number == 1
        case _:
            pytest.fail("no match")
