"""Parse workflows from plain text: a trigger, and a step for each thing to do. The result depends on the text only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..contract.names import free_name
from ..store.database import Record
from ..store.full_text import keywords
from .descriptions import read_description
from .recurrence import parse_recurrence

_AGENT = [
    "summarise",
    "summarize",
    "analyse",
    "analyze",
    "write",
    "draft",
    "compare",
    "translate",
    "classify",
    "sort",
    "answer",
    "explain",
    "report",
    "prepare",
    "check",
    "review",
    "rank",
    "extract",
    "generate",
    "plan",
    "describe",
    "list",
    "count",
]
_TOOLS = {
    "web_search": ["search", "find", "research", "look", "google"],
    "knowledge_search": ["collect", "gather", "fetch", "read", "get"],
    "send_email": ["email", "e-mail", "mail", "send", "notify"],
    "create_task": ["create", "add", "assign"],
    "create_note": ["note", "save", "record"],
    "remember": ["remember"],
}
_VERBS: dict[str, str] = {
    **dict.fromkeys(_AGENT, "agent"),
    **{verb: tool for tool, verbs in _TOOLS.items() for verb in verbs},
    **dict.fromkeys(("wait", "pause"), "wait"),
    **dict.fromkeys(("approve", "ask"), "approval"),
}
_VERB = "|".join(sorted(_VERBS, key=len, reverse=True))
_BETWEEN = re.compile(
    rf"[;.](?:\s+(?:then\s+)?|$)|,?\s+(?:and )?then\s+|,\s+(?:and )?(?=(?:{_VERB})\b)|\s+and (?=(?:{_VERB})\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"(?:please )?(?:{_VERB}) (?:(?:up|for|into|out) )?(?:an? (?:task|note) (?:to|on|about|that) )?",
    re.IGNORECASE,
)
_EVENT = re.compile(r"(?:when|whenever|as soon as) (?P<event>[^,]+),\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_RECIPIENT = re.compile(r"\bto (?:the |our |my )?(?P<name>[\w-]+)\s*$", re.IGNORECASE)
_PERIOD = re.compile(r"(?P<count>\d+) (?P<unit>second|minute|hour|day)s?", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_OFTEN = re.compile(
    r"\b(?:every|each|bi-?weekly|fortnightly|quarterly|yearly|annually|twice)\b(?: [\w-]+){0,3}",
    re.IGNORECASE,
)
_RUN_IT = re.compile(
    r"(?:(?:please )?(?:run|repeat|do|schedule|execute)(?: (?:this|it|that))?(?: workflow)?)?",
    re.IGNORECASE,
)
_RUN_IT_AT_END = re.compile(
    r"[,.:;]?\s*\b(?:run|repeat|schedule)(?: (?:this|it))?(?: workflow)?$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?:](?:\s|$)")
_MAX_NAME = 60


def parse(
    text: str, templates: Sequence[Record], tools: Collection[str] | None = None
) -> dict[str, Any]:
    """The workflow that an instruction describes, with a confidence.

    Args:
        text: the instruction.
        templates: workflows to start from; one is used if the instruction contains its name.
        tools: names of the tools that may be used; default: all.
    """
    description = read_description(text)
    warnings: list[str] = []
    items = list(description.items)
    if items and (timing := _timing_alone(items[-1])):
        description = replace(description, lead=f"{description.lead} {timing}")
        items.pop()
    trigger, rest = _trigger(description.lead, warnings)
    if description.rest:
        warnings.append(f"Not read, as it follows the list: {description.rest}")
    words = set(keywords(text))
    for template in templates:
        if words.issuperset(keywords(template["name"])):
            kept = {name: template[name] for name in ("name", "description", "steps", "inputs")}
            known = {"type": "template", "templateId": template["id"], "confidence": 0.9}
            return {**kept, **known, "trigger": trigger, "warnings": warnings}
    if items:
        clauses = [one.strip(" .,;") or one for one in items]
        name = _sentence(_SENTENCE_END.split(rest.strip(" :"))[0] or clauses[0])
    else:
        clauses = [one.strip(" ,") for one in _BETWEEN.split(rest) if one.strip(" ,")] or [rest]
        name = _sentence(clauses[0])
    name = name[:_MAX_NAME].strip(" :.")
    steps: list[dict[str, Any]] = []
    for clause in clauses:
        steps.append(_step(clause, steps, name, tools))
    clear = sum(_verb(clause) is not None for clause in clauses) / len(clauses)
    confidence = round(0.4 + 0.4 * clear + (0.15 if trigger else 0.0), 2)
    return {
        "type": "generated",
        "name": name,
        "description": text,
        "confidence": confidence,
        "templateId": None,
        "steps": steps,
        "trigger": trigger,
        "inputs": {},
        "warnings": [*warnings, *_step_warnings(steps)],
    }


def _timing_alone(item: str) -> str | None:
    """An item that only says when to run, such as `Run this every Monday at 9`."""
    cadence = parse_recurrence(item)
    return item if cadence and _RUN_IT.fullmatch(cadence.rest) else None


def _trigger(text: str, warnings: list[str]) -> tuple[dict[str, Any] | None, str]:
    """The trigger of the workflow, and the rest of the instruction."""
    if found := _EVENT.match(text):
        event = found["event"]
        warnings.append(
            f"The sandbox knows no event {event!r}: nothing triggers this workflow. "
            "Triggers name an event, such as message.created"
        )
        return {"type": "event", "event": event}, text[found.end() :]
    cadence = parse_recurrence(text)
    if cadence is None:
        if found := _OFTEN.search(text):
            warnings.append(f"The schedule was not understood: {found[0].strip()!r}")
        return None, text
    warnings.extend(cadence.warnings)
    rest = _RUN_IT_AT_END.sub("", cadence.rest)
    trigger = {"type": "schedule", "cron": cadence.cron}
    if cadence.timezone:
        trigger["timezone"] = cadence.timezone
    return trigger, rest


def _step_warnings(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        given = step["config"].get("input", {})
        if step["config"].get("tool") == "send_email" and not _ADDRESS.search(step["name"]):
            yield f"The step {step['id']!r} names no email address; {given['to'][0]} is used"
        if step["type"] == "wait" and not _PERIOD.search(step["name"]):
            yield f"The step {step['id']!r} names no period; it waits for 60 seconds"


def _step(
    clause: str,
    before: Sequence[Mapping[str, Any]],
    name: str,
    tools: Collection[str] | None,
) -> dict[str, Any]:
    """The step that a clause describes, which depends on the last one."""
    verb = _verb(clause)
    what = _VERBS[verb] if verb else "agent"
    if what in _TOOLS and tools is not None and what not in tools:
        what = "agent"
    last = before[-1]["id"] if before else None
    id = free_name(verb or "step", {step["id"] for step in before})
    type = what if what in {"agent", "wait", "approval"} else "tool"
    config = _config(what, clause, last, name)
    step = {"id": id, "name": _sentence(clause), "type": type, "config": config}
    return {**step, "dependsOn": [last] if last else []}


def _config(what: str, clause: str, last: str | None, name: str) -> dict[str, Any]:
    """The configuration of a step, with `{{id}}` for the output of the step before it."""
    object_ = _LEAD.sub("", clause) or clause
    text = f"{{{{{last}}}}}" if last else object_
    match what:
        case "agent":
            return {"prompt": _sentence(clause)}
        case "wait":
            period = _PERIOD.search(clause)
            seconds = int(period["count"]) * _SECONDS[period["unit"].lower()] if period else 60
            return {"seconds": seconds}
        case "approval":
            return {}
        case "send_email":
            given: dict[str, Any] = {"to": _recipients(clause), "subject": name, "body": text}
        case "create_task":
            given = {"title": _sentence(object_)}
        case "create_note":
            given = {"title": name, "content": text}
        case "remember":
            given = {"content": text}
        case _:
            given = {"query": object_}
    return {"tool": what, "input": given}


def _recipients(clause: str) -> list[str]:
    """The email addresses in a clause, or else one at example.com for the recipient it names."""
    if found := _ADDRESS.findall(clause):
        return list(dict.fromkeys(found))
    named = _RECIPIENT.search(clause)
    return [f"{named['name'].lower() if named else 'team'}@example.com"]


def _verb(clause: str) -> str | None:
    found = re.match(rf"(?:please )?({_VERB})\b", clause, re.IGNORECASE)
    return found[1].lower() if found else None


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
