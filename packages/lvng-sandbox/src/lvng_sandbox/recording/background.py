"""The recording proxy as a server: in a thread of a program, or in its own process."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import uvicorn

from ..network import listen
from .proxy import UPSTREAM, Proxy

_START_TIMEOUT = 30.0


class Recorder:
    """A local recording proxy. In a `with` block it runs in a thread of this process.

    Args:
        upstream: base URL of the service.
        to: folder for the exchanges; existing ones are kept.
        port: port to listen on; by default a free one.

    Raises:
        ValueError: credentials would be sent to the service unencrypted.

    Attributes:
        base_url: base URL of the proxy, for `LVNG_BASE_URL`.
    """

    def __init__(self, upstream: str = UPSTREAM, *, to: str | Path, port: int = 0) -> None:
        self._proxy = Proxy(upstream, Path(to))
        self._port = port
        self.base_url: str = ""
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._listener: socket.socket | None = None

    @property
    def count(self) -> int:
        """The number of exchanges recorded so far."""
        return self._proxy.count

    def __enter__(self) -> Self:
        listener = self._listen()
        server = self._server = self._make_server()
        self._thread = threading.Thread(
            target=server.run, args=([listener],), name="lvng-recorder", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_TIMEOUT
        while not server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._server and self._thread and self._listener:
            self._server.should_exit = True
            self._thread.join()
            self._listener.close()

    def serve(self, ready: Callable[[Self], None]) -> None:
        """Run the proxy in this thread until the process is interrupted.

        Args:
            ready: called when it listens.

        Raises:
            OSError: it cannot listen on the port.
        """
        with contextlib.closing(self._listen()) as listener:
            ready(self)
            self._make_server().run(sockets=[listener])

    def _listen(self) -> socket.socket:
        listener = listen("127.0.0.1", self._port)
        self._listener = listener
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return listener

    def _make_server(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self._proxy.app(),
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            ws="none",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=5,
        )
        return uvicorn.Server(config)
