"""A call, ready to be sent as often as it takes: everything that is decided once."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ._arguments import Parts, json_default, query_items, split
from ._body import NO_BODY, Body, BytesBody, MultipartBody, Part
from ._errors import ConfigurationError, InvalidArgumentError, PermissionDeniedError
from ._headers import merge_headers, set_default
from ._http.lazy import http
from ._operation import UNSET, Operation
from ._options import DEFAULT_TIMEOUT, RequestOptions, Settings
from ._uploads import FALLBACK_TYPE, file_body, form_fields
from ._version import __version__

if TYPE_CHECKING:
    from ._http.library import Library

_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
_LONGEST_URL = 65_536
_NO_OPTIONS = RequestOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One logical call; every attempt sends the same."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)  # they may hold secrets
    body: Body = field(repr=False)
    timeout: float | None
    """Seconds for each socket operation; None where neither the call nor the client has chosen any."""
    deadline: float | None
    max_retries: int
    max_response_size: int
    idempotent: bool
    """Sending it twice has the effect of sending it once."""
    identifier: str | None
    stream: bool

    def build(
        self,
        library: Library,
        attempt: int,
        headers: Iterable[Mapping[str, str]],
        query: str,
        extensions: dict[str, Any],
    ) -> http.Request:
        """The request of one attempt.

        Args:
            library: the HTTP library that it is for.
            attempt: 1 for the first.
            headers: headers beside those of the call, which win over them. The key is among them: it is
                added at the last moment.
            query: query parameters beside those of the call, encoded.
            extensions: for the transport.
        """
        merged = dict(self.headers)
        for more in headers:
            for name, value in more.items():
                set_default(merged, name, value)
        if attempt > 1:
            merged["X-Lvng-Attempt"] = f"{attempt}/{self.max_retries + 1}"
        url = self.url
        if query:
            url += ("&" if "?" in url else "?") + query
        in_memory = self.body.content if isinstance(self.body, BytesBody) else None
        request: http.Request = library.http.Request(
            self.method, url, headers=merged, extensions=extensions, content=in_memory
        )
        if in_memory is None and self.body is not NO_BODY:
            request.stream = http.request_stream(library, self.body)
        return request


def prepare(
    settings: Settings,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
    *,
    stream: bool = False,
    accept_encoding: str | None = None,
) -> Call:
    """The call of an operation with its arguments, checked and encoded."""
    chosen = _check_options(options)
    _check_auth(settings, operation)
    parts = split(operation, arguments)
    url = _url(settings, parts, chosen)
    headers = _headers(settings, parts, chosen)
    repeatable = _set_idempotency_key(operation.method, headers, chosen)
    set_default(headers, "Accept", operation.accept)
    if accept_encoding is not None:
        set_default(headers, "Accept-Encoding", accept_encoding)
    return _call(
        settings,
        chosen,
        name=operation.id,
        method=operation.method,
        url=url,
        headers=headers,
        body=_operation_body(operation, parts, chosen),
        idempotent=repeatable or operation.idempotent,
        identifier=parts.identifier,
        stream=stream,
    )


def prepare_raw(
    settings: Settings,
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None,
    body: Any,
    content: bytes | None,
    files: Mapping[str, Any] | None,
    options: RequestOptions | None,
) -> Call:
    """The call of `request()`: any method and path below the base URL."""
    if content is not None and (body is not UNSET or files is not None):
        raise InvalidArgumentError("content excludes json and files; give it alone.")
    parts = Parts(_check_path(path))
    for name, value in _names("query", query).items():
        parts.query.extend(query_items(name, value))
    chosen = _check_options(options)
    method = _check_method(method)
    url = _url(settings, parts, chosen)
    headers = _headers(settings, parts, chosen)
    repeatable = _set_idempotency_key(method, headers, chosen)
    set_default(headers, "Accept", "application/json")
    return _call(
        settings,
        chosen,
        name=f"{method} {path}",
        method=method,
        url=url,
        headers=headers,
        body=_raw_body(body, content, files),
        idempotent=repeatable or method in _IDEMPOTENT_METHODS,
        identifier=None,
        stream=False,
    )


def _call(
    settings: Settings,
    options: RequestOptions,
    *,
    headers: dict[str, str],
    body: Body,
    **facts: Any,
) -> Call:
    """The call with what holds for every kind of it."""
    _describe_body(headers, body)
    chosen = options.timeout or settings.timeout
    retries = settings.retry.max_retries if options.max_retries is None else options.max_retries
    return Call(
        headers=headers,
        body=body,
        timeout=None if options.timeout is None and chosen == DEFAULT_TIMEOUT else chosen,
        deadline=options.deadline or settings.deadline,
        max_retries=retries,
        max_response_size=options.max_response_size or settings.max_response_size,
        **facts,
    )


def _describe_body(headers: dict[str, str], body: Body) -> None:
    """Say what the body is, and how the server knows where it ends."""
    if isinstance(body, MultipartBody):
        merge_headers(headers, {"Content-Type": body.content_type or ""})  # its boundary is in it
    elif body.content_type is not None:
        set_default(headers, "Content-Type", body.content_type)
    if body is NO_BODY or isinstance(body, BytesBody):
        return  # the HTTP library does it
    if body.length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(body.length)


def _raw_body(value: Any, content: bytes | None, files: Mapping[str, Any] | None) -> Body:
    if files is not None:
        fields = _names("json, with files,", None if value is UNSET else value)
        if files:
            return _multipart({**fields, **_names("files", files)}, files)
        return _form(fields)
    if content is not None:
        return BytesBody(_check_content(content), FALLBACK_TYPE)
    return NO_BODY if value is UNSET else _json(value)


def _names(argument: str, given: object) -> Mapping[str, Any]:
    """The mapping given, or an empty one."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise InvalidArgumentError(f"{argument} must map names to values, got {given!r:.100}.")
    return given


def _check_content(content: object) -> bytes:
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise InvalidArgumentError(
            f"content must be bytes, got {type(content).__name__}. Encode text; send a file with files="
        )
    return bytes(content)


def _check_options(options: object) -> RequestOptions:
    if options is None:
        return _NO_OPTIONS
    if not isinstance(options, RequestOptions):
        raise ConfigurationError(f"options must be a RequestOptions, got {options!r:.100}.")
    return options


def _check_auth(settings: Settings, operation: Operation[object]) -> None:
    """Refuse an API key where the server takes a JWT alone: keys cannot manage keys."""
    if operation.auth == "jwt" and settings.api_key.reveal().startswith("lvng_sk_"):
        raise PermissionDeniedError(
            f"{operation.id} takes a JWT, and this client has an API key. Get a token from auth.login "
            "and pass it as api_key to another client."
        )


def _check_method(method: object) -> str:
    if not isinstance(method, str) or not method.isalpha():
        raise InvalidArgumentError(f"method must be an HTTP method, got {method!r}.")
    return method.upper()


def _check_path(path: Any) -> str:
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise InvalidArgumentError(
            f"path must begin with a single slash, below the base URL; got {path!r}."
        )
    if "?" in path or "#" in path:
        raise InvalidArgumentError(f"path must not hold a query; give query=. Got {path!r}.")
    if not path.isprintable() or {".", ".."} & set(
        path.replace("%2e", ".").replace("%2E", ".").split("/")
    ):
        raise InvalidArgumentError(f"path must not hold '.', '..' or control characters: {path!r}.")
    return quote(path, safe="/%:@!$&'()*+,;=~")


def _url(settings: Settings, parts: Parts, options: RequestOptions) -> str:
    query = list(parts.query)
    for name, value in (options.extra_query or {}).items():
        query = [item for item in query if item[0] != name]
        query.extend(query_items(name, value))
    url = settings.base_url + parts.path
    if query:
        url = f"{url}?{urlencode(query, quote_via=quote, safe='')}"
    _check_length(url)
    return url


def _headers(settings: Settings, parts: Parts, options: RequestOptions) -> dict[str, str]:
    headers: dict[str, str] = {}
    for more in (settings.default_headers, parts.headers, options.headers):
        merge_headers(headers, more or {})
    return headers


def _set_idempotency_key(method: str, headers: dict[str, str], options: RequestOptions) -> bool:
    """Add the key, if there is one; a call with a key may be repeated."""
    key = _idempotency_key(method, headers, options)
    if key:
        merge_headers(headers, {"Idempotency-Key": key})
    return bool(key)


def _check_length(url: str) -> None:
    """Refuse what no server takes, and httpx neither."""
    if len(url) > _LONGEST_URL:
        raise InvalidArgumentError(
            f"The arguments make a URL of {len(url)} characters; no more than {_LONGEST_URL} can be sent."
        )


def _idempotency_key(
    method: str, headers: Mapping[str, str], options: RequestOptions
) -> str | None:
    """The caller's key, else a new one for a POST; None where the caller switched it off."""
    if options.idempotency_key is not UNSET:
        return options.idempotency_key
    given = next((headers[name] for name in headers if name.lower() == "idempotency-key"), None)
    return given or (str(uuid.uuid4()) if method == "POST" else None)


def _operation_body(operation: Operation[object], parts: Parts, options: RequestOptions) -> Body:
    fields = {**parts.fields, **(options.extra_body or {})}
    if operation.encoding == "form":
        return _form(fields)
    if operation.encoding == "multipart":
        files = {
            param.wire or name for name, param in operation.params.items() if param.kind == "file"
        }
        return _multipart(fields, files)
    if operation.encoding == "binary":
        is_empty = parts.body is UNSET or parts.body is None
        return NO_BODY if is_empty else file_body("body", parts.body, whole=False)[1]
    if parts.body is not UNSET:
        return _json(parts.body)
    if fields or any(param.location == "field" for param in operation.params.values()):
        return _json(fields)
    return NO_BODY


def _json(value: Any) -> Body:
    return BytesBody(_dump(value).encode(), "application/json")


def _dump(value: Any) -> str:
    try:
        return (
            json.dumps(
                value,
                default=json_default,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
            )
            .encode("utf-8")
            .decode()
        )
    except InvalidArgumentError:
        raise
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidArgumentError(f"The body cannot be sent as JSON: {error}.") from error


def _form(fields: Mapping[str, Any]) -> Body:
    content = urlencode(form_fields(fields, _dump), doseq=True)
    return BytesBody(content.encode(), "application/x-www-form-urlencoded")


def _multipart(fields: Mapping[str, Any], files: Iterable[str]) -> Body:
    """A multipart form: text, then objects as JSON, then files."""
    named = frozenset(files)
    plain = {name: value for name, value in fields.items() if name not in named}
    objects = {name: plain.pop(name) for name in list(plain) if isinstance(plain[name], Mapping)}
    parts = [
        Part(name, BytesBody(text.encode(), None))
        for name, value in form_fields(plain, _dump).items()
        for text in (value if isinstance(value, list) else [value])
    ]
    # A part of a form is text unless it says otherwise.
    parts += [Part(name, _json(value)) for name, value in objects.items()]
    try:
        for name, value in fields.items():
            if name in named:
                for one in value if isinstance(value, list) else [value]:
                    filename, body = file_body(name, one, whole=True)
                    parts.append(Part(name, body, filename))
    except BaseException:
        for part in parts:
            part.body.close()
        raise
    return MultipartBody(parts)


@functools.cache
def user_agent(library: Library) -> str:
    """Who is calling: the SDK, Python and the HTTP library with their versions."""
    import platform

    return (
        f"lvng-python/{__version__} python/{platform.python_version()} "
        f"{library.name}/{library.http.__version__}"
    )
