"""Texts within a message: a context to answer from, or a draft to review."""

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
_TEXT_WORDS = (
    r"context|text|draft|document|article|passage|paragraph|source|note|data|background|information|fact|excerpt|content|input"
    r"|transcript|report|email|material|snippet|knowledge|reference"
)
_QUESTION_WORDS = r"question|task|query|q|prompt|request|user question|instruction|answer this|answer the question"
_INNER_LABEL = re.compile(
    rf"(?:^[ \t]*(?:#{{1,6}}[ \t]*)?\**|(?<=[.!?'\"\u201d][ \n]))(?:the |my |use this |here (?:is|are) (?:the |some )?)?"
    rf"(?:(?P<text>(?:{_TEXT_WORDS})(?:s|es)?\b[^:\n.?]{{0,40}}?)|(?P<question>{_QUESTION_WORDS})s?)"
    rf"\**(?:[ \t]*:\**[ \t]*|(?<=\w)[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
"""`Context:` or `### Context` before a text, `Question:` before what is asked about it."""
_END = re.compile(
    r"\s*^[ \t#*]*(?:\w+ )?(?:answer|response|assistant|summary)\**[ \t]*:?\**\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""The `Answer:` at the end of a template."""
_DELIMITED = (
    re.compile(r"```[^\n`]*\n(?P<text>.+?)\n?[ \t]*```", re.DOTALL),
    re.compile(r"<(?P<tag>[a-z][\w-]*)>\s*(?P<text>.+?)\s*</(?P=tag)>", re.DOTALL | re.IGNORECASE),
    re.compile(r"(?:\"\"\"|''')\s*(?P<text>.+?)\s*(?:\"\"\"|''')", re.DOTALL),
    re.compile(
        r"^[ \t]*([-=*])\1{2,}[ \t]*\n(?P<text>.+?)\n[ \t]*\1{3,}[ \t]*$", re.DOTALL | re.MULTILINE
    ),
)
"""Texts between fences, tags, quotation marks and rules."""
_TASK = (
    r"summari[sz]e|tl;?dr|review|critique|translate|rewrite|rephrase|paraphrase|edit|proofread|shorten|improve|polish|analy[sz]e"
    r"|explain|classify|extract|correct|format|simplify|expand|evaluate|check|draft|write|turn|convert|condense|outline"
)
_REFERS = re.compile(
    rf"\b(?:this|these|following|below|above|given|here (?:is|are)|attached|based on|according to|(?:the|my|from) (?:{_TEXT_WORDS})s?)\b"
    rf"|^\s*(?:please |can you |could you )?(?:{_TASK})\b[^.?!]*$",
    re.IGNORECASE,
)
"""What speaks of a text that follows or that went before."""
_ONLY = re.compile(
    r"\bonly\b|\bbelow\b|\bnot prior knowledge\b|\bnothing else\b|\bat the end\b|\bnot in the (?:context|text)\b",
    re.IGNORECASE,
)
_IN_ONE_LINE = re.compile(r"(?P<lead>[^\n:]{3,200}):\s+(?P<text>\S[\s\S]*)")
_LAST = re.compile(r"(?:(?P<text>[\s\S]*[.!?\"'\u201d)])\s+|\A)(?P<question>[^.!?\n]+\?)\s*\Z")
_ASKED = re.compile(r"[^.!?\n:]+\?")
UNTITLED = "The message"
"""Title of a text without one."""
_LEAST = 20
"""Minimum length of such a text in characters."""


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
    """Whether only the given texts may be used."""


def read_message(text: str) -> Message:
    """Question and given texts of a message; the whole message is the question if it brings none."""
    message = _END.sub("", text.strip())
    if (found := _delimited(message)) and (given := _passages_of(found[1])):
        return Message(_asked(found[0]), given, bool(_ONLY.search(found[0])))
    lead, *sections = _sections(message)
    questions = [one.text for one in sections if one.kind == "question" and one.text]
    # A passage may be repeated if several searches found it.
    given = tuple(dict.fromkeys(one for section in sections for one in _passages(section)))
    # Texts without a passage are earlier answers that nothing is known.
    if questions and (given or any(one.kind == "text" and one.text for one in sections)):
        return Message(" ".join(questions), given, bool(_ONLY.search(lead.text)))
    found = _labelled(message) or _referred(message)
    if found and len(_without(found[1], questions)) < _LEAST:
        found = None
    if found and (passages := given or _passages_of(found[1])):
        return Message(_asked(found[0]), passages, bool(_ONLY.search(found[0])))
    if lead.text and given:
        return Message(lead.text, given, bool(_ONLY.search(lead.text)))
    return Message(" ".join(questions) or text)


def _without(text: str, parts: list[str]) -> str:
    """A text without some of its parts, and without their labels."""
    for part in parts:
        text = text.replace(part, "")
    return _INNER_LABEL.sub("", text).strip()


def _passages_of(text: str) -> tuple[Passage, ...]:
    """The passages of a text without a label."""
    return tuple(_passages(_Section("rest", "", text)))


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


def _delimited(message: str) -> tuple[str, str] | None:
    """Instruction and text, where marks enclose the text; a question may have marks too."""
    for pattern in _DELIMITED:
        texts, rest = [], message
        for found in pattern.finditer(message):
            tag = found.groupdict().get("tag") or ""
            if not re.fullmatch(_QUESTION_WORDS, tag, re.IGNORECASE):
                texts.append(found["text"])
                rest = rest.replace(found[0], "\n\n")
        rest = re.sub(r"</?[a-z][\w-]*>", " ", rest)
        if sum(map(len, texts)) >= _LEAST and len(rest.strip(" \n:.#*")) > 2:
            return _INNER_LABEL.sub(
                lambda label: label[0] if label["question"] else "", rest
            ).strip(), "\n\n".join(texts)
    return None


def _labelled(message: str) -> tuple[str, str] | None:
    """Instruction and text, where labels tell them apart."""
    labels = list(_INNER_LABEL.finditer(message))
    if not any(label["text"] for label in labels):
        return None
    lead = message[: labels[0].start()].strip()
    texts: list[str] = []
    asked: list[str] = []
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        part = message[label.end() : following.start() if following else len(message)].strip()
        (texts if label["text"] else asked).append(part)
    given = "\n\n".join(texts)
    if not asked and (found := _question_at_end(given)):
        asked, given = [found[0]], found[1]
    if len(given) < _LEAST or not (lead or any(asked)):
        return None
    if any(asked):
        return f"{lead}\nQuestion: {' '.join(asked)}", given
    return lead, given


def _referred(message: str) -> tuple[str, str] | None:
    """Instruction and text, where the instruction speaks of the text; the question may be at the end."""
    if asked := _question_at_end(message):
        question, before = asked
        if found := _paragraphs(before) or _inline(before):
            return f"{found[0]}\nQuestion: {question}", found[1]
    return _paragraphs(message) or _inline(message)


def _paragraphs(message: str) -> tuple[str, str] | None:
    """Instruction and text, where the instruction is the first paragraph or line, or the last one."""
    first, _, rest = message.partition("\n\n") if "\n\n" in message else message.partition("\n")
    if not rest.strip():
        return None
    if _REFERS.search(first) or first.rstrip().endswith(":"):
        return (first, rest) if len(rest.strip()) >= _LEAST else None
    before, _, last = message.rpartition("\n\n")
    if len(before.strip()) >= _LEAST and _REFERS.search(last):
        return last, before
    return None


def _inline(message: str) -> tuple[str, str] | None:
    """Instruction and text in one line, with a colon between them."""
    found = _IN_ONE_LINE.fullmatch(message)
    if found is None or not _REFERS.search(found["lead"]) or len(found["text"]) < _LEAST:
        return None
    return found["lead"], found["text"]


def _question_at_end(text: str) -> tuple[str, str] | None:
    """The question that ends a text, and the text before it."""
    found = _LAST.fullmatch(text.strip())
    if found is None or not found["text"] or len(found["text"]) < _LEAST:
        return None
    return found["question"].strip(), found["text"]


def _asked(instruction: str) -> str:
    """What an instruction asks: what follows its label, else its last question, else all of it."""
    labels = [label for label in _INNER_LABEL.finditer(instruction) if label["question"]]
    if labels and (asked := instruction[labels[-1].end() :].strip()):
        return asked
    questions = _ASKED.findall(instruction)
    return (questions[-1] if questions else instruction).strip(" \n:")
