"""Options of a client and of a single call, validated when they are set."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self, TypedDict, Unpack

from ._api import API, LVNG
from ._credentials import APIKey, Credentials
from ._errors import ConfigurationError
from ._headers import check_headers, merge_headers
from ._hosts import host_problem, is_loopback
from ._limits import MAX_EVENT_SIZE
from ._middleware import Layer
from ._options_advice import advises_calls
from ._retry import ALWAYS, REPEATABLE, RetryPolicy, check_retries, check_seconds, check_size
from ._unset import UNSET, Unset

DEFAULT_TIMEOUT = 30.0

_SECRET_PARTS = re.compile(r"(?<=//)[^/?#]*(?=@)|(?<=[?#]).+", re.DOTALL)
_AS_API_KEY = "pass the key as api_key"
_NOT_FOR_ALL = {
    "authorization": _AS_API_KEY,
    "idempotency-key": "it differs for every call. Pass it in RequestOptions",
}


@advises_calls
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """Overrides for one call; options that are not given keep the value of the client.

    Attributes:
        timeout: seconds for each socket operation (connect, read, write) of each attempt.
        deadline: seconds for the whole call, with all attempts, delays and the body; for a stream or download,
            until it begins.
        max_retries: retries after the first attempt.
        max_response_size: maximum size of a decompressed response in bytes; see the client.
        max_event_size: maximum size of an event or value of a stream in bytes; default 16 MiB.
        allow_incomplete: whether a stream may end without its end event, instead of raising `StreamIncompleteError`.
        headers: additional headers; they replace those of the client.
        idempotency_key: the key of this call; by default every POST gets a new one, the same for all its attempts.
            With `None`, no key is sent, and the call is not retried if the server may have received it.
        extra_query: additional query parameters, for those that the SDK does not support yet.
        extra_body: additional members of a JSON or form body, for those that the SDK does not support yet.
    """

    timeout: float | None = None
    deadline: float | None = None
    max_retries: int | None = None
    max_response_size: int | None = None
    max_event_size: int = MAX_EVENT_SIZE
    allow_incomplete: bool = False
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    idempotency_key: str | None | Unset = UNSET
    extra_query: Mapping[str, Any] | None = None
    extra_body: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        for name in ("timeout", "deadline"):
            if getattr(self, name) is not None:
                check_seconds(name, getattr(self, name), above=True)
        if self.max_retries is not None:
            check_retries("max_retries", self.max_retries)
        if self.max_response_size is not None:
            check_size("max_response_size", self.max_response_size)
        check_size("max_event_size", self.max_event_size)
        if not isinstance(self.allow_incomplete, bool):
            raise ConfigurationError(
                f"allow_incomplete must be True or False, got {self.allow_incomplete!r}."
            )
        _check_idempotency_key(self.idempotency_key)
        check_headers("headers", self.headers)
        for name in ("extra_query", "extra_body"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, Mapping):
                raise ConfigurationError(f"{name} must be a mapping, got {value!r}.")


def _check_idempotency_key(key: object) -> None:
    if isinstance(key, str):
        check_headers("idempotency_key", {"Idempotency-Key": key})
        if not key.strip():
            raise ConfigurationError("idempotency_key is empty.")
    elif key is not None and key is not UNSET:
        raise ConfigurationError(f"idempotency_key must be a string, got {key!r}.")


class _Unchanged(TypedDict):
    """Options that need no conversion."""

    timeout: float
    deadline: float | None
    max_response_size: int
    middleware: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The validated options of a client."""

    api: API = LVNG
    credentials: Credentials
    base_url: str
    timeout: float
    deadline: float | None
    retry: RetryPolicy
    max_response_size: int
    default_headers: Mapping[str, str] = field(repr=False)
    middleware: tuple[Layer, ...] = field(default=(), repr=False)

    @classmethod
    def read(
        cls,
        api: API,
        *,
        api_key: APIKey | None,
        base_url: str | None,
        allow_http: bool,
        retry: RetryPolicy | None,
        max_retries: int,
        retry_base_delay: float,
        default_headers: Mapping[str, str] | None,
        **unchanged: Unpack[_Unchanged],
    ) -> Self:
        """Read the options of a new client, by the names of its arguments."""
        check_headers("default_headers", default_headers)
        return cls(
            api=api,
            credentials=Credentials(api, api_key),
            base_url=read_base_url(base_url, allow_http=allow_http, api=api),
            retry=read_policy(retry, max_retries, retry_base_delay, api),
            default_headers=dict(default_headers or {}),
            **unchanged,
        )

    def changed(
        self,
        *,
        timeout: float | None,
        deadline: float | None | Unset,
        retry: RetryPolicy | None,
        max_retries: int | None,
        max_response_size: int | None,
        default_headers: Mapping[str, str] | None,
        middleware: tuple[Layer, ...],
    ) -> Self:
        """These options with some replaced and with further headers and middleware."""
        check_headers("default_headers", default_headers)
        policy = self.retry if retry is None else check_policy(retry)
        if max_retries is not None:
            policy = replace(policy, max_retries=max_retries)
        headers = dict(self.default_headers)
        merge_headers(headers, default_headers or {})
        return replace(
            self,
            timeout=self.timeout if timeout is None else timeout,
            deadline=self.deadline if isinstance(deadline, Unset) else deadline,
            retry=policy,
            max_response_size=(
                self.max_response_size if max_response_size is None else max_response_size
            ),
            default_headers=headers,
            middleware=self.middleware + middleware,
        )

    def __post_init__(self) -> None:
        check_seconds("timeout", self.timeout, above=True)
        if self.deadline is not None:
            check_seconds("deadline", self.deadline, above=True)
        check_size("max_response_size", self.max_response_size)
        check_headers("default_headers", self.default_headers)
        keys = {
            scheme.name.lower(): _AS_API_KEY
            for scheme in self.api.schemes.values()
            if scheme.place == "header"
        }
        for name in self.default_headers:
            if advice := (keys | _NOT_FOR_ALL).get(name.lower()):
                raise ConfigurationError(
                    f"default_headers cannot contain {name.title()}; {advice}."
                )

    def portable(self) -> dict[str, Any]:
        """The settings for a pickle, with the key unmasked."""
        kept = [item.name for item in fields(self) if item.name not in {"api", "credentials"}]
        state = {name: getattr(self, name) for name in kept}
        return state | {"credentials": self.credentials.portable()}

    @classmethod
    def restore(cls, api: API, state: Mapping[str, Any]) -> Self:
        """The settings from a pickle."""
        credentials = Credentials.restore(api, state["credentials"])
        known: dict[str, Any] = {**state, "api": api, "credentials": credentials}
        return cls(**known)


def read_policy(
    retry: RetryPolicy | None, max_retries: int, base_delay: float, api: API
) -> RetryPolicy:
    """The given policy, or that of the API with these retries and this delay."""
    if retry is not None:
        if (max_retries, base_delay) != (3, 0.2):
            raise ConfigurationError(
                "retry contains all options of retries; set max_retries and base_delay there."
            )
        return check_policy(retry)
    check_seconds("retry_base_delay", base_delay)
    return RetryPolicy(
        max_retries=max_retries,
        base_delay=base_delay,
        retry_statuses=api.refusal_statuses,
        retry_statuses_if_idempotent=REPEATABLE | ALWAYS,
    )


def check_policy(retry: object) -> RetryPolicy:
    """Check that a value is a `RetryPolicy`."""
    if not isinstance(retry, RetryPolicy):
        raise ConfigurationError(f"retry must be a RetryPolicy, got {retry!r:.100}.")
    return retry


def _find_base_url(base_url: object, api: API) -> tuple[str, object]:
    """Find the base URL; returns its origin, for messages, and the URL."""
    if base_url is not None:
        return "base_url", base_url
    if url := os.environ.get(api.url_variable):
        return f"the environment variable {api.url_variable}", url
    if api.base_url:
        return f"the base URL of {api.name}", api.base_url
    raise ConfigurationError(
        f"No base URL for {api.name}: pass base_url=... or set {api.url_variable}."
    )


def read_base_url(base_url: object, *, allow_http: bool, api: API = LVNG) -> str:
    """The base URL: the given one, else that of the environment, else the API's; without a trailing slash."""
    where, base_url = _find_base_url(base_url, api)
    if not isinstance(base_url, str):
        raise ConfigurationError(f"{where} must be a string, got {base_url!r}.")
    from urllib.parse import urlsplit

    url = base_url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"{where} is not a URL: {_shown(url)!r} ({error}).") from None
    if parts.username is not None or parts.password is not None:
        # Not shown: the user name or password may be a secret.
        raise ConfigurationError(f"{where} cannot contain a user name or password.")
    if parts.scheme not in {"https", "http"} or not host:
        raise ConfigurationError(
            f"{where} must begin with https:// and name a host, got {_shown(url)!r}."
        )
    if problem := host_problem(host):
        raise ConfigurationError(f"{where} has an invalid host name: {host!r} ({problem}).")
    if parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise ConfigurationError(
            f"{where} cannot have a query, a fragment or spaces, got {_shown(url)!r}."
        )
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise ConfigurationError(
            f"{where} {base_url!r} would send the key unencrypted. Use https://, or pass "
            "allow_http=True if you trust the network. Loopback hosts need neither."
        )
    return _without_path(where, url.rstrip("/"), api)


def _shown(url: str) -> str:
    """A URL without what may be a secret: user name, password and query."""
    return _SECRET_PARTS.sub("…", url)


def _without_path(where: str, url: str, api: API) -> str:
    """Check that a URL does not end with the common prefix of the paths."""
    if not api.path_prefix or not url.endswith(api.path_prefix):
        return url
    raise ConfigurationError(
        f"{where} cannot end with {api.path_prefix!r}, with which every path begins. Use "
        f"{url.removesuffix(api.path_prefix)!r}."
    )
