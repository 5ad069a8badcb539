"""Changes at random: of every kind, at any operation and any place of its response."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lvng_verify.contract import Contract, Operation, Schema, types_of

from .changed_service import CONTRACT, Change, body, status, text

NAMES = ("displayName", "created", "item_count", "wombat", "kind2", "Etag", "x-note")
VALUES: dict[str, tuple[Any, ...]] = {
    "string": ("text", ""),
    "integer": (17, 0),
    "number": (1.5,),
    "boolean": (True, False),
    "null": (None,),
    "array": ([], ["a"], [{"a": 1}]),
    "object": ({}, {"a": 1}),
}
_ALL = "*"
"""In a path: each value of a map."""
_EACH = "[]"
"""In a path: each entry of a list."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field that a response has.

    Attributes:
        path: the way to its object: names, `[]` and `*`.
        name: its name.
        schema: its schema, without references.
        required: whether the contract requires it.
        count: how many objects have it.
        free: whether its object may have fields of any name.
        values: its values.
    """

    path: tuple[str, ...]
    name: str
    schema: Schema
    required: bool
    count: int
    free: bool
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A change, and what it leads to.

    Attributes:
        title: the change in words.
        change: does it.
        kinds: each finding is of one of these kinds, and there is at least one.
        breaks_ids: whether operations that need ids of this response cannot be asked.
    """

    title: str
    change: Change
    kinds: frozenset[str]
    breaks_ids: bool = False


def objects_at(value: Any, path: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The objects that a path leads to."""
    if not path:
        if isinstance(value, dict):
            yield value
        return
    first, *rest = path
    if first == _EACH:
        inner = value if isinstance(value, list) else []
    elif first == _ALL:
        inner = list(value.values()) if isinstance(value, dict) else []
    else:
        inner = [value[first]] if isinstance(value, dict) and first in value else []
    for one in inner:
        yield from objects_at(one, rest)


def places_of(content: Any, schema: Schema | None, contract: Contract) -> list[Place]:
    """The fields of a response."""
    found: list[Place] = []

    def look(path: tuple[str, ...], schema: Schema | None) -> None:
        known = contract.flat(schema)
        free = known.get("additionalProperties")
        objects = list(objects_at(content, path))
        for name, one in known.get("properties", {}).items():
            values = tuple(each[name] for each in objects if name in each)
            if values:
                flat, required = contract.flat(one), name in known.get("required", ())
                found.append(Place(path, name, flat, required, len(values), bool(free), values))
                look((*path, name), flat)
        if "items" in known and path and path[-1] not in (_EACH, _ALL):
            look((*path, _EACH), known["items"])
        if isinstance(free, dict) and not known.get("properties"):
            look((*path, _ALL), free)

    look((), schema)
    return found


class Changes:
    """Makes changes of the response to one operation."""

    def __init__(
        self, operation: Operation, content: Any, contract: Contract, chance: random.Random
    ) -> None:
        self._content, self._chance = content, chance
        self._unique = "{" not in operation.path
        _, media_types = operation.success()
        self._schema = contract.flat(media_types["application/json"])
        self._places = places_of(content, self._schema, contract)
        below = f"{operation.path}/{{"
        self._ids = {"id", "uuid"} | {
            one.path.removeprefix(below).partition("}")[0]
            for one in contract.operations.values()
            if one.path.startswith(below)
        }

    def any(self, *, keep_ids: bool) -> Made | None:
        """A change; None if there is none of the kind that was drawn.

        Args:
            keep_ids: whether other operations need ids of this response.
        """
        fields = (self._dropped, self._renamed, self._retyped)
        values = (self._dropped_in_one, self._null, self._other_format, self._other_value)
        additions = (self._added, self._added_in_one)
        bodies = (self._envelope, self._status, self._text, self._other_body)
        made = self._chance.choice((*fields, *fields, *values, *additions, *bodies))()
        return None if made is None or (keep_ids and made.breaks_ids) else made

    # Fields

    def _place(self, fits: Callable[[Place], bool] = lambda _: True) -> Place | None:
        fitting = [one for one in self._places if fits(one)]
        return self._chance.choice(fitting) if fitting else None

    def _made(
        self,
        title: str,
        place: Place,
        kinds: str,
        change: Callable[[dict[str, Any]], None],
        *,
        one: bool = False,
    ) -> Made:
        def apply(content: Any) -> Any:
            objects = [each for each in objects_at(content, place.path) if place.name in each]
            for each in objects[: 1 if one else None]:
                change(each)
            return content

        shown = ".".join((*place.path, place.name))
        holds = not {"array", "object"}.isdisjoint(types_of(place.schema))
        is_id = place.name in self._ids or place.name.endswith(("_token", "_link"))
        return Made(f"{title} {shown}", body(apply), frozenset(kinds.split()), is_id or holds)

    def _dropped(self) -> Made | None:
        place = self._place(lambda one: one.required or self._tells(one))
        if place is None:
            return None
        kinds = "missing-field envelope" if place.required else "not-seen"
        return self._made("drop", place, kinds, lambda one: one.pop(place.name))

    def _tells(self, place: Place) -> bool:
        """Whether the lack of an optional field is noticed."""
        return place.count > 1 if _EACH in place.path else self._unique

    def _dropped_in_one(self) -> Made | None:
        place = self._place(lambda one: one.required and one.count > 1)
        if place is None:
            return None
        return self._made(
            "drop once", place, "missing-field", lambda one: one.pop(place.name), one=True
        )

    def _renamed(self) -> Made | None:
        place = self._place(lambda one: one.required or not one.free)
        if place is None:
            return None
        words = place.name.split("_")
        camel = words[0] + "".join(word.capitalize() for word in words[1:])
        name = self._chance.choice((*NAMES, camel, f"{place.name}_v2", f"new_{place.name}"))
        if name == place.name or any(
            name in each for each in objects_at(self._content, place.path)
        ):
            return None
        kinds = "missing-field unknown-field not-seen envelope"
        return self._made(
            f"rename to {name}",
            place,
            kinds,
            lambda one: one.update({name: one.pop(place.name)}),
        )

    def _retyped(self) -> Made | None:
        place = self._place(lambda one: bool(types_of(one.schema)))
        if place is None:
            return None
        allowed = types_of(place.schema)
        if "number" in allowed:
            allowed |= {"integer"}
        others = sorted(VALUES.keys() - allowed - {"null"})
        name = self._chance.choice(others)
        value = self._chance.choice(VALUES[name])
        kinds = "type" if place.path else "type envelope missing-field"
        return self._made(
            f"{value!r} for",
            place,
            kinds,
            lambda one: one.update({place.name: copy.deepcopy(value)}),
        )

    def _null(self) -> Made | None:
        place = self._place(
            lambda one: bool(types_of(one.schema)) and "null" not in types_of(one.schema)
        )
        if place is None:
            return None
        return self._made(
            "null for",
            place,
            "type",
            lambda one: one.update({place.name: None}),
            one=self._chance.random() < 0.5,
        )

    def _other_format(self) -> Made | None:
        place = self._place(
            lambda one: one.schema.get("format") in {"date-time", "uuid", "email", "uri", "date"}
        )
        if place is None:
            return None
        value = self._chance.choice(("yesterday", "11/30/2026", "2026-11", "1764500000"))
        return self._made(
            f"{value!r} for", place, "format", lambda one: one.update({place.name: value})
        )

    def _other_value(self) -> Made | None:
        place = self._place(
            lambda one: "string" in types_of(one.schema) and bool(one.schema.get("enum"))
        )
        if place is None:
            return None
        value = self._chance.choice(("on_hold", "wombat", "A B C"))
        return self._made(
            f"{value!r} for", place, "value", lambda one: one.update({place.name: value})
        )

    def _added(self, *, one: bool = False) -> Made | None:
        place = self._place(lambda one: not one.free and one.count > 0)
        name = self._chance.choice(NAMES)
        if place is None or any(name in each for each in objects_at(self._content, place.path)):
            return None
        kind = self._chance.choice(tuple(VALUES))
        value = self._chance.choice(VALUES[kind])
        made = self._made(
            f"add {name} {value!r} beside",
            place,
            "unknown-field",
            lambda each: each.update({name: copy.deepcopy(value)}),
            one=one,
        )
        return Made(made.title, made.change, made.kinds)

    def _added_in_one(self) -> Made | None:
        return self._added(one=True)

    # Envelopes and whole responses

    def _envelope(self) -> Made | None:
        properties = self._schema.get("properties", {})
        inner = [
            name
            for name in properties
            if isinstance(self._content, dict)
            and isinstance(self._content.get(name), (dict, list))
            and self._content[name]
        ]
        if not inner:
            return None
        name = self._chance.choice(inner)
        wrapper = self._chance.choice(("result", "payload", "response"))
        kind = self._chance.choice(("bare", "wrapped", "deeper", "listed"))
        if kind == "bare":
            change = body(lambda one: one[name])
        elif kind == "wrapped":
            change = body(lambda one: {wrapper: one})
        elif kind == "deeper":
            change = body(lambda one: {**one, name: {wrapper: one[name]}})
        else:
            change = body(lambda one: [one])
        kinds = frozenset({"envelope", "type", "missing-field", "unknown-field"})
        return Made(f"{kind} {name} {wrapper}", change, kinds, breaks_ids=True)

    def _status(self) -> Made:
        code = self._chance.choice(
            (201, 202, 204, 206, 301, 400, 403, 404, 405, 409, 410, 418, 422, 500, 501, 502)
        )
        kind = {404: "not-there", 405: "not-there", 410: "not-there", 501: "not-there"}
        found = "not-allowed" if code == 403 else kind.get(code, "status")
        return Made(f"status {code}", status(code), frozenset({found}), breaks_ids=True)

    def _text(self) -> Made:
        content, media_type = self._chance.choice(
            (
                (b"<html></html>", "text/html"),
                (b"{broken", "application/json"),
                (b"ok", "text/plain"),
                (b"", "application/json"),
                (b"id,name\n1,a\n", "text/csv"),
                (b'{"data": []}', "text/plain; charset=utf-8"),
                (b"\xff\xfe", "application/json"),
            )
        )
        return Made(
            f"{content!r} as {media_type}",
            text(content, media_type),
            frozenset({"media-type"}),
            breaks_ids=True,
        )

    def _other_body(self) -> Made:
        value: Any = self._chance.choice((None, [], "text", 3, True, [1], ["a", None], [[]]))
        kinds = frozenset({"envelope", "type", "media-type"})
        return Made(f"the body is {value!r}", body(lambda _: value), kinds, breaks_ids=True)


MANY = 60
"""Changes in a round, each at another operation."""


def made_at_random(bodies: dict[str, Any], chance: random.Random) -> dict[str, Made]:
    """Changes by their operations.

    Args:
        bodies: the responses of the service before, by operation.
        chance: draws the changes.
    """
    chosen = [CONTRACT.operations[id] for id in chance.sample(sorted(bodies), MANY)]
    return {one.id: _made_for(one, chosen, bodies[one.id], chance) for one in chosen}


def _made_for(
    operation: Operation, chosen: list[Operation], content: Any, chance: random.Random
) -> Made:
    needed = operation.id == "workspaces.list" or any(
        one.path.startswith(f"{operation.path}/") for one in chosen
    )
    changes = Changes(operation, content, CONTRACT, chance)
    while (made := changes.any(keep_ids=needed)) is None:
        pass
    return made
