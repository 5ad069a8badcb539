"""The sandbox as a server: in a background thread, or in the main thread of a process."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import secrets
import socket
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

import uvicorn

from . import seed
from .clock import Clock
from .composition import make_platform
from .control.control import TIMEOUT, Account, ClockState, Control
from .control.routes import control_route
from .control.world import read_world
from .engines.engine import Engine
from .engines.scripted import ScriptedAnswers
from .http.app import make_app
from .http.faults import Faults
from .http.pipeline import Pipeline
from .http.rate_limits import RateLimits
from .http.request_log import Entry, RequestLog
from .network import is_loopback, listen
from .options import advises, check_engine, check_port, check_seed, check_step_delay
from .page.routes import page_routes
from .platform.caller import Caller
from .platform.jobs import FailedJob
from .platform.platform import Platform
from .platform.sessions import JWT_SECRET
from .randomness import Randomness
from .recording.replay import Replay
from .store.database import EXAMPLE

T = TypeVar("T")

BODY_LIMIT = 32 * 1024 * 1024
_START_TIMEOUT = 30.0
_NOT_RUNNING = "This sandbox is not running; use it in a with block."

# uvicorn logs every stream that is cut off at shutdown; users enable it by configuring logging.
logging.getLogger("uvicorn").addHandler(logging.NullHandler())


class Sandbox:
    """A local LVNG server. In a `with` block it runs in a thread of this process.

    Args:
        db: the database file; by default everything is kept in memory and lost at the end.
        api_key: key of the example account; by default the one in the database, or a new one.
        token: token for the page and the control API at `/_sandbox/`; default: a new one.
        host: address to listen on; a warning is issued if other machines can reach it. They need the token for the
            page and the control API.
        port: port to listen on; by default a free one.
        step_delay: seconds between the events of a stream and the steps of a run; default 0.
        rate_limits: whether to respond 429 above the API's rate limits; default False. The headers are always sent.
        body_limit: maximum size of a request body in bytes; default 32 MiB.
        check_responses: whether to respond 500 instead of a response that does not conform to the contract; default
            False.
        strict: whether to respond 400 to requests that deviate from the contract: unknown fields or parameters, old
            spellings, models that do not exist; default False. `deviations` lists them in any case.
        webhook_hosts: other hosts to which webhooks may be sent, such as containers.
        seed: seed for reproducible ids, keys and tokens; default: they are unpredictable.
        now: time to start at in ISO 8601, with a frozen clock; default: real time. Together with `seed`, two runs of
            a program get the same responses byte for byte.
        data: YAML file or folder with initial data, in addition to example data; see `docs/sandbox.md`.
        examples: whether a new database gets example data; False for only an account with an empty workspace.
        engine: answers chats and agents, such as `OpenAIEngine(url, model)`; default: extraction from stored texts.
        replay: folder of recorded exchanges, which take precedence.
        replay_strict: whether to refuse requests that were not recorded; default: the sandbox responds as usual.
        replay_timing: whether to send recorded streams with their delays; default: at once.

    Raises:
        ValueError: an option has a value that it cannot have; the message names it.

    Attributes:
        faults: faults to inject: `sandbox.faults.add("workflows.list", Fault(status=503))`.
        answers: scripted answers: `sandbox.answers.add("hello", "Hi!")`.
        base_url: address of the server.
        is_local: whether it can be reached from this machine only.
        token: opens the control API, as `Authorization: Bearer`.
        api_key: an API key of the example account.
    """

    @advises
    def __init__(
        self,
        *,
        db: str | None = None,
        api_key: str | None = None,
        token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        step_delay: float = 0.0,
        rate_limits: bool = False,
        body_limit: int = BODY_LIMIT,
        check_responses: bool = False,
        strict: bool = False,
        webhook_hosts: Iterable[str] = (),
        seed: int | None = None,
        now: str | None = None,
        data: str | Path | None = None,
        examples: bool = True,
        engine: Engine | None = None,
        replay: str | Path | None = None,
        replay_strict: bool = False,
        replay_timing: bool = False,
    ) -> None:
        check_port(port)
        check_step_delay(step_delay)
        check_seed(seed)
        check_engine(engine)
        try:
            Clock(now)
        except ValueError:
            raise ValueError(
                f"now must be ISO 8601, such as 2026-01-01T09:00Z; got {now!r}"
            ) from None
        self._seed, self._now, self._data, self._examples = seed, now, data, examples
        self.faults: Faults = Faults()
        self.answers: ScriptedAnswers = ScriptedAnswers()
        self._strict = strict
        self._webhook_hosts = frozenset(host.lower() for host in webhook_hosts)
        self.token: str = token or f"lvng_sandbox_{secrets.token_hex(16)}"
        self.base_url: str = ""
        self.is_local: bool = True
        self.api_key: str = ""
        self._db, self._wanted_key = db or ":memory:", api_key
        self._host, self._port = host, port
        self._step_delay, self._rate_limits = step_delay, rate_limits
        self._body_limit, self._check_responses = body_limit, check_responses
        self._engine = engine
        self._replay = (
            Replay(Path(replay), strict=replay_strict, timing=replay_timing) if replay else None
        )
        self._account = Caller("", "")
        self._log: RequestLog | None = None
        self._control: Control | None = None
        self._thread: _Thread | None = None

    def __repr__(self) -> str:
        return f"<Sandbox at {self.base_url}>" if self._thread else "<Sandbox, not running>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def jwt(self) -> str:
        """A JWT of the example account, valid for an hour."""
        return self._run(lambda platform: platform.sessions.issue(self._account))

    @property
    def requests(self) -> list[Entry]:
        """The requests since the start or the last reset, oldest first: at most the latest thousand."""
        return self._log.entries() if self._log else []

    @property
    def deviations(self) -> list[tuple[str, str]]:
        """Deviations of requests from the contract, such as unknown fields, with their operations."""
        return [(entry.operation, what) for entry in self.requests for what in entry.deviations]

    @property
    def unused_exchanges(self) -> list[str]:
        """The files of recorded exchanges that were not requested so far."""
        return self._replay.unused() if self._replay else []

    @property
    def failed_jobs(self) -> list[FailedJob]:
        """Background jobs that failed permanently, after all retries; oldest first."""
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
        thread, self._thread, self._control = self._thread, None, None
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

    @property
    def page_url(self) -> str:
        """Address of the page; with the token, if it can be opened from elsewhere."""
        return (
            self.base_url
            if self.is_local
            else f"{self.base_url}/?token={quote(self.token, safe='')}"
        )

    def state(self) -> dict[str, Any]:
        """Version, base URL, key, clock, counts, and the number of calls of each operation since the start."""
        return self._call(lambda control: control.state())

    def reset(self) -> None:
        """Return to the state of a new sandbox with this key, and remove all faults. Takes milliseconds.

        A database file is reset, too: afterwards it only contains the example data.

        Raises:
            RuntimeError: the sandbox is not running.
        """
        self._call(lambda control: control.reset())

    def snapshot(self, name: str | None = None) -> str:
        """Take a snapshot of everything stored, and of the clock; it exists until the sandbox stops.

        Args:
            name: its name; one of the same name is replaced. By default a new one.

        Returns:
            Its name, for `restore`.
        """
        return self._call(lambda control: control.snapshot(name)).name

    def restore(self, name: str) -> None:
        """Return to a snapshot. Faults and logged requests are not changed. Takes milliseconds.

        Raises:
            LookupError: there is no snapshot of this name.
        """
        self._call(lambda control: control.restore(name))

    def seed(self, data: str | Path | Mapping[str, Sequence[Any]]) -> dict[str, int]:
        """Store data as if it had been sent to the API, all of it or nothing.

        Args:
            data: lists of entries by tag, or a YAML file or folder; see `docs/sandbox.md`.

        Returns:
            By tag, the number of entries.

        Raises:
            ValueError: an entry is not valid; the message says which one and why.
        """
        world = data if isinstance(data, Mapping) else read_world(data)
        return self._call(lambda control: control.seed(world))

    def export(self) -> bytes:
        """Everything stored, as the content of a database file: for `load`, or for `db=`."""
        return self._call(lambda control: control.export())

    def load(self, content: bytes) -> None:
        """Replace everything stored by an exported state.

        Raises:
            ValueError: it is not an exported state.
        """
        self._call(lambda control: control.import_(content))

    def clock(self) -> ClockState:
        """The time of the sandbox, and whether it is frozen."""
        return self._call(lambda control: control.clock())

    def set_clock(self, now: str | None = None, *, frozen: bool | None = None) -> ClockState:
        """Set, freeze or unfreeze the clock. Jobs that are due at the new time run at once.

        Args:
            now: ISO 8601, such as `2026-01-01T09:00:00Z`; default: the current time.
            frozen: whether it is frozen until it is set, advanced or unfrozen; default: unchanged.

        Raises:
            ValueError: now is not ISO 8601.
        """
        return self._call(lambda control: control.set_clock(now, frozen))

    def advance(self, seconds: float) -> ClockState:
        """Advance the clock: keys expire, schedules fire, runs continue.

        Raises:
            ValueError: it is negative, more than ten years, or not a number.
        """
        return self._call(lambda control: control.advance(seconds))

    def accounts(self) -> list[dict[str, Any]]:
        """The accounts, oldest first: `user_id`, `email`, `name` and `organization_id`."""
        return self._call(lambda control: control.accounts())

    def account(self, email: str) -> Account:
        """An API key and a JWT of an account.

        Args:
            email: its address, or the id of its user.

        Raises:
            LookupError: there is none.
        """
        return self._call(lambda control: control.account(email))

    def create_account(
        self,
        email: str,
        *,
        workspace: str | None = None,
        role: str | None = None,
        name: str | None = None,
    ) -> Account:
        """Create an account.

        Args:
            email: its address.
            workspace: id, slug or name of a workspace: the account belongs to its organization, and is a member of it. By
                default it has an organization and a workspace of its own.
            role: role in that workspace: `owner`, `admin` or `member`; default `member`.
            name: display name.

        Raises:
            ValueError: the address is invalid or already in use, or there is no such role.
            LookupError: there is no such workspace.
        """
        return self._call(
            lambda control: control.create_account(email, workspace=workspace, role=role, name=name)
        )

    def wait_for_requests(
        self, count: int = 1, *, timeout: float = TIMEOUT, **query: Any
    ) -> list[Entry]:
        """Wait for a number of matching requests; returns them, oldest first.

        Args:
            count: the number of requests.
            timeout: maximum time to wait in seconds.
            query: filters: `operation`, `method`, `path`, `status`, `text`, `account`, `after`; see
                `docs/sandbox.md`.

        Raises:
            TimeoutError: there were fewer within `timeout`.
        """
        found = self._await(
            lambda control: control.requests(wait_for=count, timeout=timeout, limit=count, **query)
        )
        if len(found) < count:
            raise TimeoutError(f"{len(found)} of {count} requests within {timeout:g} seconds")
        return found

    def records(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        """The stored records of a kind, of all owners, newest first.

        Args:
            kind: the kind, such as `channels`.
            query: `text`, `own`, `limit` (default 100) and `offset`.

        Raises:
            LookupError: there is no such kind.
        """
        page = self._call(lambda control: control.records(kind, **query))
        return [one["record"] for one in page["records"]]

    def emails(self, **query: Any) -> list[dict[str, Any]]:
        """The emails of all senders, newest first; `to="li@example.com"` for those to one recipient."""
        page = self._call(lambda control: control.emails(**query))
        return [one["record"] for one in page["records"]]

    def notifications(self, **query: Any) -> list[dict[str, Any]]:
        """The notifications of all users, newest first. For the arguments see `records`."""
        return self.records("notifications", **query)

    def deliveries(self, **query: Any) -> list[dict[str, Any]]:
        """The webhook deliveries of all endpoints, newest first. For the arguments see `records`."""
        return self.records("developer.deliveries", **query)

    def _call(self, function: Callable[[Control], T]) -> T:
        """Call a method of the control in the server's thread."""
        control = self._control
        if control is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._run(lambda _platform: function(control))

    def _await(self, function: Callable[[Control], Coroutine[Any, Any, T]]) -> T:
        """Call an async method of the control in the server's thread, and wait for the result."""
        if self._control is None or self._thread is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._thread.wait(function(self._control))

    def _run(self, function: Callable[[Platform], T]) -> T:
        """Call a function in the server's thread."""
        if self._thread is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._thread.run(function)

    def _listen(self) -> socket.socket:
        listener = listen(self._host, self._port)
        self.is_local = is_loopback(listener.getsockname()[0])
        if not self.is_local:
            warnings.warn(
                f"The sandbox listens on {self._host}: others on the network can reach it.",
                stacklevel=4,
            )
        host = f"[{self._host}]" if ":" in self._host else self._host
        # A wildcard address is for listening, not for connecting.
        host = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104
        self.base_url = f"http://{host}:{listener.getsockname()[1]}"
        return listener

    def _open(self) -> Platform:
        """Open the platform; a new database gets example data."""
        platform = self._platform(self._db)
        try:
            self._account, self.api_key = self._fill(platform, self._wanted_key)
        except BaseException:
            platform.store.close()
            raise
        platform.begin(self._initial_state(platform))
        self._log = RequestLog(platform.clock.time)
        self._control = Control(platform, self._log, self.faults, self._account, self.api_key)
        return platform

    def _platform(self, db: str) -> Platform:
        platform = make_platform(
            db,
            step_delay=self._step_delay,
            engine=self._engine,
            random=Randomness(self._seed),
            clock=Clock(self._now),
            scripted=self.answers,
        )
        platform.base_url = self.base_url
        platform.webhook_hosts = self._webhook_hosts
        return platform

    def _fill(self, platform: Platform, api_key: str | None) -> tuple[Caller, str]:
        """Add the example account to a platform, and data if its database is new."""
        is_new = not platform.accounts.all()
        with platform.store.transaction(EXAMPLE):
            account, key = seed.prepare(platform, api_key, examples=self._examples)
        if is_new and self._data is not None:
            Control(platform, RequestLog(platform.clock.time), self.faults, account, key).seed(
                read_world(self._data)
            )
            platform.store.take_for_examples()
        return account, key

    def _initial_state(self, platform: Platform) -> Callable[[], bytes]:
        """Makes the initial database for a reset."""
        if self._db == ":memory:":
            snapshot = platform.store.snapshot()
            return lambda: snapshot

        def make() -> bytes:
            new = self._platform(":memory:")
            with contextlib.closing(new.store):
                self._fill(new, self.api_key)
                # So that tokens stay valid, as they do in memory.
                new.store.set_value(JWT_SECRET, platform.store.get_value(JWT_SECRET) or "")
                return new.store.snapshot()

        return make

    def _server(self, platform: Platform) -> uvicorn.Server:
        assert self._log and self._control  # noqa: S101, PT018 - made by _open()
        pipeline = Pipeline(
            platform,
            RateLimits(platform.clock, enforced=self._rate_limits),
            self.faults,
            body_limit=self._body_limit,
            check_responses=self._check_responses,
            strict=self._strict,
            observers=(self._log.observe,),
        )
        control = control_route(self._control, self.token)
        app = make_app(pipeline, [*page_routes(platform, self.token), control])
        config = uvicorn.Config(
            self._replay.around(app) if self._replay else app,
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            ws="none",
            server_header=False,
            date_header=self._now is None,
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
    """A server in its own thread."""

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
                task.cancel()  # streams may be endless

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

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the thread, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop.result()).result()

    def _main(self) -> None:
        async def serve() -> None:
            self._loop.set_result(asyncio.get_running_loop())
            await self._server.serve(sockets=[self._listener])

        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - raised by start()
            if not self._loop.done():
                self._loop.set_exception(error)
