"""Output: formats, tables at 80 and 40 columns, errors and exit codes."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml

from cli.conftest import Lvng
from lvng_cli.tables import record_lines, table_lines
from lvng_cli.terminal import printable
from lvng_sandbox import Fault, Sandbox

ROWS = [
    {"id": "wf_1", "name": "Weekly report", "status": "active", "steps": [], "note": "x" * 90},
    {"id": "wf_2", "name": "Über 日本語", "status": None, "steps": [1], "note": "y"},
]


def test_formats_of_a_list(lvng: Lvng) -> None:
    whole = json.loads(lvng("workflows", "list", "-o", "json").out)
    assert yaml.safe_load(lvng("workflows", "list", "-o", "yaml").out) == whole
    lines = lvng("workflows", "list").out.splitlines()
    assert [json.loads(line) for line in lines] == whole["data"]
    cells = list(csv.DictReader(io.StringIO(lvng("workflows", "list", "-o", "csv").out)))
    assert [row["id"] for row in cells] == [row["id"] for row in whole["data"]]
    assert json.loads(cells[0]["steps"]) == whole["data"][0]["steps"]


def test_a_record_is_one_line_without_its_envelope(lvng: Lvng) -> None:
    assert json.loads(lvng("workflows", "get", "wf_8c1d2e3f").out)["id"] == "wf_8c1d2e3f"


def test_search_results_are_printed_one_per_line(lvng: Lvng) -> None:
    words = ["search", "query", "--query", "sales"]
    whole = json.loads(lvng(*words, "-o", "json").out)
    lines = lvng(*words).out.splitlines()
    assert [json.loads(line) for line in lines] == whole["results"] != []


def test_a_query_prints_single_values_bare(lvng: Lvng) -> None:
    words = ["workflows", "get", "wf_8c1d2e3f", "-q"]
    assert lvng(*words, "data.name").out == "Weekly report\n"
    assert lvng(*words, "data.version").out == "3\n"
    assert lvng(*words, "data.nothing").out == "\n"
    assert lvng(*words, "data.name", "-o", "json").out == '"Weekly report"\n'
    assert lvng(*words, "data.tags").out == '"launch"\n"q4"\n'
    assert lvng(*words, "data.tags", "-o", "table").out == "launch\nq4\n"


def test_all_pages_and_a_limit(lvng: Lvng, sandbox: Sandbox) -> None:
    for number in range(25):
        lvng("notes", "create", "--title", f"Note {number}", "--content", "x")
    listed = lvng("notes", "list", "--all").out.splitlines()
    assert len(listed) > 25
    assert len(lvng("notes", "list", "--all", "--limit", "22").out.splitlines()) == 22
    assert len(lvng("notes", "list", "--limit", "3").out.splitlines()) == 3
    done = lvng("notes", "list", "--limit", "3", "-o", "table")
    assert f"3 of {len(listed)} entries; use --all for all." in done.err


def test_a_table_has_the_columns_that_fit() -> None:
    lines, hidden = table_lines(ROWS, 80)
    assert lines == [
        "ID    NAME           STATUS  NOTE",
        f"wf_1  Weekly report  active  {'x' * 39}…",
        "wf_2  Über 日本語            y",
    ]
    assert hidden == 0
    lines, hidden = table_lines(ROWS, 40)
    assert lines[0] == "ID    NAME           STATUS"
    assert hidden == 1
    lines, hidden = table_lines(ROWS, 10)
    assert lines[1] == "wf_1"
    assert hidden == 3


def test_a_record_is_wrapped_below_its_name() -> None:
    record = {"id": "wf_1", "note": "several words " * 4, "steps": [{"id": "a", "in": {"b": 1}}]}
    assert record_lines(record, 40) == [
        "id     wf_1",
        "note   several words several words",
        "       several words several words",
        "steps  - id: a",
        "         in:",
        "           b: 1",
    ]


def test_a_server_cannot_control_the_terminal() -> None:
    assert printable("a\x1b]0;title\x07b\x9b2J\r\nc\td") == "a�]0;title�b�2J�\nc\td"
    lines, _ = table_lines([{"id": "\x1b[2Jx"}], 40)
    assert "\x1b" not in lines[1]


@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (Fault(status=401), 3, "Check the key: lvng whoami. It is read from LVNG_API_KEY."),
        (Fault(status=403), 4, ""),
        (Fault(status=404), 5, "For commands that list ids: lvng workflows --help"),
        (Fault(status=409), 6, ""),
        (Fault(status=422), 7, ""),
        (Fault(status=429, retry_after="7"), 8, "Try again in 7 s."),
        (Fault(status=500), 9, ""),
        (Fault(broken="html"), 9, ""),
        (Fault(broken="reset"), 10, "To find the cause: lvng doctor"),
    ],
    ids=lambda value: str(value),
)
def test_an_error_is_two_lines_and_an_exit_code(
    fault: Fault, code: int, message: str, lvng: Lvng, sandbox: Sandbox
) -> None:
    sandbox.faults.add("workflows.list", fault)
    try:
        done = lvng("workflows", "list", "--max-retries", "0", code=code)
    finally:
        sandbox.faults.clear()
    assert done.err.startswith("lvng: ")
    assert len(done.err.splitlines()) <= 2
    assert message in done.err
    assert sandbox.api_key not in done.err


def test_a_truncated_stream_exits_with_code_12(lvng: Lvng, sandbox: Sandbox) -> None:
    sandbox.faults.add("chat.stream", Fault(broken="cut"))
    try:
        done = lvng("chat", "Summarize the latest sales report", code=12)
    finally:
        sandbox.faults.clear()
    assert "lvng: " in done.err


def test_debug_reports_attempts_without_secrets(lvng: Lvng, sandbox: Sandbox) -> None:
    done = lvng("notes", "list", "--search", "secret words", "--debug", code=None)
    assert "debug: GET " in done.err
    assert "attempt 1" in done.err
    assert "secret words" not in done.err
    assert sandbox.api_key not in done.err


def test_every_exit_code_is_listed(lvng: Lvng) -> None:
    codes = [int(line.split()[0]) for line in lvng("exit-codes").out.splitlines()]
    assert codes == [*range(13), 130, 141]


def test_a_download_goes_to_stdout_in_a_pipe(lvng: Lvng, sandbox: Sandbox) -> None:
    id = lvng("files", "upload", "--file", "-", "-q", "data.id", stdin=b"content").out.strip()
    assert lvng("files", "download", id).out == "content"
