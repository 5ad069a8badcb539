"""Responses of operations: JSON, nothing, content to download, or a stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ..names import pascal
from ..openapi.document import Node
from ..openapi.media import content, essence, is_any, is_json, is_lines, is_rendition, schema_key
from .api import Definition, ErrorResponse, Operation, Record, Response, expand, mentioning
from .schemas import TypeRegistry
from .types import ANY, NONE, STR, Binary, ListOf, Named, Type, names_in, union

STREAM = "text/event-stream"
EVENT = Named("SSEEvent")
# https://www.iana.org/assignments/http-status-codes
_SUCCESSES = (200, 201, 202, 203, 204, 205, 206, 207, 208, 226)
# https://www.rfc-editor.org/rfc/rfc9110#section-15.3.5 and 15.3.6, whatever a document says
_NO_CONTENT = frozenset({"204", "205"})


def response_choices(operation: Node, http: str) -> list[tuple[str, ...]]:
    """The media types of the responses: groups that one method returns, the default one first.

    A media type with the same content as the default one, such as XML besides JSON, is omitted.
    """
    contents = [found for _, found in _contents(operation, http) if found]
    usual = _usual_kind([found[0][0] for found in contents])
    groups: dict[str, list[str]] = {"": []}
    for found in contents:
        first, media = found[0]
        shape = schema_key(media) if _kind(first) == usual else ""
        for media_type, other in found:
            kind = _kind(media_type)
            if kind == usual and (media_type == first or kind != "json"):
                groups[""].append(media_type)
            elif kind in {"stream", "lines"}:
                groups.setdefault(kind, []).append(media_type)
            elif usual != "bytes" and not _is_spelling(media_type, schema_key(other), shape):
                groups.setdefault(essence(media_type), []).append(media_type)
    return [tuple(dict.fromkeys(group)) for group in groups.values()]


def _kind(media_type: str) -> str:
    if essence(media_type) == STREAM:
        return "stream"
    if is_lines(media_type):
        return "lines"
    return "json" if is_json(media_type) or is_any(media_type) else "bytes"


def _usual_kind(firsts: list[str]) -> str:
    kinds = {_kind(media_type) for media_type in firsts}
    if "stream" in kinds:
        return "stream"
    return kinds.pop() if len(kinds) == 1 else "bytes"


def _is_spelling(media_type: str, shape: str, usual: str) -> bool:
    """Whether a media type has the same content as the default one."""
    same = shape == usual and shape != ""
    return same or is_any(media_type) or is_rendition(media_type, shape)


def response_of(
    registry: TypeRegistry,
    operation: Node,
    context: str,
    http: str,
    only: Collection[str] | None = None,
) -> Response:
    """The response of a successful call, over all documented 2xx responses.

    Args:
        registry: the registry of types.
        operation: the operation.
        context: prefix for the names of unnamed types.
        http: HTTP method.
        only: media types, one of `response_choices`; None for the default ones.
    """
    responses = list(_contents(operation, http))
    if only is not None:
        asked = [[one for one in choices if one[0] in only] for _, choices in responses]
        responses = [
            (status, found)
            for (status, choices), found in zip(responses, asked, strict=True)
            if found or not choices
        ]
    chosen = [choices[0] for _, choices in responses if choices]
    if not chosen:
        return Response("none", NONE)
    kind = _usual_kind([media_type for media_type, _ in chosen])
    if kind == "stream":
        found = next(media for media_type, media in chosen if essence(media_type) == STREAM)
        return _stream(registry, operation, found, context)
    if kind == "lines":
        return _lines(registry, chosen, context)
    json = [_json_type(registry, media_type, media, context) for media_type, media in chosen]
    if any(type_ is None for type_ in json):
        # If one of several responses is not JSON, they are all returned as content.
        kinds = dict.fromkeys(
            essence(name)
            for _, choices in responses
            for name, _ in choices
            if _kind(name) not in {"stream", "lines"} or len(choices) == 1
        )
        return Response("bytes", Binary(), ", ".join(kinds))
    type_ = union(*(one for one in json if one is not None))
    _describe(registry, type_, operation, context)
    empty = _empty_statuses(responses)
    if len(chosen) < len(responses):
        type_ = union(type_, NONE)
    return Response("json", type_, _accept(chosen[0][0]), empty_statuses=empty)


def _empty_statuses(responses: list[tuple[str, list[tuple[str, Node]]]]) -> tuple[int, ...]:
    """The statuses of the responses without content."""
    named = {int(status) for status, _ in responses if status.isdecimal()}
    found: set[int] = set()
    for status, choices in responses:
        if not choices:
            found |= {int(status)} if status.isdecimal() else set(_SUCCESSES) - named
    return tuple(sorted(found - {204}))  # 204 and 205 have no content


def _describe(registry: TypeRegistry, type_: Type, operation: Node, context: str) -> None:
    """Describe a response without a name and description by its operation."""
    record = registry.definitions.get(type_.name) if isinstance(type_, Named) else None
    if not isinstance(record, Record) or record.doc:
        return
    if record.name.startswith(f"{context}Response") and operation.has("operationId"):
        record.doc = f"Response of `{operation.text('operationId')}`."


def _accept(media_type: str) -> str:
    return "application/json" if is_any(media_type) else essence(media_type)


def _contents(operation: Node, http: str) -> Iterator[tuple[str, list[tuple[str, Node]]]]:
    """The media types of each successful response, by status."""
    if http != "HEAD":
        for status, node in _successes(operation):
            yield status, [] if status in _NO_CONTENT else content(node)


def _successes(operation: Node) -> Iterator[tuple[str, Node]]:
    """The documented successful responses by status; `default` if it is the only one."""
    found = list(operation.members("responses"))
    good = [one for one in found if one[0].startswith("2")]
    if not good and not any(status.startswith("3") for status, _ in found):
        good = [one for one in found if one[0] == "default"]
    yield from ((status, node.follow()) for status, node in good)


def _json_type(registry: TypeRegistry, media_type: str, media: Node, context: str) -> Type | None:
    """The type of a JSON response; None for anything else."""
    if not (is_json(media_type) or is_any(media_type)):
        return None
    schema = media.get("schema")
    if schema is None:
        return ANY
    type_ = registry.complete_type_of(schema, _named_by(media, f"{context}Response"))
    return None if isinstance(expand(registry.definitions, type_), Binary) else type_


def _named_by(media: Node, context: str) -> str:
    """The context of a shared response is its own name."""
    parts = media.pointer.split("/")
    if parts[1:3] == ["components", "responses"]:
        return f"{pascal(parts[3])}Response"
    return context


def _lines(registry: TypeRegistry, chosen: list[tuple[str, Node]], context: str) -> Response:
    """A sequence of JSON texts."""
    items = [_item_type(registry, media, context) for _, media in chosen]
    accept = ", ".join(dict.fromkeys(essence(media_type) for media_type, _ in chosen))
    return Response("lines", union(*items), accept)


def _item_type(registry: TypeRegistry, media: Node, context: str) -> Type:
    """The type of an item: that of `itemSchema`, else of the schema or its entries."""
    schema = media.get("itemSchema") or media.get("schema")
    if schema is None:
        return ANY
    type_ = registry.complete_type_of(schema, f"{context}Item")
    plain = expand(registry.definitions, type_)
    if isinstance(plain, ListOf) and not media.has("itemSchema"):
        return plain.item
    return ANY if isinstance(plain, Binary) or plain == STR else type_


def _stream(registry: TypeRegistry, operation: Node, media: Node, context: str) -> Response:
    events: Type = EVENT
    if item := media.get("itemSchema"):
        events = registry.events_of_items(item, context)
        registry.drain()
    if name := operation.text("x-events"):
        schema = dict(operation.document.components("schemas")).get(name)
        if schema is None:
            raise operation.error(f"x-events names {name!r}, which is not a schema")
        events = registry.events_of(schema)
        registry.drain()
    return Response(
        "sse",
        events,
        STREAM,
        stream_class=operation.identifier("x-stream-class"),
        stream_end=operation.strings("x-stream-end"),
    )


def mark_secrets(operations: Iterable[Operation], definitions: Mapping[str, Definition]) -> None:
    """Set the keys of JSON responses with secret values, at any depth."""
    keys = _secret_keys(definitions)
    for one in operations:
        if one.response.returns == "json":
            found = {key for name in names_in(one.response.type) for key in keys[name]}
            one.response = replace(one.response, secrets=tuple(sorted(found)))


def _secret_keys(definitions: Mapping[str, Definition]) -> defaultdict[str, set[str]]:
    """The keys with secret values that are reachable from each definition."""
    above = mentioning(definitions)
    open_ = [
        (name, field.name)
        for name, definition in definitions.items()
        if isinstance(definition, Record)
        for field in definition.fields
        if field.secret
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    while open_:
        name, key = open_.pop()
        if key not in found[name]:
            found[name].add(key)
            open_ += [(other, key) for other in above.get(name, ())]
    return found


def errors_of(operation: Node) -> list[ErrorResponse]:
    """The documented errors by status, with the operation's own description."""
    errors = []
    for status, response in operation.members("responses"):
        if status[:1] in {"4", "5"}:
            ignored = response.has("$ref") and operation.document.before_3_1
            errors.append(ErrorResponse(status, "" if ignored else response.text("description")))
    return sorted(errors, key=lambda error: error.status)
