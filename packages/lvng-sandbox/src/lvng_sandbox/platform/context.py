"""The platform on behalf of a caller: records, events, time and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..contract.defaults import Defaults
from ..store.database import Record, Store
from ..store.full_text import Search
from .caller import Caller
from .collection import Collection
from .platform import Platform

Hidden: TypeAlias = "Callable[[Context], Mapping[str, Set[str]]]"
Computed: TypeAlias = "Callable[[Context, Record], Mapping[str, Any]]"
Listener: TypeAlias = "Callable[[Context, str, Mapping[str, Any]], None]"

HIDDEN: dict[str, Hidden] = {}
"""By kind: returns filters for records that a caller does not see."""
HIDDEN_WORKSPACES: list[Callable[[Context], Set[str]]] = []
"""Returns the workspaces whose records a caller does not see; the empty string stands for no workspace."""
HOSTS: list[Callable[[Context], Iterable[Context]]] = []
"""Returns the caller's contexts in the other organizations where the caller is a guest."""
COMPUTED: dict[str, Computed] = {}
"""By kind: returns properties that are derived from other records instead of stored."""
LISTENERS: list[Listener] = []
"""Called with each event, in the transaction that caused it."""


@dataclass(slots=True)
class Context:
    """A platform, used on behalf of a caller.

    It is not called a scope: that word belongs to API keys, and to ASGI.
    """

    platform: Platform
    caller: Caller

    @property
    def user_id(self) -> str:
        """The user who makes the call."""
        return self.caller.user_id

    @property
    def tenant(self) -> str:
        """The organization whose records are visible."""
        return self.caller.tenant

    @property
    def store(self) -> Store:
        """The database."""
        return self.platform.store

    @property
    def search(self) -> Search:
        """The full-text index."""
        return self.platform.search

    @property
    def defaults(self) -> Defaults:
        """Completes values by the schemas of the contract."""
        return self.platform.defaults

    def on_behalf_of(self, caller: Caller) -> Context:
        """The same platform for another caller."""
        return Context(self.platform, caller)

    def as_user(self, user_id: str) -> Context:
        """The same organization for another of its users."""
        return Context(self.platform, replace(self.caller, user_id=user_id))

    def in_organization(self, tenant: str) -> Context:
        """The same user as a guest of another organization."""
        return Context(self.platform, replace(self.caller, tenant=tenant))

    def records(self, kind: str, /, *parents: str) -> Collection:
        """The records of a kind that the caller sees.

        Args:
            kind: name of the kind.
            parents: ids in the path of the collection; without them, the collections of all parents.
        """
        return Collection(self, self.platform.kinds[kind], parents)

    def hosts(self) -> list[Context]:
        """The caller's contexts in the other organizations where the caller is a guest."""
        return [host for hosts in HOSTS for host in hosts(self)]

    def hidden(self, kind: str) -> Mapping[str, Set[str]]:
        """Filters for records of a kind that the caller does not see: values by property."""
        hidden = HIDDEN.get(kind)
        found = dict(hidden(self)) if hidden else {}
        if name := self.platform.kinds[kind].workspace:
            found[name] = found.get(name, frozenset()) | self.hidden_workspaces()
        return found

    def hidden_workspaces(self) -> frozenset[str]:
        """The workspaces whose records the caller does not see; the empty string is for records without one."""
        return self.store.while_unchanged(
            ("hidden_workspaces", self.caller),
            lambda: frozenset(id for hidden in HIDDEN_WORKSPACES for id in hidden(self)),
        )

    def computed(self, kind: str, record: Record) -> Mapping[str, Any]:
        """The properties of a record that are not stored."""
        computed = COMPUTED.get(kind)
        return computed(self, record) if computed else {}

    def emit(self, event: str, data: Mapping[str, Any]) -> None:
        """Emit an event to the listeners."""
        for listener in LISTENERS:
            listener(self, event, data)

    def enqueue(self, job: str, /, *, after: float = 0.0, **arguments: Any) -> None:
        """Queue a job on behalf of the caller, to run in some seconds."""
        self.platform.jobs.add(self.caller, job, arguments, after=after)

    def new_id(self, example: str) -> str:
        """A new id in the format of an example."""
        return self.platform.random.id(example)

    def now(self) -> str:
        """The current time in the format of the API."""
        return self.platform.clock.now()

    def later(self, seconds: float) -> str:
        """A time in some seconds; in the past for a negative number."""
        return self.platform.clock.later(seconds)
