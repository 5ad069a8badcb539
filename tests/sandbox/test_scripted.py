"""Exact answers for tests: scripted ones, and an engine that echoes."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import EchoEngine, Sandbox
from support.chat import CHAT, events
from support.examples import AGENT_ID, CONVERSATION_ID
from support.sandbox import Api, Connect

HELLO = {"message": "Hello, who are you?"}


def text_of(found: list[tuple[str, Any]]) -> str:
    return "".join(data["delta"] for name, data in found if name == "text_delta")


def test_a_scripted_answer_comes_before_what_is_stored(sandbox: Sandbox, api: Api) -> None:
    sandbox.answers.add("sales report", "Nothing was sold.")
    assert api.post(CHAT, {"message": "Show the SALES report"})["reply"] == "Nothing was sold."
    assert "412,000" in api.post(CHAT, {"message": "Sales in October?"})["reply"]


def test_a_scripted_answer_is_streamed_and_stored(sandbox: Sandbox, api: Api) -> None:
    sandbox.answers.add("^hello", "I am a test.")
    found = events(api, HELLO | {"conversationId": CONVERSATION_ID})
    assert text_of(found) == "I am a test."
    messages = api.get("/api/v2/messages", conversation_id=CONVERSATION_ID)["data"]
    assert messages[0]["content"] == "I am a test."


def test_the_events_of_a_stream_can_be_given(sandbox: Sandbox, api: Api) -> None:
    given = [("text_delta", {"delta": "I"}), ("error", {"code": "OOPS", "message": "gone"})]
    sandbox.answers.add("hello", "", events=given)
    assert events(api, HELLO) == given


def test_scripted_answers_apply_in_order_and_the_given_times(sandbox: Sandbox, api: Api) -> None:
    sandbox.answers.add("hello", "first", times=1)
    sandbox.answers.add("hello", "second")
    assert [api.post(CHAT, HELLO)["reply"] for _ in range(3)] == ["first", "second", "second"]
    sandbox.answers.clear()
    assert api.post(CHAT, HELLO)["reply"] not in {"first", "second"}


def test_agents_give_scripted_answers_too(sandbox: Sandbox, api: Api) -> None:
    sandbox.answers.add("hello", "Scripted.")
    reply = api.post(f"/api/v2/agents/{AGENT_ID}/message", {"message": "hello"})
    assert "Scripted." in str(reply)


def test_a_reset_removes_answers(sandbox: Sandbox, api: Api) -> None:
    sandbox.answers.add("hello", "Scripted.")
    sandbox.reset()
    assert api.post(CHAT, HELLO)["reply"] != "Scripted."


def test_an_invalid_pattern_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match=r"pattern must be a regular expression; got '\('"):
        sandbox.answers.add("(", "x")
    with pytest.raises(ValueError, match="times must be at least 0; got -1"):
        sandbox.answers.add("x", "x", times=-1)


def test_answers_over_http(sandbox: Sandbox, api: Api, connect: Connect) -> None:
    control = connect(sandbox, sandbox.token)
    body = {"pattern": "hello", "reply": "Hi", "events": [["done", {"reply": "Hi"}]], "times": 2}
    added = control.post("/_sandbox/answers", body)
    assert (added["reply"], added["events"], added["remaining"]) == ("Hi", body["events"], 2)
    assert events(api, HELLO) == [("done", {"reply": "Hi"})]
    (listed,) = control.get("/_sandbox/answers")
    assert (listed["pattern"], listed["remaining"]) == ("hello", 1)
    control.delete("/_sandbox/answers")
    assert control.get("/_sandbox/answers") == []
    error = control.post("/_sandbox/answers", {"pattern": "(", "reply": "x"}, status=400)["error"]
    assert "regular expression" in error


def test_the_echo_engine_repeats_the_message(connect: Connect) -> None:
    with Sandbox(engine=EchoEngine()) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        answer = api.post(CHAT, {"message": "Show the sales report"})
        assert (answer["reply"], answer["model"]) == ("Show the sales report", "echo")
        assert text_of(events(api, {"message": "one  two\nthree"})) == "one  two\nthree"
