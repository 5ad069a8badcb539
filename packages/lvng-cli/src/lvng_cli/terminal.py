"""The terminal: its width, whether there is one, text that cannot control it, questions to the user."""

from __future__ import annotations

import os
import re
import shutil
import sys

import click

# C0 and C1 controls but tab and line feed: what a server sends must not move the cursor or change the title.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def width() -> int:
    """The columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size().columns


def for_people() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether the user can be asked a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def printable(text: str) -> str:
    """Text without control characters; a line break stays."""
    return _CONTROLS.sub("�", text)


def coloured() -> bool:
    """Whether to use colours: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and for_people()


def dim(text: str) -> str:
    """Text of less importance."""
    return click.style(text, dim=True) if coloured() else text


def bold(text: str) -> str:
    """Text that stands out."""
    return click.style(text, bold=True) if coloured() else text


def note(text: str) -> None:
    """Tell the user something that is not part of the output."""
    click.echo(dim(text), err=True)


def confirm(question: str, *, sure: bool) -> None:
    """Ask before something is deleted.

    Args:
        question: what is about to happen, as a question.
        sure: `--yes` was given: do not ask.

    Raises:
        click.UsageError: nobody can be asked.
        click.Abort: the answer is no.
    """
    if sure:
        return
    if not can_ask():
        raise click.UsageError(f"{question} Add --yes to confirm: there is no terminal to ask on.")
    click.confirm(printable(question), abort=True, err=True)
