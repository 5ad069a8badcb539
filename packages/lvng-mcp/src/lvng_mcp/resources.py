"""Resources: agents, workflows and documents, as lists and single entries."""

from __future__ import annotations

import re

from mcp_types import Resource, ResourceTemplate

from lvng import operations
from lvng.operations import Operation

KINDS = {"agents": "agents", "workflows": "workflows", "documents": "documents"}
"""The tag of each kind of resource."""

_URI = re.compile(r"lvng://(\w+)(?:/([^/?#]+))?/?")
JSON = "application/json"


def resources() -> list[Resource]:
    """The resources for lists."""
    return [
        Resource(
            uri=f"lvng://{kind}",
            name=kind,
            description=operations.get(f"{tag}.list").summary,
            mime_type=JSON,
        )
        for kind, tag in KINDS.items()
    ]


def templates() -> list[ResourceTemplate]:
    """The templates for single entries, by id."""
    return [
        ResourceTemplate(
            uri_template=f"lvng://{kind}/{{id}}",
            name=kind.removesuffix("s"),
            description=operations.get(f"{tag}.get").summary,
            mime_type=JSON,
        )
        for kind, tag in KINDS.items()
    ]


def reading(uri: str) -> tuple[Operation, dict[str, str]]:
    """The operation that reads a resource, and its arguments.

    Raises:
        ValueError: there is no such resource.
    """
    found = _URI.fullmatch(uri)
    if found is None or found[1] not in KINDS:
        kinds = ", ".join(f"lvng://{kind}" for kind in KINDS)
        raise ValueError(f"There is no resource {uri!r}. Resources: {kinds}, and each with /ID.")
    tag, id_ = KINDS[found[1]], found[2]
    if id_ is None:
        return operations.get(f"{tag}.list"), {}
    return operations.get(f"{tag}.get"), {"id": id_}
