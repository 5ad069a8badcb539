"""The sections of a message: what is asked, the texts that came with it, and all else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["lead", "question", "text"]

TEXT_NAMES = (
    "analys[ie]s|article|background|content|context|data|document|draft|email|fact|finding|information|knowledge|material"
    "|note|paragraph|passage|reference|result|source|text"
)
"""What people call a text that a message is about."""
UNTITLED = "The message"
"""Title of a text without one."""

_MARK = re.compile(
    r"""
    # Three backticks, three quotes, or a line of dashes.
    (?P<delimiter>```(?:\w*$)?|\"{3}|'{3}|^[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t]*$)
    # <context>
    |<(?P<closes>/?)(?P<tag>[a-z]\w*)>
    # --- guide.md ---, as `lvng ask` writes it
    |^---[ ](?P<file>\S.*)[ ]---$
    # Review this draft:
    |^[ \t]*(?:\#+[ \t]*)?\**(?P<label>[^\W\d_][^\n:.?!*]{0,59})\**:\**
    # ### Context
    |^[ \t]*\#+[ \t]+\**(?P<label_of_heading>[^\n:.?!*]{1,60}?)\**[ \t]*$
    # The town is old. Question: How old?
    |(?<=[.!?'"\u201d][ ])(?P<label_in_line>[a-z]+):
    |(?P<blank>\n[ \t]*(?=\n))
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""What may end a section: a delimiter, a label in one of its forms, or a blank line."""
_QUESTION_NAME = re.compile(r"\b(?:brief|q|query|question|task|topic)$", re.IGNORECASE)
"""A label whose last word says that a question follows: `User question`."""
_TEXT_NAME = re.compile(
    rf"\b(?:{TEXT_NAMES})s?(?:\s(?:about|for|from|in|of|on)\b.*)?$", re.IGNORECASE
)
"""A label whose noun says that a text follows: `My draft`, `Available data from the store`."""
_ONE_QUESTION = re.compile(r"[^\n.!?]+\?[ \t]*$", re.MULTILINE)
"""The rest of a line if it is one question: `Who is the mayor?`."""
_NOT_SPACE = re.compile(r"\S")
_QUOTATIONS = frozenset({"```", '"""', "'''"})
_NEXT_FILE = "the next file"
"""What ends the content of a file, whatever labels it has."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a message."""

    kind: Kind
    title: str = ""
    """The label of the section; empty for the lead, and for a text that has neither label nor delimiters."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Beginning:
    """How a section begins, and what closes it."""

    kind: Kind
    title: str = ""
    closed_by: str = ""
    """The delimiter that alone ends it; empty if the next label does."""


def read_sections(message: str) -> list[Section]:
    """The sections of a message, in their order; the first is what precedes all labels and delimiters."""
    found: list[Section] = []
    section, start = _Beginning("lead"), _skip_space(message, 0)
    for mark in _MARK.finditer(message):
        if following := _next(section, mark, is_empty=start >= mark.start()):
            text = message[start : mark.start()].rstrip()
            found.append(Section(section.kind, section.title, text))
            section, start = following, _skip_space(message, mark.end())
    return [*found, Section(section.kind, section.title, message[start:].rstrip())]


def _skip_space(message: str, start: int) -> int:
    found = _NOT_SPACE.search(message, start)
    return found.start() if found else len(message)


def _next(section: _Beginning, mark: re.Match[str], *, is_empty: bool) -> _Beginning | None:
    """The section that a mark begins; None if the mark is part of the section before it."""
    if mark["file"]:
        return _Beginning("text", mark["file"], _NEXT_FILE)
    if section.closed_by:
        return _Beginning("lead") if _delimiter(mark) == section.closed_by else None
    if mark["blank"]:
        # A question is one paragraph. What follows it may be a text.
        return _Beginning("text") if section.kind == "question" and not is_empty else None
    if not mark["delimiter"]:
        return _labelled(mark)
    delimiter = _delimiter(mark)
    if section.kind != "text" or is_empty:
        return _Beginning("text", section.title or UNTITLED, delimiter)
    # A labelled text may have code and quotations, but a rule ends it.
    return None if delimiter in _QUOTATIONS else _Beginning("text")


def _delimiter(mark: re.Match[str]) -> str:
    """The delimiter that a mark is, whatever its length: `---` for `------`."""
    return mark[0] if mark["closes"] else (mark["delimiter"] or "").strip()[:3]


def _labelled(mark: re.Match[str]) -> _Beginning | None:
    """The section that a label or a tag begins."""
    if mark["closes"]:
        return None
    names = mark.group("tag", "label", "label_of_heading", "label_in_line")
    label = next(filter(None, names)).strip()
    closed_by = f"</{label}>" if mark["tag"] else ""
    is_asked = mark[0].endswith(":") and _ONE_QUESTION.match(mark.string, mark.end())
    if is_asked or _QUESTION_NAME.search(label):
        return _Beginning("question", label, closed_by)
    return _Beginning("text", label, closed_by) if _TEXT_NAME.search(label) else None
