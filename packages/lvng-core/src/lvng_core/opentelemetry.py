"""OpenTelemetry spans for every attempt of every call: `pip install "lvng[opentelemetry]"`.

from lvng import LvngClient
from lvng_core.opentelemetry import tracing

client = LvngClient(middleware=tracing())
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from opentelemetry import context, propagate, trace
from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

from ._errors import LvngError
from ._exchange import Request, Response
from ._middleware import CallNext, Flow
from ._version import __version__

_PORTS = {"https": 443, "http": 80}


def tracing(tracer_provider: TracerProvider | None = None) -> Tracing:
    """Make middleware that records a span for each attempt and propagates its context (`traceparent`).

    A span has the name of the operation, such as `workflows.list`, and the attributes of the semantic
    conventions for HTTP clients; attempts after the first have `http.request.resend_count`. Query, body and
    API key are never recorded. The span of a stream ends when its response begins.

    Args:
        tracer_provider: provider of the spans; default: the global provider.

    Returns:
        The middleware, for the `middleware` option of a client.
    """
    return Tracing(tracer_provider)


class Tracing:
    """Middleware that records spans."""

    def __init__(self, provider: TracerProvider | None) -> None:
        self._provider = provider
        self._tracer = trace.get_tracer("lvng", __version__, provider)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._provider,)  # tracers cannot be pickled

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Record a span for an attempt."""
        span = self._tracer.start_span(
            request.operation, kind=SpanKind.CLIENT, attributes=_attributes(request)
        )
        propagate.inject(request.headers, trace.set_span_in_context(span, context.get_current()))
        try:
            response = yield from call_next(request)
            _describe(span, response)
            return response
        except LvngError as error:
            _fail(span, type(error).__name__)
            raise
        except GeneratorExit:
            _fail(span, "cancelled")
            raise
        finally:
            span.end()


def _describe(span: Span, response: Response) -> None:
    span.set_attribute("http.response.status_code", response.status_code)
    if response.request_id is not None:
        span.set_attribute("lvng.request_id", response.request_id)
    if response.status_code >= 400:
        _fail(span, str(response.status_code))


def _fail(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR, kind)


def _attributes(request: Request) -> dict[str, str | int]:
    url = request.url.partition("?")[0]
    parts = urlsplit(url)
    found: dict[str, str | int] = {
        "http.request.method": request.method,
        "url.full": url,
        "server.address": parts.hostname or "",
        "server.port": parts.port or _PORTS[parts.scheme],
    }
    if request.attempt > 1:
        found["http.request.resend_count"] = request.attempt - 1
    return found
