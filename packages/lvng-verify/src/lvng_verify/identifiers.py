"""Ids for requests, taken from lists that were read before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from .contract import Operation, Parameter

_WORKSPACE = "workspace_id"
_ID_NAMES = ("id", "_id", "uuid", "uid")


class UnavailableError(Exception):
    """A request cannot be made."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        path: the path with ids in place of its parameters.
        query: the query parameters that the operation needs.
        doubt: why an id may not be one that the operation knows; empty if it is. Of such an operation, a 404 tells nothing.
    """

    path: str
    query: Mapping[str, str]
    doubt: str


@dataclass(frozen=True, slots=True)
class _List:
    """A list that was read: its path with names in braces, which may be shown, and its entries."""

    template: str
    entries: list[Mapping[str, Any]]


@dataclass(slots=True)
class Identifiers:
    """The entries of the lists that were read, by the path of each list."""

    _lists: dict[str, _List] = field(default_factory=dict)

    def add(self, path: str, operation: Operation, body: Any, key: str) -> None:
        """Take the entries of a response.

        Args:
            path: path of the request.
            operation: its operation.
            body: the response.
            key: the field with the entries. Where the body does not have it, they are in whatever envelope.
        """
        documented = body.get(key) if isinstance(body, dict) else None
        given = body if documented is None else documented
        self._lists[path] = _List(operation.path, list(_entries(given)))

    def target(self, operation: Operation, number: int = 0) -> Target:
        """Where the request for an operation goes.

        Args:
            operation: the operation.
            number: which of the values of its last parameter is taken.

        Raises:
            UnavailableError: no value is known for one of its parameters, or there are not so many.
        """
        parameters = {one.name: one for one in operation.required if one.location == "path"}
        names = [part[1:-1] for part in operation.path.split("/") if part[:1] == "{"]
        path = template = doubt = ""
        for part in operation.path.split("/")[1:]:
            value = part
            if part[:1] == "{":
                name = part[1:-1]
                known = list(
                    self._values(parameters.get(name, Parameter(name, "path")), path, template)
                )
                index = number if name == names[-1] else 0
                if index >= len(known):
                    raise UnavailableError(f"there are no more values of `{name}`")
                found, doubtful = known[index]
                value, doubt = quote(found, ""), doubt or doubtful
            path, template = f"{path}/{value}", f"{template}/{part}"
        return Target(path, self._query(operation), doubt)

    def workspace(self, operation: Operation) -> dict[str, str]:
        """The workspace as a query parameter, where an operation can have one; else empty."""
        id = self._named(_WORKSPACE) if _WORKSPACE in operation.optional else ""
        return {_WORKSPACE: id} if id else {}

    def _query(self, operation: Operation) -> dict[str, str]:
        found = {}
        for one in operation.required:
            if one.location == "query":
                found[one.name] = self._named(one.name) or next(iter(one.values), "")
                if not found[one.name]:
                    raise UnavailableError(f"no value is known for `{one.name}`")
        return found

    def _values(self, parameter: Parameter, path: str, template: str) -> Iterator[tuple[str, str]]:
        """The values of a parameter in a path, each with the doubt about it."""
        found = list(self._found(parameter, path, template))
        if not found and path in self._lists:
            raise UnavailableError(f"the list {template} has no entry with an id")
        if not found:
            raise UnavailableError(f"no list has values of `{parameter.name}`")
        yield from found

    def _found(self, parameter: Parameter, path: str, template: str) -> Iterator[tuple[str, str]]:
        if parameter.closed:
            yield from ((value, "") for value in parameter.values)
        elif path in self._lists:
            for entry in self._lists[path].entries:
                if (id := _id_of(entry, parameter.name)) is not None:
                    number = not isinstance(id, str)
                    yield str(id), f"the ids of {template} are numbers" if number else ""
        else:
            for place, value in self._elsewhere(parameter.name, path):
                yield value, f"it has no record with an id of {place}"

    def _elsewhere(self, name: str, path: str) -> Iterator[tuple[str, str]]:
        """Values in other lists, and where they are: of records of the same kind, or in a field of such a name."""
        above, _, last = path.rpartition("/")
        for place, given in self._lists.items():
            same = place.rpartition("/")[2] == last
            for entry in given.entries if same or place == above else ():
                if not name.endswith("id"):
                    yield from ((given.template, value) for value in _mentioned(entry, name))
                elif same and (found := _id_of(entry, name)) is not None:
                    yield given.template, str(found)

    def _named(self, name: str) -> str:
        """The id in a record for a parameter such as `workspace_id`; empty if there is none."""
        kind = re.sub(r"(_id|Id)$", "", name)
        for path, given in self._lists.items():
            if kind != name and path.rpartition("/")[2] == f"{kind}s":
                for entry in given.entries:
                    if (found := _id_of(entry, name)) is not None:
                        return str(found)
        return ""


def _mentioned(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    """Values of fields such as `public_token`, and what a field such as `invite_link` leads to."""
    for key, value in entry.items():
        if isinstance(value, str) and value:
            if key.endswith(f"_{name}"):
                yield value
            elif key.endswith("_link") and (found := _in_link(value, name)):
                yield found


def _in_link(link: str, name: str) -> str:
    """What a link ends with, or its query parameter of this name."""
    parts = urlsplit(link)
    return next(iter(parse_qs(parts.query).get(name, ())), "") or parts.path.rpartition("/")[2]


def _entries(body: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of the first list in a body."""
    if isinstance(body, list):
        yield from (one for one in body if isinstance(one, dict))
    elif isinstance(body, dict):
        for one in body.values():
            if isinstance(one, list) and one and isinstance(one[0], dict):
                yield from _entries(one)
                return
        for one in body.values():
            if isinstance(one, dict) and (found := list(_entries(one))):
                yield from found
                return


def _id_of(entry: Mapping[str, Any], name: str) -> str | int | None:
    first, *rest = name.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    # `user_id` is the id of a user in a list of something else, and `id` in a list of users.
    for key in (name, camel, *_ID_NAMES):
        value = entry.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return value
    return None
