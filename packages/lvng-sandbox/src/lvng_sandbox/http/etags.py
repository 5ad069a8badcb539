"""ETags: responds 304 without a body if the client has the current response (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.responses import Response

_OF_THE_BODY = ("content-type", "content-length", "content-disposition")


def revalidated(method: str, given: Mapping[str, str], response: Response) -> Response:
    """Add an ETag to the response, or respond 304 if the client has it already.

    Args:
        method: method of the request.
        given: its headers.
        response: its response, of any method and status. Only a GET that succeeds has an ETag.
    """
    if method != "GET" or response.status_code != 200 or type(response) is not Response:
        return response
    tag = f'"{hashlib.blake2b(bytes(response.body), digest_size=16).hexdigest()}"'
    response.headers["ETag"] = tag
    known = given.get("if-none-match", "").split(",")
    if {"*", tag, f"W/{tag}"}.isdisjoint(map(str.strip, known)):
        return response
    kept = {name: text for name, text in response.headers.items() if name not in _OF_THE_BODY}
    return Response(status_code=304, headers=kept)
