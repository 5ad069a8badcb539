"""Results of operations as text, limited to a number of tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from lvng import AsyncLvngClient, operations
from lvng.operations import Operation

CHARACTERS = 4
"""Approximate number of JSON characters per token."""

Progress = Callable[[float, str], Awaitable[None]]
"""Called with the number and the text of each part of a stream."""


async def result_of(
    client: AsyncLvngClient, operation: Operation, arguments: dict[str, Any], progress: Progress
) -> str:
    """Call an operation; returns its result as text."""
    called = operations.call(client, operation, arguments)
    if operation.returns in {"sse", "lines"}:
        return await _streamed(operation, called, progress)
    if operation.returns == "bytes":
        return _content(await called.read())
    value = await called
    return "Done." if value is None else json.dumps(value, ensure_ascii=False, default=str)


async def _streamed(operation: Operation, stream: Any, progress: Progress) -> str:
    """Collect the parts of a stream, and report them as they arrive."""
    parts: list[str] = []
    async with stream:
        async for number, part in _numbered(stream):
            text = _part(operation, part)
            await progress(number, text)
            parts.append(text)
    return "\n".join(parts)


async def _numbered(stream: AsyncIterator[Any]) -> AsyncIterator[tuple[int, Any]]:
    number = 0
    async for part in stream:
        number += 1
        yield number, part


def _part(operation: Operation, part: Any) -> str:
    value = {"event": part.event, "data": part.data} if operation.returns == "sse" else part
    return json.dumps(value, ensure_ascii=False)


def _content(content: bytes) -> str:
    """The text of a file; for other content, its size."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"{len(content)} bytes that are not text."


def cut(text: str, start: int, tokens: int, *, repeatable: bool) -> str:
    """Truncate a text to the budget, with a note on the rest.

    Args:
        text: the whole text.
        start: the first character to show.
        tokens: the maximum number of tokens.
        repeatable: whether the call can be repeated for the rest.
    """
    end = start + max(tokens, 1) * CHARACTERS
    if start <= 0 and len(text) <= end:
        return text
    shown = text[start:end]
    rest = len(text) - end
    if rest <= 0:
        return shown
    advice = (
        f"call it again by call_operation with start={end}"
        if repeatable
        else "ask for less, or read it by an operation that changes nothing"
    )
    return f"{shown}\n[cut: {rest} of {len(text)} characters are left; {advice}]"
