"""One call of an operation, checked and ready to be done, and what may come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..contract.document import Operation
from ..problems import invalid
from .accounts import Caller
from .collection import Collection

if TYPE_CHECKING:
    from .platform import Platform


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    media: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Call:
    """A request after every check."""

    platform: Platform
    operation: Operation
    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    """The JSON body or the plain fields of a form, with the contract's names and defaults; an empty dict where there is none."""
    files: Mapping[str, list[Upload]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the body holds beyond the contract; it never gets into a record by itself."""
    sent: Set[str] = frozenset()
    """The names in the body as it came; the others are there by their default."""
    client: str | None = None
    """The address that it comes from."""
    request_id: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    """What an update changed, for the audit log: by property, the values `from` and `to`."""

    def records(self, kind: str, *parents: str) -> Collection:
        """The records of a kind as the caller sees them; without parents those of all parents."""
        return self.platform.records(self.caller, kind, *parents)

    def upload(self) -> Upload:
        """The file that came with the form.

        Raises:
            Problem: 400: there is none.
        """
        if not self.files.get("file"):
            raise invalid([("file", "must be a file")])
        return self.files["file"][0]

    def now(self) -> str:
        """The present, as the API writes it."""
        return self.platform.now()

    def emit(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell webhooks and the event log what happened."""
        self.platform.emit(self.caller, event, data)

    def fill(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """An answer of this operation: what is known of what its schema has, and what else that asks for."""
        schema = self.operation.answer_schema
        told = {"success": True, **known}
        members = self.platform.contract.resolve(schema).get("properties", told)
        answer: dict[str, Any] = self.platform.shapes.fill(
            schema, {name: value for name, value in told.items() if name in members}
        )
        return answer


@dataclass(frozen=True, slots=True)
class Events:
    """An answer that is a stream of server-sent events: pairs of a name and a payload."""

    source: AsyncIterator[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is a file."""

    content: bytes = field(repr=False)
    name: str
    media: str = "application/octet-stream"
