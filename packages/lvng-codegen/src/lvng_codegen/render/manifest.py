"""The manifest of operations, for tests, tables and tools."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..model.api import Api, Argument, Definition, Operation
from ..openapi.loader import JSON
from .annotation_writer import AnnotationWriter
from .signatures import returned


def manifest(api: Api) -> str:
    """The manifest as JSON."""
    tags: list[JSON] = [
        {
            "name": tag.name,
            "package": tag.package,
            "class": tag.class_name,
            "description": tag.description,
        }
        for tag in api.tags
    ]
    operations: list[JSON] = [_operation(one, api.definitions) for one in api.operations()]
    data: JSON = {"version": api.version, "tags": tags, "operations": operations}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _operation(operation: Operation, definitions: Mapping[str, Definition]) -> JSON:
    paging: JSON = None
    if operation.paging:
        plan = operation.paging
        paging = {"style": plan.style, "items": plan.items, "iter": plan.method}
    return {
        "id": operation.id,
        "tag": operation.tag,
        "method": operation.method,
        "http": operation.http,
        "path": operation.path,
        "provenance": operation.provenance,
        "source": operation.source,
        "idempotent": operation.idempotent,
        "auth": operation.auth,
        "scope": operation.scope or None,
        "paging": paging,
        "encoding": operation.encoding,
        "params": [_argument(one, definitions) for one in operation.arguments],
        "returns": operation.response.returns,
        "annotation": annotation_of(operation, definitions),
    }


def annotation_of(operation: Operation, definitions: Mapping[str, Definition]) -> str:
    """The return annotation of the sync method."""
    return returned(operation, AnnotationWriter(definitions, "types"))


def _argument(argument: Argument, definitions: Mapping[str, Definition]) -> JSON:
    return {
        "name": argument.name,
        "wire": argument.wire,
        "location": argument.location.removeprefix("optional_"),
        "kind": argument.kind,
        "required": argument.required,
        "nullable": argument.nullable,
        "annotation": AnnotationWriter(definitions, "types").argument(argument.type),
    }
