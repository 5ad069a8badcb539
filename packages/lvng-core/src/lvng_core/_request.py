"""A prepared call: everything that is the same for all its attempts."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, unquote

from ._api import API
from ._arguments import RequestParts, bind, encode_query, query_items
from ._body import NO_BODY, Body, BytesBody, MultipartBody
from ._credentials import Authentication
from ._errors import ConfigurationError, InvalidArgumentError, PermissionDeniedError
from ._headers import merge_headers, set_default
from ._http.lazy import http
from ._idempotency import new_key
from ._lazy_names import LazyModule
from ._operation import Operation, Security
from ._options import DEFAULT_TIMEOUT, RequestOptions, Settings
from ._unset import UNSET

if TYPE_CHECKING:
    from . import _deprecation as deprecation
    from . import _forms as forms
    from . import _uploads as uploads
    from ._http.library import Library
else:  # needed by few calls
    deprecation = LazyModule(f"{__package__}._deprecation")
    forms = LazyModule(f"{__package__}._forms")
    uploads = LazyModule(f"{__package__}._uploads")

_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_LONGEST_URL = 65_536
_NO_OPTIONS = RequestOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call; all its attempts send the same request."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)  # they may contain secrets
    body: Body = field(repr=False)
    timeout: float | None
    """Seconds for each socket operation; None if set neither for the call nor for the client."""
    deadline: float | None
    max_retries: int
    max_response_size: int
    idempotent: bool
    """Whether sending it twice has the same effect as sending it once."""
    identifier: str | None
    stream: bool
    security: Security
    attempt_header: str | None

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Copy the call with additional headers, which replace those of the same name."""
        merged = dict(self.headers)
        merge_headers(merged, headers)
        return replace(self, headers=merged)

    def build(
        self,
        library: Library,
        attempt: int,
        authentication: Authentication,
        headers: Iterable[Mapping[str, str]],
        query: str,
        extensions: dict[str, Any],
    ) -> http.Request:
        """Make the request of one attempt.

        Args:
            library: the HTTP library.
            attempt: number of the attempt, from 1.
            authentication: the credentials.
            headers: default headers; those of the call take precedence.
            query: default query parameters, encoded; those of the call take precedence.
            extensions: request extensions for the transport.
        """
        merged = dict(self.headers)
        authentication.add_headers(merged)
        for more in headers:
            for name, value in more.items():
                set_default(merged, name, value)
        if attempt > 1 and self.attempt_header:
            merged[self.attempt_header] = f"{attempt}/{max(attempt, self.max_retries + 1)}"
        url = authentication.url(self.url)
        if query:
            url += ("&" if "?" in url else "?") + query
        # A URL with a secret is not cached.
        target = library.http.URL(url) if authentication.query else library.url(url)
        set_default(merged, "Host", target.netloc.decode("ascii"))
        content = self.body.content if isinstance(self.body, BytesBody) else b""
        in_memory = self.body is NO_BODY or isinstance(self.body, BytesBody)
        if in_memory and (content or self.method in _METHODS_WITH_BODY):
            merged["Content-Length"] = str(len(content))
        stream = (
            library.http.ByteStream(content)
            if in_memory
            else http.request_stream(library, self.body)
        )
        # With `stream` instead of `content`, the library does not compute headers: half the work.
        request: http.Request = library.http.Request(
            self.method, target, headers=merged, extensions=extensions, stream=stream
        )
        if in_memory:
            request.read()
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
    """Prepare the call of an operation: validate and encode its arguments."""
    chosen = _check_options(options)
    if operation.deprecated:
        deprecation.warn_of_operation(settings.api.name, operation.id)
    _check_auth(settings, operation)
    parts = bind(operation, arguments)
    url = _url(_server(settings, operation), parts, chosen)
    headers = _headers(settings, parts, chosen)
    key_header = operation.idempotency_header or _idempotency_header(settings.api, operation.method)
    repeatable = _set_idempotency_key(key_header, headers, chosen)
    set_default(headers, "Accept", operation.accept)
    if accept_encoding is not None:
        set_default(headers, "Accept-Encoding", accept_encoding)
    body = _operation_body(operation, parts, chosen)
    if body is NO_BODY and "Content-Type" in parts.headers:
        headers.pop("Content-Type", None)  # for the media type that the method sends
    return _call(
        settings,
        chosen,
        name=operation.id,
        method=operation.method,
        url=url,
        headers=headers,
        body=body,
        idempotent=repeatable or operation.idempotent,
        identifier=parts.identifier,
        stream=stream,
        security=_security(settings, operation),
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
    """Prepare the call of `request()`: any method and path below the base URL."""
    if content is not None and (body is not UNSET or files is not None):
        raise InvalidArgumentError("content cannot be combined with json or files.")
    parts = RequestParts(_check_path(path))
    for name, value in _names("query", query).items():
        parts.query.extend(query_items(name, value))
    chosen = _check_options(options)
    method = _check_method(method)
    url = _url(settings.base_url, parts, chosen)
    headers = _headers(settings, parts, chosen)
    key_header = _idempotency_header(settings.api, method)
    repeatable = _set_idempotency_key(key_header, headers, chosen)
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
        security=settings.api.security,
    )


def _call(
    settings: Settings,
    options: RequestOptions,
    *,
    headers: dict[str, str],
    body: Body,
    **facts: Any,
) -> Call:
    """Make the call with the properties that all kinds of calls have."""
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
        attempt_header=settings.api.attempt_header,
        **facts,
    )


def _describe_body(headers: dict[str, str], body: Body) -> None:
    """Set `Content-Type`, and `Content-Length` or `Transfer-Encoding`."""
    if isinstance(body, MultipartBody):
        merge_headers(
            headers, {"Content-Type": body.content_type or ""}
        )  # it contains the boundary
    elif body.content_type is not None:
        set_default(headers, "Content-Type", body.content_type)
    if body is NO_BODY or isinstance(body, BytesBody):
        return  # `build` sets Content-Length, because middleware may change the body
    if body.length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(body.length)


def _raw_body(value: Any, content: bytes | None, files: Mapping[str, Any] | None) -> Body:
    if files is not None:
        fields = _names("json, with files,", None if value is UNSET else value)
        if files:
            return forms.multipart_body({**fields, **_names("files", files)}, files)
        return forms.form_body(fields)
    if content is not None:
        return BytesBody(_check_content(content), uploads.FALLBACK_TYPE)
    return NO_BODY if value is UNSET else forms.json_body(value)


def _names(argument: str, given: object) -> Mapping[str, Any]:
    """Check that a value is a mapping; an empty one for None."""
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
    """Raise an error for an API key if the server accepts only a JWT: keys cannot manage keys."""
    if operation.auth == "jwt" and settings.credentials.is_api_key():
        raise PermissionDeniedError(
            f"{operation.id} needs a JWT, but this client has an API key. Make a client with "
            "api_key=PasswordLogin(...), or with a token from auth.login as api_key."
        )


def _security(settings: Settings, operation: Operation[object]) -> Security:
    """The security alternatives of the call."""
    if operation.auth == "public" and settings.credentials.have_functions():
        return ()  # a login needs no token; it must not call the function that logs in
    return settings.api.security if operation.security is None else operation.security


def _check_method(method: object) -> str:
    if not isinstance(method, str) or not (method.isascii() and method.isalpha()):
        raise InvalidArgumentError(f"method must be an HTTP method, got {method!r}.")
    return method.upper()


def _check_path(path: Any) -> str:
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise InvalidArgumentError(
            f"path must be relative to the base URL and begin with a single slash, got {path!r}."
        )
    if "?" in path or "#" in path:
        raise InvalidArgumentError(f"path cannot contain a query; use query=. Got {path!r}.")
    # Encoded slashes too: some servers decode a path before they split it.
    if not path.isprintable() or {".", ".."} & set(unquote(path).replace("\\", "/").split("/")):
        raise InvalidArgumentError(
            f"path cannot contain '.', '..' or control characters: {path!r}."
        )
    return quote(path, safe="/%:@!$&'()*+,;=~")


def _server(settings: Settings, operation: Operation[object]) -> str:
    """The URL of the operation's server."""
    if not operation.server:
        return settings.base_url
    return settings.api.operation_url(settings.base_url, operation.server)


def _url(server: str, parts: RequestParts, options: RequestOptions) -> str:
    query = list(parts.query)
    for name, value in (options.extra_query or {}).items():
        query = [item for item in query if item[0] != name]
        query.extend(query_items(name, value))
    url = server + parts.path
    if query:
        url = f"{url}?{encode_query(query)}"
    _check_length(url)
    return url


def _headers(settings: Settings, parts: RequestParts, options: RequestOptions) -> dict[str, str]:
    headers: dict[str, str] = {}
    for more in (settings.default_headers, parts.headers, options.headers):
        merge_headers(headers, more or {})
    return headers


def _idempotency_header(api: API, method: str) -> str | None:
    """The idempotency header of an operation; every POST has one if the API defines it."""
    return api.idempotency_header if method == "POST" else None


def _set_idempotency_key(
    header: str | None, headers: dict[str, str], options: RequestOptions
) -> bool:
    """Add the idempotency key, if there is one; a call with a key may be retried."""
    if options.idempotency_key is None:
        return False
    name = header or "Idempotency-Key"
    key = _idempotency_key(name, headers, options) or (new_key() if header else None)
    if key:
        merge_headers(headers, {name: key})
    return bool(key)


def _check_length(url: str) -> None:
    """Raise an error for a URL that is too long for servers and httpx."""
    if len(url) > _LONGEST_URL:
        raise InvalidArgumentError(
            f"The arguments result in a URL of {len(url)} characters; at most {_LONGEST_URL} can be sent."
        )


def _idempotency_key(name: str, headers: Mapping[str, str], options: RequestOptions) -> str | None:
    """The idempotency key set by the caller."""
    if options.idempotency_key is not UNSET:
        return options.idempotency_key
    return next((headers[given] for given in headers if given.lower() == name.lower()), None)


def _operation_body(
    operation: Operation[object], parts: RequestParts, options: RequestOptions
) -> Body:
    fields = {**parts.fields, **(options.extra_body or {})}
    has_fields = bool(fields) or any(one.location == "field" for one in operation.params.values())
    if operation.encoding in {"form", "multipart"}:
        if not has_fields:
            return NO_BODY
        if operation.encoding == "form":
            return forms.form_body(fields, operation.encodings)
        files = {
            name if param.wire is None else param.wire
            for name, param in operation.params.items()
            if param.kind == "file"
        }
        return forms.multipart_body(fields, files, operation.encodings)
    if operation.encoding == "binary":
        if parts.body is UNSET or parts.body is None:
            return NO_BODY
        encoding = operation.encodings.get("")
        accepted = encoding.content_type if encoding else ""
        return uploads.file_body("body", parts.body, whole=False, accepted=accepted)[1]
    if parts.body is not UNSET:
        return forms.json_body(parts.body)
    return forms.json_body(fields) if has_fields else NO_BODY


@functools.cache
def user_agent(product: str, library: Library) -> str:
    """The `User-Agent` header: SDK, Python and HTTP library with their versions."""
    python = sys.version.split(maxsplit=1)[0]
    return f"{product} python/{python} {library.name}/{library.http.__version__}"
