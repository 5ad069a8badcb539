"""Calls of a generated package: what to give each method, as text that type checkers read and Python runs."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from .reading import Operation, Parameter, Reading
from .request import ABSENT, Given, essence, is_json
from .values import BINARY, Values

# Headers hold no more than ASCII; a separator in an entry is one more separator.
_TEXTS_IN = {
    "header": ["plain", "two words", "x:1"],
    "delimited": ["plain", "Größe", "x&y=z", "a+b"],
}
_TEXT = ("xml", "yaml", "ndjson", "jsonl", "graphql", "javascript", "csv", "jwt")


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a method.

    Attributes:
        text: the expression on `client`.
        accept: the media type of the response that its method is for; empty for the usual one.
    """

    operation: Operation
    given: Given
    text: str
    accept: str

    @property
    def title(self) -> str:
        return f"{self.operation.key}: {self.text}"


def calls(reading: Reading, folder: Path, package: str, luck: Random) -> Iterator[Call]:
    """Two calls of every method: with all that may be given, and with what must be."""
    names = json.loads((folder / f"{package}.names.json").read_text())["operations"]
    operations = list(reading.operations())
    # Where paths differ in no more than the names of their placeholders, the first has the short key.
    by_key = {one.title: one for one in operations}
    by_key |= {one.key: one for one in reversed(operations)}
    for name, method in names.items():
        key, *variant = name.split("; ")
        headers = dict(part.split(": ") for part in variant)
        operation = by_key[key]
        for full in (True, False):
            given = _given(reading, operation, luck, headers.get("Content-Type", ""), full=full)
            if "}{" in operation.path or "" in operation.bodies:
                continue  # where one value ends and the next begins, or what a body is, nobody can tell
            if any(_is_undefined(one, value) for one, value in given.parameters.items()):
                continue
            written = _written(package, method, operation, given)
            yield Call(operation, given, written, headers.get("Accept", ""))


def _given(reading: Reading, operation: Operation, luck: Random, kind: str, *, full: bool) -> Given:
    given = Given()
    fixed = {name for name, value in operation.query if value[:1] != "{"}
    for parameter in operation.parameters:
        if (parameter.required or full) and parameter.name not in fixed:
            given.parameters[parameter] = _argument(reading, parameter, luck, full=full)
    if operation.bodies and (operation.body_required or full):
        json_first = sorted(operation.bodies, key=lambda one: not is_json(one))
        given.media_type = kind or json_first[0]
        given.body = _body(reading, operation, given.media_type, luck, full=full)
    return given


def _is_undefined(parameter: Parameter, value: Any) -> bool:
    """Whether OpenAPI does not say how a value is written: an empty one in a path, or lists of lists."""
    if parameter.place not in {"path", "header", "cookie"}:
        return False
    entries = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, (dict, list)) and any(isinstance(e, (dict, list)) for e in entries)
    return nested or (parameter.place == "path" and value in ({}, []))


def _argument(reading: Reading, parameter: Parameter, luck: Random, *, full: bool) -> Any:
    values = Values(reading, luck, full=full, request=True)
    values.key = f"{parameter.name} key"  # keys of several objects share one query
    values.anything = ["any", 7, True]
    kind = "delimited" if parameter.style.endswith("Delimited") else parameter.place
    values.texts = _TEXTS_IN.get(kind, values.texts)
    value = None
    while value is None or value in ("", [], {}):
        value = values.of(parameter.schema)
        if isinstance(value, str) and is_json(parameter.media_type):
            return json.dumps(value)  # given as the text that it is sent as
        if values.full and (parameter.place == "path" or not parameter.required):
            break
        values.full = True  # what is empty is not sent
    return value


def _body(reading: Reading, operation: Operation, kind: str, luck: Random, *, full: bool) -> Any:
    media, plain = operation.bodies[kind], essence(kind)
    form = plain in {"multipart/form-data", "application/x-www-form-urlencoded"}
    files = plain != "application/x-www-form-urlencoded" and not is_json(kind)
    values = Values(reading, luck, full=full, request=True, binary=files)
    value = values.of(media.get("schema", {}))
    if form:
        value = value if isinstance(value, dict) else {"free key": "Größe"}
        value = {key: one for key, one in value.items() if one is not None and one != []}
        return value if value or operation.body_required else ABSENT
    if is_json(kind):
        return ABSENT if value == {} and not operation.body_required else value
    if (plain.startswith("text/") or plain.endswith(_TEXT)) and value is not BINARY:
        return "text: Größe"
    return value if "*" in plain and value is not BINARY else BINARY


def _written(package: str, method: str, operation: Operation, given: Given) -> str:
    """A call as an expression on `client`."""
    tag = method.partition(".")[0]
    params = _constant(importlib.import_module(f"{package}._generated.{tag}"), method).params
    by_wire = {
        (param.location.removeprefix("optional_"), _wire(python, param)): python
        for python, param in params.items()
    }
    arguments: dict[str, Any] = {}
    for parameter, value in given.parameters.items():
        arguments |= _passed(parameter, value, by_wire, operation)
    whole = [python for python, param in params.items() if param.location == "body"]
    if given.body is not ABSENT:
        if whole:
            arguments[whole[0]] = given.body
        else:
            arguments |= {by_wire["field", key]: one for key, one in given.body.items()}
    listed = ", ".join(f"{python}={value!r}" for python, value in arguments.items())
    return f"client.{method}({listed})"


def _constant(module: ModuleType, id: str) -> Any:
    """The description of an operation in a generated module, for the Python names of its arguments."""
    return next(one for one in vars(module).values() if getattr(one, "id", "") == id)


def _wire(python: str, param: Any) -> str:
    return str(python if param.wire is None else param.wire)


def _passed(
    parameter: Parameter, value: Any, by_wire: dict[tuple[str, str], str], operation: Operation
) -> dict[str, Any]:
    """The arguments that a parameter is passed by: one, or one for each key of an object."""
    held = [wire for wire, said in operation.query if said == f"{{{parameter.name}}}"]
    if held:
        return {by_wire["query", held[0]]: value}
    place = "query" if parameter.place == "querystring" else parameter.place
    if (place, parameter.name) in by_wire:
        return {by_wire[place, parameter.name]: value}
    deep = parameter.style == "deepObject"
    return {
        by_wire[place, f"{parameter.name}[{key}]" if deep else key]: one
        for key, one in value.items()
    }


def script(package: str, made: list[Call]) -> str:
    """The calls as a module: a function for each."""
    lines = ['# mypy: disable-error-code="func-returns-value"', f"import {package}", ""]
    for number, call in enumerate(made):
        lines += [
            "",
            f"def call_{number}(client: {package}.Client) -> object:",
            f"    return {call.text}",
            "",
        ]
    return "\n".join(lines)
