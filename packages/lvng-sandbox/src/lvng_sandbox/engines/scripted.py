"""Scripted answers, for tests that need an exact one."""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .engine import Prompt
from .extractive import stream_pieces

Event: TypeAlias = "tuple[str, Mapping[str, Any]]"


@dataclass(slots=True)
class ScriptedAnswer:
    """An answer to messages that match a pattern.

    Attributes:
        id: number of the answer.
        pattern: regular expression that is searched in the message, ignoring case.
        reply: the answer.
        events: events of a stream instead of the usual ones: names and payloads. None for the usual ones.
        remaining: number of messages that it still answers; 0 for all.
    """

    id: int
    pattern: str
    reply: str
    events: tuple[Event, ...] | None
    remaining: int
    _compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            self._compiled = re.compile(self.pattern, re.IGNORECASE)
        except re.error as error:
            raise ValueError(
                f"pattern must be a regular expression; got {self.pattern!r}: {error}"
            ) from None

    def matches(self, message: str) -> bool:
        """Whether it answers a message."""
        return self._compiled.search(message) is not None


class ScriptedAnswers:
    """Answers that take precedence over the engine and extraction. The first match is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: list[ScriptedAnswer] = []
        self._count = 0

    def add(
        self, pattern: str, reply: str, *, events: Sequence[Event] | None = None, times: int = 0
    ) -> ScriptedAnswer:
        """Answer messages that match a pattern.

        Args:
            pattern: regular expression that is searched in the message, ignoring case.
            reply: the answer of chats, agents, twins and steps of workflows.
            events: events of `chat.stream` instead of the usual ones: names and payloads, such as
                `("text_delta", {"delta": "Hi"})`.
            times: number of messages that it answers; 0 for all.

        Raises:
            ValueError: pattern is not a regular expression, or times is negative.
        """
        if times < 0:
            raise ValueError(f"times must be at least 0; got {times}")
        with self._lock:
            self._count += 1
            kept = None if events is None else tuple((name, data) for name, data in events)
            answer = ScriptedAnswer(self._count, pattern, reply, kept, times)
            self._answers.append(answer)
        return answer

    def planned(self) -> tuple[ScriptedAnswer, ...]:
        """The answers, in the order in which they are tried."""
        with self._lock:
            return tuple(self._answers)

    def clear(self) -> None:
        """Remove all answers."""
        with self._lock:
            self._answers.clear()

    def take(self, message: str) -> ScriptedAnswer | None:
        """The answer to a message, if there is one."""
        with self._lock:
            for answer in self._answers:
                if answer.matches(message):
                    if answer.remaining == 1:
                        self._answers.remove(answer)
                    answer.remaining = max(0, answer.remaining - 1)
                    return answer
        return None


class EchoEngine:
    """An engine that answers with the message itself."""

    model = "echo"
    cites = False

    async def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """The message, word by word if the prompt streams."""
        for piece in stream_pieces(prompt.question) if prompt.streams else [prompt.question]:
            yield piece
