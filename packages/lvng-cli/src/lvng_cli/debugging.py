"""`--debug`: each attempt as a line on stderr, from the hooks of the SDK, which never see the key."""

from __future__ import annotations

import click

import lvng


def debug_hooks() -> lvng.Hooks:
    """Hooks that report attempts and retries."""
    return lvng.Hooks(on_request=_request, on_response=_response, on_retry=_retry)


def _say(text: str) -> None:
    click.echo(f"debug: {text}", err=True)


def _request(event: lvng.RequestEvent) -> None:
    _say(f"{event.method} {event.url} ({event.operation}, attempt {event.attempt})")


def _response(event: lvng.ResponseEvent) -> None:
    outcome = event.status_code or (type(event.error).__name__ if event.error else "cancelled")
    request = f", request {event.request_id}" if event.request_id else ""
    _say(f"{outcome} after {event.elapsed:.3f} s{request}")


def _retry(event: lvng.RetryEvent) -> None:
    _say(f"retry in {event.delay:.2f} s")
