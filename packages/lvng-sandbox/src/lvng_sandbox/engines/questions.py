"""A question as data: the words that its answer must be about, their weights, and what kind of answer is asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from ..store.full_text import keywords
from .words import is_common, stem, synonyms, tokens

Frequencies: TypeAlias = Callable[[Iterable[str]], Mapping[str, int]]
"""Tells in how many stored texts each of some stems occurs."""

_SHORT_FORMS = re.compile(r"['’](?:s|re|ll|ve|d|m|t)\b")
_FUNCTION_WORDS = """
above after again against already away back before behind being below beneath between currently during even ever exactly had
having here if into just may might must no not off only onto out over per really say says shall should since soon still tell
then there too under until up down upon whether whom whose within without yet also been
"""
"""Words of a question that it is not about, beside the stop words of the search."""
_NAME = re.compile(r"(?<=[\w,;:'’)\"(] )[\"'(]?(?!I\b)([A-Z]\w+)")
"""A capital within a sentence: `Vik` of `the mayor of Vik`."""
_ASKS = re.compile(
    r"\?|^\s*(?:(?:please|can you|could you)\s+)?(?:tell me\s+)?(?:who|whose|whom|what|when|where|which|why|how|is|are|does|do|did"
    r"|can|may|must|on|in|at|by|from|for|until|after|above|name)\b",
    re.IGNORECASE,
)
"""What asks for a fact: a question mark, or how a question begins: `Tell me who founded Vik`, `In which year ...`."""
_ABOUT = re.compile(
    r"^\W*(?:please |now |can you |could you |would you )*(?:summari|review|describ|explain|report|write|draft|translat|rewrit|rephras"
    r"|paraphras|edit|proofread|shorten|improv|polish|analy|critiqu|extract|tell me (?:more )?about)"
    r"|\b(?:(?:key|main) (?:points?|facts|findings|insights|takeaways|ideas)|gist|tl;?dr|summary|overview)\b",
    re.IGNORECASE,
)
"""What asks for a text about something rather than for a fact."""
_KEPT = 20
"""Number of the latest questions that are kept: tests and clients repeat theirs."""
_FAMILY = 5
"""Letters that the stems of a family of words have in common."""
_CATEGORIES = 0.4
"""Share of the weight that the noun after `which` keeps."""
_COMMON = 0.5
"""Share of the weight that a common word keeps."""
_MOST_COMMON = 0.15
"""The most weight of a common word."""
_UNKNOWN = 1.0
"""Weight of a word that no text has."""

_AMOUNT = re.compile(
    r"\bhow (?!is\b|are\b|do\b|does\b|did\b|can\b|to\b|was\b|were\b|should\b|has\b|have\b|will\b|would\b)\w"
    r"|\b(?:length|depth|height|width|size|weight|age|duration|distance|volume|capacity|speed|temperature|prices?|costs?"
    r"|weigh|percent|number|amount|percentage|population|value)\b",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\b(?:when|how (?:often|frequently)|opening (?:hours|times)|deadline|(?:what|which) (?:year|month|day|date|time|hour|week|weekday|season)s?)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|dozen)\b"
)
_NUMBERS = re.compile(_NUMBER, re.IGNORECASE)
_MOMENTS = re.compile(
    _NUMBER
    + r"|\b(?:once|twice|every|each|daily|weekly|monthly|quarterly|yearly|annually|first|second|third|fourth|fifth)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|winter|noon|midnight|morning|evening|night"
    r"|weeks?|months?|years?|before|after|until|during)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:why|what (?:caused|causes)|for what reason)\b", re.IGNORECASE)
_REASONS = re.compile(
    r"\b(?:because|due to|owing to|caused|causes|reason|since|as a result|so that|in order to|therefore|thanks to)\b",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"\b(?:which|what(?:['’]s)? (?:kind|sort|type) of|what(?! is| are| was| were| do| does| did| has))\s+(\w+)",
    re.IGNORECASE,
)
"""The noun after `which`: it says what the answer is, which the answer itself does not."""
_NAMED = re.compile(
    r"(?<=\w )[A-Z]\w+|^[A-Z]\w+ [A-Z]|\b(?:manager|team|director|head|chief|office|brother|sister|who)",
    re.MULTILINE,
)
"""A name within a sentence, two at its beginning, or somebody's role."""
_KINDS = (
    (_REASON, _REASONS),
    (_MOMENT, _MOMENTS),
    (_AMOUNT, _NUMBERS),
    (_PERSON, _NAMED),
)
"""What asks for a value, and what such a value looks like; the first that matches counts: `how often` and `every Monday`."""
_MEASURES = """
age amount big capacity city close cost date day deep depth distance duration early far fast frequency heavy height high hour
kind large late length long many month much number often old people percent percentage period person place point price rate
share size soon sort speed tall temperature time town value volume week weekday weight wide width year
"""
"""Words of a question for which the answer has a value: `long` for `614 metres`."""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_MEASURE_STEMS = frozenset(map(stem, _MEASURES.split()))


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question."""

    stem: str
    forms: tuple[str, ...]
    """The word, and those that may stand for it."""
    same: frozenset[str]
    """The stems of these."""
    count: int
    """In how many stored texts it is."""
    weight: float
    is_name: bool
    is_measure: bool
    """Whether the answer may have a value in place of it: `614 metres` for `long`."""
    is_category: bool
    """Whether it says what the answer is, as after `which`."""

    def score(self, stem: str) -> float:
        """How well a word stands for it, by its stem."""
        if stem == self.stem:
            return 1.0
        if self.is_name:
            return 0.0
        if stem in self.same:
            return 0.9
        return 0.8 if _is_derived(self.stem, stem) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What an answer must be about."""

    terms: tuple[Term, ...]
    is_specific: bool
    """Whether it asks for a fact, and not for a text about something."""
    value: re.Pattern[str] | None
    """What the answer contains, by the kind of the question; None if any sentence may be it."""
    asks_why: bool = False
    _scores: dict[str, list[tuple[int, float]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """By stem, the terms that it stands for: it is asked for in every statement."""

    def scores(self, stems: Iterable[str]) -> list[float]:
        """For each term, how well some words stand for it: 1 by itself, less by another word of its meaning, 0 not at all."""
        found = [0.0] * len(self.terms)
        for one in stems:
            if (stands := self._scores.get(one)) is None:
                scored = ((n, term.score(one)) for n, term in enumerate(self.terms))
                stands = self._scores[one] = [pair for pair in scored if pair[1]]
            for n, score in stands:
                found[n] = max(found[n], score)
        return found

    def share(self, have: Sequence[float], *, is_name: bool | None = None) -> float:
        """The share of the weight of the terms, or of those that are names or not, that is had; 1 if there are none."""
        total = had = 0.0
        for term, one in zip(self.terms, have, strict=True):
            if is_name is None or term.is_name == is_name:
                total += term.weight
                had += term.weight * one
        return had / total if total else 1.0

    @property
    def matches(self) -> tuple[str, ...]:
        """FTS5 expressions for texts that may have the answer, the narrowest first.

        With every name, or else the two rarest words; with any word; with any that may stand for one.
        """
        words = [term.forms[0] for term in self.terms]
        known = sorted((term for term in self.terms if term.count), key=lambda term: term.count)
        rarest = [term.forms[0] for term in self.terms if term.is_name] or [
            term.forms[0] for term in known[:2]
        ]
        further = [one for term in self.terms for one in term.forms[1:]]
        families = [
            f'"{term.stem}" *'
            for term in self.terms
            if len(term.stem) >= _FAMILY and not term.is_name
        ]
        others = " OR ".join(filter(None, [_joined(" OR ", further), *families]))
        return _joined(" AND ", rarest), _joined(" OR ", words), others


def read_question(text: str, frequencies: Frequencies) -> Question:
    """A question, its words weighted by how seldom they are: in the stored texts, and in English."""
    text = _SHORT_FORMS.sub("", text)
    found = frequencies(frozenset[str]().union(*(same for _, same in _forms(text).values())))
    return _question(text, tuple(sorted(found.items())))


@lru_cache(maxsize=_KEPT)
def _question(text: str, frequencies: tuple[tuple[str, int], ...]) -> Question:
    """A question; repeated, it is the same object, which knows already what words stand for its terms."""
    names = {stem(token) for name in _NAME.findall(text) for token in tokens(name)}
    value = next((value for asked, value in _KINDS if asked.search(text)), None)
    categories = {stem(token) for noun in _CATEGORY.findall(text) for token in tokens(noun)}
    counts = dict(frequencies)
    terms = tuple(
        Term(
            stem(word),
            forms,
            same,
            counts.get(stem(word), 0),
            _weight(stem(word), same, stem(word) in names, counts)
            * (_CATEGORIES if stem(word) in categories - names else 1.0),
            stem(word) in names,
            is_measure=value is not None and stem(word) in _MEASURE_STEMS - names,
            is_category=stem(word) in categories - names,
        )
        for word, (forms, same) in _forms(text).items()
    )
    is_specific = _ASKS.search(text) is not None and _ABOUT.search(text) is None
    return Question(terms, is_specific, value, asks_why=value is _REASONS)


def _is_derived(one: str, other: str) -> bool:
    """Whether two stems are of one family: `suppli` and `supplier`."""
    longer = abs(len(one) - len(other))
    is_long = min(len(one), len(other)) >= _FAMILY
    return is_long and longer < _FAMILY - 1 and (one.startswith(other) or other.startswith(one))


@lru_cache(maxsize=_KEPT)
def _forms(text: str) -> Mapping[str, tuple[tuple[str, ...], frozenset[str]]]:
    """The words that a question is about, each with those that may stand for it, and the stems of these.

    Also `timeout` for `time out`.
    """
    words = [token for word in keywords(text) for token in tokens(word)]
    telling = [word for word in words if word not in _FUNCTION] or words
    spoken = tokens(text)
    pairs = list(pairwise(spoken))
    found: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}
    for word in {stem(word): word for word in reversed(telling)}.values():
        joined = [first + second for first, second in pairs if word in {first, second}]
        forms = (word, *sorted(synonyms(word) - {word}), *joined)
        found[word] = forms, frozenset(map(stem, forms))
    return found


def _joined(operator: str, words: Iterable[str]) -> str:
    return operator.join(f'"{word}"' for word in dict.fromkeys(words))


def _weight(word: str, same: frozenset[str], is_name: bool, counts: Mapping[str, int]) -> float:
    count = counts.get(word) or max((counts.get(one, 0) for one in same), default=0)
    weight = 1 / (1 + math.log1p(count)) if count else _UNKNOWN
    if is_common(word) and not is_name:
        return min(weight * _COMMON, _MOST_COMMON)
    return weight
