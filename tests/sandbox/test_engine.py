"""Engines: answers of a small OpenAI-compatible server, over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lvng_sandbox import EngineError, OpenAIEngine, Prompt, Sandbox
from lvng_sandbox.__main__ import main
from support.chat import CHAT, events, said
from support.examples import AGENT_ID, CONVERSATION_ID
from support.process import serving
from support.sandbox import Api, Connect
from support.scripted_server import (
    Exchange,
    ScriptedServer,
    Step,
    answer,
    chunks,
    closed_port,
    dripping_body,
    half,
    mute,
    redirect,
)
from support.timing import eventually

KEY = "sk-engine-0123456789"
AGENT = f"/api/v2/agents/{AGENT_ID}"
QUESTION = {"message": "How did sales in October go?"}

Ask = Callable[..., Api]


def event(choices: list[Any], **more: Any) -> bytes:
    return f"data: {json.dumps({'choices': choices, **more})}\n\n".encode()


def delta(text: str) -> bytes:
    return event([{"index": 0, "delta": {"content": text}, "finish_reason": None}])


DONE = b"data: [DONE]\n\n"
STOP = event([{"index": 0, "delta": {}, "finish_reason": "stop"}])


def says(*pieces: str) -> Step:
    """The model's answer, whole or streamed, as the request wants it."""

    def step(exchange: Exchange) -> None:
        if exchange.seen.json()["stream"]:
            usage = event([], usage={"total_tokens": 7})
            start = event([{"index": 0, "delta": {"role": "assistant", "content": ""}}])
            chunks(b": hello\n\n", start, *map(delta, pieces), STOP, usage, DONE)(exchange)
        else:
            message = {"role": "assistant", "content": "".join(pieces)}
            answer(200, {"choices": [{"index": 0, "message": message}]})(exchange)

    return step


class Model(ScriptedServer):
    """The server; `told` is what the model was given."""

    def told(self, n: int = -1) -> tuple[str, str]:
        """The system's and the user's message of a request."""
        system, user = self.requests[n].json()["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        return system["content"], user["content"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def model(stack: ExitStack) -> Model:
    return stack.enter_context(Model(says("It went", " well [1].")))


@pytest.fixture
def ask(stack: ExitStack, connect: Connect) -> Ask:
    """Starts a sandbox with an engine; a caller of it."""

    def start(url: str, timeout: float = 10.0, key: str | None = KEY) -> Api:
        engine = OpenAIEngine(f"{url}/v1/", "tiny", key, timeout=timeout)
        sandbox = stack.enter_context(Sandbox(engine=engine, check_responses=True))
        return connect(sandbox, sandbox.api_key)

    return start


def test_a_chat_is_answered_by_the_model_from_what_is_stored(model: Model, ask: Ask) -> None:
    reply = ask(model.url).post(CHAT, {**QUESTION, "debug": True})
    text, sources = reply["reply"].split("\n\n")
    assert text == "It went well [1]."
    assert sources.startswith("[1] documents doc_")
    assert reply["model"] == "tiny"
    assert reply["toolCalls"][0]["output"]["sources"][0]["title"] == "Sales report"

    system, user = model.told()
    assert "[1] Sales report: Sales in October came to 412,000 euros" in system
    assert user == QUESTION["message"]
    seen = model.last
    assert (seen.method, seen.target) == ("POST", "/v1/chat/completions")
    assert seen.header("authorization") == f"Bearer {KEY}"
    assert (seen.json()["model"], seen.json()["stream"]) == ("tiny", False)


def test_without_a_key_no_authorization_is_sent(model: Model, ask: Ask) -> None:
    ask(model.url, key=None).post(CHAT, QUESTION)
    assert model.last.header("authorization") is None


def test_the_model_is_asked_even_without_sources(model: Model, ask: Ask) -> None:
    assert ask(model.url).post(CHAT, {"message": "xylophone"})["reply"] == "It went well [1]."


def test_a_stream_is_forwarded_and_stored_at_its_end(model: Model, ask: Ask) -> None:
    api = ask(model.url)
    body = {**QUESTION, "conversationId": CONVERSATION_ID, "personality": "analyst"}
    first, *deltas, (name, done) = events(api, body)
    assert (first[0], name) == ("tool_use", "done")
    assert [data["delta"] for _, data in deltas][:2] == ["It went", " well [1]."]
    assert "".join(data["delta"] for _, data in deltas) == done["reply"]
    assert "documents doc_" in done["reply"]
    kept, question = said(api)[:2]
    assert (kept["id"], kept["content"]) == (done["messageId"], done["reply"])
    assert {data["messageId"] for _, data in deltas} == {kept["id"]}
    assert question["content"] == QUESTION["message"]
    assert model.last.json()["stream"] is True
    assert "Weighs the figures" in model.told()[0]


def test_the_system_prompt_of_an_agent_is_sent(model: Model, ask: Ask) -> None:
    api = ask(model.url)
    api.patch(AGENT, {"systemPrompt": "Rhyme."})
    before = len(api.get(f"{AGENT}/messages")["data"])
    reply = api.post(f"{AGENT}/message", QUESTION)["data"]
    assert reply["content"].startswith("It went well [1].\n\n[1] ")
    assert model.told()[0].startswith("Rhyme.")
    assert len(api.get(f"{AGENT}/messages")["data"]) == before + 2
    assert len(model.requests) == 1


def test_workflow_steps_are_answered_by_the_model(model: Model, ask: Ask) -> None:
    api = ask(model.url)
    instruments = ["xylophone", "zither"]
    steps = [{"id": one, "name": one, "type": "agent"} for one in instruments]
    workflow = api.post("/api/v2/workflows", {"name": "Report", "steps": steps})["data"]["id"]
    run = api.post(f"/api/v2/workflows/{workflow}/execute")["data"]["id"]
    path = f"/api/v2/workflows/{workflow}/runs/{run}"
    done = eventually(lambda: (one := api.get(path)["data"])["status"] == "completed" and one)
    assert [step["output"]["text"] for step in done["steps"]] == ["It went well [1]."] * 2
    assert [model.told(n)[1] for n in range(len(model.requests))] == instruments


def test_a_step_fails_if_the_model_does(ask: Ask) -> None:
    api = ask(f"http://127.0.0.1:{closed_port()}")
    step = {"id": "a", "name": "Ask", "type": "agent", "config": {"prompt": "a"}}
    workflow = api.post("/api/v2/workflows", {"name": "Report", "steps": [step]})["data"]["id"]
    run = api.post(f"/api/v2/workflows/{workflow}/execute")["data"]["id"]
    path = f"/api/v2/workflows/{workflow}/runs/{run}"
    done = eventually(lambda: (one := api.get(path)["data"])["status"] == "failed" and one)
    assert done["error"] == "Ask: The engine cannot be reached"


def test_an_idempotent_request_asks_the_model_once(model: Model, ask: Ask) -> None:
    api = ask(model.url)
    headers = {"Idempotency-Key": "once"}
    replies = [api.call("POST", CHAT, json=QUESTION, headers=headers) for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(model.requests) == 1


def test_other_requests_do_not_wait_for_the_model(stack: ExitStack, ask: Ask) -> None:
    go_on = threading.Event()

    def slow(exchange: Exchange) -> None:
        assert go_on.wait(10)
        says("At last.")(exchange)

    model = stack.enter_context(Model(slow))
    api = ask(model.url)
    asked = threading.Thread(target=api.post, args=(CHAT, QUESTION))
    asked.start()
    try:
        eventually(lambda: model.requests)
        note = api.post("/api/v2/notes", {"title": "Meanwhile", "content": "x"})["data"]
        assert api.get(f"/api/v2/notes/{note['id']}")["data"] == note
    finally:
        go_on.set()
        asked.join(10)
    assert len(model.requests) == 1


LEAKY = {"error": {"message": f"Incorrect API key provided: {KEY}"}}


@pytest.mark.parametrize("path", [CHAT, f"{CHAT}/stream"], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("step", "status", "message"),
    [
        (answer(401, LEAKY), 502, "The engine responded with 401"),
        (answer(404, LEAKY), 502, "The engine responded with 404"),
        (redirect(307, "http://127.0.0.1:9/"), 502, "The engine responded with 307"),
        (answer(429, LEAKY), 503, "The engine responded with 429"),
        (answer(500, LEAKY), 503, "The engine responded with 500"),
        (half(), 503, "The engine cannot be reached"),
        (mute, 503, "The engine did not respond within 0.3 seconds"),
        (dripping_body(b" " * 100), 503, "The engine did not respond within 0.3 seconds"),
    ],
    ids=["key", "model", "redirect", "busy", "broken", "half", "stall", "drip"],
)
def test_errors_of_the_model_become_errors_of_the_api(
    step: Step,
    status: int,
    message: str,
    path: str,
    stack: ExitStack,
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model = stack.enter_context(Model(step))
    api = ask(model.url, timeout=0.3 if "within" in message else 10.0)
    before = said(api)
    body = {**QUESTION, "conversationId": CONVERSATION_ID}
    told = api.call("POST", path, status=status, json=body)
    assert told == {"success": False, "error": {"code": "INTEGRATION_ERROR", "message": message}}
    assert said(api) == before  # not the question either: it can be asked again
    assert KEY not in caplog.text
    model.wait_for_connections(0)


def test_an_unreachable_model_is_503(ask: Ask) -> None:
    api = ask(f"http://127.0.0.1:{closed_port()}")
    message = api.post(f"{AGENT}/message", QUESTION, status=503)["error"]["message"]
    assert message == "The engine cannot be reached"
    assert api.get(AGENT)["agent"]["status"] == "running"


@pytest.mark.parametrize(
    "body",
    [
        "<html>Sign in</html>",
        b"",
        b"[]",
        {"choices": []},
        {"choices": None},
        {"choices": [{"message": {"content": None}}]},
        {"choices": [{"message": {"content": 7}}]},
        b'{"choices": [{"message": {"content": "\xff"}}]}',
    ],
    ids=["html", "empty", "list", "none", "null", "no text", "number", "bytes"],
)
def test_an_invalid_response_is_502(body: Any, stack: ExitStack, ask: Ask) -> None:
    model = stack.enter_context(Model(answer(200, body)))
    error = ask(model.url).post(CHAT, QUESTION, status=502)["error"]
    assert error["message"] == "The engine did not respond in the format of the OpenAI API"


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ((), "The engine ended the stream too early"),
        (
            (b'data: {"error": {"message": "out of memory"}}\n\n',),
            "The engine did not respond in the format of",
        ),
        ((b"data: {\n\n",), "The engine did not respond in the format of"),
    ],
    ids=["end", "error", "garbage"],
)
def test_an_interrupted_stream_ends_with_an_error_and_is_not_stored(
    rest: tuple[bytes, ...], message: str, stack: ExitStack, ask: Ask
) -> None:
    model = stack.enter_context(Model(chunks(delta("It went"), *rest)))
    api = ask(model.url)
    told = events(api, {**QUESTION, "conversationId": CONVERSATION_ID})
    assert [name for name, _ in told] == ["tool_use", "text_delta", "error"]
    assert told[-1][1]["code"] == "INTEGRATION_ERROR"
    assert told[-1][1]["message"].startswith(message)
    assert said(api)[0]["content"] == QUESTION["message"]


def test_a_finish_reason_completes_a_stream_without_done(stack: ExitStack, ask: Ask) -> None:
    model = stack.enter_context(Model(chunks(delta("Well."), STOP)))
    assert events(ask(model.url), QUESTION)[-1][0] == "done"


def test_closing_a_stream_closes_the_connection_to_the_model(stack: ExitStack, ask: Ask) -> None:
    def begin(exchange: Exchange) -> None:
        chunks(delta("It went"), final=False)(exchange)
        mute(exchange)

    model = stack.enter_context(Model(begin))
    api = ask(model.url)
    with api.http.stream("POST", f"{CHAT}/stream", json=QUESTION) as response:
        # The iterator is kept: httpx closes the connection as soon as it is garbage-collected.
        received = response.iter_raw()
        assert next(received)
        model.wait_for_connections(1)
    model.wait_for_connections(0)


def test_closing_an_unread_stream_closes_the_connection_to_the_model(
    stack: ExitStack, ask: Ask
) -> None:
    def flood(exchange: Exchange) -> None:
        chunks(*[delta("x" * 65_536)] * 1_000, final=False)(exchange)
        mute(exchange)

    model = stack.enter_context(Model(flood))
    api = ask(model.url)
    with api.http.stream("POST", f"{CHAT}/stream", json=QUESTION) as response:
        received = response.iter_raw()
        assert next(received)
    model.wait_for_connections(0)


@pytest.mark.parametrize("key", ["sk-\nengine", "sk-ängine", "sk-\x7f"])
def test_a_key_with_invalid_characters_is_rejected_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="engine's key") as caught:
        OpenAIEngine("http://127.0.0.1:9/v1", "tiny", key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:11434/v1", "ftp://x/v1", "http:///v1", "", "/v1"])
def test_an_invalid_url_is_rejected(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with http"):
        OpenAIEngine(url, "tiny")


def test_the_repr_of_an_engine_hides_the_key() -> None:
    engine = OpenAIEngine("http://127.0.0.1:9/v1", "tiny", KEY)
    assert repr(engine) == "<OpenAIEngine tiny>"


class Parrot:
    """An engine of one's own."""

    model = "parrot"

    async def answer(self, prompt: Prompt) -> AsyncIterator[str]:
        if prompt.question == "busy":
            raise EngineError("Not now", temporary=True)
        if prompt.question == "broken":
            raise RuntimeError
        yield prompt.question


def test_a_custom_engine_answers_and_its_errors_are_mapped(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    with Sandbox(engine=Parrot()) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        reply = api.post(CHAT, {"message": "xylophone"})
        assert (reply["reply"], reply["model"]) == ("xylophone", "parrot")
        assert api.post(CHAT, {"message": "busy"}, status=503)["error"]["message"] == "Not now"
        assert caplog.messages == []
        api.post(CHAT, {"message": "broken"}, status=500)
        assert caplog.messages == ["the engine failed"]


def test_an_engine_is_configured_on_the_command_line(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGINE_KEY", KEY)
    options = ["--engine-url", f"{model.url}/v1", "--engine-model", "tiny"]
    with serving(*options, "--engine-key-env", "ENGINE_KEY") as (_, url, key):
        reply = httpx.post(f"{url}{CHAT}", json=QUESTION, headers={"x-api-key": key}).json()
    assert reply["reply"].startswith("It went well [1].")
    assert model.last.header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine-url", "http://127.0.0.1:9/v1"], "an engine needs"),
        (["--engine-model", "tiny"], "an engine needs"),
        (["--engine-url", "nowhere", "--engine-model", "tiny"], "must begin with http"),
        (
            ["--engine-url", "http://x/v1", "--engine-model", "m", "--engine-key-env", "NO_SUCH"],
            "NO_SUCH of --engine-key-env is not set",
        ),
    ],
    ids=["no model", "no url", "no address", "no key"],
)
def test_incomplete_engine_options_are_rejected(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert message in capsys.readouterr().err
