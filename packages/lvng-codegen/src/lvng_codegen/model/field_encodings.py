"""Encoding Objects of forms: the serialization of each field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..openapi.document import Node
from ..openapi.media import essence
from .api import FORM_STYLES, Argument, FieldEncoding, FormStyle

_ANY_FILE = frozenset({"", "application/octet-stream", "*/*"})


def field_encodings(
    media: Node, arguments: Iterable[Argument], notes: list[str]
) -> dict[str, FieldEncoding]:
    """The encodings of a form by field.

    Args:
        media: the media type with the form.
        arguments: its fields.
        notes: collects unsupported parts.
    """
    fields = {one.wire: one for one in arguments if one.location not in {"path", "query", "header"}}
    found: dict[str, FieldEncoding] = {}
    for wire, node in media.members("encoding"):
        argument = fields.get(wire)
        if argument is None:
            continue  # ignored, as specified by OpenAPI
        encoding = FieldEncoding(
            _content_type(node, argument),
            *_written(node, argument),
            tuple(_headers(node, wire, notes)),
        )
        if encoding != FieldEncoding():
            found[wire] = encoding
    return found


def _written(node: Node, argument: Argument) -> tuple[FormStyle | None, bool]:
    """Style and explode; they apply if one of them is given (OpenAPI 3.1.1, 4.8.15.1.2)."""
    if not node.has("style", "explode"):
        return None, True
    said = node.text("style", "form")
    if said not in FORM_STYLES:
        raise node.error(f"the style {said!r} is none of {', '.join(FORM_STYLES)}")
    style = FORM_STYLES[said]
    explode = node.flag("explode") if node.has("explode") else style == "form"
    if style == "deepObject" or argument.kind not in {"array", "object", "any"}:
        explode = True
    if style == "form" and explode and argument.kind != "object":
        return None, True
    return style, explode


def _content_type(node: Node, argument: Argument) -> str:
    said = node.text("contentType")
    if argument.kind == "file":
        return "" if said in _ANY_FILE else said
    default = "application/json" if argument.kind == "object" else "text/plain"
    return "" if essence(said) in {default, "*/*"} and ";" not in said else said


def _headers(node: Node, wire: str, notes: list[str]) -> Iterator[tuple[str, str]]:
    """The headers of a part with a fixed value; the others are passed by a `File`."""
    for name, reference in node.members("headers"):
        if name.lower() == "content-type":
            continue  # ignored, as specified by OpenAPI
        value = _fixed_value(reference.follow())
        if value is None:
            notes.append(
                f"The part `{wire}` may have the header `{name}`: give a `File` with `headers`."
            )
        else:
            yield name, value


def _fixed_value(header: Node) -> str | None:
    schema = header.get("schema")
    if schema is None:
        return None
    said = schema.follow().object()
    values = [said["const"]] if "const" in said else said.get("enum")
    if isinstance(values, list) and len(values) == 1:
        return str(values[0])
    return str(said["default"]) if "default" in said else None
