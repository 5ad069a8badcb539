"""A scripted HTTP server on loopback that simulates the faults of real servers and networks.

Each request takes the next step of the script; the last step responds to all further ones. A step is a function
that receives the `Exchange` and writes raw bytes, so that no HTTP library corrects them:

    with ScriptedServer(answer(503), answer(200, {"ok": True})) as server:
        ...
        assert [seen.method for seen in server.requests] == ["GET", "GET"]
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(slots=True)
class Seen:
    """A request as received."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    head: bytes = b""
    at: float = field(default_factory=time.monotonic)
    step: Step | None = None
    """The step of the script that responded to it."""

    def header(self, name: str) -> str | None:
        """The value of a header. Fails the test if the header was sent twice."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was sent {len(values)} times: {values}"
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Exchange:
    """One request, and the means to respond to it."""

    def __init__(self, server: ScriptedServer, sock: socket.socket, seen: Seen) -> None:
        self.server, self.socket, self.seen = server, sock, seen
        self.open = True

    def send(self, *pieces: bytes) -> None:
        """Write bytes, unchanged."""
        self.socket.sendall(b"".join(pieces))

    def wait(self, seconds: float) -> None:
        """Sleep, at most until the server stops."""
        self.server.stopping.wait(seconds)

    def close(self) -> None:
        """Close the connection after the bytes that were written."""
        self.open = False
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.open = False
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # close() would wait for the reader, which uses the socket, too.
        os.close(self.socket.detach())


Step = Callable[[Exchange], None]
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class ScriptedServer:
    """The server. `requests` has the requests it received, `connections` the number of accepted connections."""

    def __init__(self, *script: Step, greet: Step | None = None) -> None:
        self.script = list(script)
        self.greet = greet
        self.requests: list[Seen] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._unread: set[socket.socket] = set()
        """The connections on which no request was received yet."""
        self._peers: set[tuple[str, int]] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def last(self) -> Seen:
        """The latest request."""
        return self.requests[-1]

    @property
    def open_connections(self) -> int:
        """Number of open connections."""
        with self._lock:
            return len(self._sockets)

    def wait_for_connections(self, count: int, within: float = 2.0) -> None:
        """Wait until `count` connections are open; the server notices a close a little later."""
        end = time.monotonic() + within
        while self.open_connections != count:
            assert time.monotonic() < end, f"{self.open_connections} connections, not {count}"
            time.sleep(0.002)

    def settle(self, within: float = 10.0) -> None:
        """Wait until all connections that were opened are accepted, and have sent a request or ended.

        On a busy machine the client may be done with a request before the server has received it.
        """
        end = time.monotonic() + within
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            name = last.getsockname()
            while name not in self._peers:
                assert time.monotonic() < end, "a connection was not accepted"
                time.sleep(0.001)
        while self._unread:
            assert time.monotonic() < end, f"{len(self._unread)} connections sent nothing"
            time.sleep(0.001)

    def close(self) -> None:
        """Close all connections and end all threads."""
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            sockets, threads = list(self._sockets), list(self._threads)
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        with self._lock:
            self._threads = [old for old in self._threads if old.is_alive()]
            self._threads.append(thread)
            thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, peer = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._sockets.add(sock)
                self._unread.add(sock)
                self._peers.add(peer)
            self._start(self._serve, sock, peer)

    def _serve(self, sock: socket.socket, peer: tuple[str, int]) -> None:
        try:
            with contextlib.suppress(OSError, EOFError):
                self._converse(sock)
        finally:
            with self._lock:
                self._sockets.discard(sock)
                self._unread.discard(sock)
                self._peers.discard(peer)
            sock.close()

    def _converse(self, sock: socket.socket) -> None:
        if self.greet is not None:
            exchange = Exchange(self, sock, Seen("", "", []))
            self.greet(exchange)
            if not exchange.open:
                return
        reader = sock.makefile("rb")
        with contextlib.closing(reader):
            while not self.stopping.is_set():
                seen = read_request(reader)
                with self._lock:
                    self.requests.append(seen)
                    self._unread.discard(sock)
                    step = self.script[0] if len(self.script) == 1 else self.script.pop(0)
                seen.step = step
                exchange = Exchange(self, sock, seen)
                step(exchange)
                if not exchange.open:
                    # Wait for the client's close: closing earlier could cause a reset.
                    while exchange.socket.fileno() >= 0 and reader.read(65_536):
                        pass
                    return


Serve = Callable[..., ScriptedServer]
"""The fixture `serve`: starts a server with a script."""


def read_request(reader: Any) -> Seen:
    """Read a complete request; its body has a length or is chunked."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        line = reader.readline()
        if not line:
            raise EOFError
        head += line
    start, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, _ = start.split(" ")
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, _, value = line.partition(": ")
        headers.append((name, value))
    seen = Seen(method, target, headers, head=bytes(head))
    if (length := seen.header("content-length")) is not None:
        seen.body = _exactly(reader, int(length))
    elif seen.header("transfer-encoding") == "chunked":
        while size := int(_line(reader), 16):
            seen.body += _exactly(reader, size)
            reader.readline()
        reader.readline()
    return seen


def _line(reader: Any) -> bytes:
    line: bytes = reader.readline()
    if not line:
        raise EOFError
    return line


def _exactly(reader: Any, size: int) -> bytes:
    data: bytes = reader.read(size)
    if len(data) < size:
        raise EOFError
    return data


# Steps


def pairs_of(headers: Headers) -> list[tuple[str, str]]:
    """Headers as pairs, from a mapping or pairs."""
    if isinstance(headers, Mapping):
        return [(str(name), str(value)) for name, value in headers.items()]
    return list(headers)


def head(status: int, headers: Headers = (), reason: str = "-") -> bytes:
    """A status line and headers, including the empty line."""
    lines = [f"{name}: {value}" for name, value in pairs_of(headers)]
    return "\r\n".join([f"HTTP/1.1 {status} {reason}", *lines, "", ""]).encode("latin-1")


def payload(body: Any) -> tuple[bytes, str | None]:
    """A body and its content type: bytes unchanged, text as HTML, everything else as JSON."""
    if isinstance(body, bytes):
        return body, None
    if isinstance(body, str):
        return body.encode(), "text/html; charset=utf-8"
    return json.dumps(body).encode(), "application/json"


def answer(status: int = 200, body: Any = b"", headers: Headers = ()) -> Step:
    """A complete response."""

    def step(exchange: Exchange) -> None:
        content, kind = payload(body)
        pairs = pairs_of(headers)
        if kind and not any(name.lower() == "content-type" for name, _ in pairs):
            pairs.append(("Content-Type", kind))
        if not any(name.lower() == "content-length" for name, _ in pairs) and status not in {
            204,
            304,
        }:
            pairs.append(("Content-Length", str(len(content))))
        exchange.send(head(status, pairs), b"" if exchange.seen.method == "HEAD" else content)

    return step


def echo(exchange: Exchange) -> None:
    """Respond with the request, as JSON."""
    seen = exchange.seen
    answer(
        200, {"method": seen.method, "target": seen.target, "data": seen.body.decode("latin-1")}
    )(exchange)


def raw(*pieces: bytes, then: str = "close", pause: float = 0.0) -> Step:
    """Send bytes unchanged, with pauses, then `close`, `reset`, `keep` or `stall` the connection."""

    def step(exchange: Exchange) -> None:
        for number, piece in enumerate(pieces):
            if number and pause:
                exchange.wait(pause)
            exchange.send(piece)
        end(exchange, then)

    return step


def end(exchange: Exchange, how: str) -> None:
    """End a response: `close`, `reset`, `keep` or `stall` the connection."""
    if how == "close":
        exchange.close()
    elif how == "reset":
        # The bytes must arrive before the reset, which discards them.
        exchange.wait(0.02)
        exchange.reset()
    elif how == "stall":
        exchange.wait(60)
    else:
        assert how == "keep", how


def reset(exchange: Exchange) -> None:
    """A reset in place of a response: the request may have been processed."""
    exchange.reset()


def hang_up(exchange: Exchange) -> None:
    """A close in place of a response."""
    exchange.close()


def stall(exchange: Exchange) -> None:
    """No response."""
    exchange.wait(60)


def mute(exchange: Exchange) -> None:
    """No response until the client closes the connection; then the server closes it, too."""
    while exchange.socket.recv(65_536):
        pass
    exchange.close()


def then_mute(step: Step) -> Step:
    """The step, then no further response until the client closes the connection."""

    def both(exchange: Exchange) -> None:
        step(exchange)
        mute(exchange)

    return both


def half(status: int = 200, body: bytes = b'{"data": [', *, then: str = "close") -> Step:
    """The first half of a body whose Content-Length is twice as long."""
    length = {"Content-Length": str(2 * len(body)), "Content-Type": "application/json"}
    return raw(head(status, length), body, then=then)


def drip(*pieces: bytes, every: float = 0.05) -> Step:
    """Bytes one by one, with a pause between them."""

    def step(exchange: Exchange) -> None:
        for byte in b"".join(pieces):
            exchange.send(bytes([byte]))
            exchange.wait(every)

    return step


def dripping_body(body: bytes, every: float = 0.05) -> Step:
    """Headers at once, the body byte by byte."""

    def step(exchange: Exchange) -> None:
        kind = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        exchange.send(head(200, kind))
        drip(body, every=every)(exchange)

    return step


def chunks(
    *pieces: bytes,
    then: str = "keep",
    final: bool = True,
    pause: float = 0.0,
    before_end: float = 0.0,
    headers: Headers = (("Content-Type", "text/event-stream"),),
) -> Step:
    """A body in chunks; without `final` its last chunk is missing."""

    def step(exchange: Exchange) -> None:
        exchange.send(head(200, [*pairs_of(headers), ("Transfer-Encoding", "chunked")]))
        for number, piece in enumerate(pieces):
            if number and pause:
                exchange.wait(pause)
            exchange.send(f"{len(piece):x}\r\n".encode(), piece, b"\r\n")
        if before_end:
            exchange.wait(before_end)
        if final:
            exchange.send(b"0\r\n\r\n")
        end(exchange, then)

    return step


def redirect(status: int, location: str) -> Step:
    """A redirect."""
    return answer(status, b"", {"Location": location})


def closed_port() -> int:
    """A port that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """A port that never accepts connections: connecting never ends."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address[1]
