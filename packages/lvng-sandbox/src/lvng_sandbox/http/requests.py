"""Read a request: parameters and body, as JSON or as a form with files."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from ..contract.document import Operation
from ..contract.validation import Validation
from ..platform.call import Call, Upload
from ..platform.context import Context
from ..platform.paging import capped
from ..problems import invalid, too_large


async def read_body(request: Request, given: Mapping[str, str], limit: int) -> bytes:
    """Read the whole body.

    Raises:
        Problem: 413: it has more than `limit` bytes; 400: it ends early.
    """
    if int(given.get("content-length") or 0) > limit:
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
    given: Mapping[str, str],
    content: bytes,
    context: Context,
    validation: Validation,
    operation: Operation,
) -> Call:
    """Read the call of a request.

    Raises:
        Problem: 400: it does not conform to the contract.
    """
    path = {name: str(value) for name, value in request.path_params.items()}
    validation.parameters(operation, "path", path.items())
    query = validation.parameters(operation, "query", request.query_params.multi_items())
    sent, files = await _read_content(request, content, validation, operation)
    body, extra = _split(sent, operation)
    return Call(
        context.platform,
        context.caller,
        operation,
        path,
        capped(query),
        capped(body) if isinstance(body, dict) else body,
        files,
        headers=given,
        extra=extra,
        sent=frozenset(sent) if isinstance(sent, dict) else frozenset(),
        client=request.client.host if request.client else None,
    )


def make_call(
    context: Context,
    validation: Validation,
    operation: Operation,
    path: Mapping[str, str],
    fields: Mapping[str, Any],
) -> Call:
    """Make the call for path parameters and a JSON body.

    Raises:
        Problem: 400: it does not conform to the contract.
    """
    validation.parameters(operation, "path", path.items())
    sent = validation.body(operation, json.dumps(fields).encode())
    body, extra = _split(sent, operation)
    return Call(
        context.platform,
        context.caller,
        operation,
        path,
        {},
        body,
        extra=extra,
        sent=frozenset(sent),
    )


async def _read_content(
    request: Request, content: bytes, validation: Validation, operation: Operation
) -> tuple[Any, dict[str, list[Upload]]]:
    """JSON, or the plain fields of a form and its files."""
    if operation.body_media_type == "multipart/form-data":
        form = await _form(request, content)
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        files = await _uploads(form)
        await form.close()
        return validation.form(operation, fields, files), files
    return (validation.body(operation, content) if operation.body_media_type else {}), {}


def _split(sent: Any, operation: Operation) -> tuple[Any, dict[str, Any]]:
    """A body completed with the contract's defaults, and its members that are not in the contract."""
    if not isinstance(sent, dict):
        return sent, {}
    if not operation.body_media_type:
        return {}, {}
    body = {**copy.deepcopy(operation.defaults), **sent}
    if operation.body_schema.get("additionalProperties"):
        return body, {}
    known = operation.body_schema.get("properties", {})
    return body, {name: body.pop(name) for name in list(body) if name not in known}


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
        raise invalid([("body", f"is not a valid form: {error}")]) from None


async def _uploads(form: FormData) -> dict[str, list[Upload]]:
    found: dict[str, list[Upload]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            media = value.content_type or "application/octet-stream"
            upload = Upload(value.filename or "upload", media, await value.read())
            found.setdefault(name, []).append(upload)
    return found
