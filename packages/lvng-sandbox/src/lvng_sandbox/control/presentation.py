"""Results of the control API as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..engines.scripted import ScriptedAnswer
from ..http.faults import PlannedFault
from ..http.masking import mask, mask_body
from ..http.request_log import Entry
from ..platform.jobs import FailedJob

_UNMASKED = ("emails", "notifications")
"""Kinds whose content is shown unmasked, such as an email with a sign-in link."""


def as_json(result: Any, *, bodies: bool = False) -> Any:
    """A result as JSON.

    Args:
        result: what a method of `Control` returned.
        bodies: whether requests are shown with headers, bodies and events.
    """
    if result is None:
        return {}
    if isinstance(result, list):
        return [as_json(one, bodies=bodies) for one in result]
    if isinstance(result, Entry):
        return {**_summary(result), **(_content(result) if bodies else {})}
    if isinstance(result, PlannedFault):
        return _fault(result)
    if isinstance(result, ScriptedAnswer):
        names = ("id", "pattern", "reply", "events", "remaining")
        return {name: getattr(result, name) for name in names}
    if isinstance(result, FailedJob):
        return mask(dataclasses.asdict(result))
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return dataclasses.asdict(result)
    if isinstance(result, Mapping):
        if "record" in result:
            is_masked = result["kind"] not in _UNMASKED
            return {**result, "record": mask(result["record"])} if is_masked else result
        return {name: as_json(value) for name, value in result.items()}
    return result


def _summary(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "time": entry.time,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "status": entry.status,
        "milliseconds": round(entry.elapsed * 1000, 1),
        "account": entry.account,
        "fault": dataclasses.asdict(entry.fault) if entry.fault else None,
        "request_id": entry.response_headers.get("x-request-id"),
        "streamed": entry.events is not None,
        "deviations": list(entry.deviations),
    }


def _content(entry: Entry) -> dict[str, Any]:
    """Headers, bodies and events of a request, with their secrets masked."""
    return {
        "headers": dict(entry.headers),
        "body": mask_body(entry.content),
        "response_headers": dict(entry.response_headers),
        "response": mask(entry.response),
        "events": [
            {
                "milliseconds": round(event.elapsed * 1000, 1),
                "event": event.event,
                "data": mask(event.data),
            }
            for event in entry.events or ()
        ],
    }


def _fault(planned: PlannedFault) -> dict[str, Any]:
    return {
        "id": planned.id,
        "operation": planned.operation,
        "fault": dataclasses.asdict(planned.fault),
        "remaining": planned.remaining,
        "probability": planned.probability,
        "seed": planned.seed,
    }
