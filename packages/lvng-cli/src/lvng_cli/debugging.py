"""`--debug`: print each attempt to stderr, without headers and query, which may contain secrets."""

from __future__ import annotations

import click

from lvng import CallNext, LvngError, Request, Response


def report(request: Request, call_next: CallNext[Response]) -> Response:
    """Middleware that prints an attempt and its outcome."""
    where = str(request.url).partition("?")[0]
    _say(f"{request.method} {where} ({request.operation}, attempt {request.attempt})")
    try:
        response = call_next(request)
    except LvngError as error:
        _say(f"{type(error).__name__}: {error.message}")
        raise
    known = f", request {response.request_id}" if response.request_id else ""
    _say(f"{response.status_code} after {response.elapsed:.3f} s{known}")
    return response


def _say(text: str) -> None:
    click.echo(f"debug: {text}", err=True)
