"""The sandbox as a server: in a background thread, or in the main thread of a process."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import math
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

import uvicorn

from . import seed
from .composition import make_platform
from .engines.engine import Engine
from .http.app import make_app
from .http.dashboard import dashboard_routes
from .http.faults import Faults
from .http.pipeline import Pipeline
from .http.rate_limits import RateLimits
from .http.request_log import Entry, RequestLog
from .network import is_loopback
from .platform.accounts import new_key
from .platform.caller import Caller
from .platform.jobs import FailedJob
from .platform.platform import Platform
from .store.database import EXAMPLE

T = TypeVar("T")

BODY_LIMIT = 32 * 1024 * 1024
_START_TIMEOUT = 30.0

# uvicorn logs every stream that is cut off at shutdown; users opt in by configuring logging.
logging.getLogger("uvicorn").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a sandbox."""

    user_id: str
    email: str
    api_key: str = field(repr=False)
    jwt: str = field(repr=False)


class Sandbox:
    """A local LVNG server. In a `with` block it runs in a thread of this process.

    Args:
        db: the database file; by default everything is kept in memory and lost at the end.
        api_key: key of the example account; by default the one in the database, or a new one.
        host: address to listen on; a warning is issued if others can reach it.
        port: port to listen on; by default a free one.
        step_delay: seconds between the events of a stream and the steps of a run; default 0.
        rate_limits: respond 429 above the API's rate limits; default False. The headers are always sent.
        body_limit: bytes of the largest request body; default 32 MiB.
        check_responses: respond 500 in place of a response that does not conform to the contract; default False.
        engine: answers chats and agents, such as `OpenAIEngine(url, model)`; default: extracts of what is stored.

    Raises:
        ValueError: port or step_delay is out of range.

    Attributes:
        faults: the faults to inject: `sandbox.faults.add("workflows.list", Fault(status=503))`.
        base_url: address of the server.
        api_key: an API key of the example account.
    """

    def __init__(
        self,
        *,
        db: str | None = None,
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        step_delay: float = 0.0,
        rate_limits: bool = False,
        body_limit: int = BODY_LIMIT,
        check_responses: bool = False,
        engine: Engine | None = None,
    ) -> None:
        if not 0 <= port < 2**16:
            raise ValueError(f"port must be from 0 to {2**16 - 1}; got {port}")
        if not 0 <= step_delay < math.inf:
            raise ValueError(
                f"step_delay must be a number of seconds, at least 0; got {step_delay}"
            )
        self.faults: Faults = Faults()
        self._log = RequestLog()
        self.base_url: str = ""
        self.api_key: str = ""
        self._db, self._wanted_key = db or ":memory:", api_key
        self._host, self._port = host, port
        self._step_delay, self._rate_limits = step_delay, rate_limits
        self._body_limit, self._check_responses = body_limit, check_responses
        self._engine = engine
        self._account = Caller("", "")
        self._thread: _Thread | None = None

    def __repr__(self) -> str:
        return f"<Sandbox at {self.base_url}>" if self._thread else "<Sandbox, not running>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def jwt(self) -> str:
        """A JWT of the example account, valid for an hour."""
        return self._run(lambda platform: platform.sessions.issue(self._account))

    @property
    def requests(self) -> list[Entry]:
        """The requests since the start or the last reset, oldest first: the last thousand, or fewer of large ones."""
        return self._log.entries()

    @property
    def failed_jobs(self) -> list[FailedJob]:
        """Background work that raised, was tried again, and was given up; oldest first."""
        return self._run(lambda platform: platform.jobs.failed())

    def start(self) -> None:
        """Start the server; it is ready when this returns.

        Raises:
            OSError: it cannot listen on host and port.
            DatabaseError: the database file cannot be used.
        """
        if self._thread is not None:
            raise RuntimeError("This sandbox is already running.")
        listener = self._listen()
        with _closed_on_error(listener):
            platform = self._open()
            self._thread = _Thread(platform, self._server(platform), listener)
        self._thread.start()

    def stop(self) -> None:
        """Stop the server and close the database."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    def serve(self, ready: Callable[[Self], None]) -> None:
        """Run the server in this thread until the process is interrupted.

        Args:
            ready: called when the server listens.

        Raises:
            OSError: it cannot listen on host and port.
            DatabaseError: the database file cannot be used.
        """
        with contextlib.closing(self._listen()) as listener:
            platform = self._open()
            with contextlib.closing(platform.store):
                ready(self)
                self._server(platform).run(sockets=[listener])

    def reset(self) -> None:
        """Return to the state after the start, and remove all faults. Takes milliseconds.

        Raises:
            RuntimeError: the sandbox is not running, or has a database file.
        """
        if self._db != ":memory:":
            raise RuntimeError("A sandbox with a database file cannot be reset.")
        self.faults.clear()
        self._log.clear()
        self._run(Platform.reset)

    def advance(self, seconds: float) -> None:
        """Set the clock ahead: keys expire, schedules fire, runs continue.

        Raises:
            ValueError: it is negative, or not a number.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be a number, at least 0; got {seconds}")

        def advance(platform: Platform) -> None:
            platform.jobs.advance(seconds)
            platform.jobs.changed()

        self._run(advance)

    def create_account(self, email: str) -> Account:
        """Create an account, in an organization and workspace of its own.

        Raises:
            ValueError: there is an account with this address, or it is not an address.
        """
        if "@" not in email.strip("@"):
            raise ValueError(f"email must be an address; got {email!r}")
        api_key = new_key()

        def create(platform: Platform) -> Account:
            if platform.accounts.by_email(email):
                raise ValueError(f"There is an account with the address {email!r} already")
            with platform.store.transaction():
                caller = seed.open_account(platform, email, api_key)
            return Account(caller.user_id, email, api_key, platform.sessions.issue(caller))

        return self._run(create)

    def _run(self, function: Callable[[Platform], T]) -> T:
        """Call a function in the server's thread."""
        if self._thread is None:
            raise RuntimeError("This sandbox is not running; use it in a with block.")
        return self._thread.run(function)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # Explicitly TCP: only then does asyncio set TCP_NODELAY, and send small responses at once.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        with _closed_on_error(listener):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self._host, self._port))
            listener.listen(512)
        if not is_loopback(listener.getsockname()[0]):
            warnings.warn(
                f"The sandbox listens on {self._host}: others on the network can reach it.",
                stacklevel=4,
            )
        host = f"[{self._host}]" if family == socket.AF_INET6 else self._host
        # A wildcard is an address to listen on, not one to connect to.
        host = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104
        self.base_url = f"http://{host}:{listener.getsockname()[1]}"
        return listener

    def _open(self) -> Platform:
        """The platform, with example data if its database is new."""
        platform = make_platform(self._db, step_delay=self._step_delay, engine=self._engine)
        platform.base_url = self.base_url
        with platform.store.transaction(EXAMPLE):
            self._account, self.api_key = seed.prepare(platform, self._wanted_key)
        if self._db == ":memory:":
            platform.initial_state = platform.store.snapshot()
        return platform

    def _server(self, platform: Platform) -> uvicorn.Server:
        pipeline = Pipeline(
            platform,
            RateLimits(platform.clock, enforced=self._rate_limits),
            self.faults,
            body_limit=self._body_limit,
            check_responses=self._check_responses,
            observers=(self._log.observe,),
        )
        config = uvicorn.Config(
            make_app(pipeline, dashboard_routes(platform, self._log)),
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        return uvicorn.Server(config)


@contextlib.contextmanager
def _closed_on_error(listener: socket.socket) -> Iterator[None]:
    """Close a socket if the block fails."""
    try:
        yield
    except BaseException:
        listener.close()
        raise


class _Thread:
    """A server in a thread of its own."""

    def __init__(self, platform: Platform, server: uvicorn.Server, listener: socket.socket) -> None:
        self._platform, self._server, self._listener = platform, server, listener
        self._loop: concurrent.futures.Future[asyncio.AbstractEventLoop] = (
            concurrent.futures.Future()
        )
        self._thread = threading.Thread(target=self._main, name="lvng-sandbox", daemon=True)

    def start(self) -> None:
        """Start the thread; returns when the server is ready."""
        self._thread.start()
        self._loop.result(_START_TIMEOUT)

    def stop(self) -> None:
        """Stop the server, and wait until the thread has ended."""

        def end() -> None:
            self._server.should_exit = True
            for task in self._server.server_state.tasks:
                task.cancel()  # a stream may never end by itself

        self._loop.result().call_soon_threadsafe(end)
        self._thread.join()
        self._listener.close()
        self._platform.store.close()

    def run(self, function: Callable[[Platform], T]) -> T:
        """Call a function in the thread."""
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def call() -> None:
            try:
                done.set_result(function(self._platform))
            except BaseException as error:  # noqa: BLE001 - raised in the thread that called
                done.set_exception(error)

        self._loop.result().call_soon_threadsafe(call)
        return done.result()

    def _main(self) -> None:
        async def serve() -> None:
            self._loop.set_result(asyncio.get_running_loop())
            await self._server.serve(sockets=[self._listener])

        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - raised by start()
            if not self._loop.done():
                self._loop.set_exception(error)
