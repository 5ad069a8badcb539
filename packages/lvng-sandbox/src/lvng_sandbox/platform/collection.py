"""A collection of records as seen by a caller, by the rules of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, Protocol

from ..contract.defaults import Defaults
from ..problems import already_exists, not_found
from ..store.database import CollectionKey, Query, Record, Store
from ..store.full_text import Search
from .caller import EVERYBODY, Caller
from .kinds import Kind

_AUTHORS: tuple[str, ...] = ("created_by", "owner_id", "user_id", "started_by", "author_id")


class Surroundings(Protocol):
    """The interface that a collection needs of its context."""

    @property
    def caller(self) -> Caller: ...
    @property
    def store(self) -> Store: ...
    @property
    def search(self) -> Search: ...
    @property
    def defaults(self) -> Defaults: ...
    def records(self, kind: str, /, *parents: str) -> Collection: ...
    def hidden(self, kind: str) -> Mapping[str, Set[str]]: ...
    def computed(self, kind: str, record: Record) -> Mapping[str, Any]: ...
    def emit(self, event: str, data: Mapping[str, Any]) -> None: ...
    def now(self) -> str: ...


class Collection:
    """Records of one kind below one path.

    Args:
        context: the context of the caller.
        kind: the kind.
        parents: ids in the path of the collection, in order; empty for all collections of the kind.
    """

    def __init__(self, context: Surroundings, kind: Kind, parents: tuple[str, ...]) -> None:
        self.kind = kind
        self._context = context
        self._store = context.store
        everywhere = len(parents) < len(kind.parents)
        path = "" if everywhere else kind.concrete_path(*parents)
        self.key: CollectionKey = CollectionKey(kind.name, path, self._owner())

    def find(self, id: str) -> Record | None:
        """A record, or None if it does not exist or is hidden from the caller."""
        record = self._store.get(self.key, id)
        if record is None:
            return None
        return None if _is_hidden(record, self.hidden()) else record

    def find_all(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids that exist and are not hidden from the caller, by id."""
        found, hidden = self._store.get_all(self.key, ids), self.hidden()
        return {id: record for id, record in found.items() if not _is_hidden(record, hidden)}

    def get(self, id: str) -> Record:
        """A record.

        Raises:
            Problem: 404.
        """
        if (record := self.find(id)) is None:
            raise not_found(self.kind.label)
        return record

    def first(self, **equal: Any) -> Record | None:
        """The oldest record with these values, or None."""
        return next(iter(self._store.select(self.key, Query(equal=equal, limit=1))), None)

    def last(self, **equal: Any) -> Record | None:
        """The newest record with these values, or None."""
        newest = Query(equal=equal, newest_first=True, limit=1)
        return next(iter(self._store.select(self.key, newest)), None)

    def all(self, **equal: Any) -> list[Record]:
        """All records with these values, oldest first."""
        return self._store.select(self.key, Query(equal=equal))

    def select(self, query: Query) -> list[Record]:
        """The records that match a query."""
        return self._store.select(self.key, query)

    def count(self, **equal: Any) -> int:
        """The number of records with these values."""
        return self._store.count(self.key, Query(equal=equal))

    def hidden(self) -> Mapping[str, Set[str]]:
        """Filters for records that the caller does not see: values by property."""
        path = self.key.path if self.kind.rule.private else ""
        return self._store.while_unchanged(
            ("hidden", self.kind.name, path, self._context.caller),
            lambda: {**self._private(), **self._context.hidden(self.kind.name)},
        )

    def shown(self, record: Record) -> Record:
        """A record as the caller sees it, with its computed properties."""
        computed = self._context.computed(self.kind.name, record)
        return {**record, **computed} if computed else record

    def add(self, fields: Mapping[str, Any], **known: Any) -> Record:
        """Create a record from the fields of a request.

        Args:
            fields: the fields, in either spelling; those that the record does not have are ignored.
            known: further properties, which take precedence.

        Raises:
            Problem: 404: a referenced record does not exist; 409: the record exists already.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        record = self._context.defaults.record(
            self.kind.schema, {**self._origin(), **given, **known}
        )
        self._check(record)
        if not self._store.insert(self.key, self._id(record), record):
            raise already_exists(f"{self.kind.label} {self._id(record)} already exists")
        self._after(record, "created")
        return record

    def put(self, record: Record) -> Record:
        """Store a complete record unchanged, replacing the one with its id."""
        id = self._id(record)
        if not self._store.update(self.key, id, record):
            self._store.insert(self.key, id, record)
        self._index(record)
        return record

    def change(self, id: str, fields: Mapping[str, Any], **known: Any) -> Record:
        """Change some properties of a record.

        Raises:
            Problem: 404: the record or a referenced one does not exist; 409: it would have the same key as another.
        """
        record = self.get(id)
        changes = {**self._context.defaults.changes(self.kind.schema, fields), **known}
        changed = {**record, **changes}
        for name in ("updated_at", "updatedAt"):
            if name in record:
                changed[name] = self._context.now()
        self._check(changed, before=record)
        self._store.update(self.key, id, changed)
        self._after(changed, "updated")
        return changed

    def delete(self, id: str) -> Record:
        """Delete a record, with everything below it.

        Raises:
            Problem: 404.
        """
        return self.delete_record(self.get(id))

    def delete_record(self, record: Record) -> Record:
        """Delete an existing record, also one that is hidden from the caller."""
        id = self._id(record)
        for kind, deleted_id in [(self.kind.name, id), *self._store.descendants(self.key, id)]:
            self._context.search.delete(kind, self.key.owner, deleted_id)
        self._store.delete(self.key, id)
        if event := self.kind.rule.event:
            self._context.emit(f"{event}.deleted", record)
        return record

    def _id(self, record: Record) -> str:
        return str(record[self.kind.key])

    def _owner(self) -> str:
        caller = self._context.caller
        return {"tenant": caller.tenant, "user": caller.user_id, "all": EVERYBODY}[
            self.kind.rule.visible
        ]

    def _private(self) -> Mapping[str, Set[str]]:
        """The ids of private records of other users of the organization."""
        if self.kind.rule.private is None:
            return {}
        public, owner = self.kind.rule.private
        mine = {owner: {self._context.caller.user_id}}
        others = self._store.select(self.key, Query(equal={public: False}, without=mine))
        return {self.kind.key: {self._id(record) for record in others}}

    def _origin(self) -> dict[str, Any]:
        """The properties of a record that are derived from its author and its path."""
        origin: dict[str, Any] = dict.fromkeys(_AUTHORS, self._context.caller.user_id)
        ids = self.key.path.removeprefix("/").split("/")
        template = self.kind.path.removeprefix("/").split("/")
        for before, name, id in zip(template, template[1:], ids[1:], strict=False):
            if name.startswith("{"):
                # The `{id}` after `channels` is the `channel_id` of the records below.
                key = name.strip("{}")
                origin[f"{singular(before)}_id" if key == "id" else key] = id
        return origin

    def _check(self, record: Record, before: Record | None = None) -> None:
        for name, kind in self.kind.rule.references.items():
            value = record.get(name)
            if value is not None and (before is None or before.get(name) != value):
                self._context.records(kind).get(value)
        for names in self.kind.rule.unique:
            if all(record.get(name) is None for name in names):
                continue  # null values are not compared
            other = self.first(**{name: record.get(name) for name in names})
            if other is not None and (before is None or self._id(other) != self._id(before)):
                shown = ", ".join(f"{name} {record.get(name)!r}" for name in names)
                raise already_exists(f"{self.kind.label} with {shown} already exists")

    def _index(self, record: Record) -> None:
        if text := self.kind.rule.text:
            title, *rest = (str(record.get(name) or "") for name in text)
            self._context.search.index(
                self.kind.name, self.key.owner, self._id(record), title, "\n".join(rest)
            )

    def _after(self, record: Record, change: str) -> None:
        self._index(record)
        if event := self.kind.rule.event:
            self._context.emit(f"{event}.{change}", record)


def _is_hidden(record: Record, hidden: Mapping[str, Set[str]]) -> bool:
    """Whether a record has any of the values; a missing property counts as an empty string."""
    return any((record.get(name) or "") in values for name, values in hidden.items())


def singular(segment: str) -> str:
    """The singular of a path segment in snake case: `channels` is `channel`."""
    word = segment.replace("-", "_")
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
