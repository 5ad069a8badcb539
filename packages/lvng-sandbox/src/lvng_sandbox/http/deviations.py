"""Deviations: elements of a request that are not in the contract, but accepted by the API."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ..contract.document import Operation
from ..platform.call import Call

Deviation: TypeAlias = "tuple[str, str]"
"""Name of a field or parameter, and the reason why it deviates."""


def deviations(call: Call, query: Iterable[str], content: bytes) -> list[Deviation]:
    """The deviations of a call.

    Args:
        call: the call.
        query: names of its query parameters.
        content: its body.
    """
    return [
        *_unknown_parameters(call.operation, query),
        *_unknown_fields(call),
        *_other_spellings(call.operation, content),
        *_unknown_models(call),
    ]


def _unknown_parameters(operation: Operation, query: Iterable[str]) -> Iterator[Deviation]:
    known = [one.name for one in operation.query()]
    for name in dict.fromkeys(query):
        if name not in known:
            yield name, f"is not a parameter of {operation.id}{_hint(name, known)}"


def _unknown_fields(call: Call) -> Iterator[Deviation]:
    known = call.operation.body_schema.get("properties", {})
    for name in call.extra:
        yield name, f"is not a field of {call.operation.id}{_hint(name, known)}"


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
            yield "model", f"{model!r} does not exist{_hint(model, known)}"


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
