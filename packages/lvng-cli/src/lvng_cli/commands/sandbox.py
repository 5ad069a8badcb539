"""`lvng sandbox`: run a local LVNG server, or a program against one."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

import click

from .. import help_pages
from ..failures import INTERRUPTED
from ..help_pages import Command

_PASS_ON = {
    **help_pages.settings(),
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
}


def _need_sandbox() -> None:
    if find_spec("lvng_sandbox") is None:
        raise click.ClickException('The sandbox is not installed: pip install "lvng[sandbox]"')


@click.pass_context
def _serve(context: click.Context, /, options: tuple[str, ...]) -> None:
    _need_sandbox()
    command = [sys.executable, "-m", "lvng_sandbox", "serve", *options]
    context.exit(_code(command, dict(os.environ)))


def _code(command: list[str], environment: dict[str, str]) -> int:
    """Run a program to its end; returns its exit code. Ctrl+C is handled by the program."""
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - the user names it
    except OSError as error:
        raise click.ClickException(f"{command[0]} cannot be run: {error.strerror}") from None
    with process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


@click.pass_context
def _run(context: click.Context, /, command: tuple[str, ...]) -> None:
    _need_sandbox()
    from lvng_sandbox import Sandbox

    with Sandbox() as sandbox:
        variables = {"LVNG_BASE_URL": sandbox.base_url, "LVNG_API_KEY": sandbox.api_key}
        environment = {**os.environ, **variables}
        environment.pop("LVNG_PROFILE", None)
        code = _code(list(command), environment)
    context.exit(INTERRUPTED if code == -2 else code if code >= 0 else 128 - code)


sandbox = click.Group(
    "sandbox",
    help="A local LVNG server, usable without an account.",
    context_settings=help_pages.settings(),
    commands=[
        Command(
            "serve",
            callback=_serve,
            params=[click.Argument(["options"], nargs=-1, type=click.UNPROCESSED)],
            context_settings={**_PASS_ON, "help_option_names": []},
            short_help="Run the server until Ctrl+C",
            help="Run the server until Ctrl+C; the options are those of lvng-sandbox serve.",
        ),
        Command(
            "run",
            callback=_run,
            params=[click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED)],
            context_settings=_PASS_ON,
            short_help="Run a program against a new server",
            help=(
                "Run a program against a new server: LVNG_BASE_URL and LVNG_API_KEY are set for it. "
                "The exit code is that of the program.\n\n\b\nExample:\n"
                "  lvng sandbox run lvng workflows list"
            ),
        ),
    ],
)
