"""Full-text search over what callers keep: SQLite FTS5, ranked by BM25."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .store import Store

_WORD = re.compile(r"\w+")
# Words that every text has tell nothing about which one is meant.
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "all",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "get",
        "give",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "latest",
        "let",
        "list",
        "many",
        "me",
        "more",
        "my",
        "of",
        "on",
        "or",
        "our",
        "please",
        "show",
        "so",
        "summarise",
        "summarize",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "through",
        "to",
        "us",
        "walk",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that matches."""

    kind: str
    id: str
    title: str
    content: str
    score: float
    """Higher is better."""


class Search:
    """The index of all texts."""

    def __init__(self, store: Store) -> None:
        self._sql = store.sql

    def index(self, kind: str, owner: str, id: str, title: str, content: str) -> None:
        """Take a text in, in place of the one that was there."""
        self.forget(kind, owner, id)
        self._sql.execute(
            "INSERT INTO texts (kind, id, owner, title, content) VALUES (?, ?, ?, ?, ?)",
            (kind, id, owner, title, content),
        )
        self._sql.execute(
            "INSERT OR REPLACE INTO text_rows VALUES (?, ?, ?, last_insert_rowid())",
            (kind, owner, id),
        )

    def forget(self, kind: str, owner: str, id: str) -> None:
        """Take a text out."""
        key = (kind, owner, id)
        self._sql.execute(
            "DELETE FROM texts WHERE rowid IN "
            "(SELECT row FROM text_rows WHERE kind = ? AND owner = ? AND id = ?)",
            key,
        )
        self._sql.execute("DELETE FROM text_rows WHERE kind = ? AND owner = ? AND id = ?", key)

    def find(
        self, text: str, owners: Iterable[str], *, kinds: Sequence[str] = (), limit: int = 10
    ) -> list[Hit]:
        """The texts that have words of `text`, best first. The same state gives the same answer."""
        words = keywords(text)
        if not words:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        owned = list(owners)
        condition = f"owner IN ({', '.join('?' * len(owned))})"
        if kinds:
            condition += f" AND kind IN ({', '.join('?' * len(kinds))})"
        rows = self._sql.execute(
            "SELECT kind, id, title, content, bm25(texts, 0, 0, 0, 2.0, 1.0) AS rank FROM texts "
            f"WHERE texts MATCH ? AND {condition} ORDER BY rank, rowid LIMIT ?",
            [match, *owned, *kinds, limit],
        )
        return [
            Hit(kind, id, title, content, round(-rank, 4))
            for kind, id, title, content, rank in rows
        ]


def keywords(text: str) -> list[str]:
    """The telling words of a text, in lower case; all of them where none is telling."""
    words = list(dict.fromkeys(_WORD.findall(text.lower())))
    return [word for word in words if word not in STOP_WORDS] or words
