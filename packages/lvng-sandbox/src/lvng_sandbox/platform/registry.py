"""The registry of tags: handlers of operations, kinds of records and their rules, jobs, listeners, example data.

An operation without a handler is generic: `crud.py` answers it from the contract alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from .call import Call
from .caller import Caller
from .context import COMPUTED, HIDDEN, HIDDEN_WORKSPACES, HOSTS, LISTENERS, Context
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
    """Register a function as the handler of an operation."""

    def register(function: F) -> F:
        HANDLERS[operation] = function
        return function

    return register


def job(name: str) -> Callable[[F], F]:
    """Register a function as the job of this name."""

    def register(function: F) -> F:
        JOBS[name] = function
        return function

    return register


def given_up(*names: str) -> Callable[[F], F]:
    """Register a function that records permanent failures of jobs; called with the arguments and the error."""

    def register(function: F) -> F:
        for name in names:
            GIVEN_UP[name] = function
        return function

    return register


def hidden(kind: str) -> Callable[[F], F]:
    """Register a function that returns filters for records of a kind that a caller does not see."""

    def register(function: F) -> F:
        HIDDEN[kind] = function
        return function

    return register


def hidden_workspaces(function: F) -> F:
    """Register a function that returns the workspaces whose records a caller does not see."""
    HIDDEN_WORKSPACES.append(function)
    return function


def hosts(function: F) -> F:
    """Register a function that returns the caller's contexts in other organizations."""
    HOSTS.append(function)
    return function


def computed(kind: str) -> Callable[[F], F]:
    """Register a function that computes properties of a record from other records."""

    def register(function: F) -> F:
        COMPUTED[kind] = function
        return function

    return register


def on_event(listener: F) -> F:
    """Register a listener for events, called in the transaction that caused the event."""
    LISTENERS.append(listener)
    return listener


def seed(function: F) -> F:
    """Register a function that adds example data, after the contract's examples were stored."""
    SEEDS.append(function)
    return function


def define_collection(name: str, path: str, key: str, schema: str) -> None:
    """Declare a kind of records without a list in the contract.

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
    """Record the permanent failure of a job."""
    if name in GIVEN_UP:
        GIVEN_UP[name](Context(platform, caller), arguments, error)
