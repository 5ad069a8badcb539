"""A validated request, and results that are not JSON."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ..contract.document import Operation
from ..problems import invalid
from .context import Context


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Call(Context):
    """A validated request for an operation, and the context in which it is handled."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    """JSON, or the plain fields of a form, with the contract's names and defaults; without a body an empty dict."""
    files: Mapping[str, list[Upload]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Members of the body that are not in the contract; they are not stored in records by default."""
    sent: Set[str] = frozenset()
    """The members that were in the request; the others are defaults."""
    client: str | None = None
    """IP address of the client."""
    request_id: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    """The changes of an update, for the audit log: the values `from` and `to` by property."""

    deleted: Mapping[str, Any] = field(default_factory=dict)
    """The deleted record, for the activity feed."""

    def upload(self) -> Upload:
        """The file of the form.

        Raises:
            Problem: 400: there is none.
        """
        if not self.files.get("file"):
            raise invalid([("file", "must be a file")])
        return self.files["file"][0]

    def fill(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Make a response: the given members that are in its schema, and defaults for the other required ones."""
        schema = self.operation.response_schema
        given = {"success": True, **known}
        members = self.platform.contract.resolve(schema).get("properties", given)
        response: dict[str, Any] = self.defaults.fill(
            schema, {name: value for name, value in given.items() if name in members}
        )
        return response


@dataclass(frozen=True, slots=True)
class Events:
    """A response that is a stream of server-sent events: pairs of a name and a payload.

    Attributes:
        source: the events.
        after: number of events that the client has already received, if the stream is resumable; else None.
    """

    source: AsyncGenerator[tuple[str, Any]]
    after: int | None = None
    observers: list[Callable[[str, Any, int], None]] = field(default_factory=list)
    """Called with each event when it is sent: its name, its payload, and the length of the payload as JSON."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A response that is a file."""

    content: bytes = field(repr=False)
    name: str
    media_type: str = "application/octet-stream"
