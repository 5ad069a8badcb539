"""The ids that requests need, taken from lists that were read before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .contract import Operation, Parameter

_ID_NAMES = ("id", "_id", "uuid", "uid")


class UnavailableError(Exception):
    """A request cannot be made; the message says why."""


@dataclass(slots=True)
class Identifiers:
    """The entries of the lists that were read, by the path of each list."""

    _lists: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def add(self, path: str, body: Any) -> None:
        """Take the entries of a response, in whatever envelope they are."""
        self._lists.setdefault(path, []).extend(_entries(body))

    def path(self, operation: Operation) -> str:
        """The path of an operation with ids in place of its parameters.

        Raises:
            UnavailableError: no value is known for one of them.
        """
        parameters = {one.name: one for one in operation.required if one.location == "path"}
        path = ""
        for part in operation.path.split("/")[1:]:
            if part[:1] == "{":
                name = part[1:-1]
                part = quote(self._value(parameters.get(name, Parameter(name, "path")), path), "")
            path += f"/{part}"
        return path

    def query(self, operation: Operation) -> dict[str, str]:
        """The query parameters that an operation needs.

        Raises:
            UnavailableError: no value is known for one of them.
        """
        found = {}
        for one in operation.required:
            if one.location == "query":
                found[one.name] = self._named(one.name) or next(iter(one.values), "")
                if not found[one.name]:
                    raise UnavailableError(f"no value is known for `{one.name}`")
        return found

    def _value(self, parameter: Parameter, path: str) -> str:
        if parameter.closed:
            return parameter.values[0]
        if path not in self._lists:
            raise UnavailableError(f"no list has values of `{parameter.name}`")
        for entry in self._lists[path]:
            if found := _id_of(entry, parameter.name):
                return found
        raise UnavailableError(f"the list {_shown(path)} has no entry with an id")

    def _named(self, name: str) -> str:
        """The id of a record by the name of a parameter such as `workspace_id`; empty if none is known."""
        kind = re.sub(r"(_id|Id)$", "", name)
        for path, entries in self._lists.items():
            if kind != name and path.rpartition("/")[2] == f"{kind}s":
                for entry in entries:
                    if found := _id_of(entry, name):
                        return found
        return ""


def _shown(path: str) -> str:
    """A path without its ids."""
    return re.sub(r"/[^/]*\d[^/]{3,}", "/{}", path)


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


def _id_of(entry: Mapping[str, Any], name: str) -> str:
    first, *rest = name.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    # `user_id` is the id of a user in a list of something else, and `id` in a list of users.
    for key in (name, camel, *_ID_NAMES):
        value = entry.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""
