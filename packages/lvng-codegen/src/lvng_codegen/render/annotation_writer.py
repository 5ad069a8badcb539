"""Render types as annotations, for the place where they are used."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.api import Alias, Definition
from ..model.types import (
    Binary,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Simple,
    Timestamp,
    Type,
    Union,
)

_BUILTINS = frozenset({"str", "int", "float", "bool", "list", "dict", "bytes"})
# Maximum depth of expanded aliases: aliases of aliases would grow exponentially.
_MOST_ALIASES = 3


class AnnotationWriter:
    """Renders types as annotations and records the names used.

    Args:
        definitions: definitions of named types.
        module: name of the types module, as a prefix; empty within it.
        shadowed: names with another meaning there, such as `list` in a class with a method of this name.
    """

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        module: str = "",
        shadowed: frozenset[str] = frozenset(),
    ) -> None:
        self.definitions = definitions
        self._module = module
        self._shadowed = shadowed
        self.used: set[str] = set()

    def response(self, type_: Type) -> str:
        """A type in responses: plain dicts and lists."""
        return " | ".join(dict.fromkeys(self._parts(type_, given=False, within=())))

    def argument(self, type_: Type) -> str:
        """A type in arguments: any sequence, any mapping, a datetime."""
        return " | ".join(dict.fromkeys(self._parts(type_, given=True, within=())))

    def name(self, name: str) -> str:
        """A name, qualified if methods shadow it."""
        self.used.add(name)
        if name not in self._shadowed:
            return name
        if name in _BUILTINS:
            self.used.add("builtins")
            return f"builtins.{name}"
        return f"_{name}"

    def _parts(self, type_: Type, *, given: bool, within: tuple[str, ...]) -> list[str]:
        if isinstance(type_, Union):
            return [
                part
                for member in type_.members
                for part in self._parts(member, given=given, within=within)
            ]
        if isinstance(type_, Named):
            return self._named(type_.name, given=given, within=within)
        if isinstance(type_, Timestamp):
            return [self.name("str"), *([self.name(type_.name)] if given else [])]
        return [self._one(type_, given=given, within=within)]

    def _one(self, type_: Type, *, given: bool, within: tuple[str, ...]) -> str:
        if isinstance(type_, Simple):
            return self.name(type_.name)
        if isinstance(type_, Binary):
            return self.name("FileInput" if given else "str")
        if isinstance(type_, LiteralOf):
            return f"{self.name('Literal')}[{', '.join(map(repr, type_.plain()))}]"
        if isinstance(type_, ListOf):
            outer = self.name("Sequence" if given else "list")
            return f"{outer}[{self._inner(type_.item, given, within)}]"
        if isinstance(type_, DictOf):
            outer, text = self.name("Mapping" if given else "dict"), self.name("str")
            return f"{outer}[{text}, {self._inner(type_.value, given, within)}]"
        raise AssertionError(type_)

    def _inner(self, type_: Type, given: bool, within: tuple[str, ...]) -> str:
        return " | ".join(dict.fromkeys(self._parts(type_, given=given, within=within)))

    def _named(self, name: str, *, given: bool, within: tuple[str, ...]) -> list[str]:
        if name not in self.definitions:
            return [self.name(name)]  # the core's own
        definition = self.definitions[name]
        fresh = name not in within and len(within) < _MOST_ALIASES
        if given and isinstance(definition, Alias) and fresh:
            inside = (*within, name)
            asked = self._parts(definition.type, given=True, within=inside)
            # An alias keeps its name unless arguments accept more than responses contain.
            if asked != self._parts(definition.type, given=False, within=inside):
                return asked
        if self._module:
            return [f"{self.name(self._module)}.{name}"]
        return [name]
