"""The lock file: the names of tags and methods, which are kept in later runs.

It is stored next to the package and reviewed like code. Changing a name in it changes the package.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SpecError
from .names import is_name
from .openapi.loader import JSON, read


@dataclass(frozen=True, slots=True)
class NameLock:
    """The names of tags and operations.

    Attributes:
        tags: attribute and class by the tag in the document.
        operations: `attribute.method` by method and path.
    """

    tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> NameLock:
        """Read a lock file; an empty lock if it does not exist."""
        if not path.is_file():
            return cls()
        data = read(path)
        tags = {tag: _pair(path, tag, names) for tag, names in _members(path, data, "tags")}
        operations = {
            key: _method(path, key, name) for key, name in _members(path, data, "operations")
        }
        return cls(tags, operations)

    def text(self) -> str:
        """The file, sorted so that a change shows as one line."""
        data = {
            "tags": {tag: ".".join(names) for tag, names in sorted(self.tags.items())},
            "operations": dict(sorted(self.operations.items())),
        }
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    def methods(self, attribute: str) -> dict[str, str]:
        """The method names of a tag, by operation."""
        pairs = ((key, name.partition(".")) for key, name in self.operations.items())
        return {key: method for key, (owner, _, method) in pairs if owner == attribute}


def _members(path: Path, data: JSON, key: str) -> list[tuple[str, str]]:
    members = data.get(key) if isinstance(data, dict) else None
    if not isinstance(members, dict):
        raise SpecError(f"expected an object under {key!r}", str(path))
    return [(name, str(value)) for name, value in members.items()]


def _pair(path: Path, key: str, names: str) -> tuple[str, str]:
    first, dot, second = names.partition(".")
    if not dot or not all(map(_is_public, (first, second))):
        raise SpecError(f"{key}: {names!r} is not two names with a dot between", str(path))
    return first, second


def _method(path: Path, key: str, names: str) -> str:
    return ".".join(_pair(path, key, names))


def _is_public(name: str) -> bool:
    return is_name(name) and not name.startswith("_")
