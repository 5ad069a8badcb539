"""What operations return: JSON, nothing, content to download, or a stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..names import pascal
from ..openapi.document import Node
from ..openapi.media import content, essence, is_any, is_json
from .api import Definition, ErrorResponse, Operation, Record, Response, expand
from .schemas import TypeRegistry
from .types import ANY, NONE, Binary, Named, Type, names_in, union

STREAM = "text/event-stream"
EVENT = Named("SSEEvent")


def response_of(registry: TypeRegistry, operation: Node, context: str, http: str) -> Response:
    """What a successful call returns, over all documented 2xx responses."""
    documented = list(_successes(operation)) if http != "HEAD" else []
    responses = [(node, content(node)) for node in documented]
    chosen = [choices[0] for _, choices in responses if choices]
    if not chosen:
        return Response("none", NONE)
    if any(essence(media_type) == STREAM for media_type, _ in chosen):
        return _stream(registry, operation)
    json = [_json_type(registry, media_type, media, context) for media_type, media in chosen]
    if any(type_ is None for type_ in json):
        # Where one of several responses is not JSON, the content is what they have in common.
        kinds = dict.fromkeys(essence(name) for _, choices in responses for name, _ in choices)
        return Response("bytes", Binary(), ", ".join(kinds))
    type_ = union(*(one for one in json if one is not None))
    _describe(registry, type_, operation, context)
    maybe_empty = len(chosen) < len(responses)
    type_ = union(type_, NONE) if maybe_empty else type_
    return Response("json", type_, _accept(chosen[0][0]), maybe_empty)


def _describe(registry: TypeRegistry, type_: Type, operation: Node, context: str) -> None:
    """Say of a response that has neither name nor description whose it is."""
    record = registry.definitions.get(type_.name) if isinstance(type_, Named) else None
    if not isinstance(record, Record) or record.doc:
        return
    if record.name.startswith(f"{context}Response") and operation.has("operationId"):
        record.doc = f"Answer of `{operation.text('operationId')}`."


def _accept(media_type: str) -> str:
    return "application/json" if is_any(media_type) else essence(media_type)


def _successes(operation: Node) -> Iterator[Node]:
    """The documented responses of success; `default` where it is the only one."""
    found = list(operation.members("responses"))
    good = [node for status, node in found if status.startswith("2")]
    if not good and not any(status.startswith("3") for status, _ in found):
        good = [node for status, node in found if status == "default"]
    yield from (node.follow() for node in good)


def _json_type(registry: TypeRegistry, media_type: str, media: Node, context: str) -> Type | None:
    """The type of a JSON response; None for anything else."""
    if not (is_json(media_type) or is_any(media_type)):
        return None
    schema = media.get("schema")
    if schema is None:
        return ANY
    type_ = registry.type_of(schema, _named_by(media, f"{context}Response"))
    registry.drain()
    return None if isinstance(expand(registry.definitions, type_), Binary) else type_


def _named_by(media: Node, context: str) -> str:
    """A shared response names its own content."""
    parts = media.pointer.split("/")
    if parts[1:3] == ["components", "responses"]:
        return f"{pascal(parts[3])}Response"
    return context


def _stream(registry: TypeRegistry, operation: Node) -> Response:
    events: Type = EVENT
    if name := operation.text("x-events"):
        components = operation.document.root.get("components")
        schemas = components.get("schemas") if components else None
        schema = schemas.get(name) if schemas else None
        if schema is None:
            raise operation.error(f"x-events names {name!r}, which is no schema")
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
    """Name the keys of JSON responses that hold secrets, at any depth."""
    keys = _secret_keys(definitions)
    for one in operations:
        if one.response.returns == "json":
            found = {key for name in names_in(one.response.type) for key in keys[name]}
            one.response = replace(one.response, secrets=tuple(sorted(found)))


def _secret_keys(definitions: Mapping[str, Definition]) -> defaultdict[str, set[str]]:
    """The keys that hold secrets in what each definition leads to."""
    above: defaultdict[str, set[str]] = defaultdict(set)
    open_: list[tuple[str, str]] = []
    for name, definition in definitions.items():
        for mentioned in {one for type_ in definition.types() for one in names_in(type_)}:
            above[mentioned].add(name)
        if isinstance(definition, Record):
            open_ += [(name, field.name) for field in definition.fields if field.secret]
    found: defaultdict[str, set[str]] = defaultdict(set)
    while open_:
        name, key = open_.pop()
        if key not in found[name]:
            found[name].add(key)
            open_ += [(other, key) for other in above[name]]
    return found


def errors_of(operation: Node) -> list[ErrorResponse]:
    """The documented errors, by status."""
    notes = []
    for status, reference in operation.members("responses"):
        if status[:1] in {"4", "5"}:
            notes.append(ErrorResponse(status, reference.follow().text("description")))
    return sorted(notes, key=lambda note: note.status)
