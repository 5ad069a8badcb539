"""A text as statements: its sentences, items and rows, each with the headings that it stands below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"\s*(?P<rank>#{1,6})\s+(?P<text>.*?)[#\s]*")
_UNDERLINE = re.compile(r"\s*(?:=+|-{3,}|\*{3,}|_{3,})\s*")
_BOLD_LINE = re.compile(r"\s*(?:\*\*(?P<stars>[^*]+)\*\*|__(?P<lines>[^_]+)__):?\s*")
_CAPITALS = re.compile(r"[^a-z]*[A-Z]{2}[^a-z]*")
_ITEM = re.compile(r"^\s*(?:[-*+\u2022\u2013]|\d{1,3}[.)]|\[\d{1,3}\])\s+(?:\[[ xX]\]\s+)?")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")
_ROW = re.compile(r"\s*\|.*\|\s*")
_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|?)+\s*")
_FIELD = re.compile(r"(?P<name>[A-Za-z][\w ./()-]{0,29}):\s+(?P<value>\S.*)")
_TITLES = {"title", "name", "subject"}
"""Fields of front matter that say what a document is about."""
_MARKUP = (
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<!\w)__(?=[^\W_])((?:(?!__).)*[\s:A-Z](?:(?!__).)*)__(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"!?\[([^\]\n]+)\]\([^)\s]+\)"), r"\1"),
)
_END = re.compile(r"(?<=[.!?])[\"')\]\u201d]?\s+(?=\S)|(?<=[\u3002\uff01\uff1f])\s*(?=\S)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|[a-z]\.[a-z]|Dr|Mr|Mrs|Ms|Prof|St|No|Nos|Inc|Ltd|Co|Corp|vs|approx|ca|cf|etc|Fig|incl|max|min|tel"
    r"|ext|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|[^\W\d_]\.)\.$|^\d{1,3}\.$"
)
_LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, an item of a list, a field or a row of a table."""

    text: str
    headings: tuple[str, ...] = ()
    """The headings that it stands below, the first of a table's rows, and the title of front matter."""
    block: int = 0
    """Number of its paragraph or list: within one, a statement goes on with what the one before it names."""


def statements(text: str) -> list[Statement]:
    """The statements of a text, whole where lines were wrapped, without headings."""
    return [
        Statement(sentence, headings, block)
        for block, headings, paragraph in _Reader(text).paragraphs()
        for sentence in split_sentences(paragraph)
    ]


def sentences(text: str) -> list[str]:
    """The texts of the statements of a text."""
    return [one.text for one in statements(text)]


def split_sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph of one line."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(paragraph):
        if not _ABBREVIATION.search(paragraph[start : end.start()]):
            found.append(paragraph[start : end.end()].strip())
            start = end.end()
    found.append(paragraph[start:].strip())
    return [one for one in found if one]


def plain(line: str) -> str:
    """A line without marks of emphasis, code and links."""
    for pattern, kept in _MARKUP:
        line = pattern.sub(kept, line)
    return line


class _Reader:
    """Reads a text line by line."""

    def __init__(self, text: str) -> None:
        self._lines = [_QUOTED.sub("", line) for line in text.splitlines()]
        self._ranks: list[tuple[int, str]] = []
        """The headings above a line, each with its rank."""
        self._titles: tuple[str, ...] = ()
        self._columns = ""

    def paragraphs(self) -> Iterator[tuple[int, tuple[str, ...], str]]:
        """The paragraphs and items, each in one line, with the number of its block and its headings."""
        parts: list[str] = []
        block = 0
        n = self._front_matter()
        if self._titles:
            yield from ((0, self._titles, line) for line in self._lines[1 : n - 1] if line.strip())
        while n < len(self._lines):
            line = self._lines[n]
            rank, heading, length = self._heading(n)
            starts = bool(rank or _ITEM.match(line) or _ROW.fullmatch(line) or self._is_field(n))
            if parts and (starts or not line.strip()):
                yield block, self._above(), " ".join(parts)
                parts = []
            if rank:
                self._ranks = [one for one in self._ranks if one[0] < rank]
                self._ranks.append((rank, plain(heading)))
                block += 1
            elif not line.strip() or _UNDERLINE.fullmatch(line):
                # Items and rows may be separated by empty lines.
                block += not (n + 1 < len(self._lines) and _ITEM.match(self._lines[n + 1]))
                self._columns = ""
            elif _ROW.fullmatch(line):
                if row := self._row(n):
                    parts.append(row)
            elif not _RULE.fullmatch(line):
                parts.append(plain(_ITEM.sub("", line, count=1).strip()))
            n += length
        if parts:
            yield block, self._above(), " ".join(parts)

    def _above(self) -> tuple[str, ...]:
        columns = (self._columns,) if self._columns else ()
        return (*self._titles, *(text for _, text in self._ranks), *columns)

    def _front_matter(self) -> int:
        """Where the text begins, after front matter, whose fields are lines of the text too."""
        if not self._lines or self._lines[0].strip() != "---":
            return 0
        for n, line in enumerate(self._lines[1:], 1):
            if line.strip() in {"---", "..."}:
                fields = filter(None, map(_FIELD.fullmatch, self._lines[1:n]))
                titles = [one["value"] for one in fields if one["name"].lower() in _TITLES]
                self._titles = tuple(one.strip("'\"") for one in titles) or ("",)
                return n + 1
        return 0

    def _heading(self, n: int) -> tuple[int, str, int]:
        """Rank and text of the heading at a line, and the number of its lines; rank 0 if there is none."""
        line = self._lines[n]
        if found := _HEADING.fullmatch(line):
            return len(found["rank"]), found["text"], 1
        if not line.strip() or _ITEM.match(line) or _ROW.fullmatch(line):
            return 0, "", 1
        following = self._lines[n + 1] if n + 1 < len(self._lines) else ""
        if following.strip() and _UNDERLINE.fullmatch(following) and self._begins(n):
            return 1 if "=" in following else 2, line.strip(), 2
        if following.strip() and not _ITEM.match(following):
            return 0, "", 1
        if not self._begins(n) or len(line) > _LONGEST_HEADING:
            return 0, "", 1
        if found := _BOLD_LINE.fullmatch(line):
            return 3, found["stars"] or found["lines"], 1
        if _CAPITALS.fullmatch(line.strip()) and not line.rstrip().endswith((".", "!", "?")):
            return 2, line.strip(), 1
        return 0, "", 1

    def _begins(self, n: int) -> bool:
        return n == 0 or not self._lines[n - 1].strip()

    def _is_field(self, n: int) -> bool:
        """Whether a line is a name with a value, and not a sentence with a colon that goes on."""
        found = _FIELD.fullmatch(plain(self._lines[n].strip()))
        return found is not None and len(found["name"].split()) < 4

    def _row(self, n: int) -> str:
        """The cells of a row; the first row of a table tells what is in its columns."""
        cells = [plain(cell.strip()) for cell in self._lines[n].strip().strip("|").split("|")]
        text = " | ".join(cell for cell in cells if cell)
        if n + 1 < len(self._lines) and _RULE.fullmatch(self._lines[n + 1]):
            self._columns = text
            return ""
        return "" if _RULE.fullmatch(self._lines[n]) else text
