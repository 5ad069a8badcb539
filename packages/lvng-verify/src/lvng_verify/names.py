"""Decides which names may be written into an observation: those of an API, never data.

A key of an object, or a value, may be an id, an email address, a secret, or a user's text. It is only written if it has the
form of a name, and if all of its words are words of the contract or of APIs in general. That others were there is noted.
"""

from __future__ import annotations

import re
from collections.abc import Set
from importlib import resources

_NAME = re.compile(r"[$_@]?[A-Za-z]+(?:[_.\-]?[A-Za-z]+){0,5}[0-9]?")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_NAME = 48
_LONGEST_WORD = 16

COMMON = frozenset(
    (resources.files("lvng_verify") / "common_words.txt").read_text(encoding="utf-8").split()
)


def words_of(name: str) -> list[str]:
    """The words of a name in any case style: `createdAt`, `created_at`, `created-at`."""
    return [word.lower() for word in _WORD.findall(name)]


def is_name(text: str, known: Set[str]) -> bool:
    """Whether a text is a name that may be written.

    Args:
        text: a key of an object, a header, or a value.
        known: the words of the contract.
    """
    if len(text) > _LONGEST_NAME or not _NAME.fullmatch(text):
        return False
    words = words_of(text)
    if any(not 1 < len(word) <= _LONGEST_WORD for word in words):
        return False
    return bool(words) and all(_is_familiar(word, known) for word in words)


def _is_familiar(word: str, known: Set[str]) -> bool:
    spellings = (word, word.removesuffix("s"), word.removesuffix("es"), f"{word}s")
    return any(one in known or one in COMMON for one in spellings)
