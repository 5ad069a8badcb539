"""Deviations: elements of a request that are not in the contract, but accepted by the API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ..contract.document import Operation
from ..contract.names import did_you_mean
from ..platform.call import Call
from ..workflows.definitions import unread_in_steps

Deviation: TypeAlias = "tuple[str, str]"
"""Name of a field or parameter, and the reason why it deviates."""


def deviations(call: Call, query: Iterable[str], content: bytes) -> list[Deviation]:
    """The deviations of a call.

    Args:
        call: the call.
        query: names of its query parameters.
        content: its body.
    """
    found = [*_unknown_parameters(call.operation, query)]
    if content:
        found += _unknown_fields(call)
        found += _other_spellings(call.operation, content)
        found += _unknown_models(call)
        found += _unread_settings(call)
    return found


def _unknown_parameters(operation: Operation, query: Iterable[str]) -> Iterator[Deviation]:
    names = dict.fromkeys(query)
    known = [one.name for one in operation.query()] if names else []
    for name in names:
        if name not in known:
            yield name, f"is not a parameter of {operation.id}{did_you_mean(name, known)}"


def _unknown_fields(call: Call) -> Iterator[Deviation]:
    for name in call.extra:
        known = call.operation.body_schema.get("properties", {})
        yield name, f"is not a field of {call.operation.id}{did_you_mean(name, known)}"


def _other_spellings(operation: Operation, content: bytes) -> Iterator[Deviation]:
    used = [alias for alias in operation.aliases if f'"{alias}"'.encode() in content]
    sent: Any = json.loads(content) if used else {}
    for alias in used:
        if isinstance(sent, Mapping) and alias in sent:
            yield alias, f"is an old spelling of {operation.aliases[alias]}"


def _unknown_models(call: Call) -> Iterator[Deviation]:
    """Models that do not exist; some operations refuse them anyway."""
    model = call.body.get("model") if isinstance(call.body, Mapping) else None
    if isinstance(model, str) and "model" in call.sent:
        known = [str(one["id"]) for one in call.records("models").all()]
        if model not in known:
            yield "model", f"{model!r} does not exist{did_you_mean(model, known)}"


def _unread_settings(call: Call) -> Iterator[Deviation]:
    """Settings of workflow steps that the sandbox does not read; those that are misspelt are refused anyway."""
    if call.operation.id in {"workflows.create", "workflows.update"}:
        yield from unread_in_steps(call.body.get("steps") or ())
