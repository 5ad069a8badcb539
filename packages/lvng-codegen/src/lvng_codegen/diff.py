"""Compare two documents: the changes for users of the SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from . import diff_access
from .change import Change
from .compatibility import Compatibility
from .model.api import (
    Alias,
    Api,
    Argument,
    Definition,
    Field,
    Operation,
    Record,
    reachable,
    used_by,
)
from .model.types import LiteralOf, Named, Type, Union, without_null
from .render.annotation_writer import AnnotationWriter
from .render.manifest import annotation_of

T = TypeVar("T")


def compare(old: Api, new: Api) -> list[Change]:
    """The changes between two documents, sorted."""
    changes = [
        *_operations(old, new),
        *_definitions(old, new),
        *diff_access.servers(old, new),
        *diff_access.schemes(old, new),
    ]
    return sorted(set(changes))


def _both(
    old: Mapping[str, T],
    new: Mapping[str, T],
    added: Callable[[str, T], Change],
    removed: Callable[[str, T], Change],
) -> Iterator[Change]:
    """Pairs of entries under the same key; reports entries that only one side has."""
    yield from (added(name, new[name]) for name in new.keys() - old.keys())
    yield from (removed(name, old[name]) for name in old.keys() - new.keys())


# Operations


def _operations(old: Api, new: Api) -> Iterator[Change]:
    before = {one.id: one for one in old.operations()}
    after = {one.id: one for one in new.operations()}
    yield from _both(
        before,
        after,
        lambda name, one: Change(name, f"operation added ({one.http} {one.path})", breaking=False),
        lambda name, one: Change(name, f"operation removed ({one.http} {one.path})", breaking=True),
    )
    for id in before.keys() & after.keys():
        yield from _operation(before[id], after[id], old.definitions, new.definitions)
        yield from diff_access.operation(before[id], after[id], old, new)
        yield from _encodings(before[id], after[id])


def _operation(
    old: Operation,
    new: Operation,
    before: Mapping[str, Definition],
    after: Mapping[str, Definition],
) -> Iterator[Change]:
    where = new.id
    if old.key != new.key:
        text = f"moved from {old.http} {old.path} to {new.http} {new.path}"
        yield Change(where, text, breaking=True)
    yield from _response(old, new, before, after)
    if old.auth != new.auth:
        text = f"takes {_auth(new)}, was {_auth(old)}"
        yield Change(where, text, breaking=new.auth == "jwt" or old.auth == "public")
    if old.idempotent != new.idempotent:
        text = "is idempotent now" if new.idempotent else "is no longer idempotent"
        yield Change(where, text, breaking=not new.idempotent)
    if new.deprecated and not old.deprecated:
        yield Change(where, "is deprecated", breaking=False)
    yield from _methods(old, new)
    yield from _arguments(old, new, before, after)


def _encodings(old: Operation, new: Operation) -> Iterator[Change]:
    """Changes of the serialization of values, which do not show in calls."""
    if (old.encoding, old.content_type) != (new.encoding, new.content_type):
        a, b = (one.content_type or one.encoding for one in (old, new))
        yield Change(new.id, f"the body is sent as {b}, was {a}", breaking=False)
    if old.encodings != new.encodings:
        changed = {
            name
            for name in old.encodings.keys() | new.encodings.keys()
            if old.encodings.get(name) != new.encodings.get(name)
        }
        listed = ", ".join(sorted(changed)) or "the body"
        yield Change(new.id, f"encoding of {listed} changed", breaking=False)


def _response(
    old: Operation,
    new: Operation,
    before: Mapping[str, Definition],
    after: Mapping[str, Definition],
) -> Iterator[Change]:
    """A change of the response; compatible if every new value was possible before."""
    a, b = annotation_of(old, before), annotation_of(new, after)
    if a == b:
        return
    same = (old.response.returns, old.response.stream_class) == (
        new.response.returns,
        new.response.stream_class,
    )
    fits = Compatibility(after, before, given=False).fits(new.response.type, old.response.type)
    yield Change(new.id, f"returns {b}, was {a}", breaking=not (same and fits))


def _auth(operation: Operation) -> str:
    return {"key": "a key", "jwt": "a JWT alone", "public": "no key"}[operation.auth]


def _methods(old: Operation, new: Operation) -> Iterator[Change]:
    """Additional methods of an operation."""
    was, now = set(_beside(old)), set(_beside(new))
    yield from (Change(name, "method removed", breaking=True) for name in was - now)
    yield from (Change(name, "method added", breaking=False) for name in now - was)


def _beside(operation: Operation) -> Iterator[str]:
    if operation.paging:
        yield f"{operation.tag}.{operation.paging.method}"
    if operation.client_method:
        yield f"client.{operation.client_method}"


def _arguments(
    old: Operation,
    new: Operation,
    before: Mapping[str, Definition],
    after: Mapping[str, Definition],
) -> Iterator[Change]:
    was = {one.name: one for one in old.arguments}
    now = {one.name: one for one in new.arguments}

    def added(name: str, one: Argument) -> Change:
        text = f"{'required ' if one.required else ''}argument {name} added"
        return Change(new.id, text, breaking=one.required)

    yield from _both(
        was, now, added, lambda name, _: Change(new.id, f"argument {name} removed", breaking=True)
    )
    for name in was.keys() & now.keys():
        yield from _argument(new.id, was[name], now[name], before, after)
    a = [one.name for one in old.arguments if one.location == "path"]
    b = [one.name for one in new.arguments if one.location == "path"]
    if a != b and sorted(a) == sorted(b):
        yield Change(new.id, f"order of arguments is {', '.join(b)}", breaking=True)


def _argument(
    where: str,
    old: Argument,
    new: Argument,
    before: Mapping[str, Definition],
    after: Mapping[str, Definition],
) -> Iterator[Change]:
    name = new.name
    if old.required != new.required:
        text = "is required now" if new.required else "is optional now"
        yield Change(where, f"argument {name} {text}", breaking=new.required)
    a, b = _place(old), _place(new)
    if (a, old.wire) != (b, new.wire):
        text = f"is sent as {b} {new.wire!r}, was {a} {old.wire!r}"
        yield Change(where, f"argument {name} {text}", breaking=a != b)
    if (old.style, old.explode, old.allow_reserved) != (new.style, new.explode, new.allow_reserved):
        yield Change(where, f"argument {name} is written in another style", breaking=False)
    if old.nullable != new.nullable:
        text = "may be null" if new.nullable else "may no longer be null"
        yield Change(where, f"argument {name} {text}", breaking=not new.nullable)
    yield from _types(
        f"argument {name}",
        where,
        without_null(old.type),
        without_null(new.type),
        _Use(before, after, given=True, returned=False),
        AnnotationWriter.argument,
    )


def _place(argument: Argument) -> str:
    return argument.location.removeprefix("optional_")


# Types


def _definitions(old: Api, new: Api) -> Iterator[Change]:
    before = used_by(old.definitions, old.operations())
    after = used_by(new.definitions, new.operations())
    given = reachable(
        new.definitions, (one.type for operation in new.operations() for one in operation.arguments)
    )
    returned = reachable(new.definitions, (one.response.type for one in new.operations()))
    yield from _both(
        before,
        after,
        lambda name, _: Change(f"types.{name}", "type added", breaking=False),
        lambda name, one: Change(
            f"types.{name}", "type removed", breaking=not isinstance(one, Alias)
        ),
    )
    for name in before.keys() & after.keys():
        use = _Use(before, after, name in given, name in returned)
        yield from _definition(before[name], after[name], use)


@dataclass(frozen=True, slots=True)
class _Use:
    """Whether a type is used in arguments, and whether it is used in responses."""

    before: Mapping[str, Definition]
    after: Mapping[str, Definition]
    given: bool
    returned: bool

    def breaks(self, old: Type, new: Type) -> bool:
        """Whether code that passes or reads values of the old type may fail with the new type."""
        if self.given and not Compatibility(self.before, self.after, given=True).fits(old, new):
            return True
        return self.returned and not Compatibility(self.after, self.before, given=False).fits(
            new, old
        )


def _definition(old: Definition, new: Definition, use: _Use) -> Iterator[Change]:
    where = f"types.{new.name}"
    if isinstance(old, Record) and isinstance(new, Record):
        yield from _fields(where, old, new, use)
        return
    a, b = _content(old), _content(new)
    if type(old) is not type(new):
        yield Change(where, "is another kind of type", breaking=use.breaks(a, b))
        return
    yield from _types("type", where, a, b, use)


def _content(definition: Definition) -> Type:
    if isinstance(definition, Record):
        return Named(definition.name)
    return definition.type if isinstance(definition, Alias) else definition.data


def _fields(where: str, old: Record, new: Record, use: _Use) -> Iterator[Change]:
    was = {field.name: field for field in old.fields}
    now = {field.name: field for field in new.fields}

    def added(name: str, one: Field) -> Change:
        needed = use.given and one.required
        text = f"{'required ' if needed else ''}field {name} added"
        return Change(where, text, breaking=needed)

    yield from _both(
        was, now, added, lambda name, _: Change(where, f"field {name} removed", breaking=True)
    )
    for name in was.keys() & now.keys():
        a, b = was[name], now[name]
        if a.required != b.required:
            text = "is always there now" if b.required else "may be absent now"
            breaking = use.given if b.required else use.returned
            yield Change(where, f"field {name} {text}", breaking)
        yield from _types(f"field {name}", where, a.type, b.type, use)


def _types(
    what: str,
    where: str,
    old: Type,
    new: Type,
    use: _Use,
    write: Callable[[AnnotationWriter, Type], str] = AnnotationWriter.response,
) -> Iterator[Change]:
    """A change of a type; each added or removed enum value is a separate change."""
    was, now = write(AnnotationWriter(use.before), old), write(AnnotationWriter(use.after), new)
    if was == now:
        return
    a, b = _values(old), _values(new)
    if a is None or b is None or _rest(old) != _rest(new):
        yield Change(where, f"{what} is {now}, was {was}", use.breaks(old, new))
        return
    for value in sorted(b - a, key=repr):
        # New values need not be sent, but code that reads them may not handle them.
        yield Change(where, f"{what} may be {value!r}", breaking=use.returned)
    for value in sorted(a - b, key=repr):
        yield Change(where, f"{what} is no longer {value!r}", breaking=use.given)


def _values(type_: Type) -> frozenset[object] | None:
    """The values of an enum, None for any other type."""
    for member in type_.members if isinstance(type_, Union) else (type_,):
        if isinstance(member, LiteralOf):
            return frozenset(member.plain())
    return None


def _rest(type_: Type) -> frozenset[Type]:
    members = type_.members if isinstance(type_, Union) else (type_,)
    return frozenset(member for member in members if not isinstance(member, LiteralOf))
