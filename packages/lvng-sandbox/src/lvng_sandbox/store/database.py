"""One SQLite database: records as JSON under the path of their collection and an id, files, and single values."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from .opening import check_file, open_file

Record: TypeAlias = dict[str, Any]
T = TypeVar("T")

EXAMPLE = "example"
"""Origin of example records."""
USAGE = "usage"
"""What `Store.write` writes for each request; no result that is kept depends on it."""
TEXTS = "texts"
"""The full-text index."""
_MAX_KEPT = 1000
"""Number of results above which all are dropped."""

_TABLES: list[str] = []


def define_tables(statements: str) -> None:
    """Register the tables of a module, which every new `Store` creates if they do not exist."""
    _TABLES.append(statements)


define_tables("""
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The id of the request that the record goes back to, or EXAMPLE, or nothing.
    origin TEXT NOT NULL DEFAULT '',
    UNIQUE (path, id, owner)
);
CREATE INDEX IF NOT EXISTS records_kind ON records (kind, owner, seq);
CREATE INDEX IF NOT EXISTS records_path ON records (path, owner, seq);
CREATE INDEX IF NOT EXISTS records_id ON records (id, kind);
CREATE INDEX IF NOT EXISTS records_origin ON records (origin) WHERE origin NOT IN ('', 'example');
CREATE INDEX IF NOT EXISTS records_examples ON records (kind) WHERE origin = 'example';
CREATE INDEX IF NOT EXISTS records_name
    ON records (path, owner, json_extract(body, '$."name"'))
    WHERE json_extract(body, '$."name"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_channel
    ON records (path, owner, json_extract(body, '$."channel_id"'))
    WHERE json_extract(body, '$."channel_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_conversation
    ON records (path, owner, json_extract(body, '$."conversation_id"'))
    WHERE json_extract(body, '$."conversation_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_parent
    ON records (path, owner, json_extract(body, '$."parent_message_id"'))
    WHERE json_extract(body, '$."parent_message_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_folder
    ON records (path, owner, json_extract(body, '$."folder_id"'))
    WHERE json_extract(body, '$."folder_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_project
    ON records (path, owner, json_extract(body, '$."project_id"'))
    WHERE json_extract(body, '$."project_id"') IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_workflow
    ON records (path, owner, json_extract(body, '$."workflowId"'))
    WHERE json_extract(body, '$."workflowId"') IS NOT NULL;
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS key_value (name TEXT PRIMARY KEY, value TEXT NOT NULL);
""")


@dataclass(frozen=True, slots=True)
class CollectionKey:
    """The key of a collection: its kind, its path and its owner."""

    kind: str
    path: str
    """Empty for all collections of the kind."""
    owner: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with its collection."""

    key: CollectionKey
    id: str
    origin: str
    """Its origin: the id of a request, `EXAMPLE`, or empty."""
    record: Record


@dataclass(slots=True)
class Query:
    """Filters, order and page of a list."""

    equal: Mapping[str, Any] = field(default_factory=dict)
    """Properties and the values they must have; for a tuple, one of them."""
    containing: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Lists and the entries that each must contain."""
    since: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, Set[str]] = field(default_factory=dict)
    """Properties and the values they must not have."""
    text: str = ""
    """Words that must occur somewhere in the record."""
    newest_first: bool = False
    first: str = ""
    """A property: records in which it is true come before all others."""
    limit: int = -1
    offset: int = 0
    before_seq: int | None = None
    """Only records older than the one with this sequence number."""
    after_seq: int | None = None
    """Only records newer than the one with this sequence number."""

    def conditions(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL conditions and their values."""
        for name, value in self.equal.items():
            yield _equals(name, value)
        for name, values in self.containing.items():
            for value in values:
                yield (
                    "EXISTS (SELECT 1 FROM json_each(body, ?) WHERE value IS ?)",
                    (f'$."{name}"', _sql(value)),
                )
        for name, hidden in self.without.items():
            if hidden:
                marks = ", ".join("?" * len(hidden))
                yield f"coalesce({_property(name)}, '') NOT IN ({marks})", sorted(hidden)
        bounds = (("seq < ?", self.before_seq), ("seq > ?", self.after_seq))
        yield from ((bound, (seq,)) for bound, seq in bounds if seq is not None)
        for name, value in self.since.items():
            yield "json_extract(body, ?) >= ?", (f'$."{name}"', value)
        for name, value in self.until.items():
            yield "json_extract(body, ?) <= ?", (f'$."{name}"', value)
        for word in self.text.split():
            written = json.dumps(word, ensure_ascii=False)[1:-1]
            escaped = written.replace("!", "!!").replace("%", "!%").replace("_", "!_")
            yield "body LIKE ? ESCAPE '!'", (f"%{escaped}%",)


class Store:
    """One SQLite connection, used only by the event loop of the server.

    Args:
        path: the database file; `:memory:` keeps everything in memory.

    Raises:
        DatabaseError: the file is not a database of the sandbox, or cannot be opened or written.

    Attributes:
        sql: the connection, for the modules that define tables.
        origin: origin of new records: the id of a request, `EXAMPLE`, or empty.
        rollbacks: number of times that what was written was taken back.
    """

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            check_file(path)
        self.sql: sqlite3.Connection = open_file(path, "\n".join(_TABLES))
        self.origin: str = ""
        self.rollbacks: int = 0
        self._changes: Counter[str] = Counter()
        """Number of changed rows by subject, see `write`."""
        self._all_changes = 0
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}
        """Results of `while_unchanged`, each with the numbers of changes before it."""

    def close(self) -> None:
        """Close the database, after a checkpoint of the write-ahead log."""
        with suppress(sqlite3.Error):  # the disk may be full; the log is read at the next start
            self.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.sql.close()

    @contextmanager
    def transaction(self, origin: str = "") -> Iterator[None]:
        """Run the block in a transaction, which is rolled back on an exception.

        Args:
            origin: origin of records created in the block: the id of a request, or `EXAMPLE`.
        """
        self.sql.execute("BEGIN IMMEDIATE")
        self.origin = origin
        try:
            yield
            self.write(TEXTS, "COMMIT")  # the full-text index is written to its tables only now
        except BaseException:
            self._forget()  # they were made from what is rolled back
            if self.sql.in_transaction:  # some errors, such as a full disk, have rolled it back
                self.sql.execute("ROLLBACK")
            raise
        finally:
            self.origin = ""

    def write(self, subject: str, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement that changes only one subject: the records of a kind, or a table.

        `while_unchanged` keeps results that do not depend on it. All other statements change everything for it.
        """
        before = self.sql.total_changes
        cursor = self.sql.execute(statement, values)
        changes = self.sql.total_changes - before
        self._changes[subject] += changes
        self._all_changes += changes
        return cursor

    def while_unchanged(self, key: Hashable, make: Callable[[], T], *subjects: str) -> T:
        """The result of a function, called again only after something that it depends on was written.

        Args:
            key: identifies the function and what it depends on, apart from what is stored.
            make: the function.
            subjects: the only subjects of `write` that it depends on; default: all but `USAGE`.
        """
        changes = self.sql.total_changes
        others = changes - (self._all_changes if subjects else self._changes[USAGE])
        before = (others, *(self._changes[subject] for subject in subjects))
        kept = self._kept.get(key)
        if kept is None or kept[0] != before:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            kept = self._kept[key] = before, make()
        found: T = kept[1]
        return found

    def _forget(self) -> None:
        self.rollbacks += 1
        self._kept.clear()

    def snapshot(self) -> bytes:
        """The whole database, for `restore`; it can also be saved as a database file."""
        snapshot = bytearray(self.sql.serialize())
        # Not in write-ahead mode, which a database in memory does not have: https://www.sqlite.org/fileformat.html
        snapshot[18:20] = b"\x01\x01"
        return bytes(snapshot)

    def restore(self, snapshot: bytes) -> None:
        """Return to a snapshot of this database."""
        self._forget()
        source = sqlite3.connect(":memory:")
        try:
            source.deserialize(snapshot)
            source.backup(self.sql)
        finally:
            source.close()

    def insert(self, key: CollectionKey, id: str, record: Record) -> bool:
        """Store a new record; False if one with this id exists."""
        added = self.write(
            key.kind,
            "INSERT INTO records (kind, path, id, owner, body, origin) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (key.kind, key.path, id, key.owner, _dump(record), self.origin),
        )
        return added.rowcount > 0

    def get(self, key: CollectionKey, id: str) -> Record | None:
        """A record, or None if there is none with this id."""
        row = self.sql.execute(
            f"SELECT body FROM records WHERE {_column(key)} = ? AND id = ? AND owner = ?",
            (key.path or key.kind, id, key.owner),
        ).fetchone()
        return None if row is None else _load(row[0])

    def get_all(self, key: CollectionKey, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids that exist, by id."""
        marks = ", ".join("?" * len(ids))
        rows = self.sql.execute(
            f"SELECT id, body FROM records WHERE {_column(key)} = ? AND id IN ({marks}) AND owner = ?",
            (key.path or key.kind, *ids, key.owner),
        )
        return {id: _load(body) for id, body in rows}

    def update(self, key: CollectionKey, id: str, record: Record) -> bool:
        """Replace a record; False if there is none with this id."""
        changed = self.write(
            key.kind,
            f"UPDATE records SET body = ? WHERE {_column(key)} = ? AND id = ? AND owner = ?",
            (_dump(record), key.path or key.kind, id, key.owner),
        )
        return changed.rowcount > 0

    def descendants(self, key: CollectionKey, id: str) -> list[tuple[str, str]]:
        """The kinds and ids of all records below a record."""
        condition, values = _below(key, id)
        rows = self.sql.execute(f"SELECT kind, id FROM records WHERE {condition}", values)
        return rows.fetchall()

    def delete(self, key: CollectionKey, id: str) -> bool:
        """Delete a record, its file and all records below it; False if there is none with this id."""
        condition, values = _below(key, id)
        self.sql.execute(
            f"DELETE FROM blobs WHERE id = ? OR id IN (SELECT id FROM records WHERE {condition})",
            [id, *values],
        )
        self.sql.execute(f"DELETE FROM records WHERE {condition}", values)
        found = self.sql.execute(
            "DELETE FROM records WHERE path = ? AND id = ? AND owner = ?",
            (key.path, id, key.owner),
        )
        return found.rowcount > 0

    def delete_owner(self, owner: str) -> None:
        """Delete everything that belongs to an owner: records with their files, and single values."""
        self.sql.execute(
            "DELETE FROM blobs WHERE id IN (SELECT id FROM records WHERE owner = ?)", (owner,)
        )
        self.sql.execute("DELETE FROM records WHERE owner = ?", (owner,))
        ending = f" {owner}"
        self.sql.execute("DELETE FROM key_value WHERE substr(name, -?) = ?", (len(ending), ending))

    def select(self, key: CollectionKey, query: Query) -> list[Record]:
        """The records of a collection that match a query, oldest first unless it says otherwise."""
        bodies = (body for _, body in self.select_rows(key, query))
        found: list[Record] = json.loads(f"[{','.join(bodies)}]")
        return found

    def select_rows(self, key: CollectionKey, query: Query) -> list[tuple[int, str]]:
        """The same records as JSON, each with its sequence number."""
        return self._select("seq, body", *_where(key, query), query)

    def select_across(
        self, parts: Sequence[tuple[CollectionKey, Query]]
    ) -> list[tuple[int, str, str]]:
        """The records of several collections, in one order: sequence number, owner and JSON.

        Args:
            parts: collections, each with its filters; order and page are those of the first.
        """
        return self._select("seq, owner, body", *_where_any(parts), parts[0][1])

    def _select(self, columns: str, where: str, values: list[Any], query: Query) -> list[Any]:
        """Columns of the records that meet a condition, in the order and page of a query."""
        order = "seq DESC" if query.newest_first else "seq"
        if query.first:
            order = f"{_property(query.first)} DESC, {order}"
        return self.sql.execute(
            f"SELECT {columns} FROM records WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, query.limit, query.offset],
        ).fetchall()

    def count_across(self, parts: Sequence[tuple[CollectionKey, Query]]) -> int:
        """The number of records of several collections, each with its filters."""
        return sum(self.count(key, query) for key, query in parts)

    def select_any_owner(
        self, kind: str, id: str | None = None, **equal: Any
    ) -> list[tuple[CollectionKey, Record]]:
        """The records of a kind with this id or these values, of all owners, each with its collection."""
        conditions = [("kind = ?", (kind,)), *Query(equal=equal).conditions()]
        if id is not None:
            conditions.append(("id = ?", (id,)))
        where = " AND ".join(condition for condition, _ in conditions)
        rows = self.sql.execute(
            f"SELECT path, owner, body FROM records WHERE {where} ORDER BY seq",
            [value for _, values in conditions for value in values],
        )
        return [(CollectionKey(kind, path, owner), _load(body)) for path, owner, body in rows]

    def is_elsewhere(self, kind: str, id: str, owner: str) -> bool:
        """Whether another owner has a record of a kind with this id."""
        found = self.while_unchanged(
            ("is_elsewhere", kind, id, owner),
            lambda: self.sql.execute(
                "SELECT 1 FROM records WHERE id = ? AND kind = ? AND owner <> ? LIMIT 1",
                (id, kind, owner),
            ).fetchone(),
            kind,
        )
        return found is not None

    def ids_without(self, kind: str, owner: str, below: str, id: str) -> list[str]:
        """The ids of the records of a kind that have no record of another kind with this id below them.

        Args:
            kind: the kind, such as `workspaces`.
            owner: whose records.
            below: the kind below it, such as `workspaces.members`.
            id: id of the record below it.
        """
        rows = self.sql.execute(
            "SELECT id FROM records AS above WHERE kind = ? AND owner = ? AND NOT EXISTS ("
            "SELECT 1 FROM records WHERE id = ? AND kind = ? AND owner = above.owner "
            "AND path = above.path || '/' || above.id || '/' || ?)",
            (kind, owner, id, below, below.partition(".")[2]),
        )
        return [found for (found,) in rows]

    def count_by_id(self, kind: str, id: str, owner: str) -> int:
        """The number of records of a kind with an id, in all collections of it."""
        row = self.sql.execute(
            "SELECT count(*) FROM records WHERE id = ? AND kind = ? AND owner = ?",
            (id, kind, owner),
        )
        return int(row.fetchone()[0])

    def find_by_id(self, id: str, owners: Sequence[str]) -> list[tuple[str, str, Record]]:
        """The records of any kind with an id that belong to these owners: kind, owner and record."""
        marks = ", ".join("?" * len(owners))
        rows = self.sql.execute(
            f"SELECT kind, owner, body FROM records WHERE id = ? AND owner IN ({marks})",
            [id, *owners],
        )
        return [(kind, owner, _load(body)) for kind, owner, body in rows]

    def sequence_number(self, owner: str, id: str) -> int | None:
        """The sequence number of a record of any kind: newer records have higher numbers."""
        row = self.sql.execute(
            "SELECT seq FROM records WHERE owner = ? AND id = ? ORDER BY seq DESC LIMIT 1",
            (owner, id),
        ).fetchone()
        return None if row is None else int(row[0])

    def count(self, key: CollectionKey, query: Query | None = None) -> int:
        """The number of records that match a query."""
        where, values = _where(key, query or Query())
        found: int = self.sql.execute(
            f"SELECT count(*) FROM records WHERE {where}", values
        ).fetchone()[0]
        return found

    def count_by(
        self, key: CollectionKey, name: str, query: Query | None = None, length: int = -1
    ) -> dict[str, int]:
        """The number of records for each value of a property, the most frequent first.

        Args:
            key: key of the collection.
            name: the property, a string.
            query: which records to count.
            length: prefix of the value to group by; 10 groups moments by day. By default the whole value.
        """
        where, values = _where(key, query or Query())
        value = _property(name) if length < 0 else f"substr({_property(name)}, 1, {length})"
        rows = self.sql.execute(
            f"SELECT {value}, count(*) FROM records WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        return dict(rows.fetchall())

    def sum(self, key: CollectionKey, name: str) -> float:
        """The sum of a property, a number, over all records."""
        where, values = _where(key, Query())
        found: float = self.sql.execute(
            f"SELECT coalesce(sum({_property(name)}), 0) FROM records WHERE {where}", values
        ).fetchone()[0]
        return found

    def duplicates(self, key: CollectionKey, name: str) -> list[list[str]]:
        """The ids of records that have the same value of a property, in groups, oldest first."""
        value = _property(name)
        rows = self.sql.execute(
            "SELECT json_group_array(id) FROM records WHERE path = ? AND owner = ? "
            f"GROUP BY {value} HAVING count(*) > 1 AND {value} IS NOT NULL ORDER BY min(seq)",
            (key.path, key.owner),
        )
        return [json.loads(group) for (group,) in rows]

    def ids(self, kind: str, owners: Sequence[str]) -> list[str]:
        """The ids of the records of a kind that belong to these owners."""
        marks = ", ".join("?" * len(owners))
        rows = self.sql.execute(
            f"SELECT id FROM records WHERE kind = ? AND owner IN ({marks})", [kind, *owners]
        )
        return [id for (id,) in rows]

    def count_by_kind(self, *, own: bool | None = None) -> dict[str, int]:
        """The number of records of each kind, of all owners.

        Args:
            own: True to exclude example data, False for example data only, None for all.
        """
        rows = self.sql.execute(
            f"SELECT kind, count(*) FROM records WHERE {_is_own(own)} GROUP BY kind ORDER BY kind"
        )
        return dict(rows.fetchall())

    def made_by(self, request_id: str, limit: int) -> list[StoredRecord]:
        """The records created by a request, oldest first."""
        rows = self.sql.execute(
            "SELECT kind, path, id, owner, origin, body FROM records WHERE origin = ? "
            "AND origin NOT IN ('', 'example') ORDER BY seq LIMIT ?",
            (request_id, limit),
        )
        return [_stored(*row) for row in rows]

    def newest(
        self, kind: str, query: Query, *, own: bool | None = None
    ) -> tuple[int, list[StoredRecord]]:
        """Total number and records of a kind that match a query, of all owners, newest first.

        Args:
            kind: the kind.
            query: filters and page.
            own: True to exclude example data, False for example data only, None for all.
        """
        conditions = [("kind = ?", (kind,)), (_is_own(own), ()), *query.conditions()]
        where = " AND ".join(condition for condition, _ in conditions)
        values = [value for _, values in conditions for value in values]
        total = self.sql.execute(f"SELECT count(*) FROM records WHERE {where}", values)
        rows = self.sql.execute(
            f"SELECT kind, path, id, owner, origin, body FROM records WHERE {where} "
            "ORDER BY seq DESC LIMIT ? OFFSET ?",
            [*values, query.limit, query.offset],
        )
        return int(total.fetchone()[0]), [_stored(*row) for row in rows]

    def take_for_examples(self) -> None:
        """Mark every existing record as example data."""
        self.sql.execute("UPDATE records SET origin = ?", (EXAMPLE,))

    def get_value(self, name: str) -> str | None:
        """Get a value, or None."""
        row = self.sql.execute("SELECT value FROM key_value WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_value(self, name: str, value: str) -> None:
        """Store a value."""
        self.sql.execute("INSERT OR REPLACE INTO key_value VALUES (?, ?)", (name, value))

    def delete_value(self, name: str) -> None:
        """Delete a value."""
        self.sql.execute("DELETE FROM key_value WHERE name = ?", (name,))

    def check(self) -> None:
        """Read from the database.

        Raises:
            sqlite3.Error: it cannot be read.
        """
        self.sql.execute("SELECT count(*) FROM key_value").fetchone()

    def put_blob(self, id: str, content: bytes) -> None:
        """Store the content of a file."""
        self.sql.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (id, content))

    def get_blob(self, id: str) -> bytes | None:
        """The content of a file, or None."""
        row = self.sql.execute("SELECT content FROM blobs WHERE id = ?", (id,)).fetchone()
        return None if row is None else bytes(row[0])


def _stored(kind: str, path: str, id: str, owner: str, origin: str, body: str) -> StoredRecord:
    """A record from its row."""
    return StoredRecord(CollectionKey(kind, path, owner), id, origin, _load(body))


def _is_own(own: bool | None) -> str:
    """The SQL condition for `own`: without example data, example data only, or all."""
    # Literally as in the index of the examples.
    return {None: "1", True: f"origin <> '{EXAMPLE}'", False: f"origin = '{EXAMPLE}'"}[own]


def _column(key: CollectionKey) -> str:
    """The column that selects a collection, or without a path all collections of a kind."""
    return "path" if key.path else "kind"


def _where(key: CollectionKey, query: Query) -> tuple[str, list[Any]]:
    """The condition for the records of a collection that match a query."""
    conditions = [f"{_column(key)} = ?", "owner = ?"]
    values: list[Any] = [key.path or key.kind, key.owner]
    for condition, more in query.conditions():
        conditions.append(condition)
        values.extend(more)
    return " AND ".join(conditions), values


def _where_any(parts: Sequence[tuple[CollectionKey, Query]]) -> tuple[str, list[Any]]:
    """The condition for the records of any of several collections."""
    found = [_where(key, query) for key, query in parts]
    joined = " OR ".join(f"({where})" for where, _ in found)
    return joined, [value for _, values in found for value in values]


def _below(key: CollectionKey, id: str) -> tuple[str, list[Any]]:
    """The condition for the records below a record."""
    path = f"{key.path}/{id}/"
    condition = "owner = ? AND substr(path, 1, ?) = ? AND path > ? AND path < ?"
    return condition, [key.owner, len(path), path, path, f"{path[:-1]}0"]


def _property(name: str) -> str:
    """A property of a record in SQL. Its name comes from the contract or from code, never from a request."""
    return f"json_extract(body, '$.\"{name}\"')"


def _equals(name: str, value: Any) -> tuple[str, Sequence[Any]]:
    """The condition that a property has a value; for a tuple, one of them."""
    # SQLite uses a partial index only if the query contains its expression and its condition literally.
    if isinstance(value, tuple):
        marks = ", ".join("?" * len(value))
        return f"({_property(name)} IN ({marks}) AND {_property(name)} IS NOT NULL)", value
    if value is None:
        return f"{_property(name)} IS NULL", ()
    return f"{_property(name)} = ?", (_sql(value),)


def _sql(value: Any) -> Any:
    """A JSON value as `json_extract` returns it."""
    return int(value) if isinstance(value, bool) else value


def _dump(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> Record:
    record: Record = json.loads(text)
    return record
