"""Answers from stored texts: by the engine, or by extraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ..engines.engine import Prompt, StreamedAnswer
from ..engines.extractive import (
    GIVEN,
    Answer,
    citations,
    extract_answer,
    is_answer,
    numbered_texts,
    rank,
)
from ..engines.questions import Question, read_question
from ..knowledge.retrieval import searchable_owners, with_records
from ..platform.context import Context
from ..store.database import Record
from ..store.full_text import Hit, any_of
from .given_texts import read_message

MAX_SOURCES = 3
_MAX_CANDIDATES = 40
"""Most texts, by their rank in the search, of which the sources are chosen."""
CHAT = {"source": "chat"}
"""Metadata of the messages of a chat, which are not used as sources."""
_NAMES_ALONE = {"knowledge.entities", "channels"}
"""Kinds of records that are no use as a source if they only have a name."""


def respond(
    context: Context, question: str, hits: Sequence[Hit], instructions: str | None = None
) -> Answer:
    """Answer a question: by a scripted answer, else by the engine or by extraction from matching texts.

    Raises:
        Problem: 502 or 503: the engine cannot answer.
    """
    if scripted := context.platform.scripted.take(question):
        return Answer(scripted.reply, ())
    if context.platform.engine is None:
        asked = read_message(question).question
        texts = [_whole(context, hit) for hit in hits]
        return extract_answer(asked, read_question(asked, context.search.frequencies), texts)
    text = context.platform.ask(Prompt(question, numbered_texts(hits), instructions or ""))
    return Answer(f"{text}{cited(context, hits)}", tuple(hits))


def cited(context: Context, hits: Sequence[Hit]) -> str:
    """The list of sources that follows the engine's answer."""
    return citations(hits) if getattr(context.platform.engine, "cites", True) else ""


def respond_streamed(
    context: Context, question: str, hits: Sequence[Hit], instructions: str | None = None
) -> StreamedAnswer | None:
    """The engine's answer as a stream; None without an engine."""
    if context.platform.engine is None:
        return None
    prompt = Prompt(question, numbered_texts(hits), instructions or "", streams=True)
    answer = context.platform.ask(prompt)
    assert isinstance(answer, StreamedAnswer)  # noqa: S101 - the prompt asks for a stream
    return answer


def sources(context: Context, question: str, exclude: str = "") -> list[Hit]:
    """The texts to answer a question from, best first, without earlier answers and the text `exclude`."""
    message = read_message(question)
    given = [Hit(GIVEN, "", 0, one.title, one.text, 1.0) for one in message.given]
    if message.only:
        return given
    asked = read_question(message.question, context.search.frequencies)
    found = rank(asked, _candidates(context, asked, exclude), max(0, MAX_SOURCES - len(given)))
    return [*given, *found]


def channel_history(context: Context, question: str, channel_id: str) -> list[Hit]:
    """The messages of a channel that match a question, best first."""
    texts = context.search.texts(any_of(question), searchable_owners(context), ["messages"])
    return [
        hit
        for hit, message in with_records(context, texts)
        if message["channel_id"] == channel_id
        and _is_source(_whole(context, hit), message, question)
    ]


def _candidates(context: Context, asked: Question, exclude: str) -> list[Hit]:
    """The whole texts that may answer a question: those with every name first, then those with any word."""
    found: dict[tuple[str, str], Hit] = {}
    for match in asked.matches:
        texts = context.search.texts(match, searchable_owners(context))
        best = islice(texts, _MAX_CANDIDATES)
        further = [hit for hit in best if (hit.kind, hit.id) not in found]
        for hit, record in with_records(context, further):
            whole = _whole(context, hit)
            if _is_source(whole, record, exclude):
                found[hit.kind, hit.id] = whole
    return list(found.values())


def _whole(context: Context, hit: Hit) -> Hit:
    """A hit with the whole text that it is a chunk of."""
    if hit.parts == 1:
        return hit
    content = context.search.whole(hit.kind, hit.id, searchable_owners(context), hit.part)
    return replace(hit, content=content) if content else hit


def _is_source(whole: Hit, record: Record, exclude: str) -> bool:
    """Whether a whole text is a source: not an earlier answer, a name alone, or the text `exclude`."""
    if is_answer(whole.content):
        return False
    if whole.kind in _NAMES_ALONE and not whole.content.strip():
        return False
    if whole.kind != "messages":
        return True
    is_reply = record["ai_twin_id"] == record["user_id"]
    return not (is_reply or record["metadata"] == CHAT or record["content"] == exclude)
