"""A span for each call, with its attempts below it, and metrics; names and attributes of the conventions."""

from __future__ import annotations

import asyncio
import json
import pickle
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
from opentelemetry.semconv.metrics import http_metrics
from opentelemetry.trace import SpanKind

from lvng_core import (
    AsyncClient,
    Client,
    DecodeError,
    NotFoundError,
    Operation,
    Param,
    StreamIncompleteError,
)
from lvng_core.opentelemetry import Tracing, tracing
from lvng_sandbox import Sandbox
from support.clock import FakeClock
from support.events import chat, delta
from support.samples import CHAT, CREATE, DOWNLOAD, GET, KEY
from support.scripted_server import Serve, answer, chunks, reset, stall
from support.sync_async import Connect, stream_of

MESSAGE: Operation[dict[str, Any]] = Operation(
    "agents.message",
    "POST",
    "/api/v2/agents/{id}/message",
    params={"id": Param("path"), "message": Param("field", required=True)},
)
NEW_AGENT: Operation[dict[str, Any]] = Operation(
    "agents.create",
    "POST",
    "/api/v2/agents",
    params={"name": Param("field"), "model": Param("field")},
)
TOOL: Operation[dict[str, Any]] = Operation(
    "tools.execute",
    "POST",
    "/api/v2/tools/{name}/execute",
    params={"name": Param("path"), "input": Param("field", "object")},
)
SEND: Operation[dict[str, Any]] = Operation(
    "chat.send",
    "POST",
    "/api/v2/chat",
    params={"message": Param("field", required=True), "model": Param("field")},
)
USAGE = {"inputTokens": 12, "outputTokens": 34}
SECRET = "a secret message"


class Telemetry:
    """Keeps the spans and metrics of one test."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._reader = InMemoryMetricReader()
        self.meters = MeterProvider([self._reader], shutdown_on_exit=False)

    def tracing(self, **options: Any) -> Tracing:
        return tracing(self.tracers, self.meters, **options)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._spans.get_finished_spans()

    @property
    def call(self) -> ReadableSpan:
        """The span of the only call."""
        (found,) = (span for span in self.spans if span.name not in {"GET", "POST"})
        return found

    @property
    def attempts(self) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name in {"GET", "POST"}]

    @property
    def metrics(self) -> dict[str, list[HistogramDataPoint]]:
        found: dict[str, list[HistogramDataPoint]] = {}
        data = self._reader.get_metrics_data()
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    found[metric.name] = list(metric.data.data_points)  # type: ignore[arg-type]  # all are histograms
        return found


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry()
    yield telemetry
    telemetry.meters.shutdown()


def done_event(data: dict[str, Any]) -> bytes:
    """The last event of a chat."""
    return f"event: done\ndata: {json.dumps(data)}\n\n".encode()


def attributes_of(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_is_a_span_and_its_attempt_another_below_it(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    server = serve(answer(200, {"ok": True}, {"X-Request-Id": "req_1"}))
    client = connect(server, middleware=telemetry.tracing())
    client.call(GET, {"id": "7", "limit": 5})
    attempt, call = telemetry.spans
    where = {"server.address": "127.0.0.1", "server.port": server.port}
    assert (call.name, call.kind) == ("things.get", SpanKind.INTERNAL)
    assert attributes_of(call) == where
    assert (attempt.name, attempt.kind) == ("GET", SpanKind.CLIENT)
    assert attempt.parent == call.get_span_context()
    assert attributes_of(attempt) == {
        **where,
        "http.request.method": "GET",
        "url.full": f"{server.url}/api/v2/things/7",
        "http.response.status_code": 200,
        "lvng.request_id": "req_1",
    }
    assert call.status.is_unset
    assert attempt.status.is_unset
    context = attempt.get_span_context()
    assert context is not None
    trace_parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-"
    assert (server.last.header("traceparent") or "").startswith(trace_parent)
    ((point,),) = telemetry.metrics.values()
    assert point.count == 1
    assert dict(point.attributes or {}) == {
        **where,
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }


def test_each_try_is_a_span_of_its_own(
    connect: Connect, serve: Serve, telemetry: Telemetry, clock: FakeClock
) -> None:
    server = serve(answer(503, {"error": "busy"}), reset, answer(404, {"error": "gone"}))
    client = connect(server, middleware=telemetry.tracing())
    with pytest.raises(NotFoundError):
        client.call(CREATE, {"name": "x"})
    assert [span.name for span in telemetry.spans] == ["POST", "POST", "POST", "things.create"]
    found = [attributes_of(span) for span in telemetry.attempts]
    assert [one.get("http.request.resend_count") for one in found] == [None, 1, 2]
    assert [one["error.type"] for one in found] == ["503", "APIConnectionError", "404"]
    assert attributes_of(telemetry.call)["error.type"] == "404"
    assert [span.status.is_ok or span.status.is_unset for span in telemetry.spans] == [False] * 4
    parent = telemetry.call.get_span_context()
    assert [span.parent for span in telemetry.attempts] == [parent] * 3
    assert KEY not in "".join(span.to_json() for span in telemetry.spans)
    points = telemetry.metrics["http.client.request.duration"]
    assert sorted(str((point.attributes or {})["error.type"]) for point in points) == [
        "404",
        "503",
        "APIConnectionError",
    ]


def test_the_spans_are_children_of_the_callers(serve: Serve, telemetry: Telemetry) -> None:
    url = serve(answer(200, {})).url
    tracer = telemetry.tracers.get_tracer("test")
    options: dict[str, Any] = {"base_url": url, "middleware": telemetry.tracing()}

    async def main() -> None:
        async with AsyncClient(KEY, **options) as client:
            with tracer.start_as_current_span("async work"):
                await asyncio.gather(*(client.call(GET, {"id": "1"}) for _ in range(2)))

    asyncio.run(main())
    with Client(KEY, **options) as client, tracer.start_as_current_span("work"):
        client.call(GET, {"id": "1"})
    by_name = {span.name: span for span in telemetry.spans if span.name.endswith("work")}
    parents = [span.parent for span in telemetry.spans if span.name == "things.get"]
    first, second = (by_name[name].get_span_context() for name in ("async work", "work"))
    assert parents == [first, first, second]


def test_a_cancelled_call_ends_its_spans(serve: Serve, telemetry: Telemetry) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(KEY, base_url=url, middleware=telemetry.tracing()) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET, {"id": "1"}), 0.1)

    asyncio.run(main(serve(stall).url))
    assert [span.name for span in telemetry.spans] == ["GET", "things.get"]
    assert [attributes_of(span)["error.type"] for span in telemetry.spans] == ["cancelled"] * 2


def test_the_global_providers_are_the_default(
    connect: Connect, serve: Serve, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", telemetry.tracers)
    monkeypatch.setattr("opentelemetry.metrics._internal._METER_PROVIDER", telemetry.meters)
    middleware = pickle.loads(pickle.dumps(tracing()))  # as a client in a pickle has them
    connect(serve(answer(200, {})), middleware=middleware).call(GET, {"id": "1"})
    assert [span.name for span in telemetry.spans] == ["GET", "things.get"]
    assert list(telemetry.metrics) == ["http.client.request.duration"]


# Streams


def test_the_spans_of_a_stream_end_with_it(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    client = connect(serve(chat()), middleware=telemetry.tracing())
    for _ in stream_of(client, CHAT, {"message": SECRET}):
        assert telemetry.spans == ()
    attempt, call = telemetry.spans
    assert (call.name, call.kind) == ("chat", SpanKind.CLIENT)
    assert attempt.parent == call.get_span_context()
    found = attributes_of(call)
    assert found["gen_ai.operation.name"] == "chat"
    assert found["gen_ai.provider.name"] == "lvng"
    assert found["gen_ai.request.stream"] is True
    assert 0 < found["gen_ai.response.time_to_first_chunk"] < 5
    assert {name: points[0].count for name, points in telemetry.metrics.items()} == {
        "http.client.request.duration": 1,
        "gen_ai.client.operation.duration": 1,
        "gen_ai.client.operation.time_to_first_chunk": 1,
    }


def test_the_last_event_of_a_stream_tells_model_and_tokens(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    done = {
        "reply": "an answer",
        "model": "model-1",
        "messageId": "msg_1",
        "conversationId": "conv_1",
        "finishReason": "stop",
        "usage": USAGE,
    }
    server = serve(chunks(delta("an answer"), done_event(done)))
    client = connect(server, middleware=telemetry.tracing())
    list(stream_of(client, CHAT, {"message": SECRET}))
    found = attributes_of(telemetry.call)
    assert found["gen_ai.response.model"] == "model-1"
    assert found["gen_ai.response.id"] == "msg_1"
    assert found["gen_ai.conversation.id"] == "conv_1"
    assert found["gen_ai.response.finish_reasons"] == ("stop",)
    assert found["gen_ai.usage.input_tokens"] == 12
    assert found["gen_ai.usage.output_tokens"] == 34
    tokens = telemetry.metrics["gen_ai.client.token.usage"]
    assert {(point.attributes or {})["gen_ai.token.type"]: point.sum for point in tokens} == {
        "input": 12,
        "output": 34,
    }


def test_a_stream_that_breaks_or_is_left_ends_its_spans(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    cut = chunks(delta("a"))
    client = connect(serve(cut, chat()), middleware=telemetry.tracing())
    with pytest.raises(StreamIncompleteError):
        list(stream_of(client, CHAT, {"message": "hi"}))
    assert [attributes_of(span)["error.type"] for span in telemetry.spans] == [
        "StreamIncompleteError"
    ] * 2
    stream = stream_of(client, CHAT, {"message": "hi"})
    next(iter(stream))
    stream.close()
    assert [span.name for span in telemetry.spans[2:]] == ["POST", "chat"]
    assert all(span.status.is_unset for span in telemetry.spans[2:])


def test_a_stream_that_is_resumed_is_one_span_with_its_connections_below(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    tail: Operation[object] = Operation(
        "runs.events",
        "GET",
        "/api/v2/runs/1/events",
        accept="text/event-stream",
        stream_end=("done",),
    )
    step = b"id: 1\nevent: step\ndata: {}\n\n"
    server = serve(chunks(step, final=False, then="close"), chunks(done_event({})))
    client = connect(server, middleware=telemetry.tracing())
    list(stream_of(client, tail, {}))
    assert [span.name for span in telemetry.spans] == ["GET", "GET", "runs.events"]
    broken, resumed, call = telemetry.spans
    assert attributes_of(broken)["error.type"] == "StreamError"
    assert resumed.status.is_unset
    assert call.status.is_unset


def test_the_spans_of_a_download_end_with_it(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    client = connect(serve(answer(200, b"data")), middleware=telemetry.tracing())
    for _ in client.download(DOWNLOAD, {"id": "1"}):
        assert telemetry.spans == ()
    assert [span.name for span in telemetry.spans] == ["GET", "files.download"]


# Generative AI


def gen_ai(span: ReadableSpan) -> dict[str, Any]:
    return {
        name: value for name, value in attributes_of(span).items() if name.startswith("gen_ai.")
    }


def test_a_chat_of_the_sandbox_has_its_attributes(connect: Connect, telemetry: Telemetry) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox.base_url, api_key=sandbox.api_key, middleware=telemetry.tracing())
        reply = client.call(SEND, {"message": SECRET, "model": "lvng-fast"})
    found = gen_ai(telemetry.call)
    assert telemetry.call.name == f"chat {found['gen_ai.request.model']}"
    assert found["gen_ai.request.model"] == "lvng-fast"
    assert found["gen_ai.response.model"] == reply["model"]
    assert found["gen_ai.usage.input_tokens"] == reply["usage"]["inputTokens"]
    assert found["gen_ai.usage.output_tokens"] == reply["usage"]["outputTokens"]
    (point,) = telemetry.metrics["gen_ai.client.operation.duration"]
    assert (point.attributes or {})["gen_ai.operation.name"] == "chat"
    assert SECRET not in "".join(span.to_json() for span in telemetry.spans)


def test_agent_and_tool_calls_have_their_attributes(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    server = serve(
        answer(201, {"agent": {"id": "agent_1", "name": "Writer", "model": "model-1"}}),
        answer(200, {"data": {"content": "an answer", "id": "msg_1", "usage": USAGE}}),
        answer(200, {"data": {"output": 4}}),
    )
    client = connect(server, middleware=telemetry.tracing())
    client.call(NEW_AGENT, {"name": "Writer", "model": "model-1"})
    client.call(MESSAGE, {"id": "agent 1", "message": SECRET})
    client.call(TOOL, {"name": "calculator", "input": {"a": SECRET}})
    create, invoke, execute = (span for span in telemetry.spans if span.name != "POST")
    provider = {"gen_ai.provider.name": "lvng"}
    assert create.name == "create_agent model-1"
    assert gen_ai(create) == provider | {
        "gen_ai.operation.name": "create_agent",
        "gen_ai.agent.name": "Writer",
        "gen_ai.agent.id": "agent_1",
        "gen_ai.request.model": "model-1",
        "gen_ai.response.model": "model-1",
    }
    assert invoke.name == "invoke_agent"
    assert gen_ai(invoke) == provider | {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.id": "agent 1",
        "gen_ai.response.id": "msg_1",
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 34,
    }
    assert execute.name == "execute_tool calculator"
    assert gen_ai(execute) == provider | {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "calculator",
    }


@pytest.mark.parametrize("asked", ["argument", "environment"])
def test_messages_are_recorded_only_when_asked_for(
    connect: Connect,
    serve: Serve,
    telemetry: Telemetry,
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if asked == "environment":
        monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "True")
    middleware = telemetry.tracing(**({"capture_content": True} if asked == "argument" else {}))
    server = serve(answer(200, {"reply": "an answer"}), answer(200, {"data": {"output": 4}}))
    client = connect(server, middleware=middleware)
    client.call(SEND, {"message": SECRET})
    client.call(TOOL, {"name": "calculator", "input": {"a": 1}})
    send, execute = (gen_ai(span) for span in telemetry.spans if span.name != "POST")
    assert json.loads(send["gen_ai.input.messages"]) == [
        {"role": "user", "parts": [{"type": "text", "content": SECRET}]}
    ]
    assert json.loads(send["gen_ai.output.messages"]) == [
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": "an answer"}],
            "finish_reason": "stop",
        }
    ]
    assert json.loads(execute["gen_ai.tool.call.arguments"]) == {"input": {"a": 1}}
    assert json.loads(execute["gen_ai.tool.call.result"]) == {"output": 4}


@pytest.mark.parametrize(
    "body", [{}, {"usage": 7, "model": None, "reply": 1}, [], b"", b"{"], ids=str
)
def test_a_response_of_another_shape_is_no_failure_of_the_tracing(
    connect: Connect, serve: Serve, telemetry: Telemetry, body: Any
) -> None:
    kind = {"Content-Type": "application/json"}
    client = connect(
        serve(answer(200, body, kind)), middleware=telemetry.tracing(capture_content=True)
    )
    with suppress(DecodeError):
        client.call(SEND, {"message": "hi"})
    assert set(gen_ai(telemetry.call)) == {
        "gen_ai.operation.name",
        "gen_ai.provider.name",
        "gen_ai.input.messages",
    }


# The conventions


def constants(name: str) -> set[str]:
    """The values of all constants of the modules of a package of the conventions."""
    package, found = import_module(f"opentelemetry.semconv.{name}"), set[str]()
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        values = vars(import_module(module.name)).values()
        found |= {value for value in values if isinstance(value, str)}
    return found


@pytest.mark.skipif(
    not hasattr(gen_ai_metrics, "GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK"),
    reason="conventions from before the metric of the first event",
)
def test_every_name_is_of_the_semantic_conventions(
    connect: Connect, serve: Serve, telemetry: Telemetry
) -> None:
    done = {"model": "m", "messageId": "1", "conversationId": "2", "usage": USAGE}
    server = serve(
        answer(503, {}),
        answer(200, {"reply": "a", "finishReason": "stop"} | done),
        answer(201, {"agent": {"id": "1"}}),
        answer(200, {"data": {"content": "a"}}),
        answer(200, {"data": {}}),
        chunks(done_event(done)),
    )
    client = connect(server, middleware=telemetry.tracing(capture_content=True))
    client.call(SEND, {"message": "hi", "model": "m"})
    client.call(NEW_AGENT, {"name": "a"})
    client.call(MESSAGE, {"id": "1", "message": "hi"})
    client.call(TOOL, {"name": "a", "input": {}})
    list(stream_of(client, CHAT, {"message": "hi"}))
    spans, points = telemetry.spans, telemetry.metrics
    stable = constants("attributes")
    known = stable | constants("_incubating.attributes")
    used = {name for span in spans for name in attributes_of(span)}
    used |= {
        name for values in points.values() for point in values for name in point.attributes or {}
    }
    assert len(used) > 25
    assert used - known == {"lvng.request_id"} & used
    assert {name for name in used if name.startswith(("http.", "url.", "server."))} <= stable
    assert points.keys() == {
        http_metrics.HTTP_CLIENT_REQUEST_DURATION,
        gen_ai_metrics.GEN_AI_CLIENT_OPERATION_DURATION,
        gen_ai_metrics.GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
        gen_ai_metrics.GEN_AI_CLIENT_TOKEN_USAGE,
    }
    assert points.keys() <= constants("_incubating.metrics") | constants("metrics")
