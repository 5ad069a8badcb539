"""`$id`, `$anchor`, `$dynamicAnchor` and `$self`: identifiers that references may use instead of JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from .loader import JSON, escape

# The values of these keys are data, not schemas.
_DATA = frozenset({"const", "default", "enum", "example", "examples"})


@dataclass(slots=True)
class Identifiers:
    """The identified schemas of one file.

    Attributes:
        resources: pointers by absolute or relative URI: the root's `$self`, and every `$id`.
        anchors: pointers by the URI of the resource and the name of the anchor.
        dynamic: anchors of `$dynamicAnchor`, by the URI of the resource.
    """

    base: str = ""
    resources: dict[str, str] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    dynamic: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: JSON) -> Identifiers:
        """The identifiers in the data of a file."""
        found = cls(_uri(data, "$self", ""))
        if found.base:
            found.resources[found.base] = ""
        for pointer, value, base in _walk(data, found.base):
            if isinstance(value.get("$id"), str):
                found.resources.setdefault(base, pointer)
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := value.get(key), str):
                    found.anchors.setdefault((base, name), pointer)
            if isinstance(name := value.get("$dynamicAnchor"), str):
                found.dynamic.setdefault(base, {}).setdefault(name, pointer)
        return found

    def base_at(self, pointer: str) -> str:
        """The base URI of references at a place."""
        within = [
            (len(place), uri)
            for uri, place in self.resources.items()
            if pointer == place or pointer.startswith(f"{place}/")
        ]
        return max(within, default=(0, self.base))[1]


def _walk(data: JSON, base: str) -> Iterator[tuple[str, dict[str, JSON], str]]:
    """Every object with its pointer and the URI of its schema resource."""
    open_: list[tuple[str, JSON, str]] = [("", data, base)]
    while open_:
        pointer, value, base = open_.pop()
        if isinstance(value, dict):
            base = _uri(value, "$id", base)
            yield pointer, value, base
            open_ += [
                (f"{pointer}/{escape(key)}", child, base)
                for key, child in value.items()
                if key not in _DATA and isinstance(child, (dict, list))
            ]
        elif isinstance(value, list):
            open_ += [(f"{pointer}/{index}", child, base) for index, child in enumerate(value)]


def _uri(value: JSON, key: str, base: str) -> str:
    said = value.get(key) if isinstance(value, dict) else None
    try:
        return urljoin(base, said).rstrip("#") if isinstance(said, str) else base
    except ValueError:  # not a URI
        return base
