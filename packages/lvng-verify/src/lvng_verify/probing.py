"""Calls the safe operations of a service one by one, and compares their responses."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from .comparison import (
    NOT_ALLOWED,
    NOT_SEEN,
    NOT_THERE,
    STATUS,
    UNDOCUMENTED,
    Finding,
    compare,
)
from .contract import Contract, Operation
from .identifiers import Identifiers, Target, UnavailableError
from .observations import Exchange, Observation, observe_exchange
from .pacing import Pace

AS_DOCUMENTED = "as documented"
AS_INFERRED = "as inferred"
DIFFERS = "differs"
GONE = "not there"
FORBIDDEN = "not allowed"
NOT_ASKED = "not asked"
STATES = (AS_DOCUMENTED, AS_INFERRED, DIFFERS, GONE, FORBIDDEN, NOT_ASKED)

_ATTEMPTS = 3
_REFUSALS = 3
"""Number of consecutive 401 at the beginning after which the credentials are considered invalid."""
_RECORDS = 3
"""So many records are asked for before a 404 is taken for a missing operation: one may lack what is asked for."""
_REFUSED = (400, 422)
_NO_SUCH_ID = (*_REFUSED, 404)
_MAX_BODY = 16 * 1024 * 1024
_MAX_STREAM = 256 * 1024
_DOCUMENT = "/openapi.json"


class UnreachableError(Exception):
    """The service cannot be verified at all."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one operation.

    Attributes:
        operation: id of the operation.
        provenance: source of its description in the contract.
        state: one of `STATES`.
        reason: the reason why it was not called; else empty.
        findings: its differences.
        observation: the observation of its response; None if it was not called.
    """

    operation: str
    provenance: str
    state: str
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    observation: Observation | None = None


@dataclass(slots=True)
class Probe:
    """Verifies a service.

    Args:
        client: sends the requests: base URL, time-outs, and the credentials as its headers.
        contract: the contract.
        pace: waits between requests.
        jwt: whether the credentials are a JWT, which more operations accept.
        budget: maximum number of requests; None for no limit.
    """

    client: httpx.Client
    contract: Contract
    pace: Pace
    jwt: bool = False
    budget: int | None = None
    requests: int = 0
    _identifiers: Identifiers = field(default_factory=Identifiers)
    _accepted: bool = False
    _refused: int = 0

    def run(self, operations: Sequence[Operation]) -> Iterator[Result]:
        """Call operations in this order; yields a result for each.

        Raises:
            UnreachableError: there is no service at the base URL, or it refuses the credentials.
        """
        for operation in operations:
            if reason := self._hindrance(operation):
                yield _not_asked(operation, reason)
                continue
            try:
                target = self._identifiers.target(operation)
            except UnavailableError as error:
                yield _not_asked(operation, self._explained(operation, str(error)))
                continue
            yield self._ask(operation, target)

    def document(self) -> list[Finding]:
        """Compare the operations of the service's own document with those of the contract.

        Empty if the service publishes no document at `/openapi.json`.
        """
        if self.budget is not None and self.requests >= self.budget:
            return []
        try:
            response, content = self._get(_DOCUMENT, {}, "")
            data = json.loads(content or b"") if response.status_code == 200 else {}
        except (httpx.HTTPError, ValueError):
            return []
        return list(_compared_documents(data, self.contract))

    def _hindrance(self, operation: Operation) -> str:
        """The reason why an operation cannot be called; empty if it can."""
        if self.budget is not None and self.requests >= self.budget:
            return "the budget is used up"
        if operation.auth == "jwt" and not self.jwt:
            return "needs a JWT: API keys are not accepted"
        return ""

    def _explained(self, operation: Operation, reason: str) -> str:
        """The reason with the operation that an id comes from, if only that one has it."""
        above = operation.path.rpartition("/{")[0]
        there = {
            one.method: one.id for one in self.contract.operations.values() if one.path == above
        }
        if "POST" not in there or "GET" in there:
            return reason
        return f"{reason}: it comes from {there['POST']}, which is not safe"

    def _ask(self, operation: Operation, target: Target) -> Result:
        try:
            target, response, content = self._asked(operation, target)
        except httpx.HTTPError as error:
            if self.requests <= 1:
                raise UnreachableError(f"no response: {error}") from error
            detail = f"no response: {type(error).__name__}"
            return Result(
                operation.id,
                operation.provenance,
                DIFFERS,
                findings=(Finding(operation.id, STATUS, detail),),
            )
        self._check_credentials(operation, response.status_code)
        if target.doubt and response.status_code in _NO_SUCH_ID:
            return _not_asked(operation, target.doubt)
        if response.status_code == 200 and content:
            self._harvest(operation, target.path, content)
        exchange = Exchange("GET", target.path, response.status_code, response.headers, content)
        observation = observe_exchange(exchange, self.contract)
        findings = tuple(compare(observation, self.contract))
        return Result(
            operation.id,
            operation.provenance,
            state_of(operation, findings),
            findings=findings,
            observation=observation,
        )

    def _asked(
        self, operation: Operation, target: Target
    ) -> tuple[Target, httpx.Response, bytes | None]:
        """The response, and where it comes from: with a workspace if it needs one, of another record after a 404."""
        response, content = self._get(target.path, target.query, operation.tag, operation)
        workspace = self._identifiers.workspace(operation)
        if response.status_code in _REFUSED and workspace and self._may_ask():
            target = replace(target, query={**target.query, **workspace})
            response, content = self._get(target.path, target.query, operation.tag, operation)
        for number in range(1, _RECORDS if "{" in operation.path else 1):
            if response.status_code != 404 or not self._may_ask():
                break
            try:
                target = self._identifiers.target(operation, number)
            except UnavailableError:
                break
            response, content = self._get(target.path, target.query, operation.tag, operation)
        return target, response, content

    def _harvest(self, operation: Operation, path: str, content: bytes) -> None:
        try:
            body = json.loads(content)
        except ValueError:
            return
        self._identifiers.add(path, operation, body, self.contract.entries_key(operation))

    def _get(
        self, path: str, query: Mapping[str, str], tag: str, operation: Operation | None = None
    ) -> tuple[httpx.Response, bytes | None]:
        """Send a request, again after a 429; returns the response and its body."""
        for attempt in range(_ATTEMPTS):
            self.pace.wait(tag)
            self.requests += 1
            with self.client.stream("GET", path, params=query) as response:
                if response.status_code == 429 and attempt + 1 < _ATTEMPTS and self._may_ask():
                    self.pace.refused(tag, response.headers)
                    continue
                self.pace.observe(tag, response.headers)
                return response, _read(response, operation)
        raise AssertionError("unreachable: the last attempt returns")

    def _may_ask(self) -> bool:
        return self.budget is None or self.requests < self.budget

    def _check_credentials(self, operation: Operation, status: int) -> None:
        if operation.auth == "none" or self._accepted:
            return
        self._accepted = status != 401
        self._refused += 1
        if not self._accepted and self._refused == _REFUSALS:
            raise UnreachableError("the service does not accept the API key: the status is 401")


def plan(contract: Contract, only: Sequence[str] = ()) -> list[Operation]:
    """The operations to call, lists before operations that need their ids.

    Args:
        contract: the contract.
        only: patterns of ids such as `workflows.*`; default: all. Required lists are added.

    Raises:
        ValueError: a pattern matches no safe operation.
    """
    safe = {one.path: one for one in contract.operations.values() if one.safe}
    chosen = dict(safe)
    if only:
        chosen = {}
        for pattern in only:
            matching = {
                path: one for path, one in safe.items() if fnmatch.fnmatchcase(one.id, pattern)
            }
            if not matching:
                raise ValueError(
                    f"{pattern!r} matches no safe operation; expected ids as in `notes.*`"
                )
            chosen |= matching
        for one in list(chosen.values()):
            chosen |= {path: safe[path] for path in _lists(one) if path in safe}
        if any(one.name == "workspace_id" for each in chosen.values() for one in each.required):
            chosen["/api/v2/workspaces"] = safe["/api/v2/workspaces"]
    order = {one.id: number for number, one in enumerate(contract.operations.values())}
    first = {"/api/v2/workspaces"}  # other lists require the id of a workspace
    return sorted(
        chosen.values(),
        key=lambda one: (one.path.count("{"), one.path not in first, order[one.id]),
    )


def _lists(operation: Operation) -> Iterator[str]:
    """The paths of the lists with the ids for an operation's path."""
    parts = operation.path.split("/")
    yield from ("/".join(parts[:n]) for n, part in enumerate(parts) if part[:1] == "{")


def _read(response: httpx.Response, operation: Operation | None) -> bytes | None:
    """Read the body as far as needed: the beginning of a stream, nothing of a file."""
    media_type = response.headers.get("content-type", "")
    if "json" not in media_type and "event-stream" not in media_type:
        return None if _is_file(operation) else response.read()[:_MAX_STREAM]
    most = _MAX_BODY if "json" in media_type else _MAX_STREAM
    content = bytearray()
    try:
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > most:
                break
    except httpx.ReadTimeout:
        if "event-stream" not in media_type:
            raise
    return bytes(content)


def _is_file(operation: Operation | None) -> bool:
    return operation is not None and "application/json" not in operation.success()[1]


def state_of(operation: Operation, findings: Sequence[Finding]) -> str:
    """The state of a result, by its findings."""
    kinds = {one.kind for one in findings} - {NOT_SEEN}
    if NOT_THERE in kinds:
        return GONE
    if NOT_ALLOWED in kinds:
        return FORBIDDEN
    if kinds:
        return DIFFERS
    return AS_INFERRED if operation.provenance == "inferred" else AS_DOCUMENTED


def _not_asked(operation: Operation, reason: str) -> Result:
    return Result(operation.id, operation.provenance, NOT_ASKED, reason)


def _compared_documents(data: Any, contract: Contract) -> Iterator[Finding]:
    paths = data.get("paths") if isinstance(data, dict) else None
    if not isinstance(paths, dict):
        return
    theirs = {
        (method.upper(), _unnamed(path)): path
        for path, item in paths.items()
        for method in (item if isinstance(item, dict) else ())
        if method in {"get", "put", "post", "delete", "patch"}
    }
    ours = {(one.method, _unnamed(one.path)): one for one in contract.operations.values()}
    for key in theirs.keys() - ours.keys():
        where = f"{key[0]} {theirs[key]}"
        yield Finding(where, UNDOCUMENTED, "the service's own document has this operation")
    for key in ours.keys() - theirs.keys():
        if not ours[key].safe:
            detail = "the service's own document does not have this operation"
            yield Finding(ours[key].id, NOT_THERE, detail)


def _unnamed(path: str) -> str:
    """A path without the names of its parameters."""
    parts = path.split("/")
    return "/".join("{}" if one[:1] == "{" else one for one in parts)
