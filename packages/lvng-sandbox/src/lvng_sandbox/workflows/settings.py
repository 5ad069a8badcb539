"""Settings of steps and triggers: a table of what each type takes, and the check of a configuration against it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeGuard

from ..agents.runs import FAIL
from ..agents.tools import TOOLS
from ..contract.names import did_you_mean, nearest
from ..outbox.deliveries import EVENT_TYPES
from ..platform.context import Context
from .placeholders import placeholders

Detail: TypeAlias = "tuple[str, str]"
"""A field, and what is wrong with its value."""

_TYPES = {
    "any": "a value",
    "text": "a text",
    "texts": "a list of texts",
    "object": "an object",
    "seconds": "a number of seconds, at least 0",
}
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting.

    Attributes:
        type: the type of its value; a text with a placeholder may stand for a value of any type.
        required: whether it must be given.
        instead_of: the setting in whose place it is given; only one of the two is read.
        kind: the kind of records that it names.
        choices: its values, if they are a closed list.
    """

    type: Literal["any", "text", "texts", "object", "seconds"] = "any"
    required: bool = False
    instead_of: str = ""
    kind: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a type of steps or triggers.

    Attributes:
        known: the settings by name.
        is_open: whether unknown settings are accepted, as the live service may have more of them. They
            are not where an unknown setting would decide what runs, or when.
    """

    known: Mapping[str, Setting]
    is_open: bool = False


def _step(*, is_open: bool = False, **known: Setting) -> Settings:
    return Settings({**known, FAIL: Setting()}, is_open)


STEPS: Mapping[str, Settings] = {
    "agent": _step(
        prompt=Setting("text"),
        message=Setting("text", instead_of="prompt"),
        agent_id=Setting("text", kind="agents"),
        agentId=Setting("text", kind="agents", instead_of="agent_id"),
        tool=Setting("text", kind="tools"),
        tools=Setting("texts", kind="tools", instead_of="tool"),
        is_open=True,
    ),
    "tool": _step(
        tool=Setting("text", required=True, kind="tools"), input=Setting("object"), is_open=True
    ),
    "condition": _step(
        value=Setting(required=True), equals=Setting(), contains=Setting(instead_of="equals")
    ),
    "parallel": _step(),
    "transform": _step(template=Setting(), text=Setting(instead_of="template")),
    "wait": _step(seconds=Setting("seconds", required=True)),
    "approval": _step(is_open=True),
}
"""The settings in the `config` of a step, by its type."""

EVENTS = tuple(name for name in EVENT_TYPES if not name.startswith(("agent.", "workflow.")))
"""The events that start workflows, without those of runs, which would trigger each other endlessly."""

TRIGGERS: Mapping[str, Settings] = {
    "schedule": Settings({"cron": Setting("text", required=True), "timezone": Setting("text")}),
    "event": Settings({"event": Setting("text", required=True, choices=EVENTS)}),
    "manual": Settings({}),
    "api": Settings({}),
}
"""The settings of a trigger, by its type."""


def check_settings(
    context: Context, given: Mapping[str, Any], settings: Settings, field: str, owner: str
) -> Iterator[Detail]:
    """Find what is wrong with a configuration.

    Args:
        context: the context of the caller.
        given: the configuration.
        settings: the settings of its type.
        field: its place in the request.
        owner: the step or trigger, for the messages.
    """
    for name, value in given.items():
        if setting := settings.known.get(name):
            for problem in _problems(context, name, value, setting, given):
                yield f"{field}.{name}", f"{owner}: {problem}"
        elif not settings.is_open or nearest(name, settings.known):
            hint = did_you_mean(name, settings.known) or _list_of(settings.known)
            yield f"{field}.{name}", f"{owner} has no setting {name!r} ({_shown(value)}){hint}"
    for name, setting in settings.known.items():
        if setting.required and name not in given and FAIL not in given:
            yield f"{field}.{name}", f"{owner} needs {name!r}, {_TYPES[setting.type]}"


def unread_settings(
    given: Mapping[str, Any], settings: Settings, field: str, owner: str
) -> Iterator[Detail]:
    """The settings that are accepted, though the sandbox does not read them."""
    for name in given if settings.is_open else ():
        if name not in settings.known and not nearest(name, settings.known):
            yield f"{field}.{name}", f"is not read: {owner} has no such setting in the sandbox"


def is_seconds(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number of seconds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _problems(
    context: Context, name: str, value: Any, setting: Setting, given: Mapping[str, Any]
) -> Iterator[str]:
    """What is wrong with the value of a known setting."""
    if setting.instead_of in given:
        yield f"{setting.instead_of!r} and {name!r} exclude each other"
    elif setting.choices and value not in setting.choices:
        known = setting.choices
        hint = did_you_mean(str(value), known) or _list_of(known)
        yield f"there is no {name} {_shown(value)} that starts workflows{hint}"
    elif any(placeholders(value)):
        return
    elif not _has_type(value, setting.type):
        yield f"{name!r} is {_shown(value)}, not {_TYPES[setting.type]}"
    elif setting.kind:
        for one in [value] if isinstance(value, str) else value:
            yield from _unknown(context, setting.kind, one)


def _unknown(context: Context, kind: str, id: str) -> Iterator[str]:
    """That a record does not exist. Others are suggested only if everybody sees them."""
    if context.records(kind).find(id) is None:
        hint = did_you_mean(id, TOOLS if kind == "tools" else ())
        yield f"there is no {kind[:-1]} {id!r}{hint or f'; {kind}.list lists all'}"


def _has_type(value: object, type: str) -> bool:
    match type:
        case "text":
            return isinstance(value, str)
        case "texts":
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case "object":
            return isinstance(value, Mapping)
        case "seconds":
            return is_seconds(value)
    return True


def _list_of(known: Mapping[str, Setting] | tuple[str, ...]) -> str:
    return f"; there are {', '.join(known)}" if known else "; it has none"


def _shown(value: object) -> str:
    """A value as JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
