"""The passages of a text that came with a message, each with its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..engines.extractive import is_unknown, without_citations
from .sections import UNTITLED

LEAST = 20
"""Minimum length in characters of a text that nothing but its place shows to be one."""
_BLANK = re.compile(r"\n[ \t]*\n")
_TITLE = re.compile(
    r"^[ \t]*(?:[-*\u2022][ \t]+)?\[(?P<title>[^\]\n]{1,120})\]:?[ \t]+"
    r"|^[ \t]*[-*\u2022][ \t]+(?P<name>[^:\n]{1,120}):[ \t]+",
    re.MULTILINE,
)
"""How a passage with a title begins: `[Title]: text`, `- [Title] text` or `- Title: text`."""
_INSTRUCTION = re.compile(
    r"(?:please |now |then )?(?:answer|apply|be|cite|create|do not|don't|format|if|include|keep|provide|remember"
    r"|reply|respond|return|search|summari[sz]e|synthesi[sz]e|use|write)\b",
    re.IGNORECASE,
)
"""How a paragraph begins that says what to do with the text before it: `Now write it up.`"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that came with a message."""

    title: str
    text: str


def passages(title: str, text: str) -> Iterator[Passage]:
    """The passages of a text, without instructions after it and without answers that nothing is known.

    Args:
        title: the title of passages without one of their own; empty if nothing but its place shows that this is a text.
        text: the text.
    """
    paragraphs = _BLANK.split(without_citations(text).strip())
    while len(paragraphs) > bool(title) and _INSTRUCTION.match(paragraphs[-1].strip()):
        paragraphs.pop()
    for own, content in _titled("\n\n".join(paragraphs)):
        if len(content) >= (1 if title else LEAST) and not is_unknown(content):
            yield Passage(own or title or UNTITLED, content)


def _titled(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text with their titles; the first has none."""
    title, start = "", 0
    for begin in _TITLE.finditer(text):
        yield title, text[start : begin.start()].strip()
        title, start = begin["title"] or begin["name"], begin.end()
    yield title, text[start:].strip()
