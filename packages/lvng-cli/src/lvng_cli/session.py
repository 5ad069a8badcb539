"""The common options of one invocation, and its client."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

import lvng

if TYPE_CHECKING:
    from .profiles import Profile


PLACEHOLDER = "not-a-key"
"""Placeholder for a key if none is needed."""


@dataclass(slots=True)
class Session:
    """The common options of an invocation.

    Attributes:
        profile: name of the profile; None for that of the environment or the file.
        base_url: base URL of the API; None for that of the profile.
        output: output format; None for tables on a terminal and JSON lines in a pipe.
        query: JMESPath expression that selects a part of the output.
        timeout: seconds for each socket operation.
        max_retries: retries after the first attempt.
        yes: whether to delete without confirmation.
        dry_run: whether to print the request instead of sending it.
        debug: whether to print each attempt to stderr.
        operation: id of the called operation.
    """

    profile: str | None = None
    base_url: str | None = None
    output: str | None = None
    query: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    yes: bool = False
    dry_run: bool = False
    debug: bool = False
    operation: str = ""
    _stack: ExitStack = field(default_factory=ExitStack, repr=False)

    def chosen_profile(self) -> Profile | None:
        """The profile in use.

        The one given by `--profile` or LVNG_PROFILE; else none if LVNG_API_KEY is set; else the current one of the
        file.

        Raises:
            ConfigurationError: the given profile does not exist.
        """
        from . import profiles

        name = self.profile or os.environ.get("LVNG_PROFILE")
        if name:
            return profiles.load().get(name)
        if os.environ.get("LVNG_API_KEY"):
            return None
        loaded = profiles.load()
        return loaded.known.get(loaded.current)

    def client(self, *, public: bool = False, transport: Any = None) -> lvng.LvngClient:
        """Make a client with the options of the invocation, which is closed at the end.

        Args:
            public: whether the call needs no key; without one, the client gets a placeholder.
            transport: receives the requests instead of the network; the key is then not read.
        """
        profile = self.chosen_profile()
        options: dict[str, Any] = {"base_url": self._base_url(profile), "transport": transport}
        if self.timeout is not None:
            options["timeout"] = self.timeout
        if self.max_retries is not None:
            options["max_retries"] = self.max_retries
        if self.debug:
            from .debugging import report

            options["middleware"] = report
        key = self._key(profile, public=public) if transport is None else PLACEHOLDER
        return self._stack.enter_context(lvng.LvngClient(key, **options))

    def _base_url(self, profile: Profile | None) -> str | None:
        return self.base_url or (profile.base_url if profile else "") or None

    def _key(self, profile: Profile | None, *, public: bool) -> str | None:
        """The key of the profile; None for that of the environment."""
        if profile is None:
            return PLACEHOLDER if public and not os.environ.get("LVNG_API_KEY") else None
        try:
            return profile.api_key()
        except lvng.ConfigurationError:
            if public:
                return PLACEHOLDER
            raise

    def key_source(self) -> str:
        """A description of where the key comes from."""
        profile = self.chosen_profile()
        if profile is None:
            return "LVNG_API_KEY"
        kind, _, variable = profile.key.partition(":")
        place = variable if kind == "env" else "the keyring"
        return f"{place} (profile {profile.name!r})"

    def format(self) -> str:
        """The chosen output format; empty for the default."""
        if self.output:
            return self.output
        profile = self.chosen_profile()
        return profile.output if profile else ""

    def close(self) -> None:
        """Close the client."""
        self._stack.close()


def session_of(context: click.Context | None = None) -> Session:
    """The session of the invocation."""
    return (context or click.get_current_context()).ensure_object(Session)


FORMATS: Sequence[str] = ("table", "json", "jsonl", "yaml", "csv")


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Store the value of a common option, given before or after the command."""
    if value is not None and not context.resilient_parsing:
        setattr(session_of(context), str(parameter.name), value)


def _option(*names: str, **settings: Any) -> click.Option:
    return click.Option(names, callback=_remember, expose_value=False, default=None, **settings)


def _switch(*names: str, help: str) -> click.Option:
    return click.Option(
        names, is_flag=True, default=None, callback=_remember, expose_value=False, help=help
    )


def common_options() -> list[click.Option]:
    """The options of the group and of every command."""
    return [
        _option(
            "-o",
            "--output",
            type=click.Choice(FORMATS),
            metavar="FORMAT",
            help=f"One of {', '.join(FORMATS)}; default: table on a terminal, jsonl in a pipe.",
        ),
        _option(
            "-q",
            "--query",
            metavar="JMESPATH",
            help="JMESPath expression for the part of the response to print.",
        ),
        _option("--profile", metavar="NAME", help="Profile to use; also LVNG_PROFILE."),
        _option("--base-url", metavar="URL", help="Base URL of the API; also LVNG_BASE_URL."),
        _option(
            "--timeout", type=float, metavar="SECONDS", help="Time-out of each socket operation."
        ),
        _option("--max-retries", type=int, metavar="N", help="Retries after the first attempt."),
        _switch("--dry-run", help="Print the request as curl, without the key; send nothing."),
        _switch("-y", "--yes", help="Delete without confirmation."),
        _switch("--debug", help="Print each attempt to stderr, without secrets."),
    ]
