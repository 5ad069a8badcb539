"""`lvng exit-codes`."""

from __future__ import annotations

import click

from ..failures import exit_codes as known
from ..help_pages import Command


def _run() -> None:
    for code, meaning in known():
        click.echo(f"{code:>3}  {meaning}")


exit_codes = Command("exit-codes", callback=_run, help="List the exit codes of lvng.")
