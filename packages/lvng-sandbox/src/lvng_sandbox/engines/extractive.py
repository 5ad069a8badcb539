"""Extractive answers: the stored sentences with most keywords of a question, and their sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..store.full_text import Hit, keywords

MODEL = "sandbox-extractive"
"""Name of the model that answers without an engine."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s")
_UNDERLINE = re.compile(r"\s*(?:=+|-{3,}|\*{3,})\s*")
_NEW_LINE = re.compile(r"\s*(?:[-*\u2022|>]\s|\d{1,3}[.)]\s|[\w ]{1,30}:\s)")
"""How lines begin that do not continue the one before: items, rows, quotations, and names with a value."""
GIVEN = "message"
"""Kind of the texts that a message brings along."""
_ALWAYS_USED = {"context", GIVEN}
"""Kinds of texts that came with the question."""
_UNKNOWN = "I know nothing about "
_CITATION = re.compile(r"^\[\d+\] [a-z_.]+ \S.*\n?", re.MULTILINE)
_NUMBER = re.compile(r" \[\d+\]$", re.MULTILINE)
_NAME = re.compile(r"(?<=[\w,;'’)] )(?!I\b)[A-Z]\w+")
_SENTENCES = 3
_LEAST_COVERAGE = 0.5
"""Share of a question's keywords that a text must have to answer it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its sources."""

    text: str
    sources: tuple[Hit, ...]


def extract_answer(question: str, hits: Sequence[Hit]) -> Answer:
    """The answer to a question, extracted from texts that match it; what the message itself brings comes first."""
    words = keywords(question)
    passages: dict[Hit, list[str]] = _best_of_given(
        [one for one in hits if one.kind == GIVEN], words
    )
    said = {one for passage in passages.values() for one in passage}
    names = _names(question)
    for hit in hits:
        if hit.kind == GIVEN or not (_covers(hit, words) and _mentions(hit, names)):
            continue
        best = best_sentences(sentences(hit.content or hit.title), words)
        if new := [one for one in best if one not in said]:
            said.update(new)
            passages[hit] = [f"{_title(hit)}:", *new]
    if not passages:
        return Answer(
            f"{_UNKNOWN}{_quoted(question)} yet. Ingest knowledge, or write notes and messages about "
            "it; then ask again.",
            (),
        )
    lines = [f"{' '.join(passage)} [{n}]" for n, passage in enumerate(passages.values(), 1)]
    used = tuple(passages)
    return Answer("\n".join(lines) + citations(used), used)


def citations(hits: Sequence[Hit]) -> str:
    """The list of sources that follows an answer."""
    sources = [
        " ".join(filter(None, (f"[{n}]", hit.kind, hit.id, _title(hit))))
        for n, hit in enumerate(hits, 1)
    ]
    return "\n".join(["\n", *sources]) if hits else ""


def numbered_texts(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The texts that match a question, numbered, for an engine."""
    return tuple(f"[{n}] {_title(hit)}: {hit.content}" for n, hit in enumerate(hits, 1))


def extract(text: str, words: list[str], most: int = _SENTENCES) -> str:
    """The sentences of a text with most of the words, joined."""
    return " ".join(best_sentences(sentences(text), words, most))


def is_answer(text: str) -> bool:
    """Whether a text has the sources of an answer, or says that nothing is known: it was an answer, and has been saved."""
    return _UNKNOWN + "\u201c" in text or ("\n[1] " in text and _CITATION.search(text) is not None)


def is_unknown(text: str) -> bool:
    """Whether a text is the answer that nothing is known."""
    return text.startswith(_UNKNOWN)


def without_citations(text: str) -> str:
    """An answer without its sources and their numbers."""
    return _NUMBER.sub("", _CITATION.sub("", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, whole where lines were wrapped, without headings."""
    return [one.strip() for block in _blocks(text) for one in _SENTENCE.split(block) if one.strip()]


def _blocks(text: str) -> list[str]:
    """The paragraphs and items of a text, each in one line."""
    blocks: list[str] = []
    continues = False
    lines = text.splitlines()
    for n, line in enumerate(lines):
        is_underlined = n + 1 < len(lines) and line.strip() and _UNDERLINE.fullmatch(lines[n + 1])
        if not line.strip() or _HEADING.match(line) or _UNDERLINE.fullmatch(line) or is_underlined:
            continues = False
            continue
        if continues and not _NEW_LINE.match(line):
            blocks[-1] += f" {line.strip()}"
        else:
            blocks.append(line.strip())
        continues = True
    return blocks


def best_sentences(given: Sequence[str], words: list[str], most: int = _SENTENCES) -> list[str]:
    """The sentences with most of the words, in their original order; the first ones if none has any."""
    overlaps = [_overlap(one, words) for one in given]
    best = sorted(range(len(given)), key=lambda n: (-overlaps[n], n))[:most]
    telling = [n for n in best if overlaps[n]]
    return [given[n] for n in sorted(telling or best)]


def stream_pieces(text: str) -> list[str]:
    """The pieces of a text for a stream: its words, with whitespace."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


def count_tokens(text: str) -> int:
    """An estimate of the number of tokens in a text."""
    return max(1, (len(text) + 3) // 4)


def _best_of_given(hits: Sequence[Hit], words: list[str]) -> dict[Hit, list[str]]:
    """The best sentences of the texts that a message brings, by text; the first ones of each if none has any word."""
    found = {
        sentence: (_overlap(sentence, words), position, n)
        for n, hit in reversed(list(enumerate(hits)))
        for position, sentence in enumerate(sentences(hit.content))
    }
    best = sorted(found, key=lambda one: (-found[one][0], *found[one][1:]))[:_SENTENCES]
    chosen: dict[Hit, list[str]] = {}
    for one in sorted(
        [one for one in best if found[one][0]] or best,
        key=lambda one: (found[one][2], found[one][1]),
    ):
        chosen.setdefault(hits[found[one][2]], []).append(one)
    return chosen


def _overlap(sentence: str, words: list[str]) -> int:
    lowered = sentence.lower()
    return sum(_stem(word) in lowered for word in words)


def _covers(hit: Hit, words: list[str]) -> bool:
    """Whether a text has enough of a question's words to answer it; one that was given has.

    Headings count, but are no answer: a sentence must have one of the words, or the title enough of them.
    """
    least = _LEAST_COVERAGE * len(words)
    if hit.kind in _ALWAYS_USED or _overlap(hit.title, words) >= least:
        return True
    tells = any(_overlap(one, words) for one in sentences(hit.content))
    return tells and _overlap(f"{hit.title} {hit.content}", words) >= least


def _names(question: str) -> list[str]:
    """The names in a question: capitalized words that do not begin a sentence."""
    return [name.lower() for name in _NAME.findall(question)]


def _mentions(hit: Hit, names: list[str]) -> bool:
    """Whether a text has at least half of the names in a question: another tunnel's length is no answer."""
    text = f"{hit.title} {hit.content}".lower()
    return hit.kind in _ALWAYS_USED or 2 * sum(name in text for name in names) >= len(names)


def _stem(word: str) -> str:
    """A word without the endings of plurals and verbs."""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _title(hit: Hit) -> str:
    return hit.title or hit.kind


def _quoted(question: str) -> str:
    text = " ".join(question.split())
    return f"“{text[:80]}…”" if len(text) > 80 else f"“{text}”"  # characters that fit a line
