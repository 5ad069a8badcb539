"""Reading a request: its body under a limit, as JSON or as a form with files."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from ..contract.document import Operation
from ..contract.validation import Validation
from ..platform.call import Call, Upload
from ..platform.caller import Caller
from ..platform.platform import Platform
from ..problems import invalid, too_large


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        Problem: 413 where it is larger than `limit` bytes.
    """
    if int(request.headers.get("content-length") or 0) > limit:
        raise too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_large(limit)
    except ClientDisconnect:
        raise invalid([("body", "ends early")]) from None
    return bytes(body)


async def read_call(
    request: Request,
    content: bytes,
    platform: Platform,
    validation: Validation,
    operation: Operation,
    caller: Caller,
) -> Call:
    """The call that a request is.

    Raises:
        Problem: 400 where it is not what the contract says.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    path = {name: str(value) for name, value in request.path_params.items()}
    validation.parameters(operation, "path", path.items())
    query = validation.parameters(operation, "query", request.query_params.multi_items())
    body: Any = {}
    files: dict[str, list[Upload]] = {}
    if operation.body_media_type == "multipart/form-data":
        form = await _form(request, content)
        plain = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        files = await _uploads(form)
        await form.close()
        body = validation.form(operation, plain, files)
    elif operation.body_media_type:
        body = validation.body(operation, content)
    known = operation.body_schema.get("properties", {})
    extra: dict[str, Any] = {}
    sent: frozenset[str] = frozenset()
    if isinstance(body, dict):
        sent = frozenset(body)
        body = {**copy.deepcopy(operation.defaults), **body}
        if not operation.body_schema.get("additionalProperties"):
            extra = {name: body.pop(name) for name in list(body) if name not in known}
    return Call(platform, caller, operation, path, query, body, files, headers, extra, sent)


async def _form(request: Request, content: bytes) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise invalid([("body", "must be multipart/form-data")])

    async def chunks() -> AsyncGenerator[bytes]:
        yield content

    try:
        return await MultiPartParser(
            request.headers, chunks(), max_part_size=len(content) + 1
        ).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise invalid([("body", f"is no valid form: {error}")]) from None


async def _uploads(form: FormData) -> dict[str, list[Upload]]:
    found: dict[str, list[Upload]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            media = value.content_type or "application/octet-stream"
            upload = Upload(value.filename or "upload", media, await value.read())
            found.setdefault(name, []).append(upload)
    return found
