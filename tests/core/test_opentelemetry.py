"""A span for each try, with its context sent along."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from lvng_core import AsyncClient, Client, NotFoundError
from lvng_core.opentelemetry import tracing
from support.samples import CREATE, GET, KEY
from support.scripted_server import Serve, answer, reset, stall
from support.sync_async import Connect


class Exporter(InMemorySpanExporter):
    """Keeps the spans of one test."""

    def __init__(self) -> None:
        super().__init__()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self))

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.get_finished_spans()


@pytest.fixture
def exporter() -> Exporter:
    return Exporter()


def test_a_call_is_a_span_with_the_attributes_of_the_conventions(
    connect: Connect, serve: Serve, exporter: Exporter
) -> None:
    server = serve(answer(200, {"ok": True}, {"X-Request-Id": "req_1"}))
    client = connect(server, middleware=tracing(exporter.provider))
    client.call(GET, {"id": "7", "limit": 5})
    (span,) = exporter.spans
    assert (span.name, span.kind) == ("things.get", SpanKind.CLIENT)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.full": f"{server.url}/api/v2/things/7",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "http.response.status_code": 200,
        "lvng.request_id": "req_1",
    }
    assert span.status.is_unset
    context = span.get_span_context()
    assert context is not None
    trace_parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-"
    assert (server.last.header("traceparent") or "").startswith(trace_parent)


def test_each_try_is_a_span_of_its_own(connect: Connect, serve: Serve, exporter: Exporter) -> None:
    server = serve(answer(503, {"error": "busy"}), reset, answer(404, {"error": "gone"}))
    client = connect(server, middleware=tracing(exporter.provider))
    with pytest.raises(NotFoundError):
        client.call(CREATE, {"name": "x"})
    found = [dict(span.attributes or {}) for span in exporter.spans]
    assert [one.get("http.request.resend_count") for one in found] == [None, 1, 2]
    assert [one["error.type"] for one in found] == ["503", "APIConnectionError", "404"]
    assert [span.status.is_ok for span in exporter.spans] == [False] * 3
    assert KEY not in "".join(span.to_json() for span in exporter.spans)


def test_the_spans_are_children_of_the_callers(serve: Serve, exporter: Exporter) -> None:
    url = serve(answer(200, {})).url
    tracer = exporter.provider.get_tracer("test")
    options: dict[str, Any] = {"base_url": url, "middleware": tracing(exporter.provider)}

    async def main() -> None:
        async with AsyncClient(KEY, **options) as client:
            with tracer.start_as_current_span("async work"):
                await asyncio.gather(*(client.call(GET, {"id": "1"}) for _ in range(2)))

    asyncio.run(main())
    with Client(KEY, **options) as client, tracer.start_as_current_span("work"):
        client.call(GET, {"id": "1"})
    first, second, their_parent, third, its_parent = exporter.spans
    for span, parent in [(first, their_parent), (second, their_parent), (third, its_parent)]:
        assert span.parent == parent.get_span_context()


def test_a_cancelled_call_ends_its_span(serve: Serve, exporter: Exporter) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(KEY, base_url=url, middleware=tracing(exporter.provider)) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET, {"id": "1"}), 0.1)

    asyncio.run(main(serve(stall).url))
    (span,) = exporter.spans
    assert (span.attributes or {})["error.type"] == "cancelled"


def test_by_default_the_spans_are_the_global_providers(
    connect: Connect, serve: Serve, exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", exporter.provider)
    middleware = pickle.loads(pickle.dumps(tracing()))  # as a client in a pickle has them
    connect(serve(answer(200, {})), middleware=middleware).call(GET, {"id": "1"})
    assert [span.name for span in exporter.spans] == ["things.get"]
