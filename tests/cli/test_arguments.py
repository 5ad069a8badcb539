"""Text on the command line as values of arguments, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Lvng
from lvng_sandbox import Sandbox


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("minutes.md").write_text("Line.\n", encoding="utf-8")
    Path("body.json").write_text('{"title": "From a file", "tags": ["x"]}', encoding="utf-8")
    Path("binary").write_bytes(b"\xff\xfe")


def sent(sandbox: Sandbox) -> Any:
    return json.loads(sandbox.requests[-1].content)


@pytest.mark.parametrize(
    ("words", "stdin", "expected"),
    [
        (["--content", "@minutes.md"], "", {"content": "Line.\n"}),
        (["--content", "@-"], "typed", {"content": "typed"}),
        (["--content", "@@home"], "", {"content": "@home"}),
        (["--tags", "a", "--tags", "b"], "", {"tags": ["a", "b"]}),
        (["--tags", '["a", "b"]', "--tags", "c"], "", {"tags": ["a", "b", "c"]}),
        (["--json", "@body.json"], "", {"title": "From a file", "tags": ["x"]}),
        (["--json", "-"], '{"content": "in"}', {"content": "in"}),
        (["--json", '{"title": "no"}'], "", {"title": "T"}),
    ],
)
def test_text_is_converted_to_the_type_of_the_argument(
    words: list[str], stdin: str, expected: dict[str, Any], lvng: Lvng, sandbox: Sandbox
) -> None:
    title = [] if expected.get("title") == "From a file" else ["--title", "T"]
    content = [] if {"content"} & expected.keys() else ["--content", "c"]
    lvng("notes", "create", *title, *content, *words, stdin=stdin)
    assert expected.items() <= sent(sandbox).items()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--inputs", "a=1", "--inputs", "b:=2"], {"inputs": {"a": "1", "b": 2}}),
        (["--inputs", '{"a": {"b": null}}'], {"inputs": {"a": {"b": None}}}),
        (["--no-enabled"], {"enabled": False}),
        (["--null", "cron"], {"cron": None}),
        (["--null", "run-at"], {"run_at": None}),
        (["--run-at", "2027-03-04T09:00Z"], {"run_at": "2027-03-04T09:00Z"}),
        (["--run-at", "2027-03-04"], {"run_at": "2027-03-04T00:00:00+00:00"}),
    ],
)
def test_pairs_json_flags_nulls_and_dates_are_converted(
    words: list[str], expected: dict[str, Any], lvng: Lvng, sandbox: Sandbox
) -> None:
    lvng("schedules", "update", "sched_1", *words, code=None)
    assert sent(sandbox) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["notes", "create"], "Missing --content"),
        (["notes", "create", "--titel", "x"], "No such option '--titel'. (Did you mean one of"),
        (["notes", "create", "--title", "x", "--json", "{"], "--json is not JSON: Expecting"),
        (["notes", "create", "--title", "x", "--json", "[]"], "--json must be an object"),
        (
            ["notes", "create", "--json", '{"titel": 1}'],
            "--json: notes.create has no argument 'titel'. Did you mean title?",
        ),
        (["notes", "create", "--title", "@nothing.md"], "@nothing.md: No such file"),
        (["notes", "create", "--title", "@binary"], "@binary is not text in UTF-8"),
        (["notes", "list", "--limit", "many"], "'many' is not a valid integer"),
        (["notes", "get"], "Missing"),
        (["notes", "gte", "x"], "lvng notes has no operation 'gte'."),
        (["nots", "list"], "There is no command 'nots'. Did you mean notes?"),
        (["gibberish"], "There is no command 'gibberish'. See lvng --help."),
        (["schedules", "update", "s", "--run-at", "soon"], "--run-at takes a time such as"),
        (["schedules", "update", "s", "--inputs", "a"], "--inputs takes JSON, @FILE, KEY=TEXT"),
        (["schedules", "update", "s", "--inputs", "a:=x"], "--inputs a is not JSON"),
        (["files", "upload", "--file", "nothing.pdf"], "'nothing.pdf' does not exist"),
        (["notes", "list", "-o", "xml"], "'xml' is not one of 'table'"),
        (["notes", "list", "-q", "data["], "--query 'data[' is not a JMESPath expression"),
        (["api", "GET", "workflows"], "PATH must start with a slash"),
        (["api", "GIVE", "/x"], "'GIVE' is not one of"),
        (["api", "POST", "/x", "-f", "a"], "--field takes NAME=TEXT or NAME:=JSON"),
        (["notes", "delete", "n"], "Add --yes to confirm: there is no terminal"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_named_in_two_lines(words: list[str], message: str, lvng: Lvng) -> None:
    done = lvng(*words, code=2)
    assert message in done.err
    assert done.err.startswith("lvng: ")
    assert len(done.err.splitlines()) <= 2
    assert done.out == ""


def test_names_may_have_underscores(lvng: Lvng) -> None:
    assert lvng("audit_log", "list").code == 0


def test_an_argument_wins_over_a_common_option_of_its_name(lvng: Lvng, sandbox: Sandbox) -> None:
    words = ["search", "query", "--query", "sales"]
    found = lvng("-q", "keys(@)", "-o", "json", *words).out
    assert sandbox.requests[-1].content.count(b"sales") or "sales" in str(
        sandbox.requests[-1].query
    )
    assert "results" in json.loads(found)


def test_dry_run_prints_curl_without_the_key(lvng: Lvng, sandbox: Sandbox) -> None:
    before = len(sandbox.requests)
    done = lvng("files", "upload", "--file", "minutes.md", "--dry-run")
    assert "-F 'file=@minutes.md;type=text/markdown'" in done.out
    assert '-H "Authorization: Bearer $LVNG_API_KEY"' in done.out
    done = lvng("workflows", "delete", "it's", "--dry-run")
    assert f"curl -X DELETE {sandbox.base_url}/api/v2/workflows/it%27s" in done.out
    done = lvng("chat", "Hello", "--dry-run")
    assert '--data-raw \'{"message":"Hello"}\'' in done.out
    done = lvng("api", "GET", "/api/v2/x", "-p", "a=b c", "--dry-run")
    assert "/api/v2/x?a=b%20c'" in done.out
    assert len(sandbox.requests) == before


def test_the_printed_curl_command_sends_the_same_request(
    lvng: Lvng, sandbox: Sandbox, environment: pytest.MonkeyPatch
) -> None:
    import shutil
    import subprocess

    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = lvng("notes", "create", "--title", "It's", "--content", "@minutes.md", "--dry-run")
    subprocess.run(["sh", "-c", done.out], check=True, capture_output=True, timeout=30)
    assert sandbox.requests[-1].status in {200, 201}
    assert sent(sandbox) == {"title": "It's", "content": "Line.\n"}
