"""What callers did: figures of use for each key, the audit log, the activity feed."""

from __future__ import annotations

from typing import Any

from .accounts import Caller
from .calls import Call
from .contract import Operation, placeholders
from .platform import Platform

_QUIET = {"auth", "presence", "notifications", "search"}
"""Tags whose calls are nothing that anybody would want to read about."""


def count(platform: Platform, operation: Operation, caller: Caller, status: int) -> None:
    """Count a request for its key and its operation."""
    if key := caller.key_id or caller.user_id:
        failed = int(status >= 400)  # the range of errors
        platform.store.sql.execute(
            "INSERT INTO usage VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET "
            "requests = requests + 1, errors = errors + excluded.errors",
            (key, platform.now()[:10], operation.method, operation.path, failed),
        )


def write_down(call: Call, answer: Any) -> None:
    """Enter a change in the audit log and the activity feed, in the transaction that makes it."""
    operation, caller = call.operation, call.caller
    if (
        operation.method == "GET"
        or not caller.user_id
        or call.operation.raw.get("x-scope") == "read"
    ):
        return
    resource = _resource_id(call, answer)
    actor = {
        "actor_id": caller.key_id or caller.user_id,
        "actor_type": "api_key" if caller.key_id else "user",
    }
    call.records("audit_log").add(
        {
            "action": operation.id,
            **actor,
            "organization_id": caller.tenant,
            "resource_type": operation.tag,
            "resource_id": resource,
            "status": "success",
            "user_agent": call.headers.get("user-agent"),
        }
    )
    if operation.tag not in _QUIET:
        call.records("activity").add(
            {
                "type": operation.tag,
                "action": operation.id,
                "actor_id": caller.user_id,
                "actor_type": "user",
                "resource_type": operation.tag,
                "resource_id": resource,
                "summary": operation.summary,
            }
        )


def _resource_id(call: Call, answer: Any) -> str | None:
    """The id in the path, else that of the record in the answer."""
    if names := placeholders(call.operation.path):
        return call.path[names[-1]]
    found = [answer, *answer.values()] if isinstance(answer, dict) else []
    return next((str(one["id"]) for one in found if isinstance(one, dict) and "id" in one), None)
