"""Validate requests, and responses, against the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from jsonschema_rs import Draft202012Validator, Registry, ValidationError, ValidationErrorKind

from ..clock import canonical
from ..problems import Problem, invalid
from .document import URI, Contract, Operation, Parameter, Schema

_NUMBERS = {"integer": int, "number": float}
_MAX_NUMBER = 2**63 - 1
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_BOOLEANS = {"true": True, "false": False}

N = TypeVar("N", int, float)
_Known: TypeAlias = tuple[dict[str, Parameter], Draft202012Validator]


class Validation:
    """The compiled schemas of a contract; each is compiled on first use."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._registry = Registry([(URI, contract.document)], draft=None)
        self._compiled: dict[tuple[str, str], Draft202012Validator] = {}
        self._known: dict[tuple[str, str], _Known] = {}

    def parameters(
        self, operation: Operation, location: str, given: Iterable[tuple[str, str]]
    ) -> dict[str, Any]:
        """The parameters in the path, the query or the headers, parsed and checked."""
        known, validator = self._parameters(operation, location)
        texts: dict[str, list[str]] = {}
        for name, text in given:
            if name in known:
                texts.setdefault(name, []).append(text)
        values = {name: self._value(known[name], found) for name, found in texts.items()}
        if known:
            self._check(validator, values)
        return values

    def _parameters(self, operation: Operation, location: str) -> _Known:
        """The parameters of an operation in one location, by name, and their validator."""
        key = (operation.id, location)
        if key not in self._known:
            known = {one.name: one for one in operation.parameters if one.location == location}
            self._known[key] = (known, self._validator(operation, location, _schema(known)))
        return self._known[key]

    def body(self, operation: Operation, content: bytes) -> Any:
        """A JSON body, parsed and checked."""
        if not content:
            if operation.body_required:
                raise invalid([("body", "is required")])
            return {}
        try:
            value = parse(content)
        except (ValueError, RecursionError):
            raise invalid([("body", "is not valid JSON")]) from None
        if isinstance(value, dict):
            for alias, name in operation.aliases.items():
                if alias in value and name not in value:
                    value[name] = value.pop(alias)
        self._check(self._validator(operation, "body", operation.body_schema), value)
        return value

    def form(
        self, operation: Operation, fields: Iterable[tuple[str, str]], files: Iterable[str]
    ) -> Any:
        """The plain fields of a form, parsed and checked together with the names of its files."""
        properties: Mapping[str, Schema] = operation.body_schema.get("properties", {})
        texts: dict[str, list[str]] = {}
        for name, text in fields:
            texts.setdefault(name, []).append(text)
        values = {
            name: self._value(
                Parameter(name, "form", required=False, schema=properties.get(name, {})), found
            )
            for name, found in texts.items()
        }
        # To the schema a file is a string, whatever its content.
        validator = self._validator(operation, "body", operation.body_schema)
        self._check(validator, {**values, **dict.fromkeys(files, "file")})
        return values

    def response_errors(self, operation: Operation, value: Any) -> list[str]:
        """Contract violations in a response of the sandbox."""
        validator = self._validator(operation, "answer", operation.response_schema)
        return [
            f"{field_of(error) or 'answer'}: {error.message}"
            for error in validator.iter_errors(value)
        ]

    def _value(self, parameter: Parameter, texts: list[str]) -> Any:
        """The value of a parameter by its schema; the text itself if it has none, which validation then rejects."""
        schema = self._contract.resolve(parameter.schema)
        kinds = schema.get("type", ())
        kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        if "array" in kinds:
            items = Parameter(
                parameter.name, parameter.location, required=False, schema=schema.get("items", {})
            )
            return [self._value(items, [text]) for text in texts]
        if len(texts) > 1:
            raise invalid([(parameter.name, "is given more than once")])
        return _convert(texts[0], kinds)

    def _check(self, validator: Draft202012Validator, value: Any) -> None:
        if not validator.is_valid(value):
            raise self._problem(validator, value)

    def _validator(self, operation: Operation, part: str, schema: Schema) -> Draft202012Validator:
        key = (operation.id, part)
        if key not in self._compiled:
            self._compiled[key] = Draft202012Validator(
                # References of the schema are resolved against the document.
                _absolute(schema),
                registry=self._registry,
                validate_formats=True,
                formats={"date-time": _is_timestamp},
            )
        return self._compiled[key]

    def _problem(self, validator: Draft202012Validator, value: Any) -> Problem:
        errors = list(validator.iter_errors(value))
        return invalid([(field_of(error) or "body", message_of(error)) for error in errors[:20]])


def _schema(parameters: Mapping[str, Parameter]) -> Schema:
    """The schema of an object with these parameters."""
    return {
        "type": "object",
        "properties": {name: one.schema for name, one in parameters.items()},
        "required": [name for name, one in parameters.items() if one.required],
    }


def _is_timestamp(text: str) -> bool:
    """Whether a text is a date-time that exists in the calendar: no year 0, no second 60."""
    try:
        canonical(text)
    except (ValueError, OverflowError):
        return False
    return _TIMESTAMP.fullmatch(text) is not None


def _absolute(schema: Any) -> Any:
    """A schema whose references name the document, so that it can be used outside of it."""
    if isinstance(schema, Mapping):
        return {
            key: f"{URI}{value}" if key == "$ref" else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


def _convert(text: str, kinds: tuple[str, ...]) -> Any:
    if "boolean" in kinds and text in _BOOLEANS:
        return _BOOLEANS[text]
    for kind, number in _NUMBERS.items():
        if kind in kinds:
            try:
                return _bounded(number(text))
            except (ValueError, OverflowError):
                return text
    if "object" in kinds:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def parse(content: bytes) -> Any:
    """Parse JSON that can be stored: numbers that the database can hold, strings that are valid Unicode.

    Raises:
        ValueError: it is not.
    """
    value = json.loads(
        content,
        parse_constant=_no_constant,
        parse_int=lambda text: _bounded(int(text)),
        parse_float=lambda text: _whole(_bounded(float(text))),
    )
    if b"\\ud" in content.lower():  # it may be half of a surrogate pair, which is not valid Unicode
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _bounded(number: N) -> N:
    if not -_MAX_NUMBER <= number <= _MAX_NUMBER:
        raise ValueError(f"{number} is out of range")
    return number


def _whole(number: float) -> int | float:
    """In JSON, 2.0 and 2 are the same."""
    return int(number) if number.is_integer() else number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def field_of(error: ValidationError) -> str:
    path = ".".join(str(part) for part in error.instance_path)
    missing = _missing(error)
    return f"{path}.{missing}".removeprefix(".") if missing else path


def message_of(error: ValidationError) -> str:
    if isinstance(error.kind, ValidationErrorKind.AnyOf):
        missing = [_missing(one) for branch in error.kind.context for one in branch]
        if all(missing):
            return f"needs {' or '.join(missing)}"
    return "is required" if _missing(error) else error.message[:300]


def _missing(error: ValidationError) -> str:
    """The name of a missing property, if that is the error."""
    return error.kind.property if isinstance(error.kind, ValidationErrorKind.Required) else ""
