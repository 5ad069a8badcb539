"""`lvng <tag> <operation>`: a command for each operation of the API, made on demand from its description."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import islice
from typing import Any

import click

from lvng import InvalidArgumentError, operations
from lvng.operations import Argument, Operation

from . import help_pages, output, terminal
from .help_pages import Command, dashed
from .session import Session, common_options, session_of
from .values import PREFIX, json_of, parameter_of, text_of, value_of


class TagGroup(click.Group):
    """The operations of a tag; their commands are made on demand.

    Args:
        name: name of the tag.
        extras: hand-written commands by name; they take precedence over operations.
    """

    def __init__(self, name: str, extras: Mapping[str, click.Command] | None = None) -> None:
        self.tag = operations.tags()[name]
        super().__init__(
            dashed(name),
            help=self.tag.description,
            context_settings=help_pages.settings(),
            subcommand_metavar="OPERATION [ARGUMENTS]...",
            no_args_is_help=True,
        )
        self._extras = extras or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """The names of the commands."""
        return list(dict.fromkeys([*self._extras, *map(dashed, self.tag.operations)]))

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        cmd_name: str,
    ) -> click.Command | None:
        """Make the command of an operation; its name may also be written with underscores."""
        if cmd_name in self._extras:
            return self._extras[cmd_name]
        method = cmd_name.replace("-", "_")
        if method not in self.tag.operations:
            return None
        return operation_command(operations.tag(self.tag.name)[method])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the error for an unknown name suggests a similar one."""
        if args and self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            hint = help_pages.suggestion(args[0], self.list_commands(ctx))
            raise click.UsageError(f"{ctx.command_path} has no operation {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        formatter: click.HelpFormatter,
    ) -> None:
        """List the operations with their summaries, without making their commands."""
        extra = [(name, command.get_short_help_str(80)) for name, command in self._extras.items()]
        help_pages.write_entries(formatter, "Commands", extra)
        entries = [
            (dashed(name), help_pages.first_sentence(text))
            for name, text in self.tag.operations.items()
            if dashed(name) not in self._extras
        ]
        help_pages.write_entries(formatter, "Operations", entries)


def operation_command(operation: Operation) -> Command:
    """Make the command of an operation."""
    params = [
        parameter_of(one, f"{PREFIX}{one.name}", f"--{dashed(one.name)}")
        for one in operation.arguments
    ]
    params += _own_options(operation)

    @click.pass_context
    def callback(context: click.Context, /, **params: Any) -> None:
        run(session_of(context), operation, params)

    return Command(
        dashed(operation.method),
        callback=callback,
        params=params,
        help=help_pages.operation_help(operation),
        short_help=operation.summary,
        common=common_options(),
        arguments_help={
            f"{PREFIX}{one.name}": one.doc.replace("`", "")
            for one in operation.arguments
            if one.location == "path"
        },
    )


def _own_options(operation: Operation) -> list[click.Parameter]:
    """Options for the whole body, for pages, and for the file of a download."""
    options: list[click.Parameter] = []
    if any(one.location != "path" for one in operation.arguments):
        options.append(
            click.Option(
                ["--json", "body"],
                metavar="JSON",
                help="Arguments as a JSON object; @FILE reads a file, - stdin. Options take precedence.",
            )
        )
    nullable = [dashed(one.name) for one in operation.arguments if one.nullable]
    if nullable:
        options.append(
            click.Option(
                ["--null", "nulls"],
                multiple=True,
                type=click.Choice(nullable),
                metavar="NAME",
                help=f"Set an argument to null: {', '.join(nullable)}.",
            )
        )
    if operation.paging:
        options.append(
            click.Option(
                ["--all", "every"],
                is_flag=True,
                help="List the entries of all pages; --limit is the maximum number.",
            )
        )
    if operation.returns == "bytes":
        options.append(
            click.Option(
                ["--to"],
                type=click.Path(dir_okay=False, allow_dash=True),
                help="File to write; the default in a pipe is stdout.",
            )
        )
    return options


def run(session: Session, operation: Operation, params: Mapping[str, Any]) -> None:
    """Make a call from the parameters of its command, and print the response.

    Args:
        session: the common options.
        operation: the operation.
        params: arguments under their names after `PREFIX`, and `body`, `nulls`, `every`, `to`.
    """
    session.operation = operation.id
    arguments = arguments_from(operation, params)
    every = bool(params.get("every"))
    limit = arguments.pop("limit", None) if every else None
    if session.dry_run:
        click.echo(_as_curl(session, operation, arguments))
        return
    if operation.destructive:
        terminal.confirm(_question(operation, arguments), sure=session.yes)
    client = session.client(public=operation.auth == "public")
    if every:
        rows = operations.iterate(client, operation, arguments)
        output.show_all(session, islice(rows, limit))
    elif operation.returns == "bytes":
        _download(operations.call(client, operation, arguments), params.get("to"))
    elif operation.returns in {"sse", "lines"}:
        _events(operations.call(client, operation, arguments))
    else:
        with ExitStack() as stack:
            response = operations.call(client, operation, _with_bars(operation, arguments, stack))
        output.show(session, response, items=operation.paging.items if operation.paging else "")


def arguments_from(operation: Operation, params: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call, by Python name.

    Raises:
        click.UsageError: an argument is missing or has the wrong type.
    """
    arguments = _body(operation, params.get("body"))
    for name in params.get("nulls") or ():
        arguments[name.replace("-", "_")] = None
    for one in operation.arguments:
        given = params.get(f"{PREFIX}{one.name}")
        if given is not None and given != ():
            arguments[one.name] = value_of(one, given)
    missing = [
        _shown(one) for one in operation.arguments if one.required and one.name not in arguments
    ]
    if missing:
        raise click.UsageError(
            f"Missing {', '.join(missing)}.", click.get_current_context(silent=True)
        )
    return arguments


def _body(operation: Operation, text: str | None) -> dict[str, Any]:
    """The arguments in `--json`."""
    if text is None:
        return {}
    body = json_of("--json", text_of("@-" if text == "-" else text))
    if not isinstance(body, dict):
        raise click.UsageError(f"--json must be an object, got {text:.60}")
    names = {one.wire: one.name for one in operation.arguments}
    names |= {one.name: one.name for one in operation.arguments}
    arguments: dict[str, Any] = {}
    for name, value in body.items():
        if name not in names:
            hint = help_pages.suggestion(name, names)
            raise click.UsageError(f"--json: {operation.id} has no argument {name!r}.{hint}")
        arguments[names[name]] = value
    return arguments


def _shown(argument: Argument) -> str:
    return argument.name.upper() if argument.location == "path" else f"--{dashed(argument.name)}"


def _question(operation: Operation, arguments: Mapping[str, Any]) -> str:
    ids = [str(arguments[one.name]) for one in operation.arguments if one.location == "path"]
    of = f" {' '.join(ids)}" if ids else ""
    return (
        f"{dashed(operation.tag)} {dashed(operation.method)}{of}: {operation.summary.rstrip('.')}?"
    )


def _as_curl(session: Session, operation: Operation, arguments: Mapping[str, Any]) -> str:
    from .curl import DryRun, RequestNotSentError, curl

    client = session.client(transport=DryRun())
    files = {one.wire: arguments.get(one.name) for one in operation.arguments if one.kind == "file"}
    try:
        result = operations.call(client, operation, arguments)
        if operation.returns == "bytes":
            result.read()
        elif operation.returns in {"sse", "lines"}:
            next(iter(result), None)
    except RequestNotSentError as kept:
        return curl(kept.request, files)
    raise InvalidArgumentError(f"{operation.id} makes no request.")


def _with_bars(operation: Operation, arguments: dict[str, Any], stack: ExitStack) -> dict[str, Any]:
    """The arguments, with progress bars for files."""
    names = [
        one.name for one in operation.arguments if one.kind == "file" and one.name in arguments
    ]
    if not names:
        return arguments
    from .progress import uploaded

    return arguments | {name: stack.enter_context(uploaded(arguments[name])) for name in names}


def _download(download: Any, to: str | None) -> None:
    from .progress import transfer

    if to is None and terminal.for_people():
        raise click.UsageError("The response is a file: use --to FILE, or --to - for stdout.")
    with transfer(to or "download") as report:
        if to in {None, "-"}:
            download.save(sys.stdout.buffer, progress=report)
            return
        size = download.save(to, progress=report)
    terminal.note(f"{size:,} bytes in {to}")


def _events(events: Any) -> None:
    """Print each event as a line of JSON, as it arrives."""
    import json

    with events:
        for event in events:
            name, data = getattr(event, "event", None), getattr(event, "data", event)
            line = {"event": name, "data": data} if name else data
            click.echo(json.dumps(line, ensure_ascii=False))
