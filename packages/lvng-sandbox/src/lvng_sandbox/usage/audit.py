"""Records of calls: requests counted per key, the audit log, the activity feed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..contract.document import Operation, placeholders
from ..platform.call import Call
from ..platform.collection import singular
from ..platform.context import Context
from ..problems import unprocessable
from ..store.database import USAGE, Store, define_tables

_NO_ACTIVITY = {"auth", "presence", "notifications", "search"}
"""Tags whose calls are not shown in the activity feed."""
_NAMES = ("display_name", "title", "name")
"""Properties that name a record, the best first."""
_MAX_NAME = 60
_PAST = {
    "add": "added",
    "begin": "began",
    "cancel": "cancelled",
    "log": "logged",
    "pin": "pinned",
    "run": "ran",
    "send": "sent",
    "set": "set",
    "stop": "stopped",
    "tag": "tagged",
    "retry": "retried",
    "reply": "replied to",
    "modify": "modified",
    "kill": "killed",
    "buy": "bought",
    "me": "changed",
}
_DAY = 86_400
_DAYS = 7
_MAX_DAYS = 3650
_UNCOUNTABLE = {"analytics", "canvas", "preferences", "settings"}
"""Tags whose name has no singular."""

define_tables("""
CREATE TABLE IF NOT EXISTS usage (
    key_id TEXT NOT NULL,
    day TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (key_id, day, method, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last_use (
    key_id TEXT PRIMARY KEY,
    at TEXT NOT NULL
) WITHOUT ROWID;
""")


def record_request(context: Context, operation: Operation, status: int) -> None:
    """Count a request of a key, or of a signed-in user, in the transaction that answers it."""
    if not (key := context.caller.key_id or context.user_id):
        return
    is_error, now = int(status >= 400), context.now()  # the range of errors
    context.store.write(
        USAGE,
        "INSERT INTO usage VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET "
        "requests = requests + 1, errors = errors + excluded.errors",
        (key, now[:10], operation.method, operation.path, is_error),
    )
    if context.caller.key_id:
        context.store.write(USAGE, "INSERT OR REPLACE INTO last_use VALUES (?, ?)", (key, now))


def last_use(context: Context, key: str) -> str | None:
    """When a key was last used."""
    row = context.store.sql.execute("SELECT at FROM last_use WHERE key_id = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def record_change(call: Call, response: Any) -> None:
    """Add a change to the audit log and the activity feed, in the transaction that makes it."""
    operation, key_id = call.operation, call.caller.key_id
    if not is_change(operation) or not call.user_id:
        return
    resource, workspace = _resource_id(call, response), _workspace_id(call, response)
    actor = {
        "actor_id": key_id or call.user_id,
        "actor_type": "api_key" if key_id else "user",
    }
    call.records("audit_log").add(
        {
            "action": action(operation),
            **actor,
            "actor_email": call.platform.accounts.email(call.user_id),
            "workspace_id": workspace,
            "organization_id": call.tenant,
            "resource_type": resource_type(operation),
            "resource_id": resource,
            "status": "success",
            "changes": call.changes or None,
            "ip_address": call.client,
            "user_agent": call.headers.get("user-agent"),
            "request_id": call.request_id,
        }
    )
    if operation.tag not in _NO_ACTIVITY:
        name = _name(call, response, resource)
        call.records("activity").add(
            {
                "type": resource_type(operation),
                "action": action(operation),
                "actor_id": call.user_id,
                "actor_type": "user",
                "workspace_id": workspace,
                "resource_type": resource_type(operation),
                "resource_id": resource,
                "summary": _summary(call, resource, name),
                "metadata": {"name": name} if name else {},
            }
        )


def _summary(call: Call, resource: str | None, name: str | None) -> str:
    """The action in the past tense and with a name: `created the channel "zoo"`; the user is put before it."""
    operation = call.operation
    verb, _, rest = operation.id.partition(".")[2].partition("_")
    past = _PAST.get(verb) or f"{verb}{'d' if verb.endswith('e') else 'ed'}"
    object_ = resource_type(operation).replace("_", " ")
    words = f"{past} {rest.replace('_', ' ')} of the {object_}" if rest else f"{past} the {object_}"
    if name:
        return f"{words} “{name}”"
    return f"{words} {resource}" if resource else words


def _name(call: Call, response: Any, resource: str | None) -> str | None:
    """The name of the changed or deleted record; None if not everyone in the organization may see it."""
    kind = call.platform.kinds.get(call.operation.tag)
    if kind is not None and kind.rule.visible == "user":
        return None
    found = [response, *response.values()] if isinstance(response, dict) else []
    for record in (*found, call.deleted):
        if isinstance(record, Mapping) and resource in {record.get("id"), record.get("slug")}:
            if record.get("is_private") or record.get("isPublic") is False:
                return None
            names = (record.get(name) for name in _NAMES)
            return next((one[:_MAX_NAME] for one in names if isinstance(one, str) and one), None)
    return None


def action(operation: Operation) -> str:
    """The action of an operation in the audit log: `channels.create` is `channel.create`."""
    return f"{resource_type(operation)}.{operation.id.partition('.')[2]}"


def resource_type(operation: Operation) -> str:
    """The type of resource that an operation changes: the singular of its tag."""
    return operation.tag if operation.tag in _UNCOUNTABLE else singular(operation.tag)


def is_change(operation: Operation) -> bool:
    """Whether the audit log records an operation."""
    return operation.method != "GET" and operation.scope != "read"


def _workspace_id(call: Call, response: Any) -> str | None:
    """The workspace that a call names, or that of the record in the response."""
    records = response.values() if isinstance(response, dict) else []
    if call.operation.path.startswith("/api/v2/workspaces/{id}"):
        return call.path["id"]
    for source in (call.body, call.query, call.path, *records):
        if isinstance(source, dict) and isinstance(source.get("workspace_id"), str):
            return str(source["workspace_id"])
    return call.headers.get("x-workspace-id")


def _resource_id(call: Call, response: Any) -> str | None:
    """The last id in the path, or that of the record in the response."""
    if names := placeholders(call.operation.path):
        return call.path[names[-1]]
    found = [response, *response.values()] if isinstance(response, dict) else []
    return next((str(one["id"]) for one in found if isinstance(one, dict) and "id" in one), None)


def last_active(context: Context, user_id: str) -> str | None:
    """When a user last changed something."""
    caller = context.platform.accounts.by_id(user_id)
    if caller is None:
        return None
    latest = context.on_behalf_of(caller).records("activity").last(actor_id=user_id)
    return str(latest["created_at"]) if latest else None


def requests_by_day(call: Call, key: str) -> list[dict[str, Any]]:
    """Requests and errors of a key on each of the last days, as many as a call asks for; oldest first."""
    days = call.query.get("days", _DAYS)
    if days > _MAX_DAYS:
        raise unprocessable("days", f"must be at most {_MAX_DAYS}")
    dates = [call.later(-n * _DAY)[:10] for n in reversed(range(days))]
    rows = call.store.sql.execute(
        "SELECT day, sum(requests), sum(errors) FROM usage WHERE key_id = ? GROUP BY day", (key,)
    )
    used = {day: (requests, errors) for day, requests, errors in rows}
    return [
        {"date": date, "requests": requests, "errors": errors}
        for date in dates
        for requests, errors in [used.get(date, (0, 0))]
    ]


def requests_by_endpoint(call: Call, key: str, since: str) -> list[dict[str, Any]]:
    """Requests of a key since a day, by method and path; most used first."""
    rows = call.store.sql.execute(
        "SELECT method, path, sum(requests) AS total FROM usage WHERE key_id = ? AND day >= ? "
        "GROUP BY method, path ORDER BY total DESC, path, method",
        (key, since),
    )
    return [{"method": method, "path": path, "requests": total} for method, path, total in rows]


def requests_per_day(
    store: Store, keys: Iterable[str], first: str, last: str
) -> Iterator[tuple[str, int, int]]:
    """Days between two others, both included, with the requests and errors of keys and users."""
    rows: Iterator[tuple[str, int, int]] = store.sql.execute(
        "SELECT day, sum(requests), sum(errors) FROM usage WHERE day BETWEEN ? AND ? "
        "AND key_id IN (SELECT value FROM json_each(?)) GROUP BY day",
        (first, last, json.dumps(list(keys))),
    )
    return rows
