"""Tables that fit the terminal: the most important columns, as many as fit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wcwidth import wcswidth

from .terminal import bold, printable

_GAP = 2
_WIDEST = 40
_NARROWEST = 6
# The most important columns, in this order; the others keep the order of the server.
_FIRST = (
    "id",
    "name",
    "title",
    "status",
    "event",
    "subject",
    "content",
    "message",
    "email",
    "type",
)


def table_lines(rows: Sequence[Any], width: int) -> tuple[list[str], int]:
    """Format rows as a table; returns its lines and the number of columns that did not fit.

    Args:
        rows: JSON values; those that are not objects are in one column.
        width: columns of the terminal.
    """
    cells = [row if isinstance(row, Mapping) else {"value": row} for row in rows]
    names = _columns(cells)
    texts = {name: [_text(row.get(name)) for row in cells] for name in names}
    wanted = {name: _width(name, texts[name]) for name in names}
    chosen = _fitting(names, wanted, width)
    widths = _shares([wanted[name] for name in chosen], width)
    heading = bold(_line([_heading(name) for name in chosen], widths))
    lines = [
        _line([texts[name][number] for name in chosen], widths) for number in range(len(cells))
    ]
    return [heading, *lines], len(names) - len(chosen)


def record_lines(record: Mapping[str, Any], width: int) -> list[str]:
    """Format a record: a line for each member, wrapped if necessary."""
    name_width = min(max((cell_len(name) for name in record), default=0), max(width // 3, 8))
    room = max(width - name_width - _GAP, 10)
    lines = []
    for name, value in record.items():
        label = bold(set_cell_size(name, name_width))
        for number, part in enumerate(_wrapped(_block(value), room)):
            lines.append(f"{label if not number else ' ' * name_width}{' ' * _GAP}{part}".rstrip())
    return lines


def cell_len(text: str) -> int:
    """The width of a text in a terminal; wide characters take two columns."""
    return len(text) if text.isascii() else max(wcswidth(text), 0)


def set_cell_size(text: str, width: int) -> str:
    """Truncate or pad a text to a width."""
    while (missing := width - cell_len(text)) < 0:
        text = text[: missing if text.isascii() else -1]
    return text + " " * missing


def _columns(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of columns, the most important first; columns without scalar values are omitted."""
    names = dict.fromkeys(name for row in cells for name in row)
    found = [
        name
        for name in names
        if any(not isinstance(row.get(name), (dict, list, type(None))) for row in cells)
    ]
    return sorted(found or names, key=lambda name: _FIRST.index(name) if name in _FIRST else 99)


def _heading(name: str) -> str:
    return name.replace("_", " ").upper() if name.islower() else _words(name)


def _words(name: str) -> str:
    """`createdAt` as `CREATED AT`."""
    return "".join(f" {char}" if char.isupper() else char for char in name).strip().upper()


def _width(name: str, texts: Sequence[str]) -> int:
    widest = max(map(cell_len, texts), default=0)
    return max(cell_len(_heading(name)), min(widest, widest if name == "id" else _WIDEST))


def _fitting(names: Sequence[str], wanted: Mapping[str, int], width: int) -> list[str]:
    """As many columns as fit if long ones are shortened a little."""
    chosen: list[str] = []
    used = 0
    for name in names:
        least = min(wanted[name], 20)
        if chosen and used + _GAP + least > width:
            break
        chosen.append(name)
        used += least + (_GAP if len(chosen) > 1 else 0)
    return chosen


def _shares(wanted: Sequence[int], width: int) -> list[int]:
    """The widths of columns: as desired if they fit, else the widest ones shrink."""
    widths = list(wanted)
    room = width - _GAP * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = max(range(len(widths)), key=lambda number: (widths[number], number))
        widths[widest] -= 1
    return widths


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    cut = [_cut(text, width) for text, width in zip(texts, widths, strict=True)]
    return (" " * _GAP).join(cut).rstrip()


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(f"{set_cell_size(text, max(width - 1, 0)).rstrip()}…", width)


def _text(value: Any) -> str:
    """Format a value for a cell, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return _plain(", ".join(map(str, value)))
    if isinstance(value, (dict, list)):
        return _plain(json.dumps(value, ensure_ascii=False))
    return _moment(value) if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    return printable(" ".join(text.split()))


def _moment(text: str) -> str:
    """Convert a time to the local time zone; any other text is unchanged."""
    if len(text) >= 20 and text[4:5] == "-" and text[10:11] == "T":
        try:
            return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
        except ValueError:
            pass
    return _plain(text)


def _block(value: Any) -> str:
    """Format a value of a record, on several lines if it has them."""
    if isinstance(value, str) and "\n" in value:
        return printable(value)
    if isinstance(value, (dict, list)) and value and not _is_short(value):
        return "\n".join(_nested(value))
    return _text(value)


def _nested(value: Any) -> list[str]:
    """Format nested values as indented lines: members by name, items after a hyphen."""
    if isinstance(value, Mapping) and value:
        return [line for key, one in value.items() for line in _member(f"{key}:", one)]
    if isinstance(value, list) and value and not _is_short(value):
        return [
            f"{'  ' if number else '- '}{line}"
            for one in value
            for number, line in enumerate(_nested(one))
        ]
    return [_text(value)]


def _member(name: str, value: Any) -> list[str]:
    lines = _nested(value)
    deep = isinstance(value, (dict, list)) and value and not _is_short(value)
    return [printable(name), *(f"  {line}" for line in lines)] if deep else [f"{name} {lines[0]}"]


def _is_short(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, (str, int)) for one in value)


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap text to a width, between words if possible."""
    import textwrap

    lines: list[str] = []
    for line in text.splitlines() or [""]:
        indent = line[: len(line) - len(line.lstrip())]
        below = indent[: width // 2]
        lines += textwrap.wrap(
            line.lstrip(), width, initial_indent=below, subsequent_indent=below
        ) or [""]
    return lines
