"""ETags: responds 304 without a body if the client has the current response (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

_OF_THE_BODY = ("content-type", "content-length", "content-disposition")


def revalidated(request: Request, response: Response) -> Response:
    """Add an ETag to the response, or respond 304 if the client has it already.

    Args:
        request: the request.
        response: its response, of any method and status. Only a GET that succeeds has an ETag.
    """
    if request.method != "GET" or response.status_code != 200 or type(response) is not Response:
        return response
    tag = f'"{hashlib.blake2b(bytes(response.body), digest_size=16).hexdigest()}"'
    response.headers["ETag"] = tag
    given = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if not {"*", tag, f"W/{tag}"}.intersection(given):
        return response
    kept = {name: text for name, text in response.headers.items() if name not in _OF_THE_BODY}
    return Response(status_code=304, headers=kept)
