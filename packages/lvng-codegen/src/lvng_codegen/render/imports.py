"""The imports of a generated module, in the order of isort."""

from __future__ import annotations

from collections.abc import Callable, Set

# Names that generated code imports, besides those of its own package.
_HOMES = {
    "collections.abc": frozenset({"AsyncIterator", "Iterator", "Mapping", "Sequence"}),
    "datetime": frozenset({"date", "datetime"}),
    "typing": frozenset({
        "Any", "Final", "Literal", "TypeAlias",
    }),
    # Not from typing: pydantic refuses that TypedDict on Python 3.11 (PEP 705 and others changed the class).
    "typing_extensions": frozenset({"NotRequired", "TypedDict", "deprecated"}),
    "lvng_core": frozenset({
        "UNSET", "AsyncDownload", "AsyncEventStream", "AsyncJSONStream", "AsyncResource",
        "Download", "EventStream", "FieldEncoding", "FileInput", "JSONStream", "Operation",
        "Paging", "Param", "RequestOptions", "Resource", "SSEEvent", "Unset",
    }),
}  # fmt: skip
_STANDARD = frozenset({"builtins", "collections.abc", "datetime", "functools", "types", "typing"})


class Imports:
    """Collects imports; a module without names is imported itself."""

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def add(self, module: str, *names: str) -> None:
        """Import names from a module; nothing without names."""
        if names:
            self._found.setdefault(module, set()).update(names)

    def add_module(self, module: str) -> None:
        """Import a module itself."""
        self._found.setdefault(module, set())

    def add_used(self, used: Set[str], alias: Callable[[str], str] = str) -> None:
        """Import the used names that are not in this package, under the name returned by `alias`."""
        if "builtins" in used:
            self.add_module("builtins")
        for module, names in _HOMES.items():
            self.add(module, *map(alias, used & names))

    def lines(self) -> list[str]:
        """The import statements, in groups: the standard library, packages, this package."""
        groups: list[list[str]] = [[], [], []]
        for module in sorted(self._found, key=_module_order):
            names = sorted(self._found[module], key=member_order)
            line = f"from {module} import {', '.join(names)}" if names else f"import {module}"
            groups[_group(module)].append(line)
        lines: list[str] = []
        for group in groups:
            # Plain imports before those of names, as isort has them.
            ordered = sorted(group, key=lambda line: line.startswith("from"))
            lines += ["", *ordered] if lines and ordered else ordered
        return lines


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module in _STANDARD else 1


def _module_order(module: str) -> tuple[int, str]:
    """Parents before siblings: `..a`, then `.`, then `.b`."""
    dots = len(module) - len(module.lstrip("."))
    return (-dots, module)


def member_order(name: str) -> tuple[int, str]:
    """Constants, classes, the rest: how isort and `__all__` sort."""
    plain = name.partition(" as ")[0]
    kind = 0 if plain.isupper() and len(plain) > 1 else 1 if plain[:1].isupper() else 2
    return (kind, name)
