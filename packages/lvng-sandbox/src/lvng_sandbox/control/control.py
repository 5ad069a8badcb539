"""The functions that control a sandbox. Python, HTTP and the command line call the same ones."""

from __future__ import annotations

import asyncio
import contextlib
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .. import seed
from .._version import __version__
from ..clock import Clock
from ..engines.scripted import ScriptedAnswer
from ..http.faults import Break, Fault, Faults, PlannedFault
from ..http.request_log import Entry, RequestLog
from ..outbox.deliveries import send_again
from ..platform.caller import Caller
from ..platform.context import Context
from ..platform.jobs import FailedJob
from ..platform.platform import Platform
from ..store.database import EXAMPLE, Query, Store, StoredRecord
from ..store.opening import DatabaseError
from .replay import replay
from .request_query import RequestQuery
from .world import World

LIMIT = 100
TIMEOUT = 10.0
"""Default time to wait for requests, in seconds."""
MAX_ADVANCE = 10 * 365 * 86_400
"""The most seconds that the clock is advanced by at once: all jobs that are due meanwhile run first."""
_YEARS = range(1970, 9000)
"""Years that the clock may show: the API also writes moments before and after it."""
_ROLES = ("owner", "admin", "member")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a sandbox, with credentials.

    Attributes:
        user_id: id of its user.
        email: its address.
        api_key: an API key with all scopes.
        jwt: a token that is valid for an hour, for operations that do not accept API keys.
    """

    user_id: str
    email: str
    api_key: str = field(repr=False)
    jwt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClockState:
    """The state of a sandbox's clock.

    Attributes:
        now: ISO 8601 in UTC, with milliseconds.
        frozen: whether it is frozen.
    """

    now: str
    frozen: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A saved state.

    Attributes:
        name: its name.
        created_at: when it was taken.
        bytes: size of the database.
    """

    name: str
    created_at: str
    bytes: int


@dataclass(frozen=True, slots=True)
class _Saved:
    """The content of a snapshot."""

    about: Snapshot
    database: bytes = field(repr=False)
    time: float
    frozen: bool
    random: object = field(repr=False)


class Control:
    """Controls a sandbox.

    Its methods run in the thread of the server. They raise `ValueError` for invalid arguments, and `LookupError` if
    something does not exist; both name the value.

    Args:
        platform: the platform.
        log: the log of requests.
        faults: the faults to inject.
        account: the example account.
        api_key: its API key.
    """

    def __init__(
        self, platform: Platform, log: RequestLog, faults: Faults, account: Caller, api_key: str
    ) -> None:
        self.platform = platform
        self._log, self._faults = log, faults
        self._account, self._api_key = account, api_key
        self._keys = {account.user_id: api_key}
        self._saved: dict[str, _Saved] = {}
        self._taken = 0
        self._started_at = platform.clock.now()

    # State

    def state(self) -> dict[str, Any]:
        """Version, base URL, key, clock, counts, and the operations that were called."""
        store = self.platform.store
        kinds = store.count_by_kind()
        outbox = {
            name: kinds.get(kind, 0)
            for name, kind in (
                ("emails", "emails"),
                ("notifications", "notifications"),
                ("deliveries", "developer.deliveries"),
            )
        }
        return {
            "version": __version__,
            "base_url": self.platform.base_url,
            "api_key": self._api_key,
            "email": self.platform.accounts.email(self._account.user_id),
            "started_at": self._started_at,
            "clock": self.clock(),
            "counts": {
                "requests": len(self._log.entries()),
                "records": sum(kinds.values()),
                "accounts": len(self.platform.accounts.all()),
                "faults": len(self._faults.planned()),
                "snapshots": len(self._saved),
                "failed_jobs": len(self.platform.jobs.failed()),
                **outbox,
            },
            "operations": {
                "total": len(self.platform.contract.operations),
                "called": dict(self._log.called),
            },
        }

    def reset(self) -> None:
        """Return to the initial state, without faults and logged requests."""
        self._faults.clear()
        self.platform.scripted.clear()
        self._log.clear()
        self.platform.reset()

    def snapshots(self) -> list[Snapshot]:
        """The snapshots, oldest first."""
        return [saved.about for saved in self._saved.values()]

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Take a snapshot of everything stored, and of the clock. One of the same name is replaced."""
        self._taken += 1
        name = name or f"snapshot-{self._taken}"
        clock, database = self.platform.clock, self.platform.store.snapshot()
        about = Snapshot(name, clock.now(), len(database))
        self._saved.pop(name, None)
        self._saved[name] = _Saved(
            about, database, clock.time(), clock.is_frozen, self.platform.random.state()
        )
        return about

    def restore(self, name: str) -> None:
        """Return to a snapshot. The request log and the faults are not changed."""
        saved = self._find_snapshot(name)
        self.platform.restore(saved.database)
        self.platform.clock.set(saved.time, frozen=saved.frozen)
        self.platform.random.restore(saved.random)
        self.platform.jobs.changed()

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot."""
        del self._saved[self._find_snapshot(name).about.name]

    def _find_snapshot(self, name: str) -> _Saved:
        if name not in self._saved:
            raise LookupError(f"There is no snapshot {name!r}")
        return self._saved[name]

    def seed(self, data: Mapping[str, Sequence[Any]]) -> dict[str, int]:
        """Store data as if it had been sent to the API, all of it or nothing.

        Args:
            data: by tag a list of entries; see `world.py`.

        Returns:
            By tag, the number of entries.
        """
        world, counts = World(self.platform, self._account), dict[str, int]()
        before = self.platform.store.snapshot()
        try:
            for tag, entries in data.items():
                for n, entry in enumerate(entries):
                    self._add(world, tag, entry, f"{tag}[{n}]")
                counts[tag] = len(entries)
        except ValueError:
            self.platform.restore(before)
            raise
        self.platform.jobs.changed()
        return counts

    def _add(self, world: World, tag: str, entry: Any, where: str) -> None:
        try:
            if tag == "accounts":
                self.create_account(**entry)
            else:
                with self.platform.store.transaction():
                    world.add(tag, entry)
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(f"{where}: {error}") from None

    def export(self) -> bytes:
        """Everything stored, as a database file: for `import_`, or for `--db`."""
        return self.platform.store.snapshot()

    def import_(self, content: bytes) -> None:
        """Replace everything stored by an exported state; one of an earlier version is migrated."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "import")
            file.write_bytes(content)
            try:
                if not content:
                    raise DatabaseError("cannot use the imported file: it is empty")
                with contextlib.closing(Store(str(file))) as migrated:
                    state = migrated.snapshot()
            except DatabaseError as error:
                message = str(error).replace(repr(str(file)), "the imported file")
                raise ValueError(message) from None
        self.platform.restore(state)
        self.platform.jobs.changed()

    def record_kinds(self) -> list[dict[str, Any]]:
        """The kinds of records, with their numbers."""
        store = self.platform.store
        examples = store.count_by_kind(own=False)
        return [
            {"kind": kind, "count": count, "own": count - examples.get(kind, 0)}
            for kind, count in store.count_by_kind().items()
        ]

    def records(
        self,
        kind: str,
        *,
        text: str = "",
        own: bool | None = None,
        limit: int = LIMIT,
        offset: int = 0,
    ) -> dict[str, Any]:
        """The records of a kind, whoever owns them, newest first.

        Args:
            kind: the kind, such as `channels`.
            text: words that must occur in a record.
            own: True for records that are not example data, False for example data, None for both.
            limit: maximum number of records.
            offset: how many to skip.
        """
        if kind not in self.platform.kinds:
            raise LookupError(f"There is no kind of records {kind!r}")
        return self._records(kind, Query(text=text, limit=limit, offset=offset), own)

    def _records(self, kind: str, query: Query, own: bool | None) -> dict[str, Any]:
        total, found = self.platform.store.newest(kind, query, own=own)
        return {"total": total, "records": [_described(one) for one in found]}

    def failed_jobs(self) -> list[FailedJob]:
        """Background jobs that failed permanently, oldest first."""
        return self.platform.jobs.failed()

    # Clock

    def clock(self) -> ClockState:
        """The time of the sandbox."""
        clock = self.platform.clock
        return ClockState(clock.now(), clock.is_frozen)

    def set_clock(self, now: str | None = None, frozen: bool | None = None) -> ClockState:
        """Set, freeze or unfreeze the clock. Jobs that are due at the new time run at once."""
        clock = self.platform.clock
        try:
            moment = clock.time() if now is None else Clock(now).time()
        except ValueError:
            raise ValueError(
                f"now must be ISO 8601, such as 2026-01-01T09:00:00Z; got {now!r}"
            ) from None
        _check_moment("now", moment)
        clock.set(moment, frozen=frozen)
        self.platform.jobs.changed()
        return self.clock()

    def advance(self, seconds: float) -> ClockState:
        """Advance the clock, from one due job to the next."""
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be a number, at least 0; got {seconds}")
        if seconds > MAX_ADVANCE:
            raise ValueError(f"seconds must be at most {MAX_ADVANCE}, ten years; got {seconds}")
        _check_moment("seconds", self.platform.clock.time() + seconds)
        self.platform.jobs.advance(seconds)
        self.platform.jobs.changed()
        return self.clock()

    # Faults

    def list_faults(self) -> list[PlannedFault]:
        """The injected faults, in the order in which they are tried."""
        return self._faults.planned()

    def add_fault(
        self,
        operation: str,
        *,
        status: int = 0,
        retry_after: str = "",
        delay: float = 0.0,
        broken: Break = "",
        times: int = 0,
        probability: float = 1.0,
        seed: int | None = None,
    ) -> PlannedFault:
        """Inject a fault into an operation, or into all that match a pattern; see `Fault`."""
        fault = Fault(status, retry_after, delay, broken, times)
        if fault == Fault(times=times):
            raise ValueError("a fault needs status, delay or broken")
        return self._faults.add(operation, fault, probability=probability, seed=seed)

    def remove_fault(self, id: int) -> None:
        """Remove a fault."""
        self._faults.remove(id)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    # Answers

    def list_answers(self) -> list[ScriptedAnswer]:
        """The scripted answers, in the order in which they are tried."""
        return list(self.platform.scripted.planned())

    def add_answer(
        self,
        pattern: str,
        reply: str,
        *,
        events: Sequence[tuple[str, Mapping[str, Any]]] | None = None,
        times: int = 0,
    ) -> ScriptedAnswer:
        """Answer messages that match a pattern; see `ScriptedAnswers.add`."""
        return self.platform.scripted.add(pattern, reply, events=events, times=times)

    def clear_answers(self) -> None:
        """Remove all scripted answers."""
        self.platform.scripted.clear()

    # Accounts

    def accounts(self) -> list[dict[str, Any]]:
        """The accounts, oldest first."""
        found = self.platform.store.select_any_owner("users")
        names = {user["id"]: user["display_name"] for _, user in found}
        return [
            {
                "user_id": user_id,
                "email": email,
                "name": names.get(user_id),
                "organization_id": tenant,
            }
            for user_id, email, tenant in self.platform.accounts.all()
        ]

    def account(self, email: str) -> Account:
        """An API key and a JWT of an account.

        Args:
            email: its address, or the id of its user.
        """
        accounts = self.platform.accounts
        caller = accounts.by_email(email) or accounts.by_id(email)
        if caller is None:
            raise LookupError(f"There is no account {email!r}")
        return self._signed_in(caller)

    def create_account(
        self,
        email: str,
        *,
        workspace: str | None = None,
        role: str | None = None,
        name: str | None = None,
    ) -> Account:
        """Create an account. For the arguments see `Sandbox.create_account`."""
        if "@" not in email.strip("@"):
            raise ValueError(f"email must be an address; got {email!r}")
        if self.platform.accounts.by_email(email):
            raise ValueError(f"An account with the address {email!r} already exists")
        if role is not None and workspace is None:
            raise ValueError("role needs a workspace")
        if role not in {None, *_ROLES}:
            raise ValueError(f"role must be one of {', '.join(_ROLES)}; got {role!r}")
        key = self.platform.accounts.new_key()
        with self.platform.store.transaction():
            if workspace is None:
                caller = seed.open_account(self.platform, email, key)
            else:
                caller = seed.join_account(
                    self.platform, email, key, workspace=workspace, role=role or "member"
                )
            if name:
                users = Context(self.platform, caller).records("users")
                users.put({**users.get(caller.user_id), "display_name": name})
        self._keys[caller.user_id] = key
        self.platform.jobs.changed()
        return self._signed_in(caller)

    def _signed_in(self, caller: Caller) -> Account:
        """An account with a valid key: its known one, or a new one."""
        accounts = self.platform.accounts
        key = self._keys.get(caller.user_id, "")
        if accounts.permanent_key_id(caller, key) is None:
            key = self._keys[caller.user_id] = self.platform.accounts.new_key()
            with self.platform.store.transaction():
                seed.add_key(self.platform, caller, key)
        email = accounts.email(caller.user_id) or ""
        return Account(caller.user_id, email, key, self.platform.sessions.issue(caller))

    # Requests

    async def requests(
        self,
        *,
        operation: str = "",
        method: str = "",
        path: str = "",
        status: str = "",
        text: str = "",
        account: str = "",
        after: int = 0,
        limit: int = LIMIT,
        wait_for: int = 0,
        timeout: float = TIMEOUT,
    ) -> list[Entry]:
        """The latest matching requests, oldest first; optionally waits until there are enough.

        Args:
            operation: the operation, such as `notes.create`, or a pattern.
            method: the HTTP method.
            path: a part of the path, or a pattern with `*`.
            status: the status, such as `404`, or `4xx`.
            text: words that occur in path, query, bodies or events.
            account: address or user id of the caller.
            after: only requests with a higher number.
            limit: maximum number of requests.
            wait_for: number of matching requests to wait for.
            timeout: maximum time to wait in seconds; then fewer requests are returned.
        """
        if known := account and self.platform.accounts.by_email(account):
            account = known.user_id
        query = RequestQuery(operation, method, path, status, text, account, after)
        found = query.select(self._log.entries())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), contextlib.aclosing(self._log.news()) as news:
                while len(found) < wait_for:
                    await anext(news)
                    found = query.select(self._log.entries())
        return found[-limit:]

    def request(self, number: int) -> Entry:
        """A request with its headers, its bodies, and the events of its stream."""
        entry = self._log.find(number)
        if entry is None:
            raise LookupError(f"There is no request {number} in the log")
        return entry

    def request_records(self, number: int) -> list[dict[str, Any]]:
        """The records created by a request, oldest first, at most a hundred."""
        request_id = self.request(number).response_headers.get("x-request-id", "")
        return [_described(one) for one in self.platform.store.made_by(request_id, LIMIT)]

    async def send_again(self, number: int) -> Entry:
        """Send a request again, as the same account; returns the new request."""
        entry = self.request(number)
        last = max(one.number for one in self._log.entries())
        await replay(self.platform, entry)
        return next(
            one
            for one in self._log.entries()
            if one.number > last and (one.method, one.path) == (entry.method, entry.path)
        )

    def clear_requests(self) -> None:
        """Clear the request log; numbering continues."""
        self._log.clear()

    # Outbox

    def emails(
        self,
        *,
        to: str = "",
        text: str = "",
        own: bool | None = None,
        limit: int = LIMIT,
        offset: int = 0,
    ) -> dict[str, Any]:
        """The emails, of all senders, newest first. For the arguments see `records`."""
        query = Query(text=text, limit=limit, offset=offset)
        if to:
            query.containing = {"to_emails": [to]}
        return self._records("emails", query, own)

    def notifications(
        self, *, text: str = "", own: bool | None = None, limit: int = LIMIT, offset: int = 0
    ) -> dict[str, Any]:
        """The notifications of all users, newest first. For the arguments see `records`."""
        return self.records("notifications", text=text, own=own, limit=limit, offset=offset)

    def deliveries(
        self, *, text: str = "", own: bool | None = None, limit: int = LIMIT, offset: int = 0
    ) -> dict[str, Any]:
        """The webhook deliveries of all endpoints, newest first. For the arguments see `records`."""
        page = self.records("developer.deliveries", text=text, own=own, limit=limit, offset=offset)
        self._add_urls(page["records"])
        return page

    def retry_delivery(self, id: str) -> dict[str, Any]:
        """Send a webhook delivery again, also one that was delivered; one that waits for its retry at once."""
        _, found = self.platform.store.newest("developer.deliveries", Query(equal={"id": id}))
        if not found:
            raise LookupError(f"There is no delivery {id!r}")
        key, delivery = found[0].key, found[0].record
        context = Context(self.platform, Caller("", key.owner))
        with self.platform.store.transaction():
            sent = send_again(context, delivery)
        self.platform.jobs.changed()
        described = [{**_described(found[0]), "record": sent}]
        self._add_urls(described)
        return described[0]

    def _add_urls(self, deliveries: Sequence[dict[str, Any]]) -> None:
        found = self.platform.store.select_any_owner("developer")
        urls = {endpoint["id"]: endpoint["url"] for _, endpoint in found}
        for one in deliveries:
            one["url"] = urls.get(one["record"]["webhook_id"])


def _check_moment(name: str, moment: float) -> None:
    """Check that the clock may show a moment.

    Raises:
        ValueError: it may not.
    """
    begin, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (_YEARS[0], _YEARS[-1]))
    if not begin <= moment < end:
        raise ValueError(f"{name} must lead to a year from {_YEARS[0]} to {_YEARS[-1] - 1}")


def _described(found: StoredRecord) -> dict[str, Any]:
    """A record with its collection and owner, as JSON."""
    return {
        "id": found.id,
        "kind": found.key.kind,
        "path": found.key.path,
        "owner": found.key.owner,
        "own": found.origin != EXAMPLE,
        "request_id": found.origin if found.origin != EXAMPLE else "",
        "record": found.record,
    }
