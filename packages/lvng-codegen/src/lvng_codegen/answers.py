"""What operations return: JSON, nothing, content to download, or a stream of events."""

from __future__ import annotations

from collections.abc import Iterator

from .annotations import ANY, NONE, Binary, Named, Type, union
from .document import Node
from .media import content, essence, is_any, is_json
from .model import Answer, ErrorNote, Record, expand, reachable
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
    _describe(book, type_, operation)
    if len(chosen) < len(answers):
        type_ = union(type_, NONE)
    return Answer("json", type_, _accept(chosen[0][0]), secrets=_secrets(book, type_))


def _describe(book: SchemaBook, type_: Type, operation: Node) -> None:
    """Say of an answer without a description whose it is."""
    record = book.definitions.get(type_.name) if isinstance(type_, Named) else None
    if isinstance(record, Record) and not record.doc and operation.has("operationId"):
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
        schema = operation.document.root.get("components")
        schemas = dict(schema.members("schemas")) if schema else {}
        if name not in schemas:
            raise operation.error(f"x-events names {name!r}, which is no schema")
        events = book.events_of(schemas[name])
        book.drain()
    return Answer(
        "sse",
        events,
        STREAM,
        stream_class=operation.text("x-stream-class"),
        stream_end=operation.strings("x-stream-end"),
    )


def _secrets(book: SchemaBook, type_: Type) -> tuple[str, ...]:
    """Keys of an answer that hold secrets, at any depth."""
    if not book.has_secrets:
        return ()
    records = reachable(book.definitions, [type_]).values()
    fields = (field for one in records if isinstance(one, Record) for field in one.fields)
    return tuple(sorted({field.name for field in fields if field.secret}))


def errors_of(operation: Node) -> list[ErrorNote]:
    """The documented errors, by status."""
    notes = []
    for status, reference in operation.members("responses"):
        if status[:1] in {"4", "5"}:
            notes.append(ErrorNote(status, reference.follow().text("description")))
    return sorted(notes, key=lambda note: note.status)
