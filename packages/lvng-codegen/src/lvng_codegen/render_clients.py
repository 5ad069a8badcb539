"""The full clients: one lazy attribute a tag, and the shortcuts that the document asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .docstrings import method_doc, prose, quote, sentence
from .imports import Imports
from .model import Definition, Operation, Tag
from .signatures import forwarded, parameters
from .spelling import Speller

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
    """

    name: str
    types: str
    statement: str
    class_import: str


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
    homes = {home.name: home for home in map(home_of, tags)}
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
        for tag in tags:
            for operation in tag.operations:
                if operation.client_method:
                    speller = Speller(definitions, home_of(tag).types)
                    home = home_of(tag)
                    classes += ["", *_shortcut(operation, home, colour, speller, definitions)]
                    imports.add("collections.abc", *(speller.used & {"Mapping", "Sequence"}))
                    imports.add("datetime", *(speller.used & {"date", "datetime"}))
                    imports.add("typing", *(speller.used & {"Literal"}))
                    imports.add("lvng_core", *(speller.used & _CORE))
    head = [header, *quote(prose(doc, 0), 0), "", "from __future__ import annotations", ""]
    return "\n".join([*head, *imports.lines(), "", *_later(homes), *classes]) + "\n"


def _later(homes: Mapping[str, Home]) -> list[str]:
    """Modules that annotations name: known to type checkers, imported when they are asked for.

    So `typing.get_type_hints()` resolves every annotation, and importing the clients still loads nothing.
    """
    lines = ["if TYPE_CHECKING:"]
    lines += [f"    {home.statement}" for home in homes.values()] or ["    pass"]
    lines += [
        "else:",
        "    # Annotations name these modules. Each is imported when typing.get_type_hints() first asks it",
        "    # for a class; until then, importing this module loads none of them.",
    ]
    for home in homes.values():
        lines += [
            "",
            f"    class {_holder(home)}:",
            "        def __getattr__(self, name: str) -> Any:",
            f"            {home.statement}",
            "",
            f"            return getattr({home.name}, name)",
        ]
    lines.append("")
    return lines + [f"    {home.name} = {_holder(home)}()" for home in homes.values()]


def _holder(home: Home) -> str:
    return "_" + "".join(part.capitalize() for part in home.name.split("_"))


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
    speller: Speller,
    definitions: Mapping[str, Definition],
) -> list[str]:
    """A method of the client that is an operation of one of its resources."""
    returns = operation.answer.returns
    prefix, wait = "", ""
    if returns == "sse" and operation.answer.stream_class:
        result = f"{home.name}.{colour}{operation.answer.stream_class}"
    elif returns == "sse":
        result = f"{speller.name(f'{colour}EventStream')}[{speller.answer(operation.answer.type)}]"
    elif returns == "bytes":
        result = speller.name(f"{colour}Download")
    else:
        result = "None" if returns == "none" else speller.answer(operation.answer.type)
        prefix, wait = ("async ", "await ") if colour else ("", "")
    signature = ", ".join(parameters(operation, speller))
    given = ", ".join(part for part in (forwarded(operation), "options=options") if part)
    return [
        f"    {prefix}def {operation.client_method}({signature}) -> {result}:",
        *method_doc(operation, definitions),
        f"        return {wait}self.{operation.tag}.{operation.method}({given})",
    ]
