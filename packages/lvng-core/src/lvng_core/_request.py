"""A call, ready to be sent as often as it takes: everything that is decided once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import IO, Any
from urllib.parse import quote

from ._arguments import Parts, encode_query, json_default, query_items, split
from ._errors import ConfigurationError, InvalidArgumentError, PermissionDeniedError
from ._files import FALLBACK_TYPE, FormFile, form_fields, is_replayable, open_file
from ._headers import merge_headers, set_default
from ._lazy import http
from ._operation import UNSET, Operation
from ._options import RequestOptions, Settings
from ._version import __version__

_SAFE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
_LONGEST_URL = 65_536
_NO_OPTIONS = RequestOptions()


@dataclass(slots=True)
class PreparedCall:
    """One logical call; every try sends the same."""

    name: str
    method: str
    url: str
    headers: dict[str, str] = field(repr=False)  # they may hold secrets
    timeout: float
    deadline: float | None
    max_retries: int
    max_response_size: int
    repeatable: bool
    """Sending it twice has the effect of sending it once."""
    replayable: bool = True
    """The body can be read a second time."""
    content: bytes | None = field(default=None, repr=False)
    file: http.FileBody | None = field(default=None, repr=False)
    form: Mapping[str, Any] | None = field(default=None, repr=False)
    files: list[FormFile] | None = field(default=None, repr=False)
    identifier: str | None = None
    stream: bool = False
    opened: list[IO[bytes]] = field(default_factory=list)

    def build(
        self, attempt: int, authorization: str, more: Mapping[str, str] = MappingProxyType({})
    ) -> http.Request:
        """The request of one try. The key goes on here, at the last moment."""
        headers = dict(self.headers)
        for name, value in {"Authorization": authorization, **more}.items():
            set_default(headers, name, value)
        if attempt > 1:
            headers["X-Lvng-Attempt"] = f"{attempt}/{self.max_retries + 1}"
        request = http.Request(
            self.method,
            self.url,
            headers=headers,
            content=self.content,
            data=self.form,
            files=self.files,
        )
        if self.file is not None:
            request.stream = self.file
        return request

    def close(self) -> None:
        """Close the files that were opened for this call."""
        for file in self.opened:
            file.close()


def prepare(
    settings: Settings,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
    *,
    stream: bool = False,
) -> PreparedCall:
    """The call of an operation with its arguments, checked and encoded."""
    chosen = _check_options(options)
    _check_auth(settings, operation)
    parts = split(operation, arguments)
    call = _envelope(settings, operation.method, operation.path, parts, chosen)
    call.name = operation.id
    set_default(call.headers, "Accept", operation.accept)
    call.repeatable = call.repeatable or operation.idempotent
    call.identifier = parts.identifier
    call.stream = stream
    _write_body(call, operation, parts, chosen)
    return call


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
) -> PreparedCall:
    """The call of `request()`: any method and path below the base URL."""
    if content is not None and (body is not UNSET or files is not None):
        raise InvalidArgumentError("content excludes json and files; give it alone.")
    parts = Parts(_check_path(path))
    for name, value in _names("query", query).items():
        parts.query.extend(query_items(name, value))
    chosen = _check_options(options)
    call = _envelope(settings, _check_method(method), path, parts, chosen)
    set_default(call.headers, "Accept", "application/json")
    if files is not None:
        fields = _names("json, with files,", None if body is UNSET else body)
        _write_form(call, {**fields, **_names("files", files)}, files)
    elif content is not None:
        call.content = _check_content(content)
        set_default(call.headers, "Content-Type", FALLBACK_TYPE)
    elif body is not UNSET:
        _write_json(call, body)
    return call


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


def _envelope(
    settings: Settings, method: str, path: str, parts: Parts, options: RequestOptions
) -> PreparedCall:
    """Everything about a call but its body."""
    query = list(parts.query)
    for name, value in (options.extra_query or {}).items():
        query = [item for item in query if item[0] != name]
        query.extend(query_items(name, value))
    url = settings.base_url + parts.path
    if query:
        url = f"{url}?{encode_query(query)}"
    _check_length(url)
    headers = {"User-Agent": user_agent()}
    for more in (settings.default_headers, parts.headers, options.headers):
        merge_headers(headers, more or {})
    repeatable = method in _SAFE_METHODS
    if key := _idempotency_key(method, headers, options):
        merge_headers(headers, {"Idempotency-Key": key})
        repeatable = True
    retries = settings.retry.max_retries if options.max_retries is None else options.max_retries
    return PreparedCall(
        name=f"{method} {path}",
        method=method,
        url=url,
        headers=headers,
        timeout=options.timeout or settings.timeout,
        deadline=options.deadline or settings.deadline,
        max_retries=retries,
        max_response_size=options.max_response_size or settings.max_response_size,
        repeatable=repeatable,
    )


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


def _write_body(
    call: PreparedCall, operation: Operation[object], parts: Parts, options: RequestOptions
) -> None:
    fields = {**parts.fields, **(options.extra_body or {})}
    if operation.encoding in {"multipart", "form"}:
        files = {
            param.wire or name for name, param in operation.params.items() if param.kind == "file"
        }
        if operation.encoding == "form":
            call.form = form_fields(fields, _dump)
        else:
            _write_form(call, fields, files)
    elif operation.encoding == "binary":
        _write_binary(call, parts.body)
    elif parts.body is not UNSET:
        _write_json(call, parts.body)
    elif fields or any(param.location == "field" for param in operation.params.values()):
        _write_json(call, fields)


def _write_json(call: PreparedCall, value: Any) -> None:
    call.content = _dump(value).encode()
    set_default(call.headers, "Content-Type", "application/json")


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


def _write_form(call: PreparedCall, fields: Mapping[str, Any], files: Iterable[str]) -> None:
    """A multipart form. Files are read from disk while they are sent."""
    named = frozenset(files)
    plain = {name: value for name, value in fields.items() if name not in named}
    objects = {name: plain.pop(name) for name in list(plain) if isinstance(plain[name], Mapping)}
    call.form = form_fields(plain, _dump)
    # A part of a form is text unless it says otherwise.
    call.files = [
        (name, (None, _dump(value).encode(), "application/json")) for name, value in objects.items()
    ]
    try:
        for name in fields:
            if name in named:
                value = fields[name]
                for one in value if isinstance(value, (list, tuple)) else [value]:
                    _add_file(call, name, one)
    except BaseException:
        call.close()
        raise
    if call.files:
        # A boundary of our own, for httpx would draw another for each try.
        kind = f"multipart/form-data; boundary={uuid.uuid4().hex}"
        merge_headers(call.headers, {"Content-Type": kind})


def _add_file(call: PreparedCall, wire: str, value: Any) -> None:
    name, content, content_type, opened = open_file(wire, value)
    if opened and not isinstance(content, bytes):
        call.opened.append(content)
    call.replayable = call.replayable and is_replayable(content)
    assert call.files is not None  # noqa: S101 - set by the only caller
    call.files.append((wire, (name, content, content_type)))


def _write_binary(call: PreparedCall, value: Any) -> None:
    if value is UNSET or value is None:
        return
    _, content, content_type, opened = open_file("body", value)
    set_default(call.headers, "Content-Type", content_type)
    if isinstance(content, bytes):
        call.content = content
        return
    if opened:
        call.opened.append(content)
    call.replayable = is_replayable(content)
    call.file = http.FileBody(content, replayable=call.replayable)
    call.headers.update(call.file.headers)


def user_agent() -> str:
    """Who is calling: the SDK, Python and httpx with their versions."""
    global _user_agent
    if _user_agent is None:
        import platform

        _user_agent = (
            f"lvng-python/{__version__} python/{platform.python_version()} httpx/{http.version}"
        )
    return _user_agent


_user_agent: str | None = None
