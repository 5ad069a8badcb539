"""What is special: handlers of operations, rules of kinds, and jobs, as the modules in `tags/` declare them.

An operation without a handler is generic; `resources.py` answers it from the contract alone.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ..store.database import Record
    from .accounts import Caller
    from .call import Call
    from .platform import Platform

Handler: TypeAlias = "Callable[[Call], Any]"
Job: TypeAlias = "Callable[[Platform, Caller, dict[str, Any]], Outside | None]"
"""What it returns is done outside its transaction, and done again where the process ends before it is."""
Outside: TypeAlias = "Callable[[], Coroutine[Any, Any, None]]"
Listener: TypeAlias = "Callable[[Platform, Caller, str, Mapping[str, Any]], None]"
Sower: TypeAlias = "Callable[[Platform, Caller], None]"
H = TypeVar("H", bound=Callable[..., Any])

HANDLERS: dict[str, Handler] = {}
RULES: dict[str, Rule] = {}
JOBS: dict[str, Job] = {}
LISTENERS: list[Listener] = []
FURTHER_KINDS: dict[str, FurtherKind] = {}
SOWERS: list[Sower] = []


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
    hides: Callable[[Platform, Caller], Mapping[str, Set[str]]] | None = None
    """The records that a caller of the same organization does not see: by property, the values that hide one."""
    derive: Callable[[Platform, Caller, Record], Mapping[str, Any]] | None = None
    """Properties that are not stored but follow from other records, when a record is shown."""


@dataclass(frozen=True, slots=True)
class FurtherKind:
    """A kind of records that the contract has no list of, or none that tells what its entries are found by."""

    path: str
    """Path template of the collection."""
    key: str
    """The property that a record is found by."""
    schema: str
    """Name of the schema in the contract."""


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


def listens(listener: H) -> H:
    """Have a function told of each event, in the transaction that made it."""
    LISTENERS.append(listener)
    return listener


def sows(function: H) -> H:
    """Have a function complete the example world, after the examples of the contract."""
    SOWERS.append(function)
    return function


def keeps(name: str, path: str, key: str, schema: str) -> None:
    """Declare a kind of records beside those that the contract lists."""
    FURTHER_KINDS[name] = FurtherKind(path, key, schema)


def rules(**by_kind: Rule) -> None:
    """Declare the rules of kinds; `channels__members` is the kind `channels.members`."""
    for name, rule in by_kind.items():
        RULES[name.replace("__", ".")] = rule
