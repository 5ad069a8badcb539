"""Split texts into chunks, the units of indexing and search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SIZE = 1000
"""Maximum length of a chunk in characters."""

_TITLE = 80
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=#{1,6}[ \t])")
_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*)")
_SENTENCE_END = re.compile(r"[.!?]\s")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a text."""

    content: str
    heading: str | None = None
    """The Markdown heading above it."""


def split(text: str) -> list[Chunk]:
    """Split a text into chunks of as many whole paragraphs as fit, never across a heading."""
    found: list[Chunk] = []
    blocks: list[str] = []
    heading: str | None = None
    size = 0
    for block in _blocks(text):
        title = _HEADING.match(block)
        if blocks and (title or size + len(block) > SIZE):
            found.append(Chunk("\n\n".join(blocks), heading))
            blocks, size = [], 0
        if title:
            heading = title[1].strip("# \t")
        blocks.append(block)
        size += len(block) + 2  # with the empty line between
    return [*found, Chunk("\n\n".join(blocks), heading)] if blocks else found


def title_of(text: str) -> str:
    """A title for a text: its first line."""
    line = next((line for line in text.splitlines() if line.strip("# \t")), "Untitled")
    return line.strip("# \t")[:_TITLE]


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs of a text; long ones in pieces."""
    for block in _BREAK.split(text):
        start = 0
        while start < len(block):
            end = start + SIZE
            if end < len(block):
                end = start + _cut(block[start:end])
            if piece := block[start:end].strip():
                yield piece
            start = end


def _cut(text: str) -> int:
    """Where to split a text: after a sentence, else after a line or a word, else at the limit."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, len(text) // 2)]
    return ends[-1] if ends else max(text.rfind("\n"), text.rfind(" ")) + 1 or len(text)
