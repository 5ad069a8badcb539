"""The terminal: width, detection, removal of control characters, and prompts."""

from __future__ import annotations

import os
import re
import shutil
import sys

import click

# C0 and C1 controls except tab and line feed: text of a server must not move the cursor or change the title.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def width() -> int:
    """The number of columns of the terminal; 80 if there is none."""
    return shutil.get_terminal_size().columns


def for_people() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether the user can be prompted."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def printable(text: str) -> str:
    """Text without control characters; line breaks are kept."""
    return _CONTROLS.sub("�", text)


def coloured() -> bool:
    """Whether to use colours: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and for_people()


def dim(text: str) -> str:
    """Format less important text."""
    return click.style(text, dim=True) if coloured() else text


def bold(text: str) -> str:
    """Format emphasized text."""
    return click.style(text, bold=True) if coloured() else text


def note(text: str) -> None:
    """Print a note to stderr."""
    click.echo(dim(text), err=True)


def confirm(question: str, *, sure: bool) -> None:
    """Ask for confirmation before deleting.

    Args:
        question: the question.
        sure: whether `--yes` was given; then it does not ask.

    Raises:
        click.UsageError: there is no terminal to ask on.
        click.Abort: the answer is no.
    """
    if sure:
        return
    if not can_ask():
        raise click.UsageError(f"{question} Add --yes to confirm: there is no terminal to ask on.")
    click.confirm(printable(question), abort=True, err=True)
