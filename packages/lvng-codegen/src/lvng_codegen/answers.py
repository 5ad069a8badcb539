"""What operations return: JSON, nothing, content to download, or a stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .annotations import ANY, NONE, Binary, Named, Type, names_in, union
from .document import Node
from .media import content, essence, is_any, is_json
from .model import Answer, Definition, ErrorNote, Operation, Record, expand
from .names import pascal
from .schemas import SchemaBook

STREAM = "text/event-stream"
EVENT = Named("SSEEvent")


def answer_of(book: SchemaBook, operation: Node, context: str, http: str) -> Answer:
    """What a successful call returns, over all documented 2xx answers."""
    documented = list(_successes(operation)) if http != "HEAD" else []
    answers = [(node, content(node)) for node in documented]
    chosen = [choices[0] for _, choices in answers if choices]
    if not chosen:
        return Answer("none", NONE)
    if any(essence(media_type) == STREAM for media_type, _ in chosen):
        return _stream(book, operation)
    json = [_json_type(book, media_type, media, context) for media_type, media in chosen]
    if any(type_ is None for type_ in json):
        # Where one of several answers is not JSON, the content is what they have in common.
        kinds = dict.fromkeys(essence(name) for _, choices in answers for name, _ in choices)
        return Answer("bytes", Binary(), ", ".join(kinds))
    type_ = union(*(one for one in json if one is not None))
    _describe(book, type_, operation, context)
    if len(chosen) < len(answers):
        type_ = union(type_, NONE)
    return Answer("json", type_, _accept(chosen[0][0]))


def _describe(book: SchemaBook, type_: Type, operation: Node, context: str) -> None:
    """Say of an answer that has neither name nor description whose it is."""
    record = book.definitions.get(type_.name) if isinstance(type_, Named) else None
    if not isinstance(record, Record) or record.doc:
        return
    if record.name.startswith(f"{context}Response") and operation.has("operationId"):
        record.doc = f"Answer of `{operation.text('operationId')}`."


def _accept(media_type: str) -> str:
    return "application/json" if is_any(media_type) else essence(media_type)


def _successes(operation: Node) -> Iterator[Node]:
    """The documented answers of success; `default` where it is the only one."""
    found = list(operation.members("responses"))
    good = [node for status, node in found if status.startswith("2")]
    if not good and not any(status.startswith("3") for status, _ in found):
        good = [node for status, node in found if status == "default"]
    yield from (node.follow() for node in good)


def _json_type(book: SchemaBook, media_type: str, media: Node, context: str) -> Type | None:
    """The type of a JSON answer; None for anything else."""
    if not (is_json(media_type) or is_any(media_type)):
        return None
    schema = media.get("schema")
    if schema is None:
        return ANY
    type_ = book.type_of(schema, _named_by(media, f"{context}Response"))
    book.drain()
    return None if isinstance(expand(book.definitions, type_), Binary) else type_


def _named_by(media: Node, context: str) -> str:
    """A shared response names its own content."""
    parts = media.pointer.split("/")
    if parts[1:3] == ["components", "responses"]:
        return f"{pascal(parts[3])}Response"
    return context


def _stream(book: SchemaBook, operation: Node) -> Answer:
    events: Type = EVENT
    if name := operation.text("x-events"):
        components = operation.document.root.get("components")
        schemas = components.get("schemas") if components else None
        schema = schemas.get(name) if schemas else None
        if schema is None:
            raise operation.error(f"x-events names {name!r}, which is no schema")
        events = book.events_of(schema)
        book.drain()
    return Answer(
        "sse",
        events,
        STREAM,
        stream_class=operation.identifier("x-stream-class"),
        stream_end=operation.strings("x-stream-end"),
    )


def mark_secrets(operations: Iterable[Operation], definitions: Mapping[str, Definition]) -> None:
    """Name the keys of JSON answers that hold secrets, at any depth."""
    keys = _secret_keys(definitions)
    for one in operations:
        if one.answer.returns == "json":
            found = {key for name in names_in(one.answer.type) for key in keys[name]}
            one.answer = replace(one.answer, secrets=tuple(sorted(found)))


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


def errors_of(operation: Node) -> list[ErrorNote]:
    """The documented errors, by status."""
    notes = []
    for status, reference in operation.members("responses"):
        if status[:1] in {"4", "5"}:
            notes.append(ErrorNote(status, reference.follow().text("description")))
    return sorted(notes, key=lambda note: note.status)
