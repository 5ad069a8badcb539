"""Texts that a message brings along: a context to answer from, a draft to review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..engines.extractive import is_unknown, without_citations

_LABEL = re.compile(
    r"[ \t]*(?:#+[ \t]*)?(?P<label>[^\n:.?!\[\u2022*-][^\n:.?!]{0,59}):[ \t]*(?P<value>.*)"
)
_FILE = re.compile(r"--- (?P<label>\S.*) ---")
"""A line before the content of a file, as `lvng ask` writes it."""
_RULE = re.compile(r"[ \t]*-{3,}[ \t]*")
_TEXTS = frozenset(
    {
        "analysis", "article", "background", "context", "data", "document", "draft", "findings", "knowledge",
        "material", "note", "passage", "reference", "result", "source", "text",
    }
)  # fmt: skip
_QUESTIONS = frozenset({"brief", "q", "question", "task", "topic"})
_PREPOSITION = re.compile(
    r"\s(?:about|above|below|for|from|in|of|on|to|with)\b.*", re.IGNORECASE | re.DOTALL
)
_TITLED = re.compile(
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
_LEAD = re.compile(r"(?P<lead>[^\n]{3,300}?[:.?])[ \t]*\n+(?P<text>\S[\s\S]*)")
_INLINE = re.compile(r"(?P<lead>[^\n:]*\bthis\b[^\n:]{0,60}):\s+(?P<text>\S[\s\S]*)", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\bbelow\b", re.IGNORECASE)
UNTITLED = "The message"
"""Title of a text without one."""
_LEAST = 20
"""Characters of the shortest text that is taken for one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that came with a message."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A question, and the texts that came with it."""

    question: str
    given: tuple[Passage, ...] = ()
    only: bool = False
    """Whether nothing but the given texts is to be used."""


def read_message(text: str) -> Message:
    """Question and given texts of a message; the whole message is the question if it brings none."""
    lead, *sections = _sections(text)
    questions = [one.text for one in sections if one.kind == "question" and one.text]
    # A passage that several searches found came several times.
    given = tuple(dict.fromkeys(one for section in sections for one in _passages(section)))
    question = " ".join(questions) or lead.text
    if question and given:
        return Message(question, given, bool(_ONLY.search(lead.text)))
    if questions:
        return Message(question)
    if found := _LEAD.fullmatch(text.strip()) or _INLINE.fullmatch(text.strip()):
        asked = found["lead"].rstrip(":")
        if given := tuple(_passages(_Section("rest", "", found["text"]))):
            return Message(asked, given, bool(_ONLY.search(asked)))
    return Message(text)


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a message."""

    kind: str
    """`lead`, `question`, `text`, or `rest` for what follows a question or a rule."""
    label: str
    text: str


def _sections(message: str) -> list[_Section]:
    """The parts of a message; the first is what precedes all labels."""
    parts: list[tuple[str, str, list[str]]] = [("lead", "", [])]
    for line in message.strip().splitlines():
        kind, _, lines = parts[-1]
        if file := _FILE.fullmatch(line):
            parts.append(("text", file["label"], []))
        elif (label := _LABEL.fullmatch(line)) and (named := _kind_of(label)):
            parts.append((named, label["label"].strip(), [label["value"]]))
        elif kind != "lead" and (_RULE.fullmatch(line) or _ends(kind, line, lines)):
            parts.append(("rest", "", []))
        else:
            lines.append(line)
    return [_Section(kind, label, "\n".join(lines).strip()) for kind, label, lines in parts]


def _ends(kind: str, line: str, lines: list[str]) -> bool:
    """Whether a line ends its section: a question is one paragraph."""
    return kind == "question" and not line.strip() and any(one.strip() for one in lines)


def _kind_of(label: re.Match[str]) -> str:
    """The kind of section that a label begins; empty if it begins none."""
    words = label["label"].lower().split()
    value = label["value"].strip()
    if words[-1] in _QUESTIONS or value.endswith("?"):
        return "question"
    head = _PREPOSITION.sub("", " ".join(words)).split()[-1:]
    return "text" if head and {head[0], head[0].removesuffix("s")} & _TEXTS else ""


def _passages(section: _Section) -> Iterator[Passage]:
    """The passages of a section, without instructions that follow it."""
    if section.kind not in {"text", "rest"}:
        return
    paragraphs = re.split(r"\n[ \t]*\n", without_citations(section.text).strip())
    while paragraphs and _INSTRUCTION.match(paragraphs[-1].strip()):
        if section.kind == "text" and len(paragraphs) == 1:
            break
        paragraphs.pop()
    text = "\n\n".join(paragraphs)
    begins = list(_TITLED.finditer(text))
    ends = [*(one.start() for one in begins), len(text)]
    least = _LEAST if section.kind == "rest" else 1
    passages = [
        (section.label or UNTITLED, text[: ends[0]]),
        *(
            (one["title"] or one["name"], text[one.end() : end])
            for one, end in zip(begins, ends[1:], strict=True)
        ),
    ]
    for title, content in passages:
        told = content.strip()
        if len(told) >= least and told != title and not is_unknown(told):
            yield Passage(title, told)
