"""What the tags declare: handlers of operations, kinds of records and their rules, jobs, listeners, example data.

An operation without a handler is generic: `crud.py` answers it from the contract alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from .call import Call
from .caller import Caller
from .context import COMPUTED, HIDDEN, HIDDEN_WORKSPACES, LISTENERS, Context
from .jobs import AfterCommit
from .kinds import ExtraKind, Rule
from .platform import Platform

Handler: TypeAlias = Callable[[Call], Any]
Job: TypeAlias = Callable[[Context, dict[str, Any]], AfterCommit | None]
GivenUp: TypeAlias = Callable[[Context, dict[str, Any], str], None]
Seed: TypeAlias = Callable[[Context], None]
F = TypeVar("F", bound=Callable[..., Any])

HANDLERS: dict[str, Handler] = {}
RULES: dict[str, Rule] = {}
EXTRA_KINDS: dict[str, ExtraKind] = {}
JOBS: dict[str, Job] = {}
GIVEN_UP: dict[str, GivenUp] = {}
SEEDS: list[Seed] = []


def handler(operation: str) -> Callable[[F], F]:
    """Make a function the handler of an operation."""

    def register(function: F) -> F:
        HANDLERS[operation] = function
        return function

    return register


def job(name: str) -> Callable[[F], F]:
    """Make a function the job of this name."""

    def register(function: F) -> F:
        JOBS[name] = function
        return function

    return register


def given_up(*names: str) -> Callable[[F], F]:
    """Have a function record that a job of one of these names was given up: its arguments, and the error."""

    def register(function: F) -> F:
        for name in names:
            GIVEN_UP[name] = function
        return function

    return register


def hidden(kind: str) -> Callable[[F], F]:
    """Make a function tell which records of a kind a caller does not see: by property, the values that hide one."""

    def register(function: F) -> F:
        HIDDEN[kind] = function
        return function

    return register


def hidden_workspaces(function: F) -> F:
    """Have a function tell the workspaces whose records a caller does not see, whatever their kind."""
    HIDDEN_WORKSPACES.append(function)
    return function


def computed(kind: str) -> Callable[[F], F]:
    """Make a function give the properties of a record that are not stored but follow from other records."""

    def register(function: F) -> F:
        COMPUTED[kind] = function
        return function

    return register


def on_event(listener: F) -> F:
    """Call a function for each event, in the transaction that caused it."""
    LISTENERS.append(listener)
    return listener


def seed(function: F) -> F:
    """Have a function add example data, after the contract's examples were stored."""
    SEEDS.append(function)
    return function


def define_collection(name: str, path: str, key: str, schema: str) -> None:
    """Declare a kind of records that the contract has no list of.

    Args:
        name: name of the kind.
        path: path template of its collection.
        key: the property that identifies a record.
        schema: name of its schema in the contract.
    """
    EXTRA_KINDS[name] = ExtraKind(path, key, schema)


def rules(**by_kind: Rule) -> None:
    """Declare the rules of kinds; `channels__members` is the kind `channels.members`."""
    for name, rule in by_kind.items():
        RULES[name.replace("__", ".")] = rule


def run_job(
    platform: Platform, caller: Caller, name: str, arguments: dict[str, Any]
) -> AfterCommit | None:
    """Run a job on behalf of a caller."""
    return JOBS[name](Context(platform, caller), arguments)


def give_up_job(
    platform: Platform, caller: Caller, name: str, arguments: dict[str, Any], error: str
) -> None:
    """Record that a job was given up, where the work that it was part of shows it."""
    if name in GIVEN_UP:
        GIVEN_UP[name](Context(platform, caller), arguments, error)
