"""Texts that a message brings along: a context to answer from, a draft to review."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTEXT = re.compile(
    r"^[ \t]*(?:the )?(?:context|text|draft|document|article|passage|source|notes|data)s?\b[^:\n]{0,40}:[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_QUESTION = re.compile(r"^[ \t]*(?:question|task|q)[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_LEAD = re.compile(r"(?P<lead>[^\n]{3,300}?[:.?])[ \t]*\n+(?P<text>\S[\s\S]*)")
_INLINE = re.compile(r"(?P<lead>[^\n:]*\bthis\b[^\n:]{0,60}):\s+(?P<text>\S[\s\S]*)", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\bbelow\b", re.IGNORECASE)
_LEAST = 20
"""Characters of the shortest text that is taken for one."""


@dataclass(frozen=True, slots=True)
class Message:
    """A question, and the text that came with it."""

    question: str
    given: str = ""
    only: bool = False
    """Whether nothing but the given text is to be used."""


def read_message(text: str) -> Message:
    """Question and given text of a message; the whole message is the question if it brings none."""
    question = _QUESTION.search(text)
    context = _CONTEXT.search(text)
    if context and (question or context.start() > 0):
        end = question.start() if question and question.start() > context.start() else len(text)
        given = text[context.end() : end].strip()
        lead = text[: context.start()].strip()
        asked = text[question.end() :].strip() if question else lead
        if question and question.start() < context.start():
            asked = text[question.end() : context.start()].strip()
        if asked and len(given) >= _LEAST:
            return Message(asked, given, bool(_ONLY.search(lead)))
    if found := _LEAD.fullmatch(text.strip()) or _INLINE.fullmatch(text.strip()):
        given = found["text"].strip()
        if len(given) >= _LEAST:
            return Message(found["lead"].rstrip(":"), given, bool(_ONLY.search(found["lead"])))
    return Message(text)
