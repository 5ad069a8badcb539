"""`lvng api METHOD PATH`: call any path of the API, with the usual authentication, retries and errors."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from lvng import UNSET

from .. import output, terminal
from ..help_pages import Command
from ..session import common_options, session_of
from ..values import json_of, text_of

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, Any]:
    """Parse `name=text` and `name:=json`; a repeated name makes a list."""
    found: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name.rstrip(":"):
            raise click.UsageError(f"{option} takes NAME=TEXT or NAME:=JSON, got {one:.60}")
        typed = name.endswith(":")
        name = name.removesuffix(":")
        value = json_of(f"{option} {name}", text) if typed else text_of(text)
        if name in found:
            found[name] = [
                *(found[name] if isinstance(found[name], list) else [found[name]]),
                value,
            ]
        else:
            found[name] = value
    return found


@click.pass_context
def _run(
    context: click.Context,
    /,
    method: str,
    path: str,
    fields: tuple[str, ...],
    parameters: tuple[str, ...],
    files: tuple[str, ...],
    body: str | None,
    headers: bool,
) -> None:
    session = session_of(context)
    if not path.startswith("/"):
        raise click.UsageError(
            f"PATH must start with a slash, such as /api/v2/workflows; got {path!r}"
        )
    if body is not None and fields:
        raise click.UsageError("--json is the whole body; --field cannot be added to it.")
    content: Any = UNSET
    if body is not None:
        content = json_of("--json", text_of("@-" if body == "-" else body))
    elif fields:
        content = _pairs("--field", fields)
    uploads = dict(_upload(one) for one in files)
    if method.upper() == "DELETE" and not session.dry_run:
        terminal.confirm(f"DELETE {path}?", sure=session.yes)
    call: dict[str, Any] = {
        "query": _pairs("--parameter", parameters) or None,
        "json": content,
        "files": uploads or None,
    }
    if session.dry_run:
        from ..curl import DryRun, RequestNotSentError, curl

        try:
            session.client(transport=DryRun()).request(method.upper(), path, **call)
        except RequestNotSentError as kept:
            click.echo(curl(kept.request, uploads))
        return
    _print(session, session.client().request(method.upper(), path, **call), headers=headers)


def _upload(given: str) -> tuple[str, str]:
    name, equals, path = given.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--file takes NAME=PATH, got {given:.60}")
    return name, path.removeprefix("@")


def _print(session: Any, response: Any, *, headers: bool) -> None:
    if headers:
        click.echo(f"{response.status_code} {response.reason_phrase}")
        for name, value in response.headers.items():
            click.echo(f"{name}: {value}")
        click.echo()
    try:
        found = json.loads(response.content)
    except ValueError:
        sys.stdout.buffer.write(response.content)
        return
    if session.query or session.format():
        output.show(session, found)
    else:
        click.echo(output.encode("json", found))


api = Command(
    "api",
    callback=_run,
    params=[
        click.Argument(
            ["method"], type=click.Choice(_METHODS, case_sensitive=False), metavar="METHOD"
        ),
        click.Argument(["path"]),
        click.Option(
            ["-f", "--field", "fields"],
            multiple=True,
            metavar="NAME=TEXT",
            help="Member of the body; NAME:=JSON for other types, NAME=@FILE for the text of a file.",
        ),
        click.Option(
            ["-p", "--parameter", "parameters"],
            multiple=True,
            metavar="NAME=TEXT",
            help="Query parameter; repeat it for a list.",
        ),
        click.Option(
            ["-F", "--file", "files"], multiple=True, metavar="NAME=PATH", help="File of a form."
        ),
        click.Option(["--json", "body"], metavar="JSON", help="The body; @FILE or - for stdin."),
        click.Option(
            ["-i", "--include", "headers"], is_flag=True, help="Print status and headers."
        ),
    ],
    common=common_options(),
    arguments_help={"method": f"One of {', '.join(_METHODS)}.", "path": "Path below the base URL."},
    help=(
        "Call any path of the API, also one that lvng does not support yet.\n\n\b\nExamples:\n"
        "  lvng api GET /api/v2/workflows -p limit=5\n"
        "  lvng api POST /api/v2/notes -f title=Minutes -f content=@minutes.md"
    ),
)
