"""Starting and ending: what prevents a start is one line; a database file is complete, and only ever our own."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from lvng_sandbox import DatabaseError, Sandbox
from lvng_sandbox.__main__ import main
from lvng_sandbox.store.opening import APPLICATION_ID, SCHEMA_VERSION
from support.process import serving
from support.sandbox import Connect


def pragma(db: Path, name: str) -> int:
    with closing(sqlite3.connect(db)) as sql:
        value: int = sql.execute(f"PRAGMA {name}").fetchone()[0]
        return value


def foreign(folder: Path, journal: str = "DELETE") -> Path:
    """A database of another program."""
    db = folder / "foreign.db"
    with closing(sqlite3.connect(db)) as sql:
        sql.execute(f"PRAGMA journal_mode = {journal}")
        sql.execute("CREATE TABLE records (title TEXT)")
        sql.execute("INSERT INTO records VALUES ('theirs')")
        sql.commit()
    return db


def refused(*options: str) -> tuple[int, str]:
    """The exit code and the message of a start that fails."""
    command = [sys.executable, "-m", "lvng_sandbox", "serve", "--port", "0", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: folder / "missing" / "lvng.db", "there is no folder"),
        (lambda folder: folder, "it is a folder"),
        (foreign, "it belongs to another program"),
        (lambda folder: foreign(folder, "WAL"), "it belongs to another program"),
    ],
    ids=["missing folder", "folder", "foreign", "foreign with a log"],
)
def test_an_unusable_database_path_is_reported_in_one_line(
    make: object, reason: str, tmp_path: Path
) -> None:
    db: Path = make(tmp_path)  # type: ignore[operator]  # a function of the folder
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    code, message = refused("--db", str(db))
    assert code == 1
    assert message == f"lvng-sandbox: cannot use {str(db)!r} as the database: {reason}" + (
        f" {str(db.parent)!r}\n" if "no folder" in reason else "\n"
    )
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 3\0" + b"\1" * 5000])
def test_a_broken_database_is_refused(content: bytes, tmp_path: Path) -> None:
    db = tmp_path / "broken.db"
    db.write_bytes(content)
    with pytest.raises(DatabaseError, match=r"cannot use '.*broken\.db' as the database: "):
        Sandbox(db=str(db)).start()
    assert db.read_bytes() == content


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "lvng.db"
    with Sandbox(db=str(db)):
        pass
    assert (pragma(db, "application_id"), pragma(db, "user_version")) == (
        APPLICATION_ID,
        SCHEMA_VERSION,
    )
    with closing(sqlite3.connect(db)) as sql:
        sql.execute("PRAGMA user_version = 99")
    with pytest.raises(DatabaseError, match="a newer lvng-sandbox wrote it"):
        Sandbox(db=str(db)).start()


def test_a_database_of_an_earlier_version_is_migrated(tmp_path: Path, connect: Connect) -> None:
    db = tmp_path / "lvng.db"
    with Sandbox(db=str(db)) as first:
        note = connect(first, first.api_key).post("/api/v2/notes", {"content": "kept"})["data"]
    with closing(sqlite3.connect(db)) as sql:  # as the versions without a schema version left it
        sql.executescript(
            "PRAGMA application_id = 0; PRAGMA user_version = 0; DROP TABLE failed_jobs;"
            "DROP INDEX records_origin; DROP INDEX records_examples;"
            "ALTER TABLE records DROP COLUMN origin;"
        )
    with Sandbox(db=str(db)) as again:
        api = connect(again, again.api_key)
        assert api.get(f"/api/v2/notes/{note['id']}")["data"] == note
        assert again.failed_jobs == []
    assert (pragma(db, "application_id"), pragma(db, "user_version")) == (
        APPLICATION_ID,
        SCHEMA_VERSION,
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--port", "99999"), "port must be from 0 to 65535; got 99999"),
        (("--step-delay", "-1"), "step_delay must be a number of seconds, at least 0; got -1.0"),
        (("--step-delay", "nan"), "step_delay must be a number of seconds, at least 0; got nan"),
    ],
)
def test_an_option_out_of_range_is_one_line(options: tuple[str, ...], named: str) -> None:
    assert refused(*options) == (2, f"lvng-sandbox: {named}\n")


def test_an_address_of_another_machine_is_one_line() -> None:
    code, message = refused("--host", "192.0.2.1")  # reserved for documentation
    assert code == 1
    assert message.startswith("lvng-sandbox: cannot listen on 192.0.2.1:0: ")
    assert message.count("\n") == 1


def test_sigterm_writes_everything_to_the_file_and_exits_with_0(tmp_path: Path) -> None:
    db = tmp_path / "lvng.db"
    with serving("--db", str(db)) as (process, url, key):
        answer = httpx.post(
            f"{url}/api/v2/notes", json={"content": "kept"}, headers={"x-api-key": key}
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert [file.name for file in tmp_path.iterdir()] == ["lvng.db"]
    with closing(sqlite3.connect(db)) as sql:
        found = sql.execute(
            "SELECT count(*) FROM records WHERE id = ?", [answer.json()["data"]["id"]]
        )
        assert found.fetchone() == (1,)


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
def test_the_address_of_a_wildcard_can_be_connected_to(
    host: str, shown: str, connect: Connect
) -> None:
    sandbox = Sandbox(host=host)
    with pytest.warns(UserWarning, match="others on the network"):
        sandbox.start()
    try:
        assert sandbox.base_url.startswith(f"http://{shown}:")
        connect(sandbox, sandbox.api_key).get("/api/v2/users/me")
    finally:
        sandbox.stop()


def test_elsewhere_the_page_is_opened_by_a_link_with_the_token() -> None:
    command = [sys.executable, "-m", "lvng_sandbox", "--port=0", "--token=a+b/c"]
    for host, links in (("0.0.0.0", ["/?token=a%2Bb%2Fc"]), ("127.0.0.1", [])):
        with subprocess.Popen(
            [*command, f"--host={host}"], stdout=PIPE, stderr=PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            lines = list(takewhile(lambda line: "TOKEN" not in line, process.stdout))
            found = [line.split()[-1] for line in lines if line.startswith("Its page: ")]
            address = next(line for line in lines if "BASE_URL" in line).strip().partition("=")[2]
            assert found == [f"{address}{link}" for link in links]
            process.terminate()
            errors = process.stderr.read().splitlines()
            assert [line[:13] for line in errors] == ["lvng-sandbox:"] * len(links)


@pytest.mark.parametrize(
    "arguments", [["--port", "x"], ["snapshot", "--name", "before"], ["restore"], ["no"]]
)
def test_arguments_that_are_not_valid_are_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"lvng-sandbox.*: .+; see lvng-sandbox.* --help", line)


def test_on_a_full_disk_reads_succeed_and_writes_say_why(tmp_path: Path, connect: Connect) -> None:
    with Sandbox(db=str(tmp_path / "lvng.db")) as sandbox:
        api = connect(sandbox, sandbox.api_key)

        def fill(pages: int) -> None:
            # SQLite then fails as it does on a full disk.
            sandbox._run(
                lambda platform: platform.store.sql.execute(f"PRAGMA max_page_count = {pages}")
            )

        fill(1)  # no more than there are
        body = {"title": "Long", "content": "long " * 20_000}
        error = api.post("/api/v2/notes", body, status=500)["error"]
        assert error["message"] == "The database cannot be written: database or disk is full"
        for _ in range(3):
            api.get("/api/v2/notes")
            api.get("/api/v2/workflows")
        assert all(note["title"] != "Long" for note in api.get("/api/v2/notes")["data"])
        fill(2**30)
        assert api.post("/api/v2/notes", body)["data"]["title"] == "Long"
