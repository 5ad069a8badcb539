"""The command `lvng`: loads commands on demand, and handles errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from lvng import LvngError, operations

from . import __version__, help_pages
from .failures import BROKEN_PIPE, INTERRUPTED, describe, exit_code
from .help_pages import dashed
from .operation_commands import TagGroup
from .session import Session, common_options

ENTRY_POINTS = "lvng.commands"
"""Entry point group with which other distributions add commands; each entry is a `click.Command`."""

# Command: module in `commands`, and summary for the help.
_COMMANDS = {
    "chat": ("chat", "Ask a question, or have a conversation"),
    "ask": ("ask", "Ask about files and stdin"),
    "knowledge": ("ingest", "Search and query the knowledge base; ingest folders"),
    "api": ("api", "Call any path of the API"),
    "webhooks": ("webhooks", "Receive webhooks on this machine"),
    "sandbox": ("sandbox", "Run a local LVNG server"),
    "verify": ("verify", "Compare the live service with the contract"),
    "login": ("login", "Save a key in a profile"),
    "logout": ("login", "Remove a profile and its key"),
    "whoami": ("whoami", "Show the user, key and base URL in use"),
    "profiles": ("profiles", "List, choose and remove profiles"),
    "doctor": ("doctor", "Find out why calls fail"),
    "completion": ("completion", "Print the completion script of a shell"),
    "exit-codes": ("exit_codes", "List the exit codes"),
}
_OPTIONAL = {"verify": "lvng-verify"}
"""Commands of optional distributions, with the name of the distribution."""


class Root(click.Group):
    """The command `lvng`: hand-written commands, the tags of the API, and plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """The names of all commands."""
        return [*_COMMANDS, *_plugins(), *map(dashed, _tags())]

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        cmd_name: str,
    ) -> click.Command | None:
        """Load a command."""
        name = cmd_name.replace("_", "-")
        if name in _OPTIONAL:
            return _plugin(name) or _missing(name)
        if name in _COMMANDS:
            module = import_module(f".commands.{_COMMANDS[name][0]}", __package__)
            found: click.Command = getattr(module, name.replace("-", "_"))
            return found
        tag = name.replace("-", "_")
        if tag in operations.tags():
            return TagGroup(tag)
        return _plugin(name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the error for an unknown name suggests a similar one."""
        if args and not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            hint = help_pages.suggestion(args[0], self.list_commands(ctx)) or " See lvng --help."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands before the options."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without loading any."""
        own = [(name, text) for name, (_, text) in _COMMANDS.items()]
        help_pages.write_entries(formatter, "Commands", own)
        if plugins := [(name, "") for name in _plugins() if name not in _COMMANDS]:
            help_pages.write_entries(formatter, "Commands of plugins", plugins)
        tags = [
            (dashed(one.name), help_pages.first_sentence(one.description))
            for one in operations.tags().values()
            if one.name not in _COMMANDS
        ]
        help_pages.write_entries(formatter, "Operations of the API", tags)


def _tags() -> list[str]:
    return [name for name in operations.tags() if name not in _COMMANDS]


def _plugins() -> list[str]:
    from importlib.metadata import entry_points

    return [one.name for one in entry_points(group=ENTRY_POINTS)]


def _plugin(name: str) -> click.Command | None:
    from importlib.metadata import entry_points

    for one in entry_points(group=ENTRY_POINTS, name=name):
        found = one.load()
        if isinstance(found, click.Command):
            return found
        raise click.UsageError(f"The plugin {one.value!r} is not a click.Command.")
    return None


def _missing(name: str) -> click.Command:
    """A placeholder for a command whose distribution is not installed."""

    def tell() -> None:
        raise click.ClickException(f"lvng {name} is not installed: pip install {_OPTIONAL[name]}")

    settings: dict[str, Any] = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name,
        callback=tell,
        help=_COMMANDS[name][1],
        context_settings=settings,
        add_help_option=False,
    )


def _show_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"lvng {__version__}")
        context.exit()


def root() -> Root:
    """The command `lvng`."""
    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Print the version.",
    )
    return Root(
        "lvng",
        params=[*common_options(), version],
        help="The LVNG API in the terminal. Try: lvng chat, lvng workflows list, lvng doctor.",
        context_settings=help_pages.settings(),
        no_args_is_help=True,
        epilog="An operation: lvng TAG OPERATION. Its help: lvng TAG OPERATION --help.",
    )


def run(arguments: Sequence[str]) -> int:
    """Run a command.

    Returns:
        The exit code.
    """
    from click.exceptions import Exit

    command = root()
    if "_LVNG_COMPLETE" in os.environ:
        from .commands.completion import register

        register()
        command.main(list(arguments), prog_name="lvng")
    session = Session()
    try:
        with command.make_context("lvng", list(arguments), obj=session) as context:
            context.call_on_close(session.close)
            command.invoke(context)
            sys.stdout.flush()
        return 0
    except Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The rest of the buffer cannot be written either: Python would print an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - a defect is two lines, too, and a traceback by --debug
        return _failed(error, session)


def _failed(error: Exception, session: Session) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return exit_code(error)
    if session.debug and not isinstance(error, (LvngError, click.ClickException, OSError)):
        _traceback(error)
    for line in describe(error, session):
        click.echo(line, err=True)
    return exit_code(error)


def _traceback(error: Exception) -> None:
    """A traceback without source lines and values, which may be secret."""
    import traceback

    for place in traceback.extract_tb(error.__traceback__):
        click.echo(f"debug: {place.filename}:{place.lineno} in {place.name}", err=True)
    click.echo(f"debug: {type(error).__name__}", err=True)


__all__ = ["ENTRY_POINTS", "Root", "root", "run"]
