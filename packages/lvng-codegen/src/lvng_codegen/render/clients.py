"""The full clients: one attribute a tag, and the shortcuts that the document asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model.api import Definition, Operation, Tag
from .annotation_writer import AnnotationWriter
from .docstrings import first_sentence, method_doc, prose, quote
from .imports import Imports
from .signatures import decorators, forwarded, parameters, returned, waits

# Here once for every method: a method lists only errors with a meaning of their own.
_ERRORS = """

A call that fails raises a subclass of `{error}`; a method lists one only where it has a meaning of its own:

- `ValidationError`: 400 or 422, the request is malformed or a value is not valid.
- `AuthenticationError`: 401, no valid key or token was sent.
- `PermissionDeniedError`: 403, the key or user may not do this.
- `NotFoundError`: 404, there is no such record, or {unseen}.
- `ConflictError`: 409, it exists already, or its state does not allow the call.
- `RateLimitError`: 429, `ServerError`: 5xx.
- `APIConnectionError`, `APITimeoutError`: no response arrived."""


@dataclass(frozen=True, slots=True)
class Home:
    """The modules that hold the classes and the types of a tag, as expressions."""

    module: str
    types: str


@dataclass(frozen=True, slots=True)
class ClientNames:
    """Names and bases of the two clients.

    Attributes:
        names: of the sync and of the async client.
        bases: what they extend.
        docs: their docstrings.
        lazy: name in this module of the package that loads modules on first use.
        error: base of all errors.
        unseen: the other reason for a 404.
        modules: modules beside this one that classes come from.
        api: lines of the constant `_API`, the description of the API; none for the core's default.
    """

    names: tuple[str, str]
    bases: tuple[str, str]
    docs: tuple[str, str]
    lazy: str
    error: str = "LvngError"
    unseen: str = "the caller's workspace does not see it"
    api: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def clients_module(
    header: str,
    doc: str,
    tags: Sequence[Tag],
    definitions: Mapping[str, Definition],
    clients: ClientNames,
    home_of: Callable[[Tag], Home],
) -> str:
    """The text of the module."""
    imports = Imports()
    imports.add("lvng_core", *clients.bases)
    imports.add("lvng_core.helpers", "cached_property")
    imports.add("..", f"_generated as {clients.lazy}")
    imports.add(".", *clients.modules)
    if clients.api:
        imports.add("lvng_core", "API", "SecurityScheme")
        imports.add("..", "errors")
    errors = _ERRORS.format(error=clients.error, unseen=clients.unseen)
    classes: list[str] = ["", *clients.api] if clients.api else []
    for index, prefix in enumerate(("", "Async")):
        classes += ["", "", f"class {clients.names[index]}({clients.bases[index].split()[-1]}):"]
        classes += quote(prose(clients.docs[index] + errors, 4))
        classes += ["", "    _api = _API"] if clients.api else []
        for tag in tags:
            classes += ["", *_attribute(tag, home_of(tag), prefix)]
        for tag, operation in _shortcuts(tags):
            writer = AnnotationWriter(definitions, home_of(tag).types)
            classes += ["", *_shortcut(operation, home_of(tag), prefix, writer)]
            imports.add_used(writer.used)
    head = [header, *quote(prose(doc, 0), 0), "", "from __future__ import annotations", ""]
    return "\n".join([*head, *imports.lines(), *classes]) + "\n"


def _shortcuts(tags: Sequence[Tag]) -> Iterator[tuple[Tag, Operation]]:
    for tag in tags:
        yield from ((tag, one) for one in tag.operations if one.client_method)


def _attribute(tag: Tag, home: Home, prefix: str) -> list[str]:
    resource = f"{home.module}.{prefix}{tag.class_name}"
    return [
        "    @cached_property",
        f"    def {tag.name}(self) -> {resource}:",
        *quote(prose(first_sentence(tag.description), 8), 8),
        f"        return {resource}(self)",
    ]


def _shortcut(operation: Operation, home: Home, prefix: str, writer: AnnotationWriter) -> list[str]:
    """A method of the client that is an operation of one of its resources."""
    result = returned(operation, writer, prefix, f"{home.module}.")
    start, wait = ("async ", "await ") if waits(operation, prefix) else ("", "")
    signature = ", ".join(parameters(operation, writer))
    given = ", ".join(part for part in (forwarded(operation), "options=options") if part)
    return [
        *decorators(operation, writer),
        f"    {start}def {operation.client_method}({signature}) -> {result}:",
        *method_doc(operation, writer.definitions),
        f"        return {wait}self.{operation.tag}.{operation.method}({given})",
    ]
