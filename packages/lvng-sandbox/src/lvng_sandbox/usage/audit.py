"""What callers did: figures of use for each key, the audit log, the activity feed."""

from __future__ import annotations

from typing import Any

from ..contract.document import Operation, placeholders
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.collection import singular
from ..platform.platform import Platform
from ..problems import unprocessable

_QUIET = {"auth", "presence", "notifications", "search"}
"""Tags whose calls are nothing that anybody would want to read about."""
_DAY = 86_400
_DAYS = 7
_MOST_DAYS = 3650
_NO_PLURALS = {"analytics", "canvas", "preferences", "settings"}


def count(platform: Platform, operation: Operation, caller: Caller, status: int) -> None:
    """Count a request for its key and its operation, in the transaction that does it."""
    if not (key := caller.key_id or caller.user_id):
        return
    failed, now = int(status >= 400), platform.now()  # the range of errors
    platform.store.sql.execute(
        "INSERT INTO usage VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET "
        "requests = requests + 1, errors = errors + excluded.errors",
        (key, now[:10], operation.method, operation.path, failed),
    )
    if caller.key_id:
        platform.store.sql.execute("INSERT OR REPLACE INTO last_use VALUES (?, ?)", (key, now))


def last_use(platform: Platform, key: str) -> str | None:
    """When a key was last used."""
    row = platform.store.sql.execute("SELECT at FROM last_use WHERE key_id = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def write_down(call: Call, answer: Any) -> None:
    """Enter a change in the audit log and the activity feed, in the transaction that makes it."""
    operation, caller = call.operation, call.caller
    if not is_change(operation) or not caller.user_id:
        return
    resource, workspace = _resource_id(call, answer), _workspace_id(call, answer)
    actor = {
        "actor_id": caller.key_id or caller.user_id,
        "actor_type": "api_key" if caller.key_id else "user",
    }
    call.records("audit_log").add(
        {
            "action": action(operation),
            **actor,
            "actor_email": call.platform.accounts.email(caller.user_id),
            "workspace_id": workspace,
            "organization_id": caller.tenant,
            "resource_type": resource_type(operation),
            "resource_id": resource,
            "status": "success",
            "changes": call.changes or None,
            "ip_address": call.client,
            "user_agent": call.headers.get("user-agent"),
            "request_id": call.request_id,
        }
    )
    if operation.tag not in _QUIET:
        call.records("activity").add(
            {
                "type": resource_type(operation),
                "action": action(operation),
                "actor_id": caller.user_id,
                "actor_type": "user",
                "workspace_id": workspace,
                "resource_type": resource_type(operation),
                "resource_id": resource,
                "summary": operation.summary,
            }
        )


def action(operation: Operation) -> str:
    """What an operation does, as the audit log names it: `channels.create` is `channel.create`."""
    return f"{resource_type(operation)}.{operation.id.partition('.')[2]}"


def resource_type(operation: Operation) -> str:
    """What an operation acts on: a single one of what its tag names."""
    return operation.tag if operation.tag in _NO_PLURALS else singular(operation.tag)


def is_change(operation: Operation) -> bool:
    """Whether an operation is one that is written down."""
    return operation.method != "GET" and operation.raw.get("x-scope") != "read"


def _workspace_id(call: Call, answer: Any) -> str | None:
    """The workspace that a call names, else that of the record in the answer."""
    records = answer.values() if isinstance(answer, dict) else []
    if call.operation.path.startswith("/api/v2/workspaces/{id}"):
        return call.path["id"]
    for source in (call.body, call.query, call.path, *records):
        if isinstance(source, dict) and isinstance(source.get("workspace_id"), str):
            return str(source["workspace_id"])
    return call.headers.get("x-workspace-id")


def _resource_id(call: Call, answer: Any) -> str | None:
    """The id in the path, else that of the record in the answer."""
    if names := placeholders(call.operation.path):
        return call.path[names[-1]]
    found = [answer, *answer.values()] if isinstance(answer, dict) else []
    return next((str(one["id"]) for one in found if isinstance(one, dict) and "id" in one), None)


def use_by_day(call: Call, key: str) -> list[dict[str, Any]]:
    """Requests and errors of a key on each of the days that a call asks for, oldest first."""
    days = call.query.get("days", _DAYS)
    if days > _MOST_DAYS:
        raise unprocessable("days", f"must be at most {_MOST_DAYS}")
    dates = [call.platform.later(-n * _DAY)[:10] for n in reversed(range(days))]
    rows = call.platform.store.sql.execute(
        "SELECT day, sum(requests), sum(errors) FROM usage WHERE key_id = ? GROUP BY day", (key,)
    )
    used = {day: (requests, errors) for day, requests, errors in rows}
    return [
        {"date": date, "requests": requests, "errors": errors}
        for date in dates
        for requests, errors in [used.get(date, (0, 0))]
    ]


def use_by_endpoint(call: Call, key: str, since: str) -> list[dict[str, Any]]:
    """Requests of a key from a day on by method and path, most used first."""
    rows = call.platform.store.sql.execute(
        "SELECT method, path, sum(requests) AS most FROM usage WHERE key_id = ? AND day >= ? "
        "GROUP BY method, path ORDER BY most DESC, path, method",
        (key, since),
    )
    return [{"method": method, "path": path, "requests": most} for method, path, most in rows]
