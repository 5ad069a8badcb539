"""Observations written by `lvng-verify`: JSON Lines, each with the shape of a response."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import SpecError

VERSION = 1
Shape: TypeAlias = Mapping[str, Any]
"""A JSON Schema without values; see observation.schema.json of lvng-verify."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The observation of one exchange.

    Attributes:
        operation: id of the operation; None if the contract has none at this path.
        method: HTTP method.
        path: path of the operation.
        status: status of the response.
        media_type: media type of the body; empty without a body.
        body: shape of the body, if it is JSON.
        observed: day of the exchange.
    """

    operation: str | None
    method: str
    path: str
    status: int
    media_type: str
    body: Shape | None
    observed: str


def read(path: Path) -> Iterator[Observation]:
    """Read the observations of a file.

    Raises:
        SpecError: a line is not an observation of this version.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"cannot be read: {error}", str(path)) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _parsed(line, f"{path}:{number}")


def types_of(shapes: Sequence[Shape]) -> set[str]:
    """The types of several shapes; integers count as numbers if there are numbers, too."""
    found: set[str] = set()
    for one in shapes:
        given = one["type"]
        found |= {given} if isinstance(given, str) else set(given)
    return found - {"integer"} if "number" in found else found


def properties_of(shapes: Sequence[Shape]) -> dict[str, list[Shape]]:
    """The shapes of each property of several objects."""
    found: dict[str, list[Shape]] = {}
    for one in shapes:
        for name, value in one.get("properties", {}).items():
            found.setdefault(name, []).append(value)
    return found


def objects_of(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes of objects."""
    return [one for one in shapes if "object" in types_of([one])]


def always(name: str, shapes: Sequence[Shape]) -> bool:
    """Whether every object has a property."""
    return all(name in one.get("required", ()) for one in objects_of(shapes))


def items_of(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes of the items of several arrays."""
    return [one["items"] for one in shapes if "items" in one]


def _parsed(line: str, place: str) -> Observation:
    try:
        data = json.loads(line)
        if data["version"] != VERSION:
            raise SpecError(f"version {data['version']!r}, expected {VERSION}", place)
        return Observation(
            data["operation"],
            data["method"],
            data["path"],
            data["status"],
            data["media_type"],
            data.get("body"),
            data["observed"],
        )
    except (ValueError, KeyError, TypeError):
        raise SpecError("is not an observation", place) from None
