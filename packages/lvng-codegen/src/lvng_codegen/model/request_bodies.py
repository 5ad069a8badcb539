"""Request bodies as arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..names import pascal
from ..openapi.document import Node
from ..openapi.media import content, essence, is_any, is_json, is_text
from ..openapi.schema_merge import MergedSchema, merge_schema
from .api import Argument, Definition, Encoding, SchemaDocs, expand, nullable, without_files
from .parameters import Arguments
from .schema_docs import docs_of
from .types import ANY, STR, Binary, ListOf, Type, Union, without_null


@dataclass(frozen=True, slots=True)
class BodyEncoding:
    """The encoding of a body, and its media type where the encoding does not imply it."""

    encoding: Encoding = "json"
    content_type: str = ""


def add_body(arguments: Arguments, operation: Node) -> BodyEncoding:
    """Add the body of an operation to its arguments.

    Raises:
        SpecError: the body is of a kind that cannot be sent.
    """
    reference = operation.get("requestBody")
    if reference is None:
        return BodyEncoding()
    body = reference.follow()
    choices = content(body)
    if not choices:
        return BodyEncoding()
    media_type, media = choices[0]
    kind = essence(media_type)
    if is_json(media_type) or (is_any(media_type) and not _is_binary(arguments, media)):
        return _json(arguments, body, media_type, media)
    if kind == "multipart/form-data":
        _fields(arguments, body, media, "multipart")
        return BodyEncoding("multipart")
    if kind == "application/x-www-form-urlencoded":
        _fields(arguments, body, media, "form")
        return BodyEncoding("form")
    if kind.startswith("multipart/"):
        raise media.error(f"bodies of type {kind} are not supported; multipart/form-data is")
    if is_text(media_type) and not _is_binary(arguments, media):
        return _text(arguments, body, media_type)
    return _binary(arguments, body, choices)


def _is_binary(arguments: Arguments, media: Node) -> bool:
    schema = media.get("schema")
    if schema is None:
        return False
    type_ = arguments.type_of(schema, f"{arguments.context}Body")
    return isinstance(expand(arguments.registry.definitions, type_), Binary)


def _json(arguments: Arguments, body: Node, media_type: str, media: Node) -> BodyEncoding:
    plain = essence(media_type) == "application/json" or is_any(media_type)
    plan = BodyEncoding("json", "" if plain else media_type)
    schema = media.get("schema")
    if schema is None:
        _whole(arguments, body, None, ANY)
        return plan
    shape = merge_schema(schema) if isinstance(schema.value, dict) else MergedSchema()
    if shape.is_record() or _optional_record(shape):
        _members(arguments, body, shape, in_form=False)
    else:
        type_ = arguments.type_of(schema, f"{arguments.context}Body")
        _whole(arguments, body, schema, without_files(arguments.registry.definitions, type_))
    return plan


def _optional_record(shape: MergedSchema) -> bool:
    """Whether it is an object with known keys that may also be null: null is then not sent."""
    types = set(shape.types()) - {"null"}
    return bool(shape.properties) and types <= {"object"} and not shape.groups


def _fields(arguments: Arguments, body: Node, media: Node, name: str) -> None:
    schema = media.get("schema")
    shape = (
        merge_schema(schema)
        if schema is not None and isinstance(schema.value, dict)
        else MergedSchema()
    )
    for group in shape.groups:  # alternatives of a form: every field that any of them has
        for one in group:
            shape = replace(shape, properties={**merge_schema(one).properties, **shape.properties})
    if not shape.properties:
        raise media.error(f"a {name} body needs an object with known properties")
    _members(arguments, body, shape, in_form=True)


def _members(arguments: Arguments, body: Node, shape: MergedSchema, *, in_form: bool) -> None:
    """One argument for each key of the body."""
    needed, definitions = body.flag("required"), arguments.registry.definitions
    for wire, schema in shape.properties.items():
        if _is_read_only(schema):
            continue
        type_ = arguments.type_of(schema, f"{arguments.context}{pascal(wire)}")
        may_be_null = not in_form and nullable(definitions, type_)
        type_ = without_null(type_) if in_form else without_files(definitions, type_)
        arguments.add(
            Argument(
                wire,
                wire,
                "field",
                "file" if in_form and _is_file(definitions, type_) else arguments.kind(type_),
                type_,
                needed and wire in shape.required,
                may_be_null,
                docs_of(schema),
            )
        )


def _is_read_only(schema: Node) -> bool:
    return isinstance(schema.value, dict) and (
        schema.flag("readOnly") or schema.follow().flag("readOnly")
    )


def _is_file(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether it is a file, a list of files, or either."""
    plain = expand(definitions, type_)
    if isinstance(plain, Union):
        return all(_is_file(definitions, member) for member in plain.members)
    return isinstance(
        expand(definitions, plain.item if isinstance(plain, ListOf) else plain), Binary
    )


def _whole(arguments: Arguments, body: Node, schema: Node | None, type_: Type) -> None:
    """The body as one argument."""
    text = body.text("description") or "Body of the request."
    docs = docs_of(schema, text) if schema is not None else SchemaDocs(text)
    kind = arguments.kind(type_)
    required = body.flag("required")
    allow_null = nullable(arguments.registry.definitions, type_)
    _add(arguments, Argument("body", "", "body", kind, type_, required, allow_null, docs))


def _text(arguments: Arguments, body: Node, media_type: str) -> BodyEncoding:
    required = body.flag("required")
    given = "body.encode()" if required else "None if body is None else body.encode()"
    docs = SchemaDocs(
        body.text("description") or f"Body of the request, as `{essence(media_type)}`."
    )
    _add(arguments, Argument("body", "", "body", "any", STR, required, False, docs, given))
    charset = "" if "charset" in media_type else "; charset=utf-8"
    return BodyEncoding("binary", media_type + charset)


def _binary(arguments: Arguments, body: Node, choices: list[tuple[str, Node]]) -> BodyEncoding:
    kinds = [essence(media_type) for media_type, _ in choices]
    text = body.text("description") or "Content to send."
    listed = ", ".join(f"`{kind}`" for kind in kinds)
    docs = SchemaDocs(f"{text} Sent as {listed}." if not is_any(kinds[0]) else text)
    required = body.flag("required")
    _add(arguments, Argument("body", "", "body", "file", Binary(), required, False, docs))
    exact = len(kinds) == 1 and "*" not in kinds[0] and kinds[0] != "application/octet-stream"
    return BodyEncoding("binary", kinds[0] if exact else "")


def _add(arguments: Arguments, argument: Argument) -> None:
    taken = {found.name for found in arguments.found}
    name = "body" if "body" not in taken else "request_body"
    given = argument.given.replace("body", name)
    arguments.add(replace(argument, name=name, wire="", given=given))
