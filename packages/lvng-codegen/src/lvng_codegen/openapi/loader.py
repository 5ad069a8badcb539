"""Load YAML and JSON files as plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from ..errors import SpecError

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_PLAIN = ("null", "seq", "str")


def read(path: Path) -> JSON:
    """Read a JSON or YAML file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SpecError("no such file", str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"cannot be read: {error}", str(path)) from error
    try:
        return _parse(text, str(path), path.suffix.lower())
    except RecursionError:
        raise SpecError("is nested too deeply", str(path)) from None


def _parse(text: str, name: str, suffix: str) -> JSON:
    is_object = text.lstrip().startswith("{")
    if suffix == ".json" or (is_object and suffix not in {".yaml", ".yml"}):
        return read_json(text, name)
    if is_object:
        # JSON by another name: YAML takes most of it, but no surrogate pairs.
        with suppress(SpecError):
            return read_json(text, name)
    return read_yaml(text, name)


def read_json(text: str, name: str) -> JSON:
    """Parse JSON; a duplicate key in an object is an error."""

    def unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise SpecError(f"the key {twice!r} is duplicated in one object", name)
        return found

    def refuse(constant: str) -> JSON:
        raise SpecError(f"{constant} is not JSON", name)

    try:
        data: JSON = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise SpecError(f"line {error.lineno}: is not JSON: {error.msg}", name) from error
    except ValueError as error:  # a number with more digits than Python parses
        raise SpecError(f"cannot be read: {error}", name) from error
    return data


def read_yaml(text: str, name: str) -> JSON:
    """Parse YAML by the core schema of YAML 1.2, in which `on`, `no` and dates are strings."""
    try:
        data: JSON = yaml.load(text, Loader=_CoreLoader)  # noqa: S506 - extends the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise SpecError(f"{line}{error.problem or error.context}", name) from error
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError(f"is not YAML: {error}", name) from error
    return data


class _CoreLoader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """PyYAML with the rules of YAML 1.2; keys are unique strings, as in JSON."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
    # Without those of YAML 1.1 for dates, sets and bytes, which JSON does not have.
    yaml_constructors = {  # noqa: RUF012
        tag: _Base.yaml_constructors[tag] for tag in (None, *(_TAG + kind for kind in _PLAIN))
    }


def _resolve(tag: str, pattern: str, first: str) -> None:
    _CoreLoader.add_implicit_resolver(_TAG + tag, re.compile(f"^(?:{pattern})$"), list(first))


_resolve("null", r"~|null|Null|NULL|", "~nN")
_CoreLoader.add_implicit_resolver(_TAG + "null", re.compile(r"^$"), [""])
_resolve("bool", r"true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789")
_resolve("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789.")
_resolve("merge", "<<", "<")  # from YAML 1.1, but widely used


def _construct_bool(loader: Any, node: Any) -> bool:
    text: str = loader.construct_scalar(node)
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _construct_int(loader: Any, node: Any) -> int:
    text: str = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)


def _construct_float(loader: Any, node: Any) -> float:
    return float(loader.construct_scalar(node))


def _construct_map(loader: Any, node: Any) -> dict[str, JSON]:
    _check_keys(node)
    loader.flatten_mapping(node)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _check_keys(node: Any) -> None:
    seen: set[Hashable] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a string", key.start_mark
            )
        if key.value in seen and key.tag != _TAG + "merge":
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} is duplicated in one mapping", key.start_mark
            )
        seen.add(key.value)


_CoreLoader.add_constructor(_TAG + "bool", _construct_bool)
_CoreLoader.add_constructor(_TAG + "int", _construct_int)
_CoreLoader.add_constructor(_TAG + "float", _construct_float)
_CoreLoader.add_constructor(_TAG + "map", _construct_map)


def escape(key: str) -> str:
    """Escape a key for a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Unescape a part of a JSON pointer."""
    return part.replace("~1", "/").replace("~0", "~")
