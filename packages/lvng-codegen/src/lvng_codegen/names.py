"""Convert names in requests and responses to Python names."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

_GAP = re.compile(r"[ _]+")
_LOWER_UPPER = re.compile(r"([^\W_A-Z])([A-Z])")
# The end of an acronym, `HTTPServer` -> `HTTP_Server`; but not in plurals: `userIDs` -> `user_ids`.
_ACRONYM = re.compile(r"([A-Z]+)([A-Z](?!s(?![a-z]))[a-z])")


def is_name(text: str) -> bool:
    """Whether a text is a valid Python name."""
    return text.isidentifier() and not keyword.iskeyword(text)


def _letters(name: str) -> str:
    """A name with invalid characters replaced by spaces."""
    text = unicodedata.normalize("NFKC", name)
    return "".join(char if f"_{char}".isidentifier() else " " for char in text)


def words(name: str) -> list[str]:
    """The words of a name in any case style."""
    text = _LOWER_UPPER.sub(r"\1_\2", _ACRONYM.sub(r"\1_\2", _letters(name)))
    return [word for word in _GAP.split(text) if word]


def snake(name: str) -> str:
    """A name for an argument, a method or a module: `workspaceId` -> `workspace_id`."""
    found = "_".join(words(name)).lower() or "value"
    if not found.isidentifier():
        found = f"value_{found}"
    return f"{found}_" if keyword.iskeyword(found) else found


def pascal(name: str) -> str:
    """A name for a class: `api_keys` -> `ApiKeys`. Capitals inside a word are kept."""
    found = "".join(part[:1].upper() + part[1:] for part in _GAP.split(_letters(name)))
    if not found or not found.isidentifier():
        found = f"Schema{found}"
    return f"{found}Schema" if keyword.iskeyword(found) else found


def constant(name: str) -> str:
    """A name for a private constant: `list_runs` -> `_LIST_RUNS`."""
    # Non-ASCII letters are kept: `ß` and `ss` are the same in upper case.
    return f"_{name.upper() if name.isascii() else name}"


def singular(word: str) -> str:
    """A simple heuristic, sufficient to recognize that `pet` and `pets` are the same noun."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


class Names:
    """Makes unique names: a duplicate gets a number.

    Args:
        taken: reserved names.
        suffix: suffix for a reserved name, before it is numbered.
    """

    def __init__(self, taken: Iterable[str] = (), *, suffix: str = "") -> None:
        self._taken = set(taken)
        self._suffix = suffix
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def give(self, name: str) -> str:
        """The name, or the next free variant of it."""
        found = name
        if found in self._taken and self._suffix:
            found = f"{name}{self._suffix}"
        while found in self._taken:
            number = self._next.get(name, 2)
            self._next[name] = number + 1
            found = f"{name}{number}" if not name[-1:].isdigit() else f"{name}_{number}"
        self._taken.add(found)
        return found
