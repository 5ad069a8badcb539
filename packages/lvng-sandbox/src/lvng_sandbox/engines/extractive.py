"""Extractive answers: the stored statements that a question is about, and their sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..store.full_text import Hit
from .questions import Question
from .reading import ReadStatement, read
from .statements import sentences
from .words import stem, stems, tokens

MODEL = "sandbox-extractive"
"""Name of the model that answers without an engine."""

GIVEN = "message"
"""Kind of the texts that a message brings along."""
_GIVEN = {"context", GIVEN}
"""Kinds of texts that came with the question."""
_UNKNOWN = "I know nothing about "
_CITATION = re.compile(r"^\[\d+\] [a-z_.]+ \S.*\n?", re.MULTILINE)
_NUMBER = re.compile(r" \[\d+\]$", re.MULTILINE)
_SENTENCES = 3

_KEPT = 100
"""Number of the latest passages that are kept: a source was a candidate before, and questions are repeated."""
_NEIGHBOUR = 0.8
"""How much a word counts that the statement before has, or a heading above."""
_BLOCK = 0.7
"""How much a word counts that stands farther above in the same paragraph or list."""
_ELSEWHERE = 0.4
"""How much a word counts that stands elsewhere in the text."""
_VALUE = 0.25
"""What a statement gains that has a value of the kind asked for: a date for `when`."""
_VALUE_FOR_MEASURE = 0.9
"""How much `long` counts in a statement that has a length."""
_LEAST = 0.5
"""Share of a question's weight that a text must have to answer it."""
_LEAST_ABOUT = 0.3
"""The same where a text about something is asked for, and not a fact."""
_LEAST_GIVEN = 0.25
"""The same of a text that came with the question."""
_LEAST_NAMES = 0.6
"""Share of the weight of a question's names that a text must have: another tunnel's length is no answer."""
_LEAST_OTHERS = 0.3
"""Share of the weight of its other words that a text must have: the text about a person does not know everything."""
_NEAR_BEST = 0.8
"""Share of the best score from which on another statement or text belongs to the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its sources."""

    text: str
    sources: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The statements of a text that answer a question best."""

    text: str
    score: float
    """How much of the question it has; 0 if it does not answer it."""


def extract_answer(asked: str, question: Question, hits: Sequence[Hit]) -> Answer:
    """The answer to a question, extracted from texts that match it.

    Args:
        asked: the question as it was written.
        question: the same, as `read_question` reads it.
        hits: the whole texts, best first.
    """
    found = _given(question, [hit for hit in hits if hit.kind == GIVEN])
    if not found:
        found = [(hit, passage) for hit in hits if (passage := best_passage(question, hit)).score]
    if not found:
        return Answer(
            f"{_UNKNOWN}{_quoted(asked)} yet. I do not know the answer: ingest knowledge, or write notes and messages about "
            "it; then ask again.",
            (),
        )
    lines = [
        f"{passage.text} [{n}]" if hit.kind == GIVEN else f"{_title(hit)}: {passage.text} [{n}]"
        for n, (hit, passage) in enumerate(found, 1)
    ]
    cited = tuple(hit for hit, _ in found)
    return Answer("\n".join(lines) + citations(cited), cited)


def _given(question: Question, hits: Sequence[Hit]) -> list[tuple[Hit, Passage]]:
    """The passages of the texts that a message brings, if they answer it: together no more than those of one text."""
    found = [(hit, passage) for hit in hits if (passage := best_passage(question, hit)).score]
    best = sorted(found, key=lambda one: -one[1].score)[:_SENTENCES]
    return [one for one in found if one in best]


def rank(question: Question, hits: Sequence[Hit], most: int) -> list[Hit]:
    """The texts that answer a question, best first: those that have almost as much of it as the best one."""
    scores = [(best_passage(question, hit).score, hit) for hit in hits]
    best = max((score for score, _ in scores), default=0.0)
    near = [one for one in scores if one[0] and one[0] >= _NEAR_BEST * best]
    return [hit for _, hit in sorted(near, key=lambda one: -one[0])][:most]


@lru_cache(maxsize=_KEPT)
def best_passage(question: Question, hit: Hit) -> Passage:
    """The statements of a text that answer a question best, in their order."""
    text = _Text(question, hit)
    given, scores = [one.statement for one in text.statements], text.scores()
    best = max(scores, default=0.0)
    if not given or (question.is_specific and not best) or not text.answers(scores.index(best)):
        return Passage("", 0.0)
    if not any(map(text.has_any, range(len(given)))):
        return Passage(" ".join(one.text for one in given[:_SENTENCES]), _LEAST_GIVEN)
    order = sorted(range(len(given)), key=lambda n: (-scores[n], n))
    chosen = [n for n in order if scores[n] >= _NEAR_BEST * best and text.has_any(n)] or order[:1]
    first = chosen[0]
    around = [n for n in (first - 1, first + 1) if text.belongs(n, first) and n not in chosen]
    chosen = sorted({*chosen[:_SENTENCES], *around[: max(0, _SENTENCES - len(chosen))]})
    return Passage(" ".join(given[n].text for n in chosen), best)


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
    """The sentences of a text that contain most of the words, joined."""
    return " ".join(best_sentences(sentences(text), words, most))


def is_answer(text: str) -> bool:
    """Whether a text is an earlier answer: it ends with sources, or is the answer that nothing is known."""
    return _UNKNOWN + "\u201c" in text or ("\n[1] " in text and _CITATION.search(text) is not None)


def is_unknown(text: str) -> bool:
    """Whether a text is the answer that nothing is known."""
    return text.startswith(_UNKNOWN)


def without_citations(text: str) -> str:
    """An answer without its citations."""
    return _NUMBER.sub("", _CITATION.sub("", text))


def best_sentences(given: Sequence[str], words: list[str], most: int = _SENTENCES) -> list[str]:
    """The sentences with most of the words, in their original order; the first ones if none has any."""
    wanted = {stem(token) for word in words for token in tokens(word)}
    overlaps = [len(wanted & stems(one)) for one in given]
    best = sorted(range(len(given)), key=lambda n: (-overlaps[n], n))[:most]
    telling = [n for n in best if overlaps[n]]
    return [given[n] for n in sorted(telling or best)]


def stream_pieces(text: str) -> list[str]:
    """The pieces of a text for a stream: its words, with whitespace."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


def count_tokens(text: str) -> int:
    """An estimate of the number of tokens in a text."""
    return max(1, (len(text) + 3) // 4)


class _Text:
    """A text, and how much of a question each of its statements has: a number for each term."""

    def __init__(self, question: Question, hit: Hit) -> None:
        reading = read(hit.title, hit.content)
        self.statements = reading.statements
        self._question = question
        self._is_given = hit.kind in _GIVEN
        self._own = [self._had(one) for one in self.statements]
        above = {one.above: question.scores(one.above) for one in self.statements}
        self._above = [above[one.above] for one in self.statements]
        self._all = _most(question.scores(reading.title), *self._own, *above.values())
        self._reach = self._reached()

    def scores(self) -> list[float]:
        """For each statement, how well it answers the question; a question does not."""
        return [
            0.0
            if one.statement.text.endswith("?")
            else self._question.share(reach) + _VALUE * self._is_asked_for(n)
            for n, (one, reach) in enumerate(zip(self.statements, self._reach, strict=True))
        ]

    def has_any(self, n: int) -> bool:
        """Whether a statement has a word of the question by itself."""
        return any(self._own[n])

    def answers(self, best: int) -> bool:
        """Whether the best statement has enough of the question."""
        names = self._question.share(self._all, is_name=True)
        if not self._question.is_specific:
            is_about = (
                self._question.share(self._reach[best]) >= _LEAST_ABOUT and names >= _LEAST_NAMES
            )
            return self._is_given or is_about
        if self._is_given:
            return names > 0 and self._question.share(self._reach[best]) >= _LEAST_GIVEN
        return (
            self._tells()
            and self._question.share(self._reach[best]) >= _LEAST
            and self._question.share(self._reach[best], is_name=False) >= _LEAST_OTHERS
            and names >= _LEAST_NAMES
        )

    def belongs(self, n: int, best: int) -> bool:
        """Whether the statement before or after the best one completes it: by its subject, or by the value asked for."""
        if not 0 <= n < len(self.statements):
            return False
        other, statement = self.statements[n], self.statements[best]
        if other.statement.block != statement.statement.block:
            return False
        if n > best:
            lacks = self._question.value is not None and not self._has_value(statement)
            return lacks and (self._question.asks_why or self._has_value(other))
        have = _most(self._own[best], self._above[best])
        return any(before > own for before, own in zip(self._own[n], have, strict=True))

    def _tells(self) -> bool:
        """Whether any statement has a word of the question: headings are no answer."""
        return any(map(any, self._own))

    def _reached(self) -> list[list[float]]:
        """What the statements have by themselves or, for less, around them."""
        found: list[list[float]] = []
        nothing = [0.0] * len(self._all)
        elsewhere = _times(_ELSEWHERE, self._all)
        block, before, earlier = -1, nothing, nothing
        for one, own, above in zip(self.statements, self._own, self._above, strict=True):
            if one.statement.block != block:
                block, before, earlier = one.statement.block, nothing, nothing
            near = _times(_NEIGHBOUR, _most(above, before))
            found.append(_most(own, near, _times(_BLOCK, earlier), elsewhere))
            before, earlier = own, _most(earlier, own)
        return found

    def _had(self, statement: ReadStatement) -> list[float]:
        """What a statement has by itself; a value counts for the word that asks for it."""
        have = self._question.scores(statement.stems)
        if not self._has_value(statement):
            return have
        return [
            max(one, _VALUE_FOR_MEASURE if term.is_measure else 0.0)
            for term, one in zip(self._question.terms, have, strict=True)
        ]

    def _has_value(self, statement: ReadStatement) -> bool:
        """Whether a statement has a value of the kind that is asked for."""
        value = self._question.value
        return value is not None and value.search(statement.statement.text) is not None

    def _is_asked_for(self, n: int) -> bool:
        """Whether a statement has a value of the kind that is asked for, or names this kind."""
        named = zip(self._question.terms, self._own[n], strict=True)
        return self._has_value(self.statements[n]) or any(
            own and term.is_category for term, own in named
        )


def _most(*given: Sequence[float]) -> list[float]:
    return list(map(max, *given)) if len(given) > 1 else list(*given)


def _times(factor: float, have: Sequence[float]) -> list[float]:
    return [factor * one for one in have]


def _title(hit: Hit) -> str:
    return hit.title or hit.kind


def _quoted(question: str) -> str:
    text = " ".join(question.split())
    return f"“{text[:80]}…”" if len(text) > 80 else f"“{text}”"  # characters of a line
