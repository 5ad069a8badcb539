"""Definitions of workflows: checks of their steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..contract.names import did_you_mean
from ..platform.context import Context
from ..problems import invalid
from ..store.database import Record
from .placeholders import placeholders
from .settings import STEPS, Detail, check_settings, unread_settings
from .steps import config_of


def check_steps(context: Context, steps: Sequence[Record]) -> None:
    """Check that steps are of known types with their settings, have unique ids, and depend on steps in no cycle.

    Raises:
        Problem: 422, with all that is wrong.
    """
    wrong = list(_wrong(context, steps)) or list(_in_cycles(steps))
    if wrong:
        raise invalid(wrong, status=422)


def unread_in_steps(steps: Sequence[Any]) -> Iterator[Detail]:
    """The settings of steps that are accepted, though the sandbox does not read them.

    Args:
        steps: the steps of a request; in a contract other than the sandbox's own they may be anything.
    """
    for n, step in enumerate(steps):
        match step:
            case {"id": str(), "type": str(type), "config": dict(given)} if type in STEPS:
                field = f"steps.{n}.config"
                yield from unread_settings(given, STEPS[type], field, _name(step))


def check_placeholders(steps: Sequence[Record], inputs: Mapping[str, Any]) -> None:
    """Check that placeholders stand for inputs, or for outputs of steps that run before.

    Raises:
        Problem: 422, with all that do not.
    """
    order = run_order(steps)
    wrong = []
    for n, step in enumerate(steps):
        before = order[: order.index(step["id"])]
        for name in dict.fromkeys(placeholders(config_of(step))):
            if name not in inputs and name not in before:
                reason = (
                    f"is the output of a step that does not run before {step['id']!r}; name it in dependsOn"
                    if name in order
                    else f"is neither an input nor a step; there are {', '.join([*inputs, *order])}"
                )
                wrong.append((f"steps.{n}.config", f"{{{{{name}}}}} {reason}"))
    if wrong:
        raise invalid(wrong, status=422)


def run_order(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of steps in the order in which they run; those that depend on each other are missing."""
    waiting = {step["id"]: step.get("dependsOn") or () for step in steps}
    order: list[str] = []
    while free := [id for id, before in waiting.items() if waiting.keys().isdisjoint(before)]:
        order.append(free[0])
        del waiting[free[0]]
    return order


def _wrong(context: Context, steps: Sequence[Record]) -> Iterator[Detail]:
    ids = [step["id"] for step in steps]
    for n, step in enumerate(steps):
        field = f"steps.{n}"
        if step["id"] in ids[:n]:
            yield f"{field}.id", f"{step['id']!r} is taken by another step"
        for id in step.get("dependsOn") or ():
            if id not in ids:
                yield f"{field}.dependsOn", f"there is no step {id!r}{did_you_mean(id, ids)}"
        if settings := STEPS.get(step["type"]):
            given = step.get("config") or {}
            yield from check_settings(context, given, settings, f"{field}.config", _name(step))
        else:
            hint = did_you_mean(step["type"], STEPS) or f"; there are {', '.join(STEPS)}"
            yield f"{field}.type", f"there is no step type {step['type']!r}{hint}"


def _in_cycles(steps: Sequence[Record]) -> Iterator[Detail]:
    order = run_order(steps)
    for n, step in enumerate(steps):
        if step["id"] not in order:
            yield f"steps.{n}.dependsOn", "the steps depend on each other"
            return


def _name(step: Mapping[str, Any]) -> str:
    return f"the {step['type']} step {step['id']!r}"
