"""Request bodies as arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..names import pascal
from ..openapi.document import Node
from ..openapi.media import (
    content,
    essence,
    has_binary,
    is_any,
    is_json,
    is_rendition,
    is_text,
    schema_key,
)
from ..openapi.schema_merge import MergedSchema, is_read_only, merge_schema
from .api import (
    Argument,
    Definition,
    Encoding,
    FieldEncoding,
    SchemaDocs,
    expand,
    nullable,
    without_files,
)
from .field_encodings import field_encodings
from .parameters import Arguments
from .schema_docs import docs_of
from .types import ANY, STR, Binary, DictOf, ListOf, LiteralOf, Type, Union, without_null

_FORMS: dict[str, Encoding] = {
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


@dataclass(frozen=True, slots=True)
class BodyEncoding:
    """The encoding of a body, and its media type if the encoding does not imply it."""

    encoding: Encoding = "json"
    content_type: str = ""
    fields: dict[str, FieldEncoding] = field(default_factory=dict)


def body_choices(operation: Node) -> list[list[tuple[str, Node]]]:
    """The bodies of an operation: lists of media types that one method can send.

    A media type with the same content as the first body, such as XML besides JSON, is omitted.
    """
    reference = operation.get("requestBody")
    choices = content(reference.follow()) if reference is not None else []
    groups: dict[tuple[str, str], list[tuple[str, Node]]] = {}
    for media_type, media in choices:
        family, shape = _family(media_type), schema_key(media)
        if not groups or family in {"json", "binary"} or not _is_same(groups, shape, family, media):
            groups.setdefault((family, "" if family == "binary" else shape), []).append(
                (media_type, media)
            )
    return list(groups.values())


def _family(media_type: str) -> str:
    """The family of a media type; bodies of the same family and schema are sent by one method."""
    kind = essence(media_type)
    if is_json(media_type):
        return "json"
    if is_text(media_type) or kind.startswith("multipart/") or kind in _FORMS:
        return kind
    return "any" if is_any(media_type) else "binary"


def _is_same(
    groups: Mapping[tuple[str, str], object], shape: str, family: str, media: Node
) -> bool:
    """Whether an earlier body has the same content; a form with files does not."""
    if "json" in {other for other, _ in groups} and is_rendition(family, shape):
        return True
    known = shape in {other for _, other in groups} and shape != ""
    return known and not (family == "multipart/form-data" and has_binary(media.get("schema")))


def add_body(
    arguments: Arguments, operation: Node, choices: list[tuple[str, Node]]
) -> BodyEncoding:
    """Add the body of an operation to its arguments.

    Args:
        arguments: the arguments of the operation.
        operation: the operation.
        choices: its media types, one of `body_choices`.

    Raises:
        SpecError: the kind of body is not supported.
    """
    reference = operation.get("requestBody")
    if reference is None or not choices:
        return BodyEncoding()
    body = reference.follow()
    media_type, media = choices[0]
    kind = essence(media_type)
    if is_json(media_type) or (is_any(media_type) and not _is_binary(arguments, media)):
        plan = _json(arguments, body, media_type, media)
        return _chosen(arguments, plan, [name for name, _ in choices])
    if form := _FORMS.get(kind):
        _fields(arguments, body, media, form)
        encodings = field_encodings(media, arguments.found, arguments.notes)
        return BodyEncoding(form, fields=encodings)
    if kind.startswith("multipart/"):
        raise media.error(f"bodies of type {kind} are not supported; multipart/form-data is")
    if is_text(media_type) and not _is_binary(arguments, media):
        return _text(arguments, body, media_type)
    return _binary(arguments, body, choices)


def _chosen(arguments: Arguments, plan: BodyEncoding, kinds: list[str]) -> BodyEncoding:
    """Add an argument for the content type, if there are several."""
    exact = [kind for kind in dict.fromkeys(kinds) if "*" not in kind and kind != "text/json"]
    if len({essence(kind) for kind in exact}) < 2:
        return plan
    json = plan.encoding == "json"
    text = "Content type of the body."
    text += (
        " By default " if json else " By default that of the file where it is one of them, else "
    )
    text += f"`{exact[0]}`."
    argument = Argument(
        "content_type",
        "Content-Type",
        "header",
        "string",
        LiteralOf.of(list(exact)),
        required=False,
        nullable=False,
        docs=SchemaDocs(text),
    )
    arguments.add(argument)
    if json and plan.content_type:
        added = arguments.found.pop()
        given = f"{added.name} or {plan.content_type!r}"
        arguments.found.append(replace(added, given=given))
    return replace(plan, content_type="")


def _is_binary(arguments: Arguments, media: Node) -> bool:
    schema = media.get("schema")
    if schema is None:
        return False
    type_ = arguments.type_of(schema, f"{arguments.context}Body")
    return isinstance(expand(arguments.registry.definitions, type_), Binary)


def _json(arguments: Arguments, body: Node, media_type: str, media: Node) -> BodyEncoding:
    plain = essence(media_type) == "application/json" or "*" in media_type
    plan = BodyEncoding("json", "" if plain else media_type)
    schema = media.get("schema")
    if schema is None:
        _whole(arguments, body, None, ANY)
        return plan
    shape = merge_schema(schema)
    is_union = arguments.registry.has_subtypes(schema)
    if not is_union and (shape.is_record() or _optional_record(shape)):
        _members(arguments, body, shape)
        if body.flag("required") and all(map(is_read_only, shape.properties.values())):
            _empty(arguments, body)
    else:
        type_ = arguments.type_of(schema, f"{arguments.context}Body")
        _whole(arguments, body, schema, without_files(arguments.registry.definitions, type_))
    return plan


def _optional_record(shape: MergedSchema) -> bool:
    """Whether it is a nullable object with known keys; null is then not sent."""
    types = set(shape.types()) - {"null"}
    return bool(shape.properties) and types <= {"object"} and not shape.groups


def _fields(arguments: Arguments, body: Node, media: Node, name: Encoding) -> None:
    schema = media.get("schema")
    shape = merge_schema(schema) if schema is not None else MergedSchema()
    for group in shape.groups:  # alternatives of a form: the fields of all of them
        for one in group:
            shape = replace(shape, properties={**merge_schema(one).properties, **shape.properties})
    if shape.properties:
        _members(arguments, body, shape, name)
        return
    type_ = arguments.type_of(schema, f"{arguments.context}Body") if schema is not None else ANY
    plain = expand(arguments.registry.definitions, without_null(type_))
    if plain != ANY and not isinstance(plain, DictOf):
        raise media.error(f"a {name} body must be an object")
    if isinstance(plain, DictOf) and _is_file(arguments.registry.definitions, plain.value):
        raise media.error("files under free names are not supported")
    _whole(arguments, body, schema, plain if isinstance(plain, DictOf) else DictOf(ANY))


def _members(
    arguments: Arguments, body: Node, shape: MergedSchema, encoding: Encoding = "json"
) -> None:
    """One argument for each key of the body."""
    needed, definitions = body.flag("required"), arguments.registry.definitions
    in_form, files = encoding != "json", encoding == "multipart"
    for wire, schema in shape.properties.items():
        if is_read_only(schema):
            continue
        type_ = arguments.type_of(schema, f"{arguments.context}{pascal(wire)}")
        may_be_null = not in_form and _takes_null(definitions, type_)
        type_ = without_null(type_) if in_form else type_
        type_ = type_ if files else without_files(definitions, type_)
        arguments.add(
            Argument(
                wire,
                wire,
                "field" if needed else "optional_field",
                "file" if files and _is_file(definitions, type_) else arguments.kind(type_),
                type_,
                needed and wire in shape.required,
                may_be_null,
                docs_of(schema),
                multiple=files and _takes_several(definitions, type_),
            )
        )
    extra = shape.keywords.get("additionalProperties")
    if extra is not None and isinstance(extra.value, dict) and extra.value:
        arguments.notes.append(
            "The body may have other keys: pass them by `extra_body` in `options`."
        )


def _takes_null(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether null is allowed, as in a schema without a type."""
    return expand(definitions, type_) == ANY or nullable(definitions, type_)


def _is_file(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether it is a file, a list of files, or either."""
    plain = expand(definitions, type_)
    if isinstance(plain, Union):
        return all(_is_file(definitions, member) for member in plain.members)
    return isinstance(
        expand(definitions, plain.item if isinstance(plain, ListOf) else plain), Binary
    )


def _takes_several(definitions: Mapping[str, Definition], type_: Type) -> bool:
    """Whether a list of files is one of the values."""
    plain = expand(definitions, type_)
    members = plain.members if isinstance(plain, Union) else (plain,)
    return _is_file(definitions, type_) and any(
        isinstance(expand(definitions, member), ListOf) for member in members
    )


def _whole(arguments: Arguments, body: Node, schema: Node | None, type_: Type) -> None:
    """The body as one argument."""
    text = body.text("description") or "Body of the request."
    docs = docs_of(schema, text) if schema is not None else SchemaDocs(text)
    kind = arguments.kind(type_)
    required = body.flag("required")
    allow_null = _takes_null(arguments.registry.definitions, type_)
    _add(arguments, Argument("body", "", "body", kind, type_, required, allow_null, docs))


def _empty(arguments: Arguments, body: Node) -> None:
    """A required body without writable keys: by default an empty object."""
    docs = SchemaDocs(
        body.text("description") or "Body of the request. By default an empty object."
    )
    given = "{} if body is None else body"
    empty = Argument("body", "", "body", "object", DictOf(ANY), False, False, docs, given)
    _add(arguments, empty)


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
    if len(kinds) > 1:
        accepted = {"": FieldEncoding(content_type=", ".join(kinds))}
        return _chosen(arguments, BodyEncoding("binary", fields=accepted), kinds)
    exact = "*" not in kinds[0] and kinds[0] != "application/octet-stream"
    return BodyEncoding("binary", kinds[0] if exact else "")


def _add(arguments: Arguments, argument: Argument) -> None:
    taken = {found.name for found in arguments.found}
    name = "body" if "body" not in taken else "request_body"
    given = argument.given.replace("body", name)
    arguments.add(replace(argument, name=name, wire="", given=given))
