"""The audit log: its actions, and its export."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ..platform.call import Binary, Call
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import handler, rules
from ..store.database import Record
from ..usage.audit import action, is_change, resource_type

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
    if call.query.get("format") == "json":
        content = json.dumps(entries, ensure_ascii=False, indent=2)
        return Binary(content.encode(), "audit-log.json", "application/json")
    names = list(call.platform.contract.resolve(records.kind.schema)["properties"])
    return Binary(_table(names, entries).encode(), "audit-log.csv", "text/csv")


def _table(names: list[str], entries: list[Record]) -> str:
    """The entries as CSV; objects are written as JSON."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for entry in entries:
        writer.writerow(
            {
                name: json.dumps(value) if isinstance(value, dict) else value
                for name, value in entry.items()
            }
        )
    return text.getvalue()
