"""The walk of docs/cli.md, in a pseudo-terminal: the page shows what the commands print today."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from cli.walk import PAGE, PICTURES, WIDTHS, comparable, replay, walking


def test_the_page_shows_what_the_commands_print(tmp_path: Path) -> None:
    # If it does not: hatch run walk
    page = PAGE.read_text(encoding="utf-8")
    assert comparable(replay(page, tmp_path)) == comparable(page)


def test_the_pictures_are_there_and_shown() -> None:
    page = PAGE.read_text(encoding="utf-8")
    drawn = {path.name for path in (PAGE.parent / "cli").glob("*.svg")}
    assert drawn == {f"{name}-{width}.svg" for name in PICTURES for width in WIDTHS}
    for name in PICTURES:
        assert f"cli/{name}-" in page


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_conversation_with_history(columns: int, tmp_path: Path) -> None:
    with walking(tmp_path, columns) as (terminal, _):
        typed = [
            ("> ", "Summarize the latest sales report\n"),
            ("> ", "/help\n"),
            ("> ", "/new\n"),
            ("> ", "\x1b[A\x1b[A\x1b[A\n"),  # the question again, from the history
            ("> ", "\x04"),
        ]
        code, seen = terminal.run(["lvng", "chat"], typed)
        assert code == 0, seen
        assert seen.count("412,000 euros") == 2
        assert "/model NAME" in seen
        assert "A new conversation." in seen
        assert "Summarize the latest" in (tmp_path / "state/lvng/history").read_text()
        _, listed = terminal.run("lvng conversations list -o json -q 'data[].name'")
        assert "Summarize the latest sales report" in listed


def test_ctrl_c_ends_a_stream_cleanly(tmp_path: Path) -> None:
    with walking(tmp_path, step_delay=0.5) as (terminal, _):
        question = "Summarize the latest sales report"
        code, seen = terminal.run(["lvng", "chat", question], [("Sales", "\x03")])
        assert code == 130, seen
        assert "Traceback" not in seen


def test_ctrl_c_ends_an_answer_but_not_the_conversation(tmp_path: Path) -> None:
    with walking(tmp_path, step_delay=0.5) as (terminal, _):
        typed = [
            ("> ", "Summarize the latest sales report\n"),
            ("Sales", "\x03"),
            ("> ", "/quit\n"),
        ]
        code, seen = terminal.run(["lvng", "chat"], typed)
        assert code == 0, seen
        assert "(stopped)" in seen


@pytest.mark.parametrize(
    ("typed", "code", "left"),
    [
        ([("[y/N]: ", "y\n")], 0, False),
        ([("[y/N]: ", "n\n")], 130, True),
        ([("[y/N]: ", "\x03")], 130, True),
    ],
    ids=["yes", "no", "ctrl-c"],
)
def test_a_deletion_is_confirmed(
    typed: list[tuple[str, str]], code: int, left: bool, tmp_path: Path
) -> None:
    with walking(tmp_path, 40) as (terminal, _):
        delete = ["lvng", "workflows", "delete", "wf_00000002"]
        ended, seen = terminal.run(delete, typed)
        assert ended == code, seen
        _, listed = terminal.run("lvng workflows list -o json -q 'data[].id'")
        assert ("wf_00000002" in listed) is left


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize(
    "words",
    [["--help"], ["workflows", "--help"], ["workflows", "create", "--help"], ["workflows", "list"]],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(words: list[str], columns: int, tmp_path: Path) -> None:
    with walking(tmp_path, columns, NO_COLOR="1") as (terminal, _):
        code, seen = terminal.run(["lvng", *words])
        assert code == 0
        assert "\x1b" not in seen
        # An example stays on its line, so that it can be copied; so does what cannot be broken.
        assert [
            line
            for line in seen.splitlines()
            if len(line) > columns and " " in line.strip() and "lvng " not in line
        ] == []


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for number in range(3):
        (tmp_path / f"notes/{number}.md").write_text(f"Note {number}.", encoding="utf-8")
    (tmp_path / "large.txt").write_bytes(b"x" * 2**20)
    with walking(tmp_path) as (terminal, _):
        code, seen = terminal.run("lvng knowledge ingest notes")
        assert code == 0, seen
        assert "ingest" in seen
        assert "100%" in seen
        _, seen = terminal.run("lvng files upload --file large.txt")
        assert "large.txt" in seen
        assert "100%" in seen
        _, seen = terminal.run("lvng knowledge ingest notes 2>&1 | cat")
        assert "100%" not in seen


def test_listening_ends_with_ctrl_c_and_removes_its_webhook(tmp_path: Path) -> None:
    with walking(tmp_path) as (terminal, _):
        listen = ["lvng", "webhooks", "listen", "-e", "message.created"]
        code, seen = terminal.run(listen, [("press Ctrl+C to stop.", "\x03")])
        assert code == 130, seen
        assert "Traceback" not in seen
        _, listed = terminal.run("lvng developer list -o json -q 'data[].url'")
        assert "127.0.0.1" not in listed
