"""Full-text search over stored texts: SQLite FTS5, ranked by BM25."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from .chunks import Chunk, split
from .database import TEXTS, Store, define_tables

_BATCH = 20
"""Number of chunks that are read at once."""
_KEPT = 9
"""Number of the latest searches whose results are kept until the index changes; a question makes three."""
_LEAST_RANK = 1e-9
_AROUND = 30
"""Chunks before and after one that belong to the same text, as far as it is read at once."""
_WORD = re.compile(r"\w+")
# Words too common to distinguish one text from another.
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "all",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "give",
        "go",
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
        "much",
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


define_tables("""
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5 (
    kind UNINDEXED, id UNINDEXED, part UNINDEXED, owner UNINDEXED, title, content,
    tokenize = 'porter unicode61'
);
CREATE TABLE IF NOT EXISTS text_rows (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    part INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (kind, owner, id, part)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS text_terms USING fts5vocab (texts, row);
""")


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk of a text that matches a search."""

    kind: str
    id: str
    part: int
    """Position of the chunk in its text, from 0."""
    title: str
    content: str
    score: float
    """From 0 to 1; higher is better."""
    parts: int = 1
    """Number of the chunks of its text."""


class Search:
    """The index of all texts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sql = store.sql
        self._writes = 0
        self._ranked = lru_cache(maxsize=_KEPT)(self._rank)
        self._hits = lru_cache(maxsize=_KEPT)(self._read)
        self._counted = lru_cache(maxsize=_KEPT)(self._count)

    def index(self, kind: str, owner: str, id: str, title: str, content: str) -> None:
        """Index a text, chunk by chunk, replacing what was indexed for its record."""
        self.delete(kind, owner, id)
        self._writes += 1
        for part, chunk in enumerate(split(content) or [Chunk("")]):
            row = self._store.write(
                TEXTS,
                "INSERT INTO texts (kind, id, part, owner, title, content) VALUES (?, ?, ?, ?, ?, ?)",
                (kind, id, part, owner, title, chunk.content),
            ).lastrowid
            self._store.write(
                TEXTS,
                "INSERT INTO text_rows VALUES (?, ?, ?, ?, ?)",
                (kind, owner, id, part, row),
            )

    def delete(self, kind: str, owner: str, id: str) -> None:
        """Remove a text from the index."""
        condition, values = "kind = ? AND owner = ? AND id = ?", (kind, owner, id)
        rows = self._sql.execute(f"SELECT row FROM text_rows WHERE {condition}", values).fetchall()
        if rows:
            self._writes += 1
            self._sql.executemany("DELETE FROM texts WHERE rowid = ?", rows)
            self._sql.execute(f"DELETE FROM text_rows WHERE {condition}", values)

    def delete_owner(self, owner: str) -> None:
        """Remove all texts of an owner from the index."""
        self._writes += 1
        self._sql.execute(
            "DELETE FROM texts WHERE rowid IN (SELECT row FROM text_rows WHERE owner = ?)", (owner,)
        )
        self._sql.execute("DELETE FROM text_rows WHERE owner = ?", (owner,))

    def find(
        self, text: str, owners: Iterable[str], *, kinds: Sequence[str] = (), limit: int = 10
    ) -> list[Hit]:
        """The texts that contain words of `text`, best first. The result is deterministic."""
        return list(islice(self.texts(any_of(text), owners, kinds), limit))

    def texts(self, match: str, owners: Iterable[str], kinds: Sequence[str] = ()) -> Iterator[Hit]:
        """The texts that match an FTS5 expression, best first, each by its best chunk."""
        seen: set[tuple[str, str]] = set()
        for hit in self.chunks(match, owners, kinds):
            if (hit.kind, hit.id) not in seen:
                seen.add((hit.kind, hit.id))
                yield hit

    def chunks(self, match: str, owners: Iterable[str], kinds: Sequence[str] = ()) -> Iterator[Hit]:
        """The chunks that match an FTS5 expression, best first, read lazily."""
        if not match:
            return
        found = self._ranked(self._version(), match, tuple(owners), tuple(kinds))
        for start in range(0, len(found), _BATCH):
            yield from self._hits(self._version(), found[start : start + _BATCH])

    def whole(self, kind: str, id: str, owners: Iterable[str], around: int = 0) -> str:
        """The text of a record, of all its chunks; of a long one those around a chunk. Empty if it is not indexed."""
        owned = list(owners)
        rows = self._sql.execute(
            "SELECT content FROM text_rows JOIN texts ON texts.rowid = row WHERE text_rows.kind = ? "
            f"AND text_rows.owner IN ({', '.join('?' * len(owned))}) AND text_rows.id = ? "
            "AND text_rows.part BETWEEN ? AND ? ORDER BY text_rows.part",
            [kind, *owned, id, around - _AROUND, around + _AROUND],
        )
        return "\n\n".join(content for (content,) in rows)

    def mentions(self, phrase: str, owner: str, kind: str, limit: int) -> list[str]:
        """The ids of the texts that contain a phrase, unranked."""
        quoted = phrase.replace('"', '""')
        rows = self._sql.execute(
            "SELECT DISTINCT id FROM texts WHERE texts MATCH ? AND owner = ? AND kind = ? LIMIT ?",
            (f'"{quoted}"', owner, kind, limit),
        )
        return [id for (id,) in rows]

    def frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many chunks each of some stems occurs."""
        return dict(self._counted(self._version(), frozenset(stems)))

    def _version(self) -> tuple[int, int]:
        """Changes with the index: what was read from it before is not used after that."""
        return self._writes, self._store.rollbacks

    def _rank(
        self, _version: tuple[int, int], match: str, owners: tuple[str, ...], kinds: tuple[str, ...]
    ) -> tuple[tuple[int, float], ...]:
        """The rows of the chunks that match, with their BM25, best first."""
        condition, values = _restriction(owners, kinds)
        rows = self._sql.execute(
            "SELECT rowid, bm25(texts, 0, 0, 0, 0, 2.0, 1.0) AS rank FROM texts "
            f"WHERE texts MATCH ? AND {condition} ORDER BY rank, rowid",
            [match, *values],
        )
        return tuple(rows)

    def _read(self, _version: tuple[int, int], ranked: tuple[tuple[int, float], ...]) -> list[Hit]:
        """The chunks of some rows, in their order."""
        ranks = dict(ranked)
        rows = self._sql.execute(
            "SELECT rowid, kind, id, part, title, content, (SELECT count(*) FROM text_rows AS one WHERE "
            "one.kind = texts.kind AND one.owner = texts.owner AND one.id = texts.id) "
            f"FROM texts WHERE rowid IN ({', '.join('?' * len(ranks))})",
            list(ranks),
        )
        hits = {
            row: Hit(kind, id, part, title, content, _score(ranks[row]), parts)
            for row, kind, id, part, title, content, parts in rows
        }
        return [hits[row] for row in ranks]

    def _count(self, _version: tuple[int, int], stems: frozenset[str]) -> list[tuple[str, int]]:
        marks = ", ".join("?" * len(stems))
        return self._sql.execute(
            f"SELECT term, doc FROM text_terms WHERE term IN ({marks})", list(stems)
        ).fetchall()

    def check(self) -> None:
        """Search the index.

        Raises:
            sqlite3.Error: it cannot be searched.
        """
        self._sql.execute("SELECT count(*) FROM texts WHERE texts MATCH 'health'").fetchone()


def _score(rank: float) -> float:
    """BM25, which SQLite gives as a negative number, on a scale from 0 to 1.

    The scale is logarithmic, because words that occur in every second text have ranks of about 1e-6.
    """
    return round(0.5 + math.atan(math.log10(max(-rank, _LEAST_RANK))) / math.pi, 4)


def any_of(text: str) -> str:
    """The FTS5 expression for texts with any of the keywords."""
    return " OR ".join(f'"{word}"' for word in keywords(text))


def all_of(text: str) -> str:
    """The FTS5 expression for texts with each of the words."""
    return " AND ".join(f'"{word}"' for word in _words(text))


def prefix_of(text: str) -> str:
    """The FTS5 expression for titles with each of the words, the last of them a prefix."""
    words = [f'"{word}"' for word in _words(text)]
    return f"title : ({' AND '.join(words)} *)" if words else ""


def keywords(text: str) -> list[str]:
    """The words of a text without stop words, in lower case; all of them if it has only stop words."""
    words = _words(text)
    return [word for word in words if word not in STOP_WORDS] or words


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(text.lower())))


def _restriction(owners: Iterable[str], kinds: Sequence[str]) -> tuple[str, list[str]]:
    """The condition for texts of these owners and kinds; without kinds, of all kinds."""
    owned = list(owners)
    condition = f"owner IN ({', '.join('?' * len(owned))})"
    if kinds:
        condition += f" AND kind IN ({', '.join('?' * len(kinds))})"
    return condition, [*owned, *kinds]
