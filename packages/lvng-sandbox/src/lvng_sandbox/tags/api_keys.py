"""API keys: created, rotated and revoked, and their usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.call import Call
from ..platform.caller import ALL_SCOPES
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules
from ..problems import conflict, unprocessable
from ..store.database import Record
from ..usage.audit import last_use, requests_by_day, requests_by_endpoint

MAX_ACTIVE_KEYS = 10
MAX_DAYS = 36_500
DEFAULT_SCOPES = ("read", "write", "execute")
SCOPES = {
    "read": "GET requests",
    "write": "POST, PUT, PATCH and DELETE requests",
    "execute": "Run workflows and message agents",
    "admin": "Everything",
    "knowledge:read": "Read and search knowledge",
    "knowledge:write": "Ingest, change and delete knowledge",
}
_DAY, _HOUR = 86_400, 3_600
_PREFIX = len("lvng_sk_test_") + 8  # eight hex digits distinguish the keys


@computed("api_keys")
def _last_use(context: Context, record: Record) -> Mapping[str, Any]:
    return {"last_used_at": last_use(context, record["id"]) or record["last_used_at"]}


rules(api_keys=Rule(visible="user"))


@handler("api_keys.create")
def create(call: Call) -> Any:
    keys = call.records("api_keys")
    if sum(_is_valid(call, one) for one in keys.all(is_active=True)) >= MAX_ACTIVE_KEYS:
        raise conflict(f"There are {MAX_ACTIVE_KEYS} active keys already; revoke one first")
    seconds = _seconds(call, "expires_in_days", _DAY)
    key = call.platform.accounts.new_key()
    record = keys.add(
        call.body,
        key_prefix=key[:_PREFIX],
        environment="test",
        is_active=True,
        expires_at=call.later(seconds) if seconds else None,
    )
    call.platform.accounts.add_key(call.caller, record["id"], key)
    return call.fill({"data": _with_value(record, key)})


@handler("api_keys.rotate")
def rotate(call: Call) -> Any:
    key = call.platform.accounts.new_key()
    record = call.records("api_keys").change(call.path["id"], {}, key_prefix=key[:_PREFIX])
    grace = _seconds(call, "grace_period_hours", _HOUR)
    call.platform.accounts.add_key(call.caller, record["id"], key, grace)
    return call.fill({"data": _with_value(record, key)})


@handler("api_keys.delete")
def delete(call: Call) -> Any:
    record = call.records("api_keys").delete(call.path["id"])
    call.platform.accounts.delete_key(record["id"])
    return call.fill({"message": "API key revoked"})


@handler("api_keys.scopes")
def scopes(call: Call) -> Any:
    described = [
        {"name": name, "description": SCOPES[name], "is_default": name in DEFAULT_SCOPES}
        for name in ALL_SCOPES
    ]
    return call.fill({"data": described})


@handler("api_keys.usage")
def usage(call: Call) -> Any:
    record = call.records("api_keys").get(call.path["id"])
    days = requests_by_day(call, record["id"])
    metrics = {
        "key_id": record["id"],
        "days": len(days),
        "requests": sum(day["requests"] for day in days),
        "errors": sum(day["errors"] for day in days),
        **_last_use(call, record),
        "daily": days,
        "by_endpoint": requests_by_endpoint(call, record["id"], since=days[0]["date"]),
    }
    return call.fill({"data": metrics})


def _is_valid(call: Call, record: Record) -> bool:
    return record["expires_at"] is None or record["expires_at"] > call.now()


def _seconds(call: Call, name: str, unit: int) -> int:
    """A duration in the body, in seconds; 0 if it is not given."""
    seconds = (call.body.get(name) or 0) * unit
    if seconds > MAX_DAYS * _DAY:
        raise unprocessable(name, "is longer than a hundred years")
    return int(seconds)


def _with_value(record: Record, key: str) -> Record:
    """A new key with its value, which is shown once."""
    shown = ("id", "name", "key_prefix", "environment", "scopes", "expires_at", "created_at")
    return {"key": key, **{name: record[name] for name in shown}}
