"""Docstrings in Google's style: what editors show while the method is typed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping

from ..model.api import Argument, Definition, Operation, SchemaDocs, record_of
from ..model.types import ListOf, Named, Type, Union, without_null

WIDTH = 96
_ERRORS = {
    "400": "ValidationError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "ValidationError",
    "429": "RateLimitError",
}
_MOST_KEYS = 14
_LIST = re.compile(r"\s*([-*+]|\d+[.)])\s")
# Sentences at the end of a description that only name keys of the response, which `Returns` lists.
_NAMES_KEYS = re.compile(
    r"\s*(?:`(?P<message>message)` describes the outcome"
    r"|The [^.`]+ (?:is|are) under `(?P<key>\w+)`(?:, the position of the page under `pagination`)?)\.$"
)


def quote(lines: Iterable[str], indent: int = 4) -> list[str]:
    """Lines of text as a docstring, indented, with nothing in them that would end it."""
    text = [_escape(line).rstrip() for line in lines]
    while text and not text[-1]:
        text.pop()
    text = text or ["Undocumented."]
    pad = " " * indent
    if len(text) == 1 and not text[0].endswith('"') and len(text[0]) + indent + 6 <= 100:
        return [f'{pad}"""{text[0]}"""']
    return [
        f'{pad}"""{text[0]}',
        *(f"{pad}{line}" if line else "" for line in text[1:]),
        f'{pad}"""',
    ]


def _escape(text: str) -> str:
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def prose(text: str, indent: int = 4, hang: str = "") -> list[str]:
    """A description wrapped; paragraphs and the entries of lists stay apart."""
    lines: list[str] = []
    for number, paragraph in enumerate(_paragraphs(text)):
        if number:
            lines.append("")
        for block in _blocks(paragraph):
            start = hang if lines else ""
            lines += textwrap.wrap(
                block,
                WIDTH - indent,
                initial_indent=start,
                subsequent_indent=hang,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return lines


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def _blocks(paragraph: str) -> list[str]:
    """The entries of a list, or the paragraph as a whole."""
    blocks: list[str] = []
    for line in paragraph.splitlines():
        if blocks and not _LIST.match(line):
            blocks[-1] = f"{blocks[-1]} {line.strip()}"
        else:
            blocks.append(line.strip())
    return blocks


def sentence(text: str) -> str:
    """Text with a full stop at its end."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def first_sentence(text: str) -> str:
    """The text up to the end of its first sentence."""
    return sentence(re.split(r"(?<=[.!?])\s+(?=[A-Z])", text.strip(), maxsplit=1)[0])


def method_doc(operation: Operation, definitions: Mapping[str, Definition]) -> list[str]:
    """The docstring of a method."""
    lines = _opening(operation, _description(operation, definitions))
    for section in (
        _arguments(operation),
        _returns(operation, definitions),
        _raises(operation),
    ):
        lines += ["", *section] if section else []
    return quote(lines, indent=8)


def iterator_doc(operation: Operation) -> list[str]:
    """The docstring of the method that walks over all pages of a list."""
    text = f"Iterate over all pages of `{operation.method}`, entry by entry; the arguments are the same."
    return quote(prose(text, 8), indent=8)


def _summary(operation: Operation) -> str:
    name = operation.method.replace("_", " ").capitalize()
    return sentence(operation.summary) or sentence(name)


def _opening(operation: Operation, description: str) -> list[str]:
    text = _summary(operation)
    if description and description != operation.summary.strip():
        text = f"{text}\n\n{description}"
    lines = _with_source(text, operation.provenance)
    if operation.deprecated:
        lines += ["", "Deprecated: the API may drop it."]
    for note in operation.notes:
        lines += ["", *prose(note, 8)]
    return lines


def _with_source(text: str, provenance: str) -> list[str]:
    """Lines of text that end with its source, which has a paragraph of its own after a list or a fragment."""
    lines = prose(text, 8)
    if not provenance:
        return lines
    source = f"Source: {provenance}."
    last = _blocks(_paragraphs(text)[-1])[-1]
    if _LIST.match(last) or last != sentence(last):
        return [*lines, "", source]
    if len(lines[-1]) + 1 + len(source) > WIDTH - 8:
        return [*lines, source]
    return [*lines[:-1], f"{lines[-1]} {source}"]


def _description(operation: Operation, definitions: Mapping[str, Definition]) -> str:
    """The description without the keys that `Returns` lists."""
    description = operation.description.strip()
    record = record_of(definitions, operation.response.type)
    said = _NAMES_KEYS.search(description)
    if record and said and (said["key"] or said["message"]) in {one.name for one in record.fields}:
        return description[: said.start()]
    return description


def _arguments(operation: Operation) -> list[str]:
    lines = ["Args:"]
    for argument in operation.arguments:
        lines += _entry(argument.name, _about(argument))
    lines += _entry("options", "Overrides for this call.")
    return lines


def _entry(name: str, text: str) -> list[str]:
    """One line of a section, hanging below its name."""
    first, *rest = prose(
        f"{name}: {text}".rstrip(": ") if not text else f"{name}: {text}", 12, "    "
    )
    return [f"    {first}", *(f"    {line}" if line else "" for line in rest)]


def _about(argument: Argument) -> str:
    parts = [about(argument.docs)]
    if argument.nullable and not argument.required:
        parts.append("`None` is sent as null.")
    return " ".join(part for part in parts if part)


def about(docs: SchemaDocs) -> str:
    """A description with limits, default and known values."""
    text = sentence(docs.text)
    details = [docs.limits] if docs.limits else []
    if docs.default:
        details.append(f"default {_as_code(docs.default)}")
    if details:
        text = f"{text[:-1]} ({'; '.join(details)})." if text else f"{'; '.join(details)}."
    if docs.known:
        known = ", ".join(f"`{value}`" for value in docs.known)
        text = f"{text} Known values: {known}.".strip()
    return f"{text} Deprecated.".strip() if docs.deprecated else text


def _as_code(value: str) -> str:
    return value if re.fullmatch(r"-?[\d.]+|True|False", value) else f"`{value}`"


def _returns(operation: Operation, definitions: Mapping[str, Definition]) -> list[str]:
    response = operation.response
    if response.returns == "none":
        return []
    if response.returns == "sse":
        ends = ", ".join(f"`{name}`" for name in response.stream_end)
        text = "The stream of events; the request is sent when it is read."
        text += f" It ends with {' or '.join(ends.rsplit(', ', 1))}." if ends else ""
    elif response.returns == "lines":
        text = "The stream of JSON values; the request is sent when it is read."
    elif response.returns == "bytes":
        text = "The content, fetched when it is saved, iterated or read."
    else:
        text = _described(response.type, definitions)
    return ["Returns:", *(f"    {line}" for line in prose(text, 12))]


def _described(type_: Type, definitions: Mapping[str, Definition]) -> str:
    """The keys of a response and the types that they hold."""
    record = record_of(definitions, type_)
    if record is None:
        text = _shown(type_, plural=False)
        return f"{text[:1].upper()}{text[1:]}."
    keys = []
    for field in record.fields[:_MOST_KEYS]:
        kind = _mention(without_null(field.type))
        keys.append(f"`{field.name}`{f' ({kind})' if kind else ''}")
    more = len(record.fields) - _MOST_KEYS
    return f"{', '.join(keys)}{f' and {more} more keys' if more > 0 else ''}."


def _mention(type_: Type) -> str:
    """The named type that a key holds, if it is one."""
    if isinstance(type_, Named):
        return f"`{type_.name}`"
    if isinstance(type_, ListOf) and isinstance(type_.item, Named):
        return f"list of `{type_.item.name}`"
    return ""


def _shown(type_: Type, *, plural: bool) -> str:
    """A type in words."""
    if isinstance(type_, Named):
        return f"`{type_.name}`"
    if isinstance(type_, ListOf):
        return f"a list of {_shown(type_.item, plural=True)}"
    if isinstance(type_, Union):
        return " or ".join(_shown(member, plural=plural) for member in type_.members)
    names = {"str": "string", "int": "whole number", "float": "number", "bool": "boolean"}
    name = getattr(type_, "name", "")
    if name == "None":
        return "`None`"
    if name in names:
        return f"{names[name]}s" if plural else f"a {names[name]}"
    if name in {"datetime", "date"}:
        return f"{name}s as ISO 8601" if plural else f"a {name} as ISO 8601"
    return "values" if plural else "the JSON of the response"


def _raises(operation: Operation) -> list[str]:
    """The errors that the operation describes itself; the clients describe those of every call."""
    said: dict[str, list[str]] = {}
    for error in operation.errors:
        name = _ERRORS.get(error.status)
        if name and error.text and error.text not in said.get(name, ()):
            said.setdefault(name, []).append(error.text)
    lines = [
        line
        for name, texts in said.items()
        for line in _entry(name, " ".join(sentence(text) for text in texts))
    ]
    return ["Raises:", *lines] if lines else []
