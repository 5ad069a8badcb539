"""Full-text search over what callers keep: SQLite FTS5, ranked by BM25."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from .chunks import Passage, split
from .database import Store

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
    """A passage that matches."""

    kind: str
    id: str
    part: int
    """Place of the passage in its text, from 0."""
    title: str
    content: str
    score: float
    """From 0 to 1; higher is better."""


class Search:
    """The index of all texts."""

    def __init__(self, store: Store) -> None:
        self._sql = store.sql

    def index(self, kind: str, owner: str, id: str, title: str, content: str) -> None:
        """Take a text in, passage by passage, in place of the one that was there."""
        self.forget(kind, owner, id)
        for part, passage in enumerate(split(content) or [Passage("")]):
            row = self._sql.execute(
                "INSERT INTO texts (kind, id, part, owner, title, content) VALUES (?, ?, ?, ?, ?, ?)",
                (kind, id, part, owner, title, passage.content),
            ).lastrowid
            self._sql.execute(
                "INSERT INTO text_rows VALUES (?, ?, ?, ?, ?)", (kind, owner, id, part, row)
            )

    def forget(self, kind: str, owner: str, id: str) -> None:
        """Take a text out."""
        whose = ("kind = ? AND owner = ? AND id = ?", (kind, owner, id))
        rows = self._sql.execute(f"SELECT row FROM text_rows WHERE {whose[0]}", whose[1]).fetchall()
        if rows:
            self._sql.executemany("DELETE FROM texts WHERE rowid = ?", rows)
            self._sql.execute(f"DELETE FROM text_rows WHERE {whose[0]}", whose[1])

    def find(
        self, text: str, owners: Iterable[str], *, kinds: Sequence[str] = (), limit: int = 10
    ) -> list[Hit]:
        """The texts that have words of `text`, best first. The same state gives the same answer."""
        return list(islice(self.texts(any_of(text), owners, kinds), limit))

    def texts(self, match: str, owners: Iterable[str], kinds: Sequence[str] = ()) -> Iterator[Hit]:
        """The texts that match an FTS5 expression, best first, each by its best passage."""
        seen: set[tuple[str, str]] = set()
        for hit in self.passages(match, owners, kinds):
            if (hit.kind, hit.id) not in seen:
                seen.add((hit.kind, hit.id))
                yield hit

    def passages(
        self, match: str, owners: Iterable[str], kinds: Sequence[str] = ()
    ) -> Iterator[Hit]:
        """The passages that match an FTS5 expression, best first; read only as far as they are wanted."""
        if not match:
            return
        condition, values = _whose(owners, kinds)
        found = self._sql.execute(
            "SELECT rowid, bm25(texts, 0, 0, 0, 0, 2.0, 1.0) AS rank FROM texts "
            f"WHERE texts MATCH ? AND {condition} ORDER BY rank, rowid",
            [match, *values],
        ).fetchall()
        for row, rank in found:
            kind, id, part, title, content = self._sql.execute(
                "SELECT kind, id, part, title, content FROM texts WHERE rowid = ?", (row,)
            ).fetchone()
            yield Hit(kind, id, part, title, content, round(rank / (rank - 1), 4))

    def mentions(self, phrase: str, owner: str, kind: str, limit: int) -> list[str]:
        """The ids of the texts in which a phrase stands, in no order of merit."""
        quoted = phrase.replace('"', '""')
        rows = self._sql.execute(
            "SELECT DISTINCT id FROM texts WHERE texts MATCH ? AND owner = ? AND kind = ? LIMIT ?",
            (f'"{quoted}"', owner, kind, limit),
        )
        return [id for (id,) in rows]


def any_of(text: str) -> str:
    """The FTS5 expression for texts with any of the telling words."""
    return " OR ".join(f'"{word}"' for word in keywords(text))


def all_of(text: str) -> str:
    """The FTS5 expression for texts with each of the words."""
    return " AND ".join(f'"{word}"' for word in _words(text))


def prefix_of(text: str) -> str:
    """The FTS5 expression for titles with each of the words, of which the last may go on."""
    words = [f'"{word}"' for word in _words(text)]
    return f"title : ({' AND '.join(words)} *)" if words else ""


def keywords(text: str) -> list[str]:
    """The telling words of a text, in lower case; all of them where none is telling."""
    words = _words(text)
    return [word for word in words if word not in STOP_WORDS] or words


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(text.lower())))


def _whose(owners: Iterable[str], kinds: Sequence[str]) -> tuple[str, list[str]]:
    """The condition for texts of these owners and kinds; without kinds of all kinds."""
    owned = list(owners)
    condition = f"owner IN ({', '.join('?' * len(owned))})"
    if kinds:
        condition += f" AND kind IN ({', '.join('?' * len(kinds))})"
    return condition, [*owned, *kinds]
