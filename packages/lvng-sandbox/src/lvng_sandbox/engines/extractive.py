"""Extractive answers: the stored sentences with most keywords of a question, and their sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..store.full_text import Hit, keywords

MODEL = "sandbox-extractive"
"""Name of the model that answers without an engine."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its sources."""

    text: str
    sources: tuple[Hit, ...]


def extract_answer(question: str, hits: Sequence[Hit]) -> Answer:
    """The answer to a question, extracted from texts that match it."""
    if not hits:
        return Answer(
            f"I know nothing about {_quoted(question)} yet. Ingest knowledge, or write notes and messages about "
            "it; then ask again.",
            (),
        )
    words = keywords(question)
    passages = [
        f"{_title(hit)}: {extract(hit.content or hit.title, words)} [{n}]"
        for n, hit in enumerate(hits, 1)
    ]
    return Answer("\n".join(passages) + citations(hits), tuple(hits))


def citations(hits: Sequence[Hit]) -> str:
    """The list of sources that follows an answer."""
    sources = [f"[{n}] {hit.kind} {hit.id} {_title(hit)}" for n, hit in enumerate(hits, 1)]
    return "\n".join(["\n", *sources]) if hits else ""


def numbered_texts(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The texts that match a question, numbered, for an engine."""
    return tuple(f"[{n}] {_title(hit)}: {hit.content}" for n, hit in enumerate(hits, 1))


def extract(text: str, words: list[str], most: int = _SENTENCES) -> str:
    """The sentences of a text with most of the words, joined."""
    return " ".join(best_sentences(sentences(text), words, most))


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [one.strip() for one in _SENTENCE.split(text) if one.strip()]


def best_sentences(given: Sequence[str], words: list[str], most: int = _SENTENCES) -> list[str]:
    """The sentences with most of the words, in their original order."""
    scored = sorted(range(len(given)), key=lambda n: (-_overlap(given[n], words), n))
    return [given[n] for n in sorted(scored[:most])]


def stream_pieces(text: str) -> list[str]:
    """The pieces of a text for a stream: its words, with whitespace."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


def count_tokens(text: str) -> int:
    """An estimate of the number of tokens in a text."""
    return max(1, (len(text) + 3) // 4)


def _overlap(sentence: str, words: list[str]) -> int:
    lowered = sentence.lower()
    return sum(word in lowered for word in words)


def _title(hit: Hit) -> str:
    return hit.title or hit.kind


def _quoted(question: str) -> str:
    text = " ".join(question.split())
    return f"“{text[:80]}…”" if len(text) > 80 else f"“{text}”"  # characters that fit a line
