"""Trace calls with OpenTelemetry: print the spans of a call with its attempts, and the metrics of a chat.

pip install "lvng[opentelemetry]" opentelemetry-sdk; set LVNG_API_KEY
"""

from __future__ import annotations

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from lvng import LvngClient
from lvng_core.opentelemetry import tracing


def main() -> None:
    # In a service, exporters of your own send them to a collector, and tracing() finds the global providers.
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider([reader])
    tracers.add_span_processor(SimpleSpanProcessor(spans))

    with LvngClient(middleware=tracing(tracers, meters)) as client:
        client.workflows.list(limit=5)
        client.stream_chat(message="Summarize the latest sales report").collect()

    for span in spans.get_finished_spans():
        attributes = span.attributes or {}
        level = "  " if span.parent else ""
        print(f"{level}{span.name}", attributes.get("http.response.status_code", ""))
        for name in ("gen_ai.response.model", "gen_ai.usage.output_tokens"):
            if name in attributes:
                print(f"  {name} = {attributes[name]!r}")

    data = reader.get_metrics_data()
    for resource in data.resource_metrics if data else ():
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                print(metric.name, metric.unit)
    meters.shutdown()


if __name__ == "__main__":
    main()
