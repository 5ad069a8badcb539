"""The stream of an answer against the sandbox: its events, its text, the whole of it."""

from __future__ import annotations

from typing import Any

import pytest

from lvng import LvngClient, StreamError
from lvng_chat import ChatReply
from support.sync_async import Colour, plain
from support.tuned import assert_nothing_is_left

QUESTION = "Summarize the latest sales report"


@pytest.fixture(params=["client.stream_chat", "client.chat.stream"])
def stream(request: pytest.FixtureRequest, client: LvngClient) -> Any:
    """A stream of an answer, by each of the two ways to one."""
    ask = client.stream_chat if request.param == "client.stream_chat" else client.chat.stream
    return ask(message=QUESTION)


def test_the_events_are_text_tools_and_an_end(stream: Any) -> None:
    events = list(stream)
    assert [event.event for event in events[:1]] == ["tool_use"]
    assert {event.event for event in events[1:-1]} == {"text_delta"}
    assert events[-1].event == "done"
    text = "".join(event.data["delta"] for event in events[1:-1])
    assert text == events[-1].data["reply"] == stream.text
    assert "Sales report" in text


def test_text_deltas_are_the_text_alone(client: LvngClient, stream: Any) -> None:
    pieces = list(stream.text_deltas())
    assert len(pieces) > 1
    assert "".join(pieces) == client.chat.send(message=QUESTION)["reply"]


def test_collect_gives_the_whole_answer(client: LvngClient, stream: Any) -> None:
    reply = stream.collect()
    assert isinstance(reply, ChatReply)
    assert reply.text == client.chat.send(message=QUESTION)["reply"]
    assert [call["name"] for call in reply.tool_calls] == ["knowledge_search"]
    assert reply.done is not None
    assert reply.done["finishReason"] == "stop"
    assert reply.usage == reply.done["usage"]
    assert reply.usage is not None
    assert reply.usage["totalTokens"] > 0


@pytest.mark.parametrize("read", [list, lambda s: list(s.text_deltas()), lambda s: s.collect()])
def test_a_stream_is_read_in_one_way_once(stream: Any, read: Any) -> None:
    read(stream)
    for again in (list, lambda s: list(s.text_deltas()), lambda s: s.collect()):
        with pytest.raises(StreamError, match="read only once"):
            again(stream)


def test_a_stream_is_a_context_manager(client: LvngClient, colour: Colour, stream: Any) -> None:
    with stream as entered:
        assert next(iter(entered.text_deltas()))
    assert repr(plain(stream)).endswith("ChatStream, closed>")
    assert_nothing_is_left(client, colour)


def test_streams_share_the_connections_of_the_client(client: LvngClient, colour: Colour) -> None:
    for _ in range(5):
        assert client.stream_chat(message=QUESTION).collect().text
    assert_nothing_is_left(client, colour)
