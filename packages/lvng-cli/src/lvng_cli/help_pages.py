"""Help pages that fit the terminal, rendered on demand."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import click

from lvng.operations import Argument, Operation

from .terminal import width

_NARROWEST = 30
_WIDEST = 100


def settings() -> dict[str, Any]:
    """Context settings: the help is as wide as the terminal."""
    return {
        "terminal_width": min(max(width() - 1, _NARROWEST), _WIDEST),
        "help_option_names": ["-h", "--help"],
    }


def dashed(name: str) -> str:
    """Convert the name of a tag, method or argument to its form on the command line."""
    return name.replace("_", "-")


def write_entries(
    formatter: click.HelpFormatter, title: str, entries: Iterable[tuple[str, str]]
) -> None:
    """Write a list of names and descriptions; on a narrow terminal each description is below its name."""
    rows = list(entries)
    if not rows:
        return
    with formatter.section(title):
        if formatter.width >= 60:
            formatter.write_dl(rows, col_max=26)
            return
        for name, text in rows:
            formatter.write_text(name)
            formatter.indent()
            formatter.write_text(text)
            formatter.dedent()


def first_sentence(text: str) -> str:
    """The first sentence of a text without its full stop, for lists of commands."""
    return text.split(". ")[0].rstrip(".")


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint at similar names."""
    close = get_close_matches(name, list(known), n=2, cutoff=0.7)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def operation_help(operation: Operation) -> str:
    """The help of an operation: description, provenance, and an example."""
    parts = [operation.summary]
    if operation.description and operation.description != operation.summary:
        parts.append(operation.description)
    if operation.deprecated:
        parts.append("Deprecated: the API may remove it.")
    if operation.auth == "jwt":
        parts.append("Needs a JWT from `lvng auth login`; an API key is refused.")
    parts.append(f"\b\nExample:\n  {example(operation)}")
    scope = f", scope {operation.scope}" if operation.scope else ""
    parts.append(f"{operation.http} {operation.path}{scope} ({operation.provenance})")
    return "\n\n".join(parts).replace("`", "")


def example(operation: Operation) -> str:
    """A command line with examples for the required arguments."""
    words = ["lvng", dashed(operation.tag), dashed(operation.method)]
    for one in operation.arguments:
        if one.required:
            words += words_of(one.location, one.name, _example_value(one))
    return shlex.join(words)


def words_of(location: str, name: str, value: Any) -> list[str]:
    """The words of a command line that pass a value to an argument: the inverse of `values.value_of`."""
    if location == "path":
        return [str(value)]
    option = f"--{dashed(name)}"
    if isinstance(value, bool):
        return [option if value else f"--no-{option[2:]}"]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [word for one in value for word in (option, one)]
    if isinstance(value, (list, dict)):
        import json

        return [option, json.dumps(value, ensure_ascii=False)]
    return [option, str(value)]


def _example_value(argument: Argument) -> Any:
    if argument.kind == "file":
        return "FILE"
    if isinstance(argument.example, list):
        return argument.example[:1] or "..."
    return "..." if argument.example is None else argument.example


class Command(click.Command):
    """A command whose own options are listed before the common ones.

    Args:
        common: the options of all commands.
        arguments_help: descriptions of the positional arguments.
    """

    def __init__(
        self,
        *args: Any,
        common: Sequence[click.Option] = (),
        arguments_help: Mapping[str, str] | None = None,
        **settings_: Any,
    ) -> None:
        settings_.setdefault("context_settings", settings())
        super().__init__(*args, **settings_)
        taken = {name for one in self.params for name in (*one.opts, *one.secondary_opts)}
        self._common = [left for one in common if (left := _without(one, taken))]
        self._arguments_help = arguments_help or {}
        self.params.extend(self._common)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, options, and common options."""
        arguments = [one for one in self.params if isinstance(one, click.Argument)]
        entries = [
            (one.make_metavar(ctx), self._arguments_help.get(str(one.name), ""))
            for one in arguments
        ]
        write_entries(formatter, "Arguments", [one for one in entries if one[1]])
        own = [
            one
            for one in self.get_params(ctx)
            if isinstance(one, click.Option) and one not in self._common
        ]
        write_entries(formatter, "Options", _records(ctx, own))
        if self._common:
            names = ", ".join(one.opts[-1] for one in self._common)
            text = f"Common options, described in lvng --help: {names}."
            formatter.write_paragraph()
            # Not formatter.write_text, which would break --base-url at its hyphen.
            lines = textwrap.wrap(text, formatter.width, break_on_hyphens=False)
            formatter.write("\n".join([*lines, ""]))


def _without(option: click.Option, taken: set[str]) -> click.Option | None:
    """A common option without the names that the command defines itself."""
    if not taken & set(option.opts):
        return option
    import copy

    left = copy.copy(option)
    left.opts = [name for name in option.opts if name not in taken]
    return left if left.opts else None


def _records(ctx: click.Context, params: Iterable[click.Parameter]) -> list[tuple[str, str]]:
    found = (one.get_help_record(ctx) for one in params)
    return [one for one in found if one]
