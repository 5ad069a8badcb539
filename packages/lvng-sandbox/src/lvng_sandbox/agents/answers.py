"""Answers from stored texts: the engine's, or extracts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ..engines.engine import Prompt, StreamedAnswer
from ..engines.extractive import Answer, citations, extract_answer, numbered_texts
from ..knowledge.retrieval import searchable_owners
from ..platform.context import Context
from ..store.full_text import Hit, any_of

MAX_SOURCES = 3
CHAT = {"source": "chat"}
"""Metadata of the messages of a chat, which are not used as sources."""


def respond(
    context: Context, question: str, hits: Sequence[Hit], instructions: str | None = None
) -> Answer:
    """The answer to a question from texts that match it: the engine's, or extracts of them.

    Raises:
        Problem: 502 or 503: the engine cannot answer.
    """
    if context.platform.engine is None:
        return extract_answer(question, hits)
    text = context.platform.ask(Prompt(question, numbered_texts(hits), instructions or ""))
    return Answer(f"{text}{citations(hits)}", tuple(hits))


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
    """The texts to answer a question from, best first: no earlier answers, nor the text `exclude` itself."""
    texts = context.search.texts(any_of(question), searchable_owners(context))
    return list(islice((hit for hit in texts if _is_source(context, hit, exclude)), MAX_SOURCES))


def channel_history(context: Context, question: str, channel_id: str) -> list[Hit]:
    """The messages of a channel that match a question, best first."""
    texts = context.search.texts(any_of(question), searchable_owners(context), ["messages"])
    ids = {one["id"] for one in context.records("messages").all(channel_id=channel_id)}
    return [hit for hit in texts if hit.id in ids and _is_source(context, hit, question)]


def _is_source(context: Context, hit: Hit, exclude: str) -> bool:
    record = context.records(hit.kind).find(hit.id)
    if record is None or hit.kind != "messages":
        return record is not None
    is_answer = record["ai_twin_id"] == record["user_id"]
    return not (is_answer or record["metadata"] == CHAT or record["content"] == exclude)
