"""The audit log: its actions, and its export."""

from __future__ import annotations

from typing import Any

from ..platform.call import Binary, Call
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import handler, rules
from ..usage.audit import action, is_change, resource_type
from ..usage.export import as_file

rules(audit_log=Rule(newest_first=True))


@handler("audit_log.list_actions")
def list_actions(call: Call) -> Any:
    actions = [
        {
            "name": action(operation),
            "description": operation.summary,
            "resource_type": resource_type(operation),
        }
        for operation in call.platform.contract.operations.values()
        if is_change(operation)
    ]
    return call.fill({"data": actions})


@handler("audit_log.export")
def export(call: Call) -> Binary:
    records = call.records("audit_log")
    entries = records.select(make_query(call, records))
    columns = list(call.platform.contract.resolve(records.kind.schema)["properties"])
    return as_file("audit-log", entries, call.query.get("format", "csv"), columns)
