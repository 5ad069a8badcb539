"""What the type checkers know of chat: replies, streams, and events by their names.

Read by mypy and pyright, never run: `test_types.py` has them do so. A line with an ignored error must have that
error, or the checkers complain of the comment.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, assert_never, assert_type

from lvng import AsyncLvngClient, LvngClient, RequestOptions
from lvng_chat import AsyncChatStream, ChatReply, ChatStream, types


def reply(client: LvngClient) -> None:
    answer = client.chat.send(message="hi", platform="api", options=RequestOptions(timeout=5.0))
    assert_type(answer, types.ChatSendResponse)
    assert_type(answer["reply"], str)
    assert_type(answer["conversationId"], str | None)
    if usage := answer["usage"]:
        assert_type(usage["totalTokens"], int)
    for call in answer["toolCalls"] or []:
        assert_type(call, types.ChatToolCall)
        assert_type(call["input"], dict[str, Any])


def wrong_arguments(client: LvngClient) -> None:
    client.chat.send()  # type: ignore[call-arg]
    client.chat.send("hi")  # type: ignore[call-arg]
    client.chat.send(message=5)  # type: ignore[arg-type]
    client.chat.send(message=None)  # type: ignore[arg-type]
    client.chat.send(message="hi", platform="pigeon")  # type: ignore[arg-type]
    client.chat.send(message="hi", message_type="poem")  # type: ignore[arg-type]
    client.chat.send(message="hi", use_firecrawl="yes")  # type: ignore[arg-type]
    client.chat.send(message="hi", images=[{"href": "x"}])  # type: ignore[typeddict-item]
    client.chat.send(message="hi", options={"timeout": 5.0})  # type: ignore[arg-type]
    client.chat.send(message="hi", colour="red")  # type: ignore[call-arg]
    client.chat.sent(message="hi")  # type: ignore[attr-defined]
    client.stream_chat(message=5)  # type: ignore[arg-type]


def wrong_keys(client: LvngClient) -> None:
    answer = client.chat.send(message="hi")
    answer["text"]  # type: ignore[typeddict-item]
    answer["usage"]["totalTokens"]  # type: ignore[index]
    length: int = answer["reply"]  # type: ignore[assignment]
    print(length)


async def missing_await(client: AsyncLvngClient) -> None:
    client.chat.send(message="hi")["reply"]  # type: ignore[index]
    assert_type((await client.chat.send(message="hi"))["reply"], str)


def events(client: LvngClient) -> None:
    stream = client.stream_chat(message="hi")
    assert_type(stream, ChatStream)
    assert_type(client.chat.stream(message="hi"), ChatStream)
    for event in stream:
        assert_type(event, types.ChatStreamEvent)
        assert_type(event.id, str | None)
        if event.event == "text_delta":
            assert_type(event.data, types.ChatTextDelta)
            assert_type(event.data["delta"], str)
            event.data["reply"]  # type: ignore[typeddict-item]
        elif event.event == "tool_use":
            assert_type(event.data, types.ChatToolUse)
            assert_type(event.data["name"], str)
        elif event.event == "done":
            assert_type(event.data, types.ChatDone)
            assert_type(event.data["usage"], types.ChatUsage | None)
        elif event.event == "error":
            assert_type(event.data, types.ChatStreamError)
            assert_type(event.data["code"], str)
        else:
            assert_never(event)


def by_match(event: types.ChatStreamEvent) -> str:
    match event.event:
        case "text_delta" | "tool_use" | "done" | "error":
            return event.event


def no_such_event(event: types.ChatStreamEvent) -> None:
    assert_type(event.event, Literal["text_delta", "tool_use", "done", "error"])


async def async_events(client: AsyncLvngClient) -> None:
    stream = client.stream_chat(message="hi")
    assert_type(stream, AsyncChatStream)
    async for event in stream:
        if event.event == "text_delta":
            assert_type(event.data["delta"], str)
    list(stream)  # type: ignore[call-overload]


def other_readings(stream: ChatStream) -> None:
    with stream as entered:
        assert_type(entered, ChatStream)
        assert_type(entered.text_deltas(), Iterator[str])
    whole = stream.collect()
    assert_type(whole, ChatReply)
    assert_type(whole.text, str)
    assert_type(whole.tool_calls, list[types.ChatToolUse])
    assert_type(whole.usage, types.ChatUsage | None)
    assert_type(whole.done, types.ChatDone | None)
    whole.usage["credits"]  # type: ignore[index]
    assert_type(stream.close(), None)


async def async_other_readings(stream: AsyncChatStream) -> None:
    async with stream as entered:
        assert_type(entered.text_deltas(), AsyncIterator[str])
    assert_type(await stream.collect(), ChatReply)
    assert_type(await stream.aclose(), None)
