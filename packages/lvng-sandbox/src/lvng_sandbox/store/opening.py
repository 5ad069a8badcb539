"""Open a database file. Other files are refused and not changed."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

APPLICATION_ID = 0x4C564E47
"""`LVNG`; SQLite keeps it in the header of the file: https://www.sqlite.org/pragma.html#pragma_application_id"""
SCHEMA_VERSION = 3
"""Version of the tables. Files of version 0 have no application id, and lack tables and indexes that are created;
those of version 1 lack the origin of records."""
_OWN_TABLES = {"records", "key_value", "accounts"}
"""Tables that identify a file of version 0."""


class DatabaseError(Exception):
    """A database file that cannot be used; the message says why."""


def check_file(path: str) -> None:
    """Check that a database can be at a path, without writing anything.

    Raises:
        DatabaseError: it cannot be used.
    """
    file = Path(path)
    if file.is_dir():
        raise _refused(path, "it is a folder")
    if not file.parent.is_dir():
        raise _refused(path, f"there is no folder {str(file.parent)!r}")
    if not file.exists() or file.stat().st_size == 0:
        return
    try:
        with contextlib.closing(_read_only(file)) as sql:
            application = sql.execute("PRAGMA application_id").fetchone()[0]
            version = sql.execute("PRAGMA user_version").fetchone()[0]
            tables = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise _refused(path, str(error)) from None
    if application != APPLICATION_ID and not (application == 0 and tables >= _OWN_TABLES):
        raise _refused(path, "it belongs to another program")
    if version > SCHEMA_VERSION:
        raise _refused(
            path,
            f"a newer lvng-sandbox wrote it (schema {version}; this one knows {SCHEMA_VERSION})",
        )


def open_file(path: str, tables: str) -> sqlite3.Connection:
    """A connection to a database, with its tables; one of an earlier version is migrated.

    Args:
        path: the file, which `check_file` accepts; `:memory:` for a database in memory.
        tables: statements that create the tables that do not exist.

    Raises:
        DatabaseError: it cannot be opened or written.
    """
    sql = None
    try:
        # Transactions are started and ended only by `Store.transaction`.
        sql = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # Before the write-ahead log, so that it is written to the header of the file itself.
        if sql.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        sql.execute("PRAGMA journal_mode = WAL")
        # Safe when the process is killed; a power failure may lose the last transactions.
        sql.execute("PRAGMA synchronous = NORMAL")
        # Pages in the write-ahead log before a checkpoint, which waits for the disk.
        sql.execute("PRAGMA wal_autocheckpoint = 8000")
        _add_origin(sql)
        sql.executescript(tables)
        sql.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except sqlite3.Error as error:
        if sql is not None:
            sql.close()
        raise _refused(path, str(error)) from None
    return sql


def _add_origin(sql: sqlite3.Connection) -> None:
    """Add the column for the origin of records, which is unknown for existing records."""
    columns = {name for _, name, *_ in sql.execute("PRAGMA table_info(records)")}
    if columns and "origin" not in columns:
        sql.execute("ALTER TABLE records ADD COLUMN origin TEXT NOT NULL DEFAULT ''")


def _read_only(file: Path) -> sqlite3.Connection:
    # Without a write-ahead log, the file is opened as immutable; else SQLite would create files next to it.
    mode = "mode=ro" if Path(f"{file}-wal").exists() else "immutable=1"
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?{mode}", uri=True)


def _refused(path: str, reason: str) -> DatabaseError:
    return DatabaseError(f"cannot use {path!r} as the database: {reason}")
