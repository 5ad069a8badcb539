"""The records of all tags in one SQLite table: a record is JSON under its collection's path and its id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (path, id, owner)
);
CREATE INDEX IF NOT EXISTS records_kind ON records (kind, owner, seq);
CREATE INDEX IF NOT EXISTS records_path ON records (path, owner, seq);
CREATE INDEX IF NOT EXISTS records_id ON records (id, kind);
CREATE INDEX IF NOT EXISTS records_name
    ON records (path, owner, json_extract(body, '$."name"'))
    WHERE json_extract(body, '$."name"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_channel
    ON records (path, owner, json_extract(body, '$."channel_id"'))
    WHERE json_extract(body, '$."channel_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_conversation
    ON records (path, owner, json_extract(body, '$."conversation_id"'))
    WHERE json_extract(body, '$."conversation_id"') IS NOT NULL;
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    user_id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    tenant TEXT NOT NULL,
    signed_out INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS keys (
    hash TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until REAL
);
CREATE INDEX IF NOT EXISTS keys_id ON keys (key_id);
CREATE TABLE IF NOT EXISTS revoked (session TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (caller, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    name TEXT NOT NULL,
    arguments TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);
CREATE TABLE IF NOT EXISTS usage (
    key_id TEXT NOT NULL,
    day TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (key_id, day, method, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last_use (
    key_id TEXT PRIMARY KEY,
    at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spending (
    tenant TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id TEXT NOT NULL,
    agent_id TEXT,
    workspace_id TEXT,
    model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    credits REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS spending_at ON spending (tenant, at);
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
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A collection of records: its kind, its path, and whose it is."""

    kind: str
    path: str
    owner: str


@dataclass(slots=True)
class Query:
    """What a list is narrowed by, and which part of it is wanted."""

    equal: Mapping[str, Any] = field(default_factory=dict)
    """Properties and the values they must have; of a tuple, one."""
    holding: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Lists and all that each must hold."""
    since: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, Set[str]] = field(default_factory=dict)
    """Properties and the values they must not have."""
    text: str = ""
    """Words that must stand somewhere in the record."""
    newest_first: bool = False
    first: str = ""
    """A property whose records come before all others where it is true."""
    limit: int = -1
    offset: int = 0
    before_seq: int | None = None
    """With a cursor: records older than this one."""
    after_seq: int = 0
    """Records newer than this one."""

    def conditions(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL conditions and their values."""
        for name, value in self.equal.items():
            yield _equals(name, value)
        for name, values in self.holding.items():
            for value in values:
                yield (
                    "EXISTS (SELECT 1 FROM json_each(body, ?) WHERE value IS ?)",
                    (f'$."{name}"', _sql(value)),
                )
        for name, hidden in self.without.items():
            if hidden:
                marks = ", ".join("?" * len(hidden))
                yield f"coalesce({_property(name)}, '') NOT IN ({marks})", sorted(hidden)
        if self.after_seq:
            yield "seq > ?", (self.after_seq,)
        for name, value in self.since.items():
            yield "json_extract(body, ?) >= ?", (f'$."{name}"', value)
        for name, value in self.until.items():
            yield "json_extract(body, ?) <= ?", (f'$."{name}"', value)
        for word in self.text.split():
            written = json.dumps(word, ensure_ascii=False)[1:-1]
            escaped = written.replace("!", "!!").replace("%", "!%").replace("_", "!_")
            yield "body LIKE ? ESCAPE '!'", (f"%{escaped}%",)


class Store:
    """One SQLite connection, used by the server's event loop alone: a request is a transaction.

    Args:
        path: the database file; `:memory:` keeps everything in memory.

    Attributes:
        unwritten: answers with secrets, by caller and Idempotency-Key.
    """

    def __init__(self, path: str) -> None:
        self.unwritten: dict[tuple[str, str], Any] = {}
        # Transactions are begun and ended by `transaction` alone.
        self.sql: sqlite3.Connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None
        )
        self.sql.execute("PRAGMA journal_mode = WAL")
        # Safe when the process is killed; a power cut may cost the last moments.
        self.sql.execute("PRAGMA synchronous = NORMAL")
        # Pages in the log before they are copied to the database, which is when the disk is waited for.
        self.sql.execute("PRAGMA wal_autocheckpoint = 8000")
        self.sql.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens in the block happens, or nothing of it."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.sql.execute("ROLLBACK")
            raise
        self.sql.execute("COMMIT")

    def snapshot(self) -> bytes:
        """Everything, to come back to with `restore`."""
        return self.sql.serialize()

    def restore(self, snapshot: bytes) -> None:
        """Forget what came after a snapshot of this store."""
        source = sqlite3.connect(":memory:")
        try:
            source.deserialize(snapshot)
            source.backup(self.sql)
        finally:
            source.close()

    def add(self, place: Place, id: str, record: Record) -> bool:
        """Keep a new record; False where one of this id is there."""
        added = self.sql.execute(
            "INSERT INTO records (kind, path, id, owner, body) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (place.kind, place.path, id, place.owner, _dump(record)),
        )
        return added.rowcount > 0

    def get(self, place: Place, id: str) -> Record | None:
        """A record, if it is there."""
        row = self.sql.execute(
            f"SELECT body FROM records WHERE {_scope(place)} = ? AND id = ? AND owner = ?",
            (place.path or place.kind, id, place.owner),
        ).fetchone()
        return None if row is None else _load(row[0])

    def put(self, place: Place, id: str, record: Record) -> bool:
        """Keep a record in place of the one that is there; False where none is."""
        changed = self.sql.execute(
            f"UPDATE records SET body = ? WHERE {_scope(place)} = ? AND id = ? AND owner = ?",
            (_dump(record), place.path or place.kind, id, place.owner),
        )
        return changed.rowcount > 0

    def below(self, place: Place, id: str) -> list[tuple[str, str]]:
        """The kinds and ids of all that lies below a record."""
        condition, values = _inside(place, id)
        rows = self.sql.execute(f"SELECT kind, id FROM records WHERE {condition}", values)
        return rows.fetchall()

    def remove(self, place: Place, id: str) -> bool:
        """Delete a record, its file and all that lies below it; whether it was there."""
        condition, values = _inside(place, id)
        self.sql.execute(
            f"DELETE FROM blobs WHERE id = ? OR id IN (SELECT id FROM records WHERE {condition})",
            [id, *values],
        )
        self.sql.execute(f"DELETE FROM records WHERE {condition}", values)
        found = self.sql.execute(
            "DELETE FROM records WHERE path = ? AND id = ? AND owner = ?",
            (place.path, id, place.owner),
        )
        return found.rowcount > 0

    def forget(self, owner: str) -> None:
        """Delete all that is a user's own: records with their files and texts, and single values."""
        self.sql.execute(
            "DELETE FROM blobs WHERE id IN (SELECT id FROM records WHERE owner = ?)", (owner,)
        )
        self.sql.execute(
            "DELETE FROM texts WHERE rowid IN (SELECT row FROM text_rows WHERE owner = ?)", (owner,)
        )
        for table in ("records", "text_rows"):
            self.sql.execute(f"DELETE FROM {table} WHERE owner = ?", (owner,))
        ending = f" {owner}"
        self.sql.execute("DELETE FROM facts WHERE substr(name, -?) = ?", (len(ending), ending))

    def page(self, place: Place, query: Query) -> list[Record]:
        """The records of a collection, in the order they came."""
        bodies = (body for _, body in self.rows(place, query))
        found: list[Record] = json.loads(f"[{','.join(bodies)}]")
        return found

    def rows(self, place: Place, query: Query) -> list[tuple[int, str]]:
        """The same with their numbers, as JSON."""
        where, values = _where(place, query)
        if query.before_seq is not None:
            where, values = f"{where} AND seq < ?", [*values, query.before_seq]
        order = "seq DESC" if query.newest_first or query.before_seq is not None else "seq"
        if query.first:
            order = f"{_property(query.first)} DESC, {order}"
        found: list[tuple[int, str]] = self.sql.execute(
            f"SELECT seq, body FROM records WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, query.limit, query.offset],
        ).fetchall()
        return found

    def anywhere(
        self, kind: str, id: str | None = None, **equal: Any
    ) -> list[tuple[Place, Record]]:
        """The records of a kind with this id or these values, whoever owns them, each with its place."""
        conditions = [("kind = ?", (kind,)), *Query(equal=equal).conditions()]
        if id is not None:
            conditions.append(("id = ?", (id,)))
        where = " AND ".join(condition for condition, _ in conditions)
        rows = self.sql.execute(
            f"SELECT path, owner, body FROM records WHERE {where} ORDER BY seq",
            [value for _, values in conditions for value in values],
        )
        return [(Place(kind, path, owner), _load(body)) for path, owner, body in rows]

    def seq(self, owner: str, id: str) -> int | None:
        """The number of a record, whatever its kind: later ones have higher numbers."""
        row = self.sql.execute(
            "SELECT seq FROM records WHERE owner = ? AND id = ? ORDER BY seq DESC LIMIT 1",
            (owner, id),
        ).fetchone()
        return None if row is None else int(row[0])

    def count(self, place: Place, query: Query | None = None) -> int:
        """How many there are in all."""
        where, values = _where(place, query or Query())
        found: int = self.sql.execute(
            f"SELECT count(*) FROM records WHERE {where}", values
        ).fetchone()[0]
        return found

    def tally(
        self, place: Place, name: str, query: Query | None = None, length: int = -1
    ) -> dict[str, int]:
        """How many records have each value of a property, the most frequent first.

        Args:
            place: the collection.
            name: the property, a text.
            query: which records to count.
            length: characters of the value that count; 10 makes days of moments.
        """
        where, values = _where(place, query or Query())
        value = _property(name) if length < 0 else f"substr({_property(name)}, 1, {length})"
        rows = self.sql.execute(
            f"SELECT {value}, count(*) FROM records WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        return dict(rows.fetchall())

    def total(self, place: Place, name: str) -> float:
        """The sum of a property, a number, over all records."""
        where, values = _where(place, Query())
        found: float = self.sql.execute(
            f"SELECT coalesce(sum({_property(name)}), 0) FROM records WHERE {where}", values
        ).fetchone()[0]
        return found

    def fact(self, name: str) -> str | None:
        """A single value that the server keeps for itself."""
        row = self.sql.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Keep a single value."""
        self.sql.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def drop_fact(self, name: str) -> None:
        """Forget a single value."""
        self.sql.execute("DELETE FROM facts WHERE name = ?", (name,))

    def put_blob(self, id: str, content: bytes) -> None:
        """Keep the content of a file."""
        self.sql.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (id, content))

    def blob(self, id: str) -> bytes | None:
        """The content of a file, if it is there."""
        row = self.sql.execute("SELECT content FROM blobs WHERE id = ?", (id,)).fetchone()
        return None if row is None else bytes(row[0])


def _scope(place: Place) -> str:
    """The column that tells a collection's records; without a path it is all collections of a kind."""
    return "path" if place.path else "kind"


def _where(place: Place, query: Query) -> tuple[str, list[Any]]:
    """The condition for a collection; without a path for all collections of its kind."""
    conditions = [f"{_scope(place)} = ?", "owner = ?"]
    values: list[Any] = [place.path or place.kind, place.owner]
    for condition, more in query.conditions():
        conditions.append(condition)
        values.extend(more)
    return " AND ".join(conditions), values


def _inside(place: Place, id: str) -> tuple[str, list[Any]]:
    """The condition for what lies below a record."""
    path = f"{place.path}/{id}/"
    condition = "owner = ? AND substr(path, 1, ?) = ? AND path > ? AND path < ?"
    return condition, [place.owner, len(path), path, path, f"{path[:-1]}0"]


def _property(name: str) -> str:
    """A property of a record in SQL. Names come from the contract and from code, never from a request."""
    return f"json_extract(body, '$.\"{name}\"')"


def _equals(name: str, value: Any) -> tuple[str, Sequence[Any]]:
    """The condition that a property has a value; of a tuple, one of them."""
    # Name and "not null" stand in the text of the query: only then is an index on the property of use.
    if isinstance(value, tuple):
        marks = ", ".join("?" * len(value))
        return f"({_property(name)} IN ({marks}) AND {_property(name)} IS NOT NULL)", value
    if value is None:
        return f"{_property(name)} IS NULL", ()
    return f"{_property(name)} = ?", (_sql(value),)


def _sql(value: Any) -> Any:
    """A JSON value as `json_extract` gives it back."""
    return int(value) if isinstance(value, bool) else value


def _dump(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> Record:
    record: Record = json.loads(text)
    return record
