"""Arguments of operations as command-line options: converts text to JSON values."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from lvng.operations import Argument

PREFIX = "argument_"
"""Prefix of argument names in the parameters of a command, to distinguish them from common options."""

_METAVARS = {
    "integer": "N",
    "number": "NUMBER",
    "array": "ITEM",
    "object": "JSON|KEY=VALUE",
    "datetime": "TIME",
    "date": "DATE",
    "file": "FILE",
    "any": "JSON",
}


class Words(click.ParamType[str]):
    """Text with completion of known values; the server may accept others.

    Args:
        argument: the argument.
    """

    name = "text"

    def __init__(self, argument: Argument) -> None:
        self._values = argument.choices or argument.known

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click passes it
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The known values, or the files after an `@`."""
        if incomplete.startswith("@"):
            return _files(incomplete)
        return [CompletionItem(value) for value in self._values if value.startswith(incomplete)]


class Number(click.ParamType[float]):
    """A number, converted to int if it has no fraction."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | float:
        """Convert text to a number."""
        try:
            return int(value)
        except ValueError:
            pass
        try:
            return float(value)
        except ValueError:
            return self.fail(f"{value!r} is not a number.", param, ctx)


def _files(incomplete: str) -> list[CompletionItem]:
    """Complete a file reference; shells do not complete files after an `@`."""
    typed = Path(incomplete[1:])
    folder = typed if incomplete.endswith(("/", "@")) else typed.parent
    if not folder.is_dir():
        return []
    found = sorted(f"@{one}{'/' if one.is_dir() else ''}" for one in folder.iterdir())
    return [CompletionItem(one) for one in found if one.startswith(incomplete)]


def parameter_of(argument: Argument, dest: str, option: str) -> click.Parameter:
    """The command-line parameter for an argument: positional for the path, else an option."""
    if argument.location == "path":
        return click.Argument([dest], metavar=argument.name.upper(), type=Words(argument))
    settings: dict[str, Any] = {"help": _help(argument), "default": None}
    if argument.kind == "boolean":
        return click.Option([f"{option}/--no-{option[2:]}", dest], **settings)
    if argument.kind == "file":
        kind: Any = click.Path(exists=True, dir_okay=False, allow_dash=True)
    else:
        kind = {"integer": click.INT, "number": Number()}.get(argument.kind, Words(argument))
    several = argument.kind in {"array", "object"}
    metavar = "|".join(argument.choices) or _METAVARS.get(argument.kind, "TEXT")
    if len(metavar) > 40:
        metavar = "WORD"
    return click.Option([option, dest], type=kind, multiple=several, metavar=metavar, **settings)


def _help(argument: Argument) -> str:
    words = argument.doc.replace("`", "")
    if len("|".join(argument.choices)) > 40:
        words = f"{words} One of {', '.join(argument.choices)}."
    if keys := _keys(argument):
        words = f"{words} As JSON: {keys}."
    if argument.kind == "array":
        words = f"{words} Repeatable."
    return f"{words}  [required]" if argument.required else words


def _keys(argument: Argument) -> str:
    """The keys of an object, or of the items of a list; optional ones have a question mark."""
    schema = argument.schema
    schema = schema.get("items", schema)
    needed = schema.get("required", ())
    names = [name if name in needed else f"{name}?" for name in schema.get("properties", ())]
    return f"{{{', '.join(names)}}}" if names else ""


def value_of(argument: Argument, given: Any) -> Any:
    """Convert the text of an argument to a value for the SDK.

    Raises:
        click.UsageError: the text is not of the argument's type.
    """
    if argument.kind == "array":
        return _array(argument, given)
    if argument.kind == "object":
        return _object(argument, given)
    if argument.kind == "file":
        return _file(given)
    if not isinstance(given, str):
        return given
    if argument.location != "path":
        given = text_of(given)
    if argument.kind == "datetime":
        return _datetime(argument, given)
    return _json_or_text(given) if argument.kind == "any" else given


def text_of(given: str) -> str:
    """The given text; `@FILE` is read from a file, `@-` from stdin, and `@@` is a literal `@`."""
    if not given.startswith("@"):
        return given
    if given.startswith("@@"):
        return given[1:]
    if given == "@-":
        return sys.stdin.read()
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise click.UsageError(
            f"{given}: {error.strerror}. (Write @@ for a text that begins with @.)"
        ) from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{given} is not text in UTF-8.") from None


def json_of(what: str, text: str) -> Any:
    """Parse JSON.

    Raises:
        click.UsageError: it is not JSON; the message shows where.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.UsageError(f"{what} is not JSON: {error.msg} at {place}: {text:.60}") from None


def _option(argument: Argument) -> str:
    return f"--{argument.name.replace('_', '-')}"


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _array(argument: Argument, given: Sequence[str]) -> list[Any]:
    items: list[Any] = []
    for one in given:
        text = text_of(one)
        if text.lstrip().startswith("["):
            items += json_of(_option(argument), text)
        else:
            items.append(_item(argument, text))
    return items


def _item(argument: Argument, text: str) -> Any:
    schema = argument.schema.get("items", {})
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "object":
        return json_of(_option(argument), text) if "{" in text[:2] else _pairs(argument, [text])
    if kind == "string":
        return text
    return _json_or_text(text)


def _object(argument: Argument, given: Sequence[str]) -> Any:
    merged: dict[str, Any] = {}
    for one in given:
        text = text_of(one)
        if text.lstrip().startswith("{"):
            merged |= json_of(_option(argument), text)
        else:
            merged |= _pairs(argument, [text])
    return merged


def _pairs(argument: Argument, given: Sequence[str]) -> dict[str, Any]:
    """Parse `key=text` and `key:=json`."""
    found: dict[str, Any] = {}
    for one in given:
        key, equals, text = one.partition("=")
        if not equals or not key.rstrip(":"):
            raise click.UsageError(
                f"{_option(argument)} takes JSON, @FILE, KEY=TEXT or KEY:=JSON, got {one:.60}"
            )
        name = key.removesuffix(":")
        found[name] = json_of(f"{_option(argument)} {name}", text) if key != name else text
    return found


def _file(given: str) -> Any:
    """A path, or the bytes of stdin."""
    return sys.stdin.buffer.read() if given == "-" else given


def _datetime(argument: Argument, text: str) -> str:
    """Convert an ISO 8601 time; without a time zone it is local."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(
            f"{_option(argument)} takes a time such as 2026-11-30T09:00 or 2026-11-30, got {text:.60}"
        ) from None
    return moment.astimezone().isoformat() if moment.tzinfo is None else text.strip()
