"""The tags of a document as resource classes."""

from __future__ import annotations

from ..lock import NameLock
from ..openapi.document import Document, Node
from .api import Tag
from .method_names import TagNames


def tags_of(document: Document, used: list[str], lock: NameLock) -> list[Tag]:
    """The tags with operations: first those that the document lists, in its order."""
    said = {node.text("name"): node for node in document.root.entries("tags")}
    order = [name for name in said if name in used] + [name for name in used if name not in said]
    names = TagNames()
    kept = {name: lock.tags[name] for name in order if name in lock.tags}
    for attribute, class_name in kept.values():
        names.keep(attribute, class_name)
    return [
        _tag(
            name, said.get(name), *kept.get(name) or (names.attribute(name), names.class_name(name))
        )
        for name in order
    ]


def _tag(name: str, said: Node | None, attribute: str, class_name: str) -> Tag:
    text = (said.text("description") or said.text("summary")) if said else ""
    if said and (parent := said.text("parent")):
        text = f"{text}\n\nPart of `{parent}`.".strip()
    return Tag(
        attribute,
        name,
        class_name,
        text or f"Operations of `{name}`.",
        said.text("x-package") if said else "",
    )
