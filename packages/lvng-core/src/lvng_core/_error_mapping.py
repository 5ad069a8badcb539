"""Maps HTTP responses to errors: the documented bodies, and those of proxies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ._api import API, LVNG
from ._errors import (
    MESSAGE_LIMIT,
    AuthenticationError,
    ConflictError,
    DecodeError,
    LvngError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from ._json import loads

_BY_STATUS: dict[int, type[LvngError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationError,
    429: RateLimitError,
}

_FALLBACK = {
    400: "The server rejected the request.",
    401: "The API key is missing, expired or revoked.",
    403: "The key is not allowed to do this.",
    409: "The resource already exists, or its state does not allow this.",
    422: "The server rejected the request.",
    429: "Too many requests.",
}

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[A-Z][A-Z0-9]{2,}")
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "cf-ray")


def request_id(headers: Mapping[str, str]) -> str | None:
    """The server's id of the request, from any of the known headers."""
    return next((headers[name] for name in _REQUEST_ID_HEADERS if headers.get(name)), None)


def error_from_response(
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    *,
    identifier: str | None = None,
    now: datetime | None = None,
    api: API = LVNG,
    with_key: bool = True,
) -> LvngError:
    """The error for an unsuccessful response.

    Args:
        status: HTTP status.
        headers: the headers of the response, looked up in lower case.
        content: the whole body.
        identifier: the requested id, for `NotFoundError`.
        now: the current time, to convert dates in headers to seconds.
        api: the API that sent the response.
        with_key: whether the request contained a key.
    """
    body = _parse(content)
    code, message, details = _read_body(body)
    if message is None:
        message = _describe(status, headers, content, body, api)
    if status == 401 and with_key:
        message = f"{message.rstrip('.')}. Check the key given as api_key or in {api.key_variable}."
    cls = _BY_STATUS.get(status) or (ServerError if status >= 500 else LvngError)
    error = cls(
        shorten(message),
        status_code=status,
        code=printable(code) if code else None,
        body=body,
        details=details,
    )
    wait = retry_after(headers, now)
    if isinstance(error, RateLimitError):
        wait = wait or rate_limit_reset(headers, now)
        if wait is not None:
            error.retry_after = wait
    elif isinstance(error, ServerError):
        error.retry_after = wait
    elif isinstance(error, NotFoundError):
        error.identifier = identifier
    return error


def decode_error(
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    expected: str,
    *,
    unreadable: Exception | None = None,
) -> DecodeError:
    """The error for a successful response whose body is not as `expected`."""
    kind = headers.get("content-type") or "no content type"
    if unreadable is not None:
        message = f"The response cannot be read ({unreadable}); expected {expected}."
    elif not content:
        message = f"The response is empty; expected {expected}."
    elif _is_html(headers, content):
        message = (
            f"The response is an HTML page ({_title(content)}), not {expected}. The base URL may be "
            "wrong, or a proxy or login page intercepted the request."
        )
    else:
        start = content[:200].decode("utf-8", "replace")
        message = f"The response ({kind}) is not {expected}. It begins: {start!r}"
    return DecodeError(
        shorten(message),
        status_code=status,
        body=_parse(content),
        request_id=request_id(headers),
    )


def shorten(message: str) -> str:
    """The message on one line, truncated if it is too long."""
    line = printable(" ".join(message.split()))
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"


def printable(text: str) -> str:
    """The text without terminal control sequences and characters that cannot be encoded."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The delay requested by the server in seconds, given as milliseconds, seconds (also 1.5) or an HTTP date.

    Values that are invalid, not finite, not above zero or in the past are ignored.
    """
    if (milliseconds := _positive(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if value is None:
        return None
    if (seconds := _positive(value)) is not None:
        return seconds
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # A date has whole seconds: add one, so as not to retry too early.
    wait = _seconds_until(moment, now)
    return wait + 1.0 if wait > 0 else None


def rate_limit_reset(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds until `X-RateLimit-Reset`, given in ISO 8601 or as a Unix timestamp."""
    value = headers.get("x-ratelimit-reset")
    if value is None:
        return None
    try:
        number = _positive(value)
        moment = (
            datetime.fromisoformat(value)
            if number is None
            else datetime.fromtimestamp(number, tz=UTC)
        )
    except (ValueError, OverflowError, OSError):
        return None
    wait = _seconds_until(moment, now)
    return wait if wait > 0 else None


def _parse(content: bytes) -> Any:
    if not content:
        return None
    try:
        return loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def _read_body(body: Any) -> tuple[str | None, str | None, list[Any]]:
    """Code, message and details of an error body, in the three documented shapes or as `{message}`."""
    if not isinstance(body, dict):
        return None, None, []
    error = body.get("error")
    if isinstance(error, dict):
        details = error.get("details")
        details = details if isinstance(details, list) else []
        message = _with_details(_text(error.get("message")), details)
        return _text(error.get("code")), message, details
    said, message, hint = _text(error), _text(body.get("message")), _text(body.get("hint"))
    code = _text(body.get("code"))
    if code is None and said and _CODE.fullmatch(said):
        code = said
    sentence = message or said
    if sentence and hint:
        sentence = f"{sentence.rstrip('.')}. {hint}"
    return code, sentence, []


def _with_details(message: str | None, details: list[Any]) -> str | None:
    named = [
        (str(detail["field"]), str(detail.get("message", "invalid")))
        for detail in details
        if isinstance(detail, dict) and detail.get("field")
    ]
    if message:  # some servers repeat the details in it
        named = [pair for pair in named if not all(text in message for text in pair)]
    if not named:
        return message
    listed = "; ".join(f"{field}: {text}" for field, text in named)
    return f"{(message or 'Invalid').rstrip('.:')}: {listed}"


def _describe(status: int, headers: Mapping[str, str], content: bytes, body: Any, api: API) -> str:
    """A message for a body without one."""
    if _is_html(headers, content):
        return f"A proxy or gateway responded with an HTML page ({_title(content)})."
    text = body[: 4 * MESSAGE_LIMIT].strip() if isinstance(body, str) else ""
    if text and text[0] not in "{[":
        return text
    if status == 404:
        return api.not_found
    return _FALLBACK.get(status, f"The server responded with status {status}.")


def _is_html(headers: Mapping[str, str], content: bytes) -> bool:
    return "html" in headers.get("content-type", "").lower() or content.lstrip()[
        :15
    ].lower().startswith((b"<!doctype", b"<html"))


def _title(content: bytes) -> str:
    match = _TITLE.search(content[:20_000])
    return match[1].decode("utf-8", "replace").strip() if match else "untitled"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _positive(value: str | None) -> float | None:
    """The number in a header if it is finite and above zero, else None."""
    try:
        number = float(value) if value else 0.0
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def _seconds_until(moment: datetime, now: datetime | None) -> float:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - (now or datetime.now(UTC))).total_seconds()
