"""The module of types: a `TypedDict` for each object, an alias for every other named schema."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.api import Alias, Definition, Event, Field, Record
from ..model.types import ANY, Named, Type, mapped, names_in
from ..names import is_name
from .annotation_writer import AnnotationWriter
from .docstrings import about, prose, quote, sentence
from .imports import Imports


def types_module(
    header: str, definitions: Mapping[str, Definition], common: Mapping[str, str] | None = None
) -> str:
    """The text of the module.

    Args:
        header: the first line.
        definitions: the types, with all types to which they refer.
        common: descriptions of common fields by name, which the module contains only once.
    """
    common = common or {}
    writer = AnnotationWriter(definitions)
    blocks: list[list[str]] = []
    for name in sorted(definitions):
        definition = definitions[name]
        if isinstance(definition, Record):
            blocks.append(_record(definition, writer, common))
        elif isinstance(definition, Event):
            blocks.append(_event(definition, writer))
    blocks += [_alias(alias, cut, writer) for alias, cut in _ordered(definitions)]
    imports = Imports()
    imports.add_used(writer.used)
    lines = [header, *quote(_module_doc(definitions, common), 0), ""]
    lines += ["from __future__ import annotations", "", *imports.lines(), ""]
    for block in blocks:
        lines += ["", "", *block]
    return "\n".join(lines) + "\n"


def _module_doc(definitions: Mapping[str, Definition], common: Mapping[str, str]) -> list[str]:
    records = [one for one in definitions.values() if isinstance(one, Record)]
    used = {field.name for one in records for field in one.fields if _is_common(field, common)}
    shared = [f"- `{name}`: {text}" for name, text in common.items() if name in used]
    heading = ["", "Fields that many responses share:", ""] if shared else []
    return ["Types of requests and responses, as plain dicts.", *heading, *shared]


def _is_common(field: Field, common: Mapping[str, str]) -> bool:
    return common.get(field.name) == field.docs.text


def _record(record: Record, writer: AnnotationWriter, common: Mapping[str, str]) -> list[str]:
    writer.used.add("TypedDict")
    own = AnnotationWriter(writer.definitions)
    fields = [(field, _field_type(field, own)) for field in record.fields]
    writer.used |= own.used
    doc = prose(sentence(record.doc) or f"`{record.name}`.", 4)
    mentioned = {name for field in record.fields for name in names_in(field.type)} | own.used
    if any(_needs_call(field.name, mentioned) for field in record.fields):
        return _call_syntax(record.name, doc, fields)
    lines = [f"class {record.name}(TypedDict):", *quote(doc), ""]
    for field, annotation in fields:
        doc = [] if _is_common(field, common) else _field_doc(field)
        lines += [f"    {field.name}: {annotation}", *doc]
    return lines


def _field_type(field: Field, writer: AnnotationWriter) -> str:
    annotation = writer.response(field.type)
    return annotation if field.required else f"{writer.name('NotRequired')}[{annotation}]"


def _field_doc(field: Field) -> list[str]:
    text = about(field.docs)
    return quote(prose(text, 4)) if text else []


def _needs_call(key: str, mentioned: set[str]) -> bool:
    """Whether a key cannot be a class attribute: not an identifier, mangled, or shadowing."""
    if not is_name(key) or not key.isascii():
        return True
    return key in mentioned or key.startswith("__")


def _call_syntax(name: str, doc: list[str], fields: list[tuple[Field, str]]) -> list[str]:
    # The annotations are strings, because they may refer to later definitions.
    items = [f"    {field.name!r}: {text!r}," for field, text in fields]
    return [f'{name} = TypedDict("{name}", {{', *items, "})", *quote(doc, 0)]


def _event(event: Event, writer: AnnotationWriter) -> list[str]:
    writer.used |= {"SSEEvent", "Literal"} if event.event else {"SSEEvent"}
    named = [f"    event: Literal[{event.event!r}]"] if event.event else []
    return [
        f"class {event.name}(SSEEvent):",
        *quote(prose(sentence(event.doc), 4)),
        "",
        *named,
        f"    data: {writer.response(event.data)}",
    ]


def _ordered(definitions: Mapping[str, Definition]) -> list[tuple[Alias, set[str]]]:
    """Sort aliases by dependency; also returns the references that have to be cut to break cycles."""
    aliases = {n: one for n, one in definitions.items() if isinstance(one, Alias)}
    done: dict[str, set[str]] = {}
    for root in sorted(aliases):
        path = [] if root in done else [root]
        while path:
            name = path[-1]
            waiting = {n for n in names_in(aliases[name].type) if n in aliases and n not in done}
            if cut := waiting & set(path):
                waiting -= cut
            if waiting:
                path.append(min(waiting))
                continue
            done[name] = cut
            path.pop()
    return [(aliases[name], cut) for name, cut in done.items()]


def _alias(alias: Alias, cut: set[str], writer: AnnotationWriter) -> list[str]:
    writer.used.add("TypeAlias")
    type_ = _cut(alias.type, cut) if cut else alias.type
    lines = [f"{alias.name}: TypeAlias = {writer.response(type_)}"]
    if cut:
        lines.insert(0, "# The schema contains itself; further down it is Any.")
    return lines + (quote(prose(sentence(alias.doc), 0), 0) if alias.doc else [])


def _cut(type_: Type, names: set[str]) -> Type:
    """A type with some of its names replaced by Any."""
    return mapped(
        type_, lambda part: ANY if isinstance(part, Named) and part.name in names else None
    )
