"""Parse workflows from plain text: a trigger, and a step for each item or sentence. The result depends on the text only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..contract.names import free_name, slug_of
from ..engines.statements import sentences
from ..store.database import Record
from ..store.full_text import keywords
from .descriptions import read_description
from .recurrence import parse_recurrence
from .settings import EVENTS

_EVENT = re.compile(r"(?:when|whenever|as soon as) (?P<event>[^,]+),\s*", re.IGNORECASE)
_OFTEN = re.compile(
    r"\b(?:every|each|bi-?weekly|fortnightly|quarterly|yearly|annually|twice)\b(?: [\w-]+){0,3}",
    re.IGNORECASE,
)
_RUN_IT = re.compile(
    r"(?:(?:please )?(?:run|repeat|do|schedule|execute)(?: (?:this|it|that))?(?: workflow)?)?[.,;: ]*",
    re.IGNORECASE,
)
_RUN_IT_AT_END = re.compile(
    r"[,.:;]?\s*\b(?:run|repeat|schedule)(?: (?:this|it))?(?: workflow)?$", re.IGNORECASE
)
_CONDITION = re.compile(r"\b(?:if|unless|until|otherwise|in parallel)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\s+(?:that|which|to|and|as follows)$", re.IGNORECASE)
"""Introduction between a name and its list: `Research pipeline that: 1. ...`."""
_MORE_TIMING = re.compile(
    r"\s*(?:and|or|between|until|except|but not)\b[^,.;:]*?(?:\d{1,2}(?:st|nd|rd|th)?|day)\b",
    re.IGNORECASE,
)
"""What follows a schedule and limits it, such as `between 9 and 17`."""
_SENTENCE_END = re.compile(r"[.!?:](?:\s|$)")
_MAX_NAME = 60


def parse(text: str, templates: Sequence[Record]) -> dict[str, Any]:
    """The workflow that an instruction describes, with a confidence.

    Each item of a list is a step, without a list each sentence. All of them are agents.

    Args:
        text: the instruction.
        templates: workflows to start from; one is used if the instruction contains its name.
    """
    description = read_description(text)
    warnings: list[str] = []
    items = list(description.items)
    if items and (timing := _timing_alone(items[-1])):
        description = replace(description, lead=f"{description.lead} {timing}")
        items.pop()
    trigger, rest = _trigger(description.lead, warnings)
    if description.rest:
        warnings.append(f"Not parsed, as it follows the list: {description.rest}")
    words = set(keywords(text))
    for template in templates:
        if words.issuperset(keywords(template["name"])):
            kept = {name: template[name] for name in ("name", "description", "steps", "inputs")}
            known = {"type": "template", "templateId": template["id"], "confidence": 0.9}
            return {**kept, **known, "trigger": trigger, "warnings": warnings}
    clauses = [
        clause for one in items or sentences(rest) or [rest] if (clause := one.strip(" .,;"))
    ]
    warnings.extend(_not_read(clauses))
    lead = _RELATIVE.sub("", _SENTENCE_END.split(rest.strip(" :"))[0]) if items else ""
    return {
        "type": "generated",
        "name": _capital(lead or clauses[0])[:_MAX_NAME].strip(" :."),
        "description": text,
        "confidence": _confidence(is_list=bool(items), is_timed=bool(trigger), warnings=warnings),
        "templateId": None,
        "steps": _steps(clauses),
        "trigger": trigger,
        "inputs": {},
        "warnings": warnings,
    }


def _timing_alone(item: str) -> str | None:
    """An item that consists only of a schedule, such as `Run this every Monday at 9`."""
    cadence = parse_recurrence(item)
    return item if cadence and _RUN_IT.fullmatch(cadence.rest) else None


def _trigger(text: str, warnings: list[str]) -> tuple[dict[str, Any] | None, str]:
    """The trigger of the workflow, and the rest of the instruction."""
    if found := _EVENT.match(text):
        event, rest = found["event"], text[found.end() :]
        if event in EVENTS:
            return {"type": "event", "event": event}, rest
        warnings.append(
            f"The sandbox has no event {event!r}: nothing triggers this workflow. "
            f"Name one of {', '.join(EVENTS)}"
        )
        return None, rest
    cadence = parse_recurrence(text)
    if cadence is None:
        if found := _OFTEN.search(text):
            warnings.append(f"The schedule was not understood: {found[0].strip()!r}")
        return None, text
    warnings.extend(cadence.warnings)
    if found := _MORE_TIMING.match(cadence.rest):
        warnings.append(f"Not parsed, though it may belong to the schedule: {found[0].strip()!r}")
    rest = _RUN_IT_AT_END.sub("", cadence.rest)
    trigger = {"type": "schedule", "cron": cadence.cron}
    if cadence.timezone:
        trigger["timezone"] = cadence.timezone
    return trigger, rest


def _not_read(clauses: Sequence[str]) -> Iterator[str]:
    """Warnings about conditions, which are left to the agent: the step runs in any case."""
    for clause in clauses:
        if found := _CONDITION.search(clause):
            yield f"{found[0]!r} was not parsed, the step runs in any case: {clause}"


def _confidence(*, is_list: bool, is_timed: bool, warnings: Sequence[str]) -> float:
    """The confidence from 0 to 1: higher for lists and schedules, lower for unparsed parts."""
    return round((0.8 if is_list else 0.6) + 0.15 * is_timed - 0.2 * bool(warnings), 2)


def _steps(clauses: Sequence[str]) -> list[dict[str, Any]]:
    """A step for each clause, which depends on the last one and is given its output."""
    steps: list[dict[str, Any]] = []
    for clause in clauses:
        last = steps[-1]["id"] if steps else None
        id = free_name(slug_of(clause.split()[0], "step"), {step["id"] for step in steps})
        prompt = _capital(clause)
        step = {"id": id, "name": prompt, "type": "agent", "dependsOn": [last] if last else []}
        steps.append(
            {**step, "config": {"prompt": f"{prompt}:\n\n{{{{{last}}}}}" if last else prompt}}
        )
    return steps


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
