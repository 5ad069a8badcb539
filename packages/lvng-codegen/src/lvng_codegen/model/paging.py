"""Paged lists: the extension `x-paging`."""

from __future__ import annotations

from collections.abc import Mapping

from ..names import Names
from ..openapi.document import Node
from .api import Definition, Operation, Pagination, expand, record_of
from .types import ListOf, Type, without_null

# The argument that the core sets for each page.
_PAGE_ARGUMENT = {"offset": "offset", "page": "page", "cursor": "cursor"}


def paging_of(
    definitions: Mapping[str, Definition], node: Node, operation: Operation, given: Names
) -> Pagination | None:
    """The paging of an operation; None if the document defines none.

    Args:
        definitions: the types.
        node: the operation in the document.
        operation: its model.
        given: the names of methods, to which that of the iterator is added.
    """
    said = node.get("x-paging")
    if said is None:
        return None
    style, items = said.text("style"), said.text("items", "data")
    if style not in _PAGE_ARGUMENT:
        raise said.error(f"the style {style!r} is none of offset, page and cursor")
    if _PAGE_ARGUMENT[style] not in {argument.name for argument in operation.arguments}:
        raise said.error(f"paging by {style} needs a parameter {_PAGE_ARGUMENT[style]!r}")
    item = _item_type(definitions, operation.response.type, items)
    if item is None:
        raise said.error(f"the response has no list under {items!r}")
    stem = operation.method.removeprefix("list_") if operation.method != "list" else ""
    return Pagination(style, items, item, given.give(f"iter_{stem}" if stem else "iter"))


def _item_type(definitions: Mapping[str, Definition], response: Type, items: str) -> Type | None:
    """The type of the entries under a key of a response."""
    record = record_of(definitions, response)
    for field in record.fields if record else ():
        if field.name == items:
            found = expand(definitions, without_null(field.type))
            return found.item if isinstance(found, ListOf) else None
    return None
