"""What is special: handlers of operations, rules of kinds, and jobs, as the modules in `tags/` declare them.

An operation without a handler is generic; `resources.py` answers it from the contract alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .accounts import Caller
    from .calls import Call
    from .platform import Platform

Handler: TypeAlias = "Callable[[Call], Any]"
Job: TypeAlias = "Callable[[Platform, Caller, dict[str, Any]], None]"
H = TypeVar("H", bound=Callable[..., Any])

HANDLERS: dict[str, Handler] = {}
RULES: dict[str, Rule] = {}
JOBS: dict[str, Job] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for the records of a kind beyond their schema."""

    visible: Literal["tenant", "user", "all"] = "tenant"
    """Who sees a record: everyone of the caller's organization, its user alone, or everybody."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Properties that together name a record: another with the same is a conflict."""
    refers: Mapping[str, str] = field(default_factory=dict)
    """Properties that hold the id of a record of another kind, which must be there."""
    text: tuple[str, ...] = ()
    """Properties that search and chat read; the first is the title."""
    newest_first: bool = False
    event: str = ""
    """Prefix of the webhook events of its changes: `message` for `message.created` and so on."""


def handles(operation: str) -> Callable[[H], H]:
    """Make a function the handler of an operation."""

    def register(handler: H) -> H:
        HANDLERS[operation] = handler
        return handler

    return register


def job(name: str) -> Callable[[H], H]:
    """Make a function what is done when a job of this name is due."""

    def register(function: H) -> H:
        JOBS[name] = function
        return function

    return register


def rules(**by_kind: Rule) -> None:
    """Declare the rules of kinds; `channels__members` is the kind `channels.members`."""
    for name, rule in by_kind.items():
        RULES[name.replace("__", ".")] = rule
