"""`lvng ask`: ask a question about files and stdin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..help_pages import Command
from ..session import common_options, session_of
from .chat import answer, chat_options, question_options


@click.pass_context
def _run(context: click.Context, /, question: str, files: tuple[str, ...], **params: Any) -> None:
    message = "\n\n".join([question, *_texts(files)])
    answer(session_of(context), message, question_options(params))


def _texts(files: tuple[str, ...]) -> list[str]:
    if not files:
        text = "" if sys.stdin.isatty() else sys.stdin.read()
        return [_section("stdin", text)] if text.strip() else []
    return [
        _section(*(("stdin", sys.stdin.read()) if one == "-" else (one, _read(one))))
        for one in files
    ]


def _section(name: str, text: str) -> str:
    return f"--- {Path(name).name} ---\n{text.strip()}"


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError(
            f"{name} is not text. Upload documents in other formats, and ask about them then: "
            f"lvng documents upload --file {name}"
        ) from None


ask = Command(
    "ask",
    callback=_run,
    params=[
        click.Argument(["question"]),
        click.Argument(
            ["files"], nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
        ),
        *chat_options(),
    ],
    common=common_options(),
    arguments_help={
        "question": "What to ask.",
        "files": "Text files to ask about; - is stdin, which is also read if no file is given.",
    },
    help=(
        "Ask about text files and stdin.\n\n\b\nExamples:\n"
        '  lvng ask "What changed?" CHANGELOG.md\n'
        '  git diff | lvng ask "Review this diff"'
    ),
)
