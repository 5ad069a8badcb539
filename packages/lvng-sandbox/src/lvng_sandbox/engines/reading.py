"""A text as it is read for a question: its statements, and the stems of the words in and above each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .statements import Statement, statements
from .words import stems

_CACHED_LENGTH = 2_000
"""Length up to which a reading is kept: most texts are this short, and are read for every question."""


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement with its stems."""

    statement: Statement
    stems: frozenset[str]
    above: frozenset[str]
    """The stems of the title and of the headings above it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its stems."""

    title: frozenset[str]
    statements: tuple[ReadStatement, ...]


def read(title: str, content: str) -> Reading:
    """Read a text; one without statements has those of its title."""
    return (_read if len(content) > _CACHED_LENGTH else _read_cached)(title, content)


def _read(title: str, content: str) -> Reading:
    given = statements(content) or statements(title)
    stemmed = frozenset(stems(title))
    above = {
        headings: stemmed | stems(" ".join(headings))
        for headings in {one.headings for one in given}
    }
    found = [ReadStatement(one, frozenset(stems(one.text)), above[one.headings]) for one in given]
    return Reading(stemmed, tuple(found))


_read_cached = lru_cache(maxsize=1_000)(_read)
