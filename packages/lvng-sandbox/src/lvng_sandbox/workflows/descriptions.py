"""Parse descriptions of workflows: introduction, and numbered or bulleted items."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = r"(?:(?:step )?\d{1,2}[.):]|[a-z]\)|[-*\u2022])"
_ITEM = re.compile(rf"(?P<indent>[ \t]*){_MARK}[ \t]+(?P<text>\S.*)", re.IGNORECASE)
_INLINE = re.compile(r"(?:^|\s)(?P<number>\d{1,2})[.)]\s+")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")


@dataclass(frozen=True, slots=True)
class Description:
    """The parts of a description."""

    lead: str
    """The text before the list; without a list, the whole text."""
    items: tuple[str, ...]
    """The items of the list, in order."""
    rest: str
    """The text after the list."""


def read_description(text: str) -> Description:
    """The parts of a description. Continuation lines and nested items belong to their item."""
    lead: list[str] = []
    items: list[str] = []
    rest: list[str] = []
    indent, after_gap = 0, False
    for line in _lines(text):
        item = _ITEM.fullmatch(line)
        if not line.strip():
            after_gap = True
            continue
        if item and (not items or len(item["indent"]) <= indent):
            indent = len(item["indent"])
            items.append(item["text"])
        elif items and (not after_gap or line[:1].isspace()):
            items[-1] += f" {item['text'] if item else line.strip()}"
        else:
            (rest if items else lead).append(line)
        after_gap = False
    return Description(_plain(" ".join(lead)), tuple(map(_plain, items)), _plain(" ".join(rest)))


def _lines(text: str) -> list[str]:
    """The lines of a text; a list within one line is `1. ... 2. ...`, in this order."""
    lines = text.splitlines()
    marks = list(_INLINE.finditer(text))
    numbers = [int(mark["number"]) for mark in marks]
    if len(lines) > 1 or len(marks) < 2 or numbers != list(range(1, len(marks) + 1)):
        return lines
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [text[mark.start() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    return [text[: marks[0].start()], *items]


def _plain(text: str) -> str:
    """A text without marks of emphasis and superfluous space."""
    return " ".join(_EMPHASIS.sub(r"\2", text).split())
