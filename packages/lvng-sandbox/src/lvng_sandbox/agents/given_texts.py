"""What a message asks, and the texts that it brings along: a context to answer from, or a draft to review."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .passages import LEAST, Passage, passages
from .sections import TEXT_NAMES, UNTITLED, Section, read_sections

_END = re.compile(
    r"^[ \t#*]*(?:\w+ )?(?:answer|response|summary)\**[ \t]*:?\**\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""The last line of a template, which says where the answer goes: `Helpful answer:` or `### Response`."""
_ONLY = re.compile(
    r"\b(?:only|alone|nothing else|not prior knowledge|do(?:n't| not) know)\b", re.IGNORECASE
)
"""What says that no other text may be used: `Use only these facts`, `If it is not there, say you don't know`."""
_REFERS = re.compile(
    rf"\b(?:this|these|following|below|above|here (?:is|are)|(?:the|my) (?:{TEXT_NAMES})s?)\b"
    r"|^\W*(?:please )?(?:summari[sz]e|tl;?dr|review|translate|rewrite|edit|proofread|shorten|improve|explain)\W*$",
    re.IGNORECASE,
)
"""What speaks of a text that follows or that went before: `Review the following.`, `the text above`, `Summarize:`."""
_INSTRUCTION_END = re.compile(r":\s+|\n[ \t]*\n")
"""What is between an instruction and its text: a colon or a blank line."""
_SENTENCE = re.compile(r"[^.!?\n:]+[.!?\n:]?")
"""What ends as a sentence, a line or a label does: of `Answer this: Who is the mayor?` the second is a question."""
_LAST_QUESTION = re.compile(r"(?:(?<=[.!?\"'\u201d)])\s+|\A)(?P<question>[^.!?\n]{1,300}\?)\s*\Z")
"""The question that ends a text, after a whole sentence: `The town is old. Who is the mayor?`."""


@dataclass(frozen=True, slots=True)
class Message:
    """A question, and the texts that came with it."""

    question: str
    given: tuple[Passage, ...] = ()
    only: bool = False
    """Whether only the given texts may be used."""


def read_message(text: str) -> Message:
    """Question and given texts of a message; the whole message is the question if it brings none."""
    sections = read_sections(_END.sub("", text.strip()))
    lead = "\n\n".join(one.text for one in sections if one.kind == "lead" and one.text)
    asked = " ".join(one.text for one in sections if one.kind == "question" and one.text)
    texts = [one for one in sections if one.kind == "text" and one.text]
    if not _passages(texts) and (referred := _referred(lead)):
        lead, texts = referred[0], [referred[1]]
    question = asked or _last_question(lead)
    if texts and not question:
        question, texts[-1] = _question_at_end(texts[-1])
    given = _passages(texts)
    is_bare = not asked and not lead and sum(len(one.text) for one in given) < LEAST
    if is_bare or not (given or (asked and texts)):
        return Message(asked or text)
    instructions = [lead, *(one.title for one in texts)]
    only = any(map(_ONLY.search, instructions))
    return Message(question or next(filter(None, instructions)), given, only)


def _passages(texts: list[Section]) -> tuple[Passage, ...]:
    """The passages of some texts, each once: several searches may have found the same one."""
    return tuple(dict.fromkeys(one for text in texts for one in passages(text.title, text.text)))


def _referred(lead: str) -> tuple[str, Section] | None:
    """Instruction and text, where no label but the first or the last paragraph speaks of the text."""
    first, *rest = _INSTRUCTION_END.split(lead, maxsplit=1)
    if not rest:
        first, *rest = lead.split("\n", 1)
    before, _, last = lead.rpartition("\n\n")
    for instruction, text in ((first, "".join(rest)), (last, before)):
        if len(text.strip()) >= LEAST and _REFERS.search(instruction):
            return instruction.strip(), Section("text", UNTITLED, text.strip())
    return None


def _last_question(lead: str) -> str:
    """The last question of an instruction; empty if it asks none."""
    questions = [one.strip() for one in _SENTENCE.findall(lead) if one.endswith("?")]
    return questions[-1] if questions else ""


def _question_at_end(section: Section) -> tuple[str, Section]:
    """The question that ends a text, and the text before it."""
    found = _LAST_QUESTION.search(section.text)
    if found is None:
        return "", section
    return found["question"], replace(section, text=section.text[: found.start()])
