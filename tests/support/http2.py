"""A server that speaks HTTP/2 over TLS, and does with each request what the test says."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Self

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

from .tls import CERTIFICATE


class Connection:
    """One connection of a client."""

    def __init__(self, server: Http2Server, sock: ssl.SSLSocket) -> None:
        self._server, self._socket = server, sock
        self._lock = threading.Lock()
        self.number = len(server.connections) + 1
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))

    def serve(self) -> None:
        """Answer until the client goes."""
        self.h2.initiate_connection()
        if self._server.max_streams is not None:
            limit: dict[h2.settings.SettingCodes | int, int] = {
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: self._server.max_streams
            }
            self.h2.update_settings(limit)
        self.flush()
        while data := self._socket.recv(65_536):
            with self._lock:
                events = self.h2.receive_data(data)
            for event in events:
                self._handle(event)
            self.flush()

    def _handle(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers = {name.decode(): value.decode() for name, value in event.headers or []}
            self._server.requests.append(headers)
            self._server.respond(self, event.stream_id or 0, headers[":path"])

    def flush(self) -> None:
        """Write what there is to write."""
        with self._lock, contextlib.suppress(OSError):
            self._socket.sendall(self.h2.data_to_send())

    def answer(self, stream: int, body: Any, status: int = 200) -> None:
        """Answer a request, also from another thread."""
        content = json.dumps(body).encode()
        headers = [(":status", str(status)), ("content-type", "application/json")]
        with self._lock:
            self.h2.send_headers(stream, headers)
            self.h2.send_data(stream, content, end_stream=True)
        self.flush()

    def go_away(self, last_stream: int) -> None:
        """Say that no request after a stream is or will be processed, and end the connection."""
        with self._lock:
            self.h2.close_connection(last_stream_id=last_stream)
        self.flush()
        self._socket.shutdown(socket.SHUT_WR)


Respond = Callable[[Connection, int, str], None]


def echo(connection: Connection, stream: int, path: str) -> None:
    """What was asked for."""
    connection.answer(stream, {"path": path})


class Http2Server:
    """The server. `requests` holds their headers, `connections` what was accepted.

    Args:
        respond: given the connection, the stream and the path of each request.
        max_streams: how many requests a connection may have at a time.
    """

    def __init__(self, respond: Respond = echo, *, max_streams: int | None = None) -> None:
        self.respond, self.max_streams = respond, max_streams
        self.requests: list[dict[str, str]] = []
        self.connections: list[Connection] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(CERTIFICATE)
        self._tls.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for sock in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, sock)

    def _serve(self, plain: socket.socket) -> None:
        with (
            contextlib.suppress(OSError, h2.exceptions.ProtocolError),
            self._tls.wrap_socket(plain, server_side=True) as sock,
        ):
            self._sockets.append(sock)
            connection = Connection(self, sock)
            self.connections.append(connection)
            connection.serve()
