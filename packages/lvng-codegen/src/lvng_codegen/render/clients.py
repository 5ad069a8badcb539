"""The full clients: one lazy attribute a tag, and the shortcuts that the document asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model.api import Definition, Operation, Tag
from .annotation_writer import AnnotationWriter
from .docstrings import method_doc, prose, quote, sentence
from .imports import Imports
from .signatures import forwarded, parameters

_CORE = frozenset({
    "UNSET", "AsyncDownload", "AsyncEventStream", "Download", "EventStream", "FileInput",
    "RequestOptions", "SSEEvent", "Unset",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Home:
    """Where the classes of a tag are.

    Attributes:
        name: of the module in annotations.
        types: of its types module in annotations.
        statement: the import of the module under that name.
        class_import: the import of a class, `{}` for its name.
        types_statement: the import of the types module, unless it comes with the module.
    """

    name: str
    types: str
    statement: str
    class_import: str
    types_statement: str = ""


@dataclass(frozen=True, slots=True)
class ClientNames:
    """What the clients are called, and what they extend: blocking, then async."""

    names: tuple[str, str]
    bases: tuple[str, str]
    docs: tuple[str, str]


def clients_module(
    header: str,
    doc: str,
    tags: Sequence[Tag],
    definitions: Mapping[str, Definition],
    clients: ClientNames,
    home_of: Callable[[Tag], Home],
) -> str:
    """The text of the module."""
    modules = {home.name: home.statement for home in map(home_of, tags)}
    imports = Imports()
    imports.add("functools", "cached_property")
    imports.add("typing", "TYPE_CHECKING", "Any")
    imports.add("lvng_core", *clients.bases)
    classes: list[str] = []
    for index, colour in enumerate(("", "Async")):
        classes += ["", "", f"class {clients.names[index]}({clients.bases[index].split()[-1]}):"]
        classes += quote(prose(clients.docs[index], 4))
        for tag in tags:
            classes += ["", *_attribute(tag, home_of(tag), colour)]
        for home, operation in _shortcuts(tags, home_of):
            writer = AnnotationWriter(definitions, home.types)
            classes += ["", *_shortcut(operation, home, colour, writer, definitions)]
            _import(imports, writer.used)
            if home.types_statement and home.types in writer.used:
                modules[home.types] = home.types_statement
    head = [header, *quote(prose(doc, 0), 0), "", "from __future__ import annotations", ""]
    return "\n".join([*head, *imports.lines(), "", *_later(modules), *classes]) + "\n"


def _shortcuts(
    tags: Sequence[Tag], home_of: Callable[[Tag], Home]
) -> Iterator[tuple[Home, Operation]]:
    for tag in tags:
        yield from ((home_of(tag), one) for one in tag.operations if one.client_method)


def _import(imports: Imports, used: set[str]) -> None:
    imports.add("collections.abc", *(used & {"Mapping", "Sequence"}))
    imports.add("datetime", *(used & {"date", "datetime"}))
    imports.add("typing", *(used & {"Literal"}))
    imports.add("lvng_core", *(used & _CORE))


def _later(modules: Mapping[str, str]) -> list[str]:
    """Modules that annotations name, with their imports: known to type checkers, imported when they are asked for.

    So `typing.get_type_hints()` resolves every annotation, and importing the clients still loads nothing.
    """
    lines = ["if TYPE_CHECKING:"]
    lines += [f"    {statement}" for statement in modules.values()]
    lines += [
        "else:",
        "    # Annotations name these modules. Each is imported when typing.get_type_hints() first asks it",
        "    # for a class; until then, importing this module loads none of them.",
    ]
    for module, statement in modules.items():
        lines += [
            "",
            f"    class {_holder(module)}:",
            "        def __getattr__(self, name: str) -> Any:",
            f"            {statement}",
            "",
            f"            return getattr({module}, name)",
        ]
    lines.append("")
    return lines + [f"    {module} = {_holder(module)}()" for module in modules]


def _holder(module: str) -> str:
    # A trailing underscore stays: `_types` and `_types_` are two modules.
    parts = module.removeprefix("_").split("_")
    return "_" + "".join(part.capitalize() or "_" for part in parts)


def _attribute(tag: Tag, home: Home, colour: str) -> list[str]:
    name = f"{colour}{tag.class_name}"
    return [
        "    @cached_property",
        f"    def {tag.name}(self) -> {home.name}.{name}:",
        *quote(prose(sentence(tag.description), 8), 8),
        f"        {home.class_import.format(name)}",
        "",
        f"        return {name}(self)",
    ]


def _shortcut(
    operation: Operation,
    home: Home,
    colour: str,
    writer: AnnotationWriter,
    definitions: Mapping[str, Definition],
) -> list[str]:
    """A method of the client that is an operation of one of its resources."""
    returns = operation.response.returns
    prefix, wait = "", ""
    if returns == "sse" and operation.response.stream_class:
        result = f"{home.name}.{colour}{operation.response.stream_class}"
    elif returns == "sse":
        result = (
            f"{writer.name(f'{colour}EventStream')}[{writer.response(operation.response.type)}]"
        )
    elif returns == "bytes":
        result = writer.name(f"{colour}Download")
    else:
        result = "None" if returns == "none" else writer.response(operation.response.type)
        prefix, wait = ("async ", "await ") if colour else ("", "")
    signature = ", ".join(parameters(operation, writer))
    given = ", ".join(part for part in (forwarded(operation), "options=options") if part)
    return [
        f"    {prefix}def {operation.client_method}({signature}) -> {result}:",
        *method_doc(operation, definitions),
        f"        return {wait}self.{operation.tag}.{operation.method}({given})",
    ]
