"""The server of the measurements, in a process of its own: canned bytes, so that it is never what is measured.

It answers every request alike, but for streams, in the path of which stands how their events are cut into pieces.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import cast

ITEMS = 12
PIECE = 65_536
EVENTS = 20_000

ITEM = {
    "object": "model",
    "type": "model",
    "name": "Quarterly report",
    "display_name": "Quarterly report",
    "owned_by": "ws_3b9d0e57",
    "created": 1_790_000_000,
    "created_at": "2026-09-21T13:33:20Z",
}
LIST = {
    "object": "list",
    "data": [{"id": f"wf_{number}", **ITEM} for number in range(ITEMS)],
    "has_more": False,
    "url": "/v1/products",
}
"""What the list of every SDK here can be read from: about two kilobytes."""

EVENT = b'event: text_delta\ndata: {"delta":"word "}\n\n'
DONE = b'event: done\ndata: {"conversationId":"c1"}\n\n'


def answer(kind: str, body: bytes) -> bytes:
    """A whole answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def stream(pieces: Iterator[bytes]) -> bytes:
    """A stream of events in so many chunks."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def fine(events: int) -> Iterator[bytes]:
    """A chunk for each event."""
    yield from [EVENT] * (events - 1)
    yield DONE


def coarse(events: int) -> Iterator[bytes]:
    """Large chunks, which end somewhere in an event."""
    whole = b"".join(fine(events))
    return (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))


class Canned(asyncio.Protocol):
    """One connection. Requests may come in parts, or several at once."""

    answers: dict[bytes, bytes]

    def __init__(self) -> None:
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end].lower()
            length = 0
            if (at := head.find(b"content-length:")) >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._read) < end + 4 + length:
                return
            self._read = self._read[end + 4 + length :]
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        first = head.split(b"\r\n", 1)[0]
        return next((body for part, body in self.answers.items() if part in first), b"")


async def serve(events: int) -> None:
    Canned.answers = {
        b"/fine/": stream(fine(events)),
        b"/coarse/": stream(coarse(events)),
        b"/": answer("application/json", json.dumps(LIST).encode()),
    }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Canned, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until the other side is gone


@contextlib.contextmanager
def serving(events: int = EVENTS) -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    command = [sys.executable, __file__, str(events)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.communicate()


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        asyncio.set_event_loop_policy(import_module("uvloop").EventLoopPolicy())
    asyncio.run(serve(int(sys.argv[1])))
