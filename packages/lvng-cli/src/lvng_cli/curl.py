"""`--dry-run`: print the request as a curl command, without the key."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any

import httpx

# Headers that curl sets itself, or that differ in every run.
_LEFT_OUT = frozenset(
    {"host", "accept-encoding", "connection", "content-length", "user-agent", "transfer-encoding"}
)


class RequestNotSentError(Exception):
    """A request that was prepared, but not sent.

    Attributes:
        request: a copy of the request, with its body read; the SDK removes the key from its own copy.
    """

    def __init__(self, request: httpx.Request) -> None:
        super().__init__("The request was not sent.")
        stream: Any = request.stream  # the sync client makes iterable streams
        content = b"".join(stream)
        self.request = httpx.Request(
            request.method, request.url, headers=request.headers, content=content
        )


class DryRun(httpx.BaseTransport):
    """A transport that raises `RequestNotSentError` instead of sending a request."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raise the error with a copy of the request."""
        raise RequestNotSentError(request)


def curl(request: httpx.Request, files: Mapping[str, Any]) -> str:
    """Format a request as a curl command.

    Args:
        request: the request.
        files: paths of the files of a form, by field name.
    """
    lines = [f"curl -X {request.method} {shlex.quote(str(request.url))}"]
    form = request.headers.get("content-type", "").startswith("multipart/form-data")
    for name, value in request.headers.items():
        if name == "authorization":
            # In double quotes, so that the shell expands the variable.
            lines.append('-H "Authorization: Bearer $LVNG_API_KEY"')
        elif name not in _LEFT_OUT and not (form and name == "content-type"):
            lines.append(f"-H {shlex.quote(f'{name.title()}: {value}')}")
    if form:
        lines += _form(request, files)
    elif request.content:
        lines.append(f"--data-raw {shlex.quote(request.content.decode(errors='replace'))}")
    return " \\\n  ".join(lines)


def _form(request: httpx.Request, files: Mapping[str, Any]) -> list[str]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    lines = []
    for part in message_from_bytes(head + request.content).walk():
        name = part.get_param("name", header="content-disposition")
        if part.is_multipart() or not isinstance(name, str):
            continue
        if part.get_filename():
            path = files.get(name)
            where = path if isinstance(path, str) else "-"
            lines.append(f"-F {shlex.quote(f'{name}=@{where};type={part.get_content_type()}')}")
            continue
        payload = part.get_payload(decode=True)
        text = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
        lines.append(f"--form-string {shlex.quote(f'{name}={text}')}")
    return lines
