"""Observe the responses and retries of a client."""

from lvng import Hooks, LvngClient, ResponseEvent, RetryEvent


def count(event: ResponseEvent) -> None:
    print(event.request.operation, event.status_code, f"{event.elapsed:.3f} s")


def warn(event: RetryEvent) -> None:
    print(f"{event.request.operation} is retried in {event.delay:.1f} s: {event.error}")


with LvngClient(hooks=Hooks(on_response=count, on_retry=warn)) as client:
    client.workflows.list(limit=5)
