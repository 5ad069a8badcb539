"""The records of one collection as a caller sees them, under the rules of their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING, Any

from ..problems import exists, not_found
from ..store.database import Place, Query, Record
from .accounts import Caller
from .kinds import Kind
from .registry import RULES, Rule

if TYPE_CHECKING:
    from .platform import Platform

EVERYBODY = "*"
_NO_RULE = Rule()
_AUTHORS: tuple[str, ...] = ("created_by", "owner_id", "user_id", "started_by", "author_id")


class Collection:
    """Records of one kind below one path.

    Args:
        platform: the platform.
        kind: the kind.
        caller: who asks.
        parents: ids of what the collection lies below, in path order; none for all collections of the kind.
    """

    def __init__(
        self, platform: Platform, kind: Kind, caller: Caller, parents: tuple[str, ...]
    ) -> None:
        self.kind = kind
        self.rule: Rule = RULES.get(kind.name, _NO_RULE)
        self._platform = platform
        self._store = platform.store
        self._caller = caller
        everywhere = len(parents) < len(kind.parents)
        path = "" if everywhere else _concrete(kind.path, parents)
        self.place: Place = Place(kind.name, path, self._owner())

    def find(self, id: str) -> Record | None:
        """A record, if it is there and the caller may see it."""
        record = self._store.get(self.place, id)
        if record is None or any(record.get(name) in ids for name, ids in self.hidden().items()):
            return None
        return record

    def get(self, id: str) -> Record:
        """A record.

        Raises:
            Problem: 404.
        """
        if (record := self.find(id)) is None:
            raise not_found(self.kind.noun)
        return record

    def first(self, **equal: Any) -> Record | None:
        """The first record with these values, if there is one."""
        return next(iter(self._store.page(self.place, Query(equal=equal, limit=1))), None)

    def all(self, **equal: Any) -> list[Record]:
        """All records with these values, oldest first."""
        return self._store.page(self.place, Query(equal=equal))

    def page(self, query: Query) -> list[Record]:
        """The records that a query picks."""
        return self._store.page(self.place, query)

    def count(self, **equal: Any) -> int:
        """How many have these values."""
        return self._store.count(self.place, Query(equal=equal))

    def hidden(self) -> Mapping[str, Set[str]]:
        """What the caller does not see: by property, the values that hide a record."""
        return self.rule.hides(self._platform, self._caller) if self.rule.hides else {}

    def shown(self, record: Record) -> Record:
        """A record as the caller is shown it, with what follows from other records."""
        if self.rule.derive is None:
            return record
        return {**record, **self.rule.derive(self._platform, self._caller, record)}

    def add(self, fields: Mapping[str, Any], **known: Any) -> Record:
        """Create a record from the fields of a request.

        Args:
            fields: the fields, in either spelling; those that the record does not have are left out.
            known: further properties; they win.

        Raises:
            Problem: 404 where a reference leads nowhere, 409 where it exists already.
        """
        shapes = self._platform.shapes
        record = shapes.record(self.kind.schema, {**self._origin(), **_given(fields), **known})
        self._check(record)
        if not self._store.add(self.place, self._id(record), record):
            raise exists(f"{self.kind.noun} {self._id(record)} exists already")
        self._after(record, "created")
        return record

    def keep(self, record: Record) -> Record:
        """Keep a whole record as it is, in place of the one that is there."""
        id = self._id(record)
        if not self._store.put(self.place, id, record):
            self._store.add(self.place, id, record)
        self._index(record)
        return record

    def change(self, id: str, fields: Mapping[str, Any], **known: Any) -> Record:
        """Change some properties of a record.

        Raises:
            Problem: 404 where it, or a reference, is not there; 409 where another one exists already.
        """
        record = self.get(id)
        changes = {**self._platform.shapes.changes(self.kind.schema, fields), **known}
        changed = {**record, **changes}
        for name in ("updated_at", "updatedAt"):
            if name in record:
                changed[name] = self._platform.now()
        self._check(changed, before=record)
        self._store.put(self.place, id, changed)
        self._after(changed, "updated")
        return changed

    def remove(self, id: str) -> Record:
        """Delete a record, with what lies below it.

        Raises:
            Problem: 404.
        """
        return self.discard(self.get(id))

    def discard(self, record: Record) -> Record:
        """Delete a record that is there, whether the caller sees it or not."""
        id = self._id(record)
        for kind, gone in [(self.kind.name, id), *self._store.below(self.place, id)]:
            self._platform.search.forget(kind, self.place.owner, gone)
        self._store.remove(self.place, id)
        if self.rule.event:
            self._platform.emit(self._caller, f"{self.rule.event}.deleted", record)
        return record

    def _id(self, record: Record) -> str:
        return str(record[self.kind.key])

    def _owner(self) -> str:
        return {"tenant": self._caller.tenant, "user": self._caller.user_id, "all": EVERYBODY}[
            self.rule.visible
        ]

    def _origin(self) -> dict[str, Any]:
        """What a record knows of where it comes from: its author, and what it lies below."""
        user = self._caller.user_id
        origin: dict[str, Any] = dict.fromkeys(_AUTHORS, user)
        ids = self.place.path.removeprefix("/").split("/")
        template = self.kind.path.removeprefix("/").split("/")
        for before, name, id in zip(template, template[1:], ids[1:], strict=False):
            if name.startswith("{"):
                # The `{id}` after `channels` is the `channel_id` of what lies below.
                key = name.strip("{}")
                origin[f"{singular(before)}_id" if key == "id" else key] = id
        return origin

    def _check(self, record: Record, before: Record | None = None) -> None:
        for name, kind in self.rule.refers.items():
            value = record.get(name)
            if value is not None and (before is None or before.get(name) != value):
                self._platform.records(self._caller, kind).get(value)
        for names in self.rule.unique:
            if all(record.get(name) is None for name in names):
                continue  # what has no name is no namesake
            other = self.first(**{name: record.get(name) for name in names})
            if other is not None and (before is None or self._id(other) != self._id(before)):
                shown = ", ".join(f"{name} {record.get(name)!r}" for name in names)
                raise exists(f"{self.kind.noun} with {shown} exists already")

    def _index(self, record: Record) -> None:
        if self.rule.text:
            title, *rest = (str(record.get(name) or "") for name in self.rule.text)
            text = "\n".join(rest)
            self._platform.search.index(
                self.kind.name, self.place.owner, self._id(record), title, text
            )

    def _after(self, record: Record, what: str) -> None:
        self._index(record)
        if self.rule.event:
            self._platform.emit(self._caller, f"{self.rule.event}.{what}", record)


def private(
    kind: str, public: str, owner: str
) -> Callable[[Platform, Caller], Mapping[str, Set[str]]]:
    """A rule's `hides` for records that their owner may keep for himself.

    Args:
        kind: name of the kind.
        public: the property that tells whether everybody of the organization sees a record.
        owner: the property that holds the owner's id.
    """

    def hides(platform: Platform, caller: Caller) -> Mapping[str, Set[str]]:
        place = Place(kind, platform.kinds[kind].path, caller.tenant)
        query = Query(equal={public: False}, without={owner: {caller.user_id}})
        key = platform.kinds[kind].key
        return {key: {record[key] for record in platform.store.page(place, query)}}

    return hides


def _concrete(template: str, parents: tuple[str, ...]) -> str:
    if "{" not in template:
        return template
    values = iter(parents)
    return "/".join(next(values) if part.startswith("{") else part for part in template.split("/"))


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: null is what a property is anyway."""
    return {name: value for name, value in fields.items() if value is not None}


def singular(segment: str) -> str:
    """`channels` as the name of one of them, in snake case."""
    word = segment.replace("-", "_")
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
