"""Server-sent events that break, end early, or are legal but odd."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import partial
from typing import cast

from support.scripted_server import Step, answer, chunks

from .adapter import Sdk, StreamAdapter
from .trial import NONE, Rows, Trial, against, attempt, named

WORDS = ("one", "two", "three")
Streaming = type[StreamAdapter]
Script = Callable[[Streaming], tuple[Step, ...]]


def words(script: Script, sdk: Sdk, timeout: float | None = None) -> str:
    """How many words came of three, and what was raised."""
    if not hasattr(sdk, "stream"):
        return NONE
    got, trial = _read(cast("Streaming", sdk), script, timeout)
    return f"{len(got)} of 3, {named(sdk, trial.error)}"


def _read(sdk: Streaming, script: Script, timeout: float | None) -> tuple[list[str], Trial]:
    got: list[str] = []
    with against(sdk, *script(sdk), timeout=timeout) as (client, _):
        trial = attempt(lambda: got.extend(cast("StreamAdapter", client).stream()))
    return got, trial


def events(sdk: Streaming) -> bytes:
    return b"".join(map(sdk.word, WORDS))


def whole(before: bytes = b"", between: bytes = b"") -> Script:
    """A stream that ends well, with something odd in it."""

    def script(sdk: Streaming) -> tuple[Step, ...]:
        first, *rest = map(sdk.word, WORDS)
        return (chunks(before + first + between + b"".join(rest) + sdk.end),)

    return script


def cut(*, final: bool, then: str) -> Script:
    """A stream without its end marker."""
    return lambda sdk: (chunks(events(sdk), final=final, then=then),)


def half_an_event(sdk: Streaming) -> tuple[Step, ...]:
    return (chunks(events(sdk), sdk.word("four")[:-8]),)


def no_json(sdk: Streaming) -> tuple[Step, ...]:
    tea = re.sub(rb"data: .*", b"data: tea?", sdk.word("tea"))
    return (chunks(sdk.word("one"), tea, sdk.word("two"), sdk.word("three"), sdk.end),)


def bad_byte(sdk: Streaming) -> tuple[Step, ...]:
    return (chunks(events(sdk).replace(b"two", b"tw\xff"), sdk.end),)


def in_pieces(sdk: Streaming) -> tuple[Step, ...]:
    whole_stream = events(sdk) + sdk.end
    return (chunks(*(whole_stream[at : at + 1] for at in range(len(whole_stream)))),)


def failed(sdk: Streaming) -> tuple[Step, ...]:
    return (chunks(events(sdk), sdk.failure),)


def silent(sdk: Streaming) -> tuple[Step, ...]:
    return (chunks(events(sdk), final=False, then="stall"),)


def packed_and_cut(sdk: Streaming) -> tuple[Step, ...]:
    """As a server packs a stream: what it has can be unpacked after each word."""
    packer = zlib.compressobj(wbits=31)
    words = [packer.compress(sdk.word(word)) + packer.flush(zlib.Z_SYNC_FLUSH) for word in WORDS]
    kind = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    return (chunks(*words, headers=kind),)


def huge(sdk: Streaming) -> tuple[Step, ...]:
    event = sdk.word("x" * 20_000_000)
    pieces = [event[at : at + 65_536] for at in range(0, len(event), 65_536)]
    return (chunks(sdk.word("one"), *pieces, sdk.word("three"), sdk.end),)


def instead(body: object) -> Script:
    """An answer that is no stream."""
    return lambda _: (answer(200, body),)


def opened_again(sdk: Streaming) -> tuple[Step, ...]:
    return (answer(503), chunks(events(sdk), sdk.end))


def reused(sdk: Sdk) -> str:
    """Connections for four streams whose last chunk comes 50 ms after the end marker."""
    if not hasattr(sdk, "stream"):
        return NONE
    streaming = cast("Streaming", sdk)
    step = chunks(events(streaming), streaming.end, before_end=0.05)
    with against(sdk, step) as (client, server):
        for _ in range(4):
            list(cast("StreamAdapter", client).stream())
        return str(server.connections)


ROWS: Rows = {
    "503, then a stream": partial(words, opened_again),
    "JSON in place of events": partial(words, instead({"message": "Not now."})),
    "a page of HTML in place of events": partial(
        words, instead("<!doctype html><title>Sign in</title>")
    ),
    "a byte at a time": partial(words, in_pieces),
    "a failure that the server reports": partial(words, failed),
    "no byte after the third word, time-out of 0.2 s": partial(words, silent, timeout=0.2),
    "cut: the last chunk is missing": partial(words, cut(final=False, then="close")),
    "reset": partial(words, cut(final=False, then="reset")),
    "half an event, then a clean end": partial(words, half_an_event),
    "a clean end without the end marker": partial(words, cut(final=True, then="keep")),
    "the same in gzip": partial(words, packed_and_cut),
    "a second word of 20 MB": partial(words, huge),
    "a byte-order mark at the start": partial(words, whole(before=b"\xef\xbb\xbf")),
    "a `retry:` block at the start": partial(words, whole(before=b"retry: 1000\n\n")),
    "an `id:` block and a comment in between": partial(
        words, whole(between=b"id: 7\n\n: ping\n\n")
    ),
    "an unknown event type in between": partial(
        words, whole(between=b'event: novelty\ndata: {"type": "novelty"}\n\n')
    ),
    "data that is not JSON in between": partial(words, no_json),
    "a byte that is not UTF-8, in the second word": partial(words, bad_byte),
    "connections for 4 streams that end 50 ms after their end marker": reused,
}
