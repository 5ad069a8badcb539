"""OpenTelemetry spans for every attempt of every call: `pip install "lvng[opentelemetry]"`.

from lvng import LvngClient
from lvng_core.opentelemetry import tracing

client = LvngClient(hooks=tracing())
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from opentelemetry import context, propagate, trace
from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

from ._hook_events import RequestEvent, ResponseEvent
from ._hooks import Hooks
from ._version import __version__

_PORTS = {"https": 443, "http": 80}


def tracing(tracer_provider: TracerProvider | None = None) -> Hooks:
    """Make hooks that record a span for each attempt and propagate its context (`traceparent`).

    A span has the name of the operation, such as `workflows.list`, and the attributes of the semantic
    conventions for HTTP clients; attempts after the first have `http.request.resend_count`. Query, body and
    API key are never recorded. The span of a stream ends when its response begins.

    Args:
        tracer_provider: provider of the spans; default: the global provider.

    Returns:
        The hooks, for the `hooks` option of a client.
    """
    spans = _Spans(tracer_provider)
    return Hooks(on_request=spans.begin, on_response=spans.end)


class _Spans:
    """The spans of the current attempts."""

    def __init__(self, provider: TracerProvider | None) -> None:
        self._provider = provider
        self._tracer = trace.get_tracer("lvng", __version__, provider)
        self._open: dict[RequestEvent, Span] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        # For pickled clients: open spans are not copied.
        return type(self), (self._provider,)

    def begin(self, event: RequestEvent) -> None:
        span = self._tracer.start_span(
            event.operation, kind=SpanKind.CLIENT, attributes=_attributes(event)
        )
        self._open[event] = span
        propagate.inject(event.headers, trace.set_span_in_context(span, context.get_current()))

    def end(self, event: ResponseEvent) -> None:
        span = self._open.pop(event.request)
        if event.status_code is not None:
            span.set_attribute("http.response.status_code", event.status_code)
        if event.request_id is not None:
            span.set_attribute("lvng.request_id", event.request_id)
        if event.error is not None:
            name = type(event.error).__name__
            code = event.error.status_code
            span.set_attribute("error.type", str(code) if code and code >= 400 else name)
            span.set_status(StatusCode.ERROR, name)
        elif event.status_code is None:
            span.set_attribute("error.type", "cancelled")
            span.set_status(StatusCode.ERROR, "cancelled")
        span.end()


def _attributes(event: RequestEvent) -> dict[str, str | int]:
    parts = urlsplit(event.url)
    found: dict[str, str | int] = {
        "http.request.method": event.method,
        "url.full": event.url,
        "server.address": parts.hostname or "",
        "server.port": parts.port or _PORTS[parts.scheme],
    }
    if event.attempt > 1:
        found["http.request.resend_count"] = event.attempt - 1
    return found
