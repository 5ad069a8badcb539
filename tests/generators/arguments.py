"""Values as the functions of a generated client take them, by their annotations."""

from __future__ import annotations

import inspect
import io
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from documents.request import ABSENT, Given


class NoArgument(TypeError):
    """The function does not take something that the document describes."""


def arguments(function: Callable[..., Any], given: Given) -> dict[str, Any]:
    """The keyword arguments of a call.

    Raises:
        NoArgument: the function has none for a parameter, or for the body.
    """
    hints = get_type_hints(function)
    names = [name for name in inspect.signature(function).parameters if not name.startswith("_")]
    free = {_plain(name): name for name in names if name not in {"client", "self"}}
    found: dict[str, Any] = {}
    for parameter, value in given.parameters.items():
        known = [_plain(parameter.name), _plain(f"{parameter.name}{parameter.place}")]
        name = next((free.pop(one) for one in known if one in free), None)
        if name is None:
            raise NoArgument(f"there is no argument for {parameter.name}")
        found[name] = convert(value, hints[name])
    if given.body is not ABSENT:
        found |= _body(given.body, free, hints)
    return found


def _body(value: Any, free: Mapping[str, str], hints: Mapping[str, Any]) -> dict[str, Any]:
    """The body as one argument, or its fields as one each."""
    if isinstance(value, dict) and value and all(_plain(key) in free for key in value):
        return {
            free[_plain(key)]: convert(one, hints[free[_plain(key)]]) for key, one in value.items()
        }
    whole = [name for plain, name in free.items() if plain == "body"] or list(free.values())
    if not whole:
        raise NoArgument("there is no argument for the body")
    return {whole[0]: convert(value, hints[whole[0]])}


def _plain(name: str) -> str:
    """A name without what generators change of it."""
    return "".join(char for char in name.lower() if char.isalnum())


def convert(value: Any, hint: Any) -> Any:
    """A value of the type that an annotation names, where it names one that JSON does not have."""
    if get_origin(hint) in {Union, types.UnionType}:
        return _one_of(value, get_args(hint))
    if isinstance(value, list) and get_args(hint):
        return [convert(one, get_args(hint)[0]) for one in value]
    if isinstance(value, dict) and get_origin(hint) is dict:
        return {key: convert(one, get_args(hint)[1]) for key, one in value.items()}
    return _made(value, hint) if isinstance(hint, type) else value


def _one_of(value: Any, hints: tuple[Any, ...]) -> Any:
    for hint in hints:
        if hint is type(value):
            return value
        try:
            made = convert(value, hint)
        except Exception:  # noqa: BLE001 - another alternative may take it
            continue
        if made is not value or get_origin(hint) in {list, dict}:
            return made
    return value


def _made(value: Any, hint: type) -> Any:
    if issubclass(hint, Enum):
        return hint(value)
    if isinstance(value, str) and issubclass(hint, (date, datetime)):
        return hint.fromisoformat(value)
    if isinstance(value, str) and hint is UUID:
        return UUID(value)
    if isinstance(value, bytes) and hint.__name__ == "File":
        file: Any = hint
        return file(payload=io.BytesIO(value), file_name="file")
    if isinstance(value, (dict, str, int, list)) and hasattr(hint, "from_dict"):
        return hint.from_dict(value)
    return value
