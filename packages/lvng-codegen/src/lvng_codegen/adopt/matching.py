"""Match operations of the vendor's document with those of the contract: by method and path, else by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..openapi.contract import METHODS
from ..openapi.paths import operation_key

_BRACES = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILLERS = {"controller", "api", "service", "handler", "v", "the", "a", "of", "by", "id"}
_SAME = {
    "find": "get",
    "fetch": "get",
    "read": "get",
    "retrieve": "get",
    "add": "create",
    "remove": "delete",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An operation in a document.

    Attributes:
        path: its path.
        http: its method, in lower case.
        value: the operation.
    """

    path: str
    http: str
    value: dict[str, Any]

    @property
    def key(self) -> str:
        """Method and path, without the names of parameters."""
        return operation_key(self.http, self.path)

    @property
    def title(self) -> str:
        """Method and path for messages."""
        return f"{self.http.upper()} {self.path}"


def operations(data: Mapping[str, Any]) -> Iterator[Place]:
    """The operations of a document."""
    for path, item in data.get("paths", {}).items():
        for http in METHODS if isinstance(item, dict) else ():
            if isinstance(item.get(http), dict):
                yield Place(path, http, item[http])


def common_prefix(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """The prefix before the contract's paths in most paths of the document; may be empty."""
    known = {_BRACES.sub("{}", one.path) for one in operations(ours)}
    found: Counter[str] = Counter()
    paths = [_BRACES.sub("{}", one.path) for one in operations(theirs)]
    for path in paths:
        parts = path.split("/")
        for n in range(len(parts)):
            if "/" + "/".join(parts[n + 1 :]) in known:
                found["/".join(parts[: n + 1])] += 1
                break
    prefix, count = found.most_common(1)[0] if found else ("", 0)
    return prefix if 2 * count > len(paths) else ""


def by_name(theirs: list[Place], ours: list[Place]) -> dict[str, Place]:
    """Match operations with the same method whose ids have the same words, by the document's keys.

    Only unambiguous matches.
    """
    wanted = _by_words(ours)
    given = _by_words(theirs)
    return {
        several[0].key: wanted[words][0]
        for words, several in given.items()
        if len(several) == 1 and len(wanted.get(words, ())) == 1
    }


def _by_words(places: list[Place]) -> dict[tuple[str, frozenset[str]], list[Place]]:
    found: dict[tuple[str, frozenset[str]], list[Place]] = {}
    for one in places:
        if words := words_of(str(one.value.get("operationId", ""))):
            found.setdefault((one.http, words), []).append(one)
    return found


def words_of(name: str) -> frozenset[str]:
    """The significant words of an operation's id, in any spelling."""
    words: list[str] = [word.lower() for word in _WORD.findall(name)]
    known = [_SAME.get(word, word).removesuffix("s") for word in words]
    return frozenset(word for word in known if word not in _FILLERS)


def parameters_of(path: str) -> list[str]:
    """The names of a path's parameters."""
    return _BRACES.findall(path)
