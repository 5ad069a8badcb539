"""OpenTelemetry spans and metrics for every call: `pip install "lvng[opentelemetry]"`.

from lvng import LvngClient
from lvng_core.opentelemetry import tracing

client = LvngClient(middleware=tracing())
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import context, metrics, propagate, trace
from opentelemetry.metrics import Histogram, MeterProvider
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, TracerProvider

from . import _gen_ai as gen_ai
from ._clock import current_clock
from ._errors import LvngError
from ._exchange import Request, Response
from ._middleware import CallNext, Flow
from ._sse import SSEEvent
from ._version import __version__

_PORTS = {"https": 443, "http": 80}
_CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"

# Boundaries of the histograms, as the semantic conventions recommend them.
_HTTP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_OPERATION_SECONDS = tuple(0.01 * 2**power for power in range(14))
_FIRST_CHUNK_SECONDS = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1),
    *(0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10),
)
_TOKENS = tuple(4**power for power in range(14))


def tracing(
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    *,
    capture_content: bool | None = None,
) -> Tracing:
    """Make middleware that records spans and metrics by the OpenTelemetry semantic conventions.

    A call is a span with the name of its operation, such as `workflows.list`; its attempts are child spans by the
    conventions for HTTP clients, and their context is propagated (`traceparent`). The spans of a stream or download
    end with it. Calls of chat, agents and tools have `gen_ai.*` attributes, with models and tokens.

    Metrics: `http.client.request.duration` of each attempt, `gen_ai.client.operation.duration` and
    `gen_ai.client.token.usage` of each call of generative AI, and `gen_ai.client.operation.time_to_first_chunk` for
    the first event of a stream. Query, API key and, unless asked for, messages are never recorded.

    Args:
        tracer_provider: provider of the spans; default: the global provider.
        meter_provider: provider of the metrics; default: the global provider.
        capture_content: whether to record messages, answers, and arguments and results of tools; default: whether
            the environment variable OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is `true`.

    Returns:
        The middleware, for the `middleware` option of a client. Pass it first, so that it includes the others.
    """
    if capture_content is None:
        capture_content = os.environ.get(_CAPTURE, "").strip().lower() == "true"
    return Tracing(tracer_provider, meter_provider, capture_content)


class Tracing:
    """Middleware that records spans and metrics."""

    def __init__(
        self,
        tracer_provider: TracerProvider | None,
        meter_provider: MeterProvider | None,
        capture_content: bool,
    ) -> None:
        self._options = (tracer_provider, meter_provider, capture_content)
        self.tracer: Tracer = trace.get_tracer("lvng", __version__, tracer_provider)
        self.capture_content: bool = capture_content
        self.metrics: _Metrics = _Metrics(meter_provider)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._options  # tracers cannot be pickled

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Record an attempt and, with the first one, the call."""
        call = request.call.state.get(self)
        if call is None:
            call = request.call.state[self] = _Call(self, request)
            request.call.on_event(call.event)
            request.call.on_end(call.end)
        attempt = call.begin_attempt(request)
        try:
            response = yield from call_next(request)
        except BaseException as error:
            attempt.end(error)
            raise
        attempt.describe(response)
        call.describe(response)
        if not response.is_stream:
            attempt.end()
        return response


class _Metrics:
    """The histograms."""

    def __init__(self, provider: MeterProvider | None) -> None:
        meter = metrics.get_meter("lvng", __version__, provider)
        self.request: Histogram = meter.create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_HTTP_SECONDS,
        )
        self.operation: Histogram = meter.create_histogram(
            "gen_ai.client.operation.duration",
            "s",
            "GenAI operation duration.",
            explicit_bucket_boundaries_advisory=_OPERATION_SECONDS,
        )
        self.first_chunk: Histogram = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            "Time to receive the first event of a stream.",
            explicit_bucket_boundaries_advisory=_FIRST_CHUNK_SECONDS,
        )
        self.tokens: Histogram = meter.create_histogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )


class _Timed:
    """A span with its duration."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self._began = current_clock().now()

    def elapsed(self) -> float:
        return current_clock().now() - self._began

    def fail(self, kind: str) -> None:
        self.span.set_attribute("error.type", kind)
        self.span.set_status(StatusCode.ERROR, kind)


class _Call(_Timed):
    """The span of a call."""

    def __init__(self, tracing: Tracing, request: Request) -> None:
        self._tracing, self._operation = tracing, request.operation
        self._is_gen_ai = gen_ai.operation_name(request.operation) is not None
        self._attributes: dict[str, Any] = _server(request)
        self._attempt: _Attempt | None = None
        self._has_events = False
        name, kind = request.operation, SpanKind.INTERNAL
        if self._is_gen_ai:
            content = tracing.capture_content
            self._attributes |= gen_ai.request_attributes(request, content=content)
            name, kind = gen_ai.span_name(self._attributes), SpanKind.CLIENT
        super().__init__(tracing.tracer.start_span(name, kind=kind, attributes=self._attributes))

    def begin_attempt(self, request: Request) -> _Attempt:
        """Start the span of an attempt as a child of this one."""
        if self._attempt is not None:  # the previous connection of a resumed stream
            self._attempt.end(request.call.error)
        parent = trace.set_span_in_context(self.span, context.get_current())
        self._attempt = _Attempt(self._tracing, request, parent)
        return self._attempt

    def describe(self, response: Response) -> None:
        """Record the attributes of a response that is not a stream."""
        if self._is_gen_ai and response.is_success and not response.is_stream:
            with suppress(ValueError, RecursionError):  # the call will fail
                self._note(response.json())

    def event(self, event: SSEEvent) -> None:
        """Record the time to the first event of a stream, and the attributes of its last event."""
        if not self._is_gen_ai:
            return
        if not self._has_events:
            self._has_events = True
            seconds = self.elapsed()
            self.span.set_attribute("gen_ai.response.time_to_first_chunk", seconds)
            self._tracing.metrics.first_chunk.record(seconds, self._dimensions())
        if event.event == "done":
            self._note(event.data)

    def _note(self, answer: object) -> None:
        content = self._tracing.capture_content
        found = gen_ai.response_attributes(self._operation, answer, content=content)
        self._attributes |= found
        self.span.set_attributes(found)

    def end(self, error: BaseException | None) -> None:
        """End the span, and that of an attempt whose body was streamed."""
        if self._attempt is not None:
            self._attempt.end(error)
        failure = {} if error is None else {"error.type": _error_type(error)}
        if failure:
            self.fail(failure["error.type"])
        if self._is_gen_ai:
            self._tracing.metrics.operation.record(self.elapsed(), self._dimensions() | failure)
            for kind in ("input", "output"):
                used = self._attributes.get(f"gen_ai.usage.{kind}_tokens")
                if used is not None:
                    dimensions = self._dimensions() | {"gen_ai.token.type": kind}
                    self._tracing.metrics.tokens.record(used, dimensions)
        self.span.end()

    def _dimensions(self) -> dict[str, Any]:
        """The attributes with few distinct values, for metrics."""
        names = (
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "gen_ai.response.model",
            "server.address",
            "server.port",
        )
        return {name: self._attributes[name] for name in names if name in self._attributes}


class _Attempt(_Timed):
    """The span of an attempt."""

    def __init__(self, tracing: Tracing, request: Request, parent: context.Context) -> None:
        self._metrics = tracing.metrics
        self._dimensions: dict[str, Any] = {
            "http.request.method": request.method,
            **_server(request),
        }
        attributes = {**self._dimensions, "url.full": request.url.partition("?")[0]}
        if request.attempt > 1:
            attributes["http.request.resend_count"] = request.attempt - 1
        super().__init__(
            tracing.tracer.start_span(
                request.method, context=parent, kind=SpanKind.CLIENT, attributes=attributes
            )
        )
        self._is_open = True
        propagate.inject(request.headers, trace.set_span_in_context(self.span, parent))

    def describe(self, response: Response) -> None:
        """Record the status."""
        self._dimensions["http.response.status_code"] = response.status_code
        self.span.set_attribute("http.response.status_code", response.status_code)
        if response.request_id is not None:
            self.span.set_attribute("lvng.request_id", response.request_id)
        if response.status_code >= 400:
            self._note_failure(str(response.status_code))

    def end(self, error: BaseException | None = None) -> None:
        """End the span, once."""
        if not self._is_open:
            return
        self._is_open = False
        if error is not None:
            self._note_failure(_error_type(error))
        self._metrics.request.record(self.elapsed(), self._dimensions)
        self.span.end()

    def _note_failure(self, kind: str) -> None:
        self._dimensions["error.type"] = kind
        self.fail(kind)


def _server(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    return {
        "server.address": parts.hostname or "",
        "server.port": parts.port or _PORTS[parts.scheme],
    }


def _error_type(error: BaseException) -> str:
    """The kind of an error: the status of the response, else the name of its class."""
    if not isinstance(error, Exception):
        return "cancelled"
    if isinstance(error, LvngError) and error.status_code and error.status_code >= 400:
        return str(error.status_code)
    return type(error).__name__
