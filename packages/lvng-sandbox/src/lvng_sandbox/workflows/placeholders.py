"""Placeholders in configurations: `{{name}}` stands for an input of the run, or the output of a step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"{{([^{}]+)}}")


def placeholders(settings: Any) -> Iterator[str]:
    """The names of placeholders in a configuration."""
    if isinstance(settings, Mapping):
        settings = list(settings.values())
    if isinstance(settings, list):
        for one in settings:
            yield from placeholders(one)
    elif isinstance(settings, str):
        yield from map(str.strip, _PLACEHOLDER.findall(settings))


def substitute(settings: Any, values: Mapping[str, Any]) -> Any:
    """Replace `{{name}}` by values in a configuration; unknown names are kept."""
    if isinstance(settings, Mapping):
        return {name: substitute(one, values) for name, one in settings.items()}
    if isinstance(settings, list):
        return [substitute(one, values) for one in settings]
    if not isinstance(settings, str):
        return settings
    if (whole := _PLACEHOLDER.fullmatch(settings)) and (name := whole[1].strip()) in values:
        return as_text(values[name]) if _is_output(values[name]) else values[name]
    return _PLACEHOLDER.sub(lambda place: as_text(values.get(place[1].strip(), place[0])), settings)


def as_text(value: Any) -> str:
    """A value as text: the text of an output, or else JSON."""
    if _is_output(value):
        return str(value["text"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_output(value: Any) -> bool:
    return isinstance(value, Mapping) and "text" in value
