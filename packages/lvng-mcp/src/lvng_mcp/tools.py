"""The tools: the 21 of the vendor, and three for all other operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp_types import Tool, ToolAnnotations

from lvng import operations
from lvng.operations import Operation

from .policy import Policy

VENDOR = {
    "workflows": "list get create update delete execute get_run list_runs parse",
    "agents": "list get create update delete message start stop",
    "knowledge": "search ingest list_entities get_stats",
}
"""The vendor's tools by category, in the order of its page (https://github.com/LVNG-AI/cookbook)."""

SEARCH, DESCRIBE, CALL = "search_operations", "describe_operation", "call_operation"


def vendor_tools() -> dict[str, str]:
    """The ids of operations, by the names of the vendor's tools."""
    return {
        f"{tag}_{method}": f"{tag}.{method}"
        for tag, methods in VENDOR.items()
        for method in methods.split()
    }


def tools(policy: Policy) -> list[Tool]:
    """The tools that a server offers."""
    offered = [
        _tool(name, operation)
        for name, id_ in vendor_tools().items()
        if policy.refusal(operation := operations.get(id_)) is None
    ]
    return [*offered, *_general()]


def _tool(name: str, operation: Operation) -> Tool:
    return Tool(
        name=name,
        description=operation.summary,
        input_schema=_input_schema(operation),
        annotations=hints(operation),
    )


def _input_schema(operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = _short(operation.input_schema())
    if not schema["required"]:
        del schema["required"]
    return schema


def _short(value: Any) -> Any:
    """A schema without parts that cost tokens but do not help a model."""
    if isinstance(value, Mapping):
        return {key: _short(one) for key, one in value.items() if key not in {"examples", "title"}}
    return [_short(one) for one in value] if isinstance(value, list) else value


def hints(operation: Operation) -> ToolAnnotations:
    """Tool annotations from the contract: whether an operation is read-only, destructive, idempotent."""
    return ToolAnnotations(
        read_only_hint=operation.read_only,
        destructive_hint=operation.destructive,
        idempotent_hint=operation.idempotent,
        open_world_hint=operation.tag in {"agents", "chat", "workflows"},
    )


def _general() -> list[Tool]:
    return [
        Tool(
            name=SEARCH,
            description="Find operations of the LVNG API by what they do. The API has 386 of them.",
            input_schema=_object(
                query={"type": "string", "description": "The task, such as: invite a member"},
                limit={"type": "integer", "default": 10},
                required=["query"],
            ),
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
        ),
        Tool(
            name=DESCRIBE,
            description="Arguments, result and an example of an operation.",
            input_schema=_object(operation=_ID, required=["operation"]),
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
        ),
        Tool(
            name=CALL,
            description="Call an operation. Describe it first if its arguments are not known.",
            input_schema=_object(
                operation=_ID,
                arguments={"type": "object", "description": "Arguments by name"},
                start={
                    "type": "integer",
                    "description": "Where to continue a truncated result",
                    "default": 0,
                },
                required=["operation"],
            ),
            annotations=ToolAnnotations(destructive_hint=True, open_world_hint=True),
        ),
    ]


_ID = {"type": "string", "description": "Its id, such as workflows.list"}


def _object(*, required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}
