"""Credentials of a client, and the headers, query parameters and cookies that carry them."""

from __future__ import annotations

import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import lvng_core as core  # its names load on first use

from ._api import API
from ._errors import ConfigurationError
from ._headers import COOKIE_OCTETS, SECRET_HEADERS, add_cookie, set_default
from ._secret import Secret

if TYPE_CHECKING:
    from ._operation import Security

TokenFunction: TypeAlias = Callable[[], str | Awaitable[str]]
"""Returns the token to send; called for every call. Async clients also take `async` functions."""


class TokenProvider(ABC):
    """A source of tokens that makes calls of its own to get them. Subclass it for another kind of login.

    A client asks it where a call needs a token: once for all calls that need one at the same time in one event
    loop or, of a sync client, in one process. The provider keeps a token for as long as it is valid. After a 401
    it is told which token was refused, and asked once more.
    """

    @abstractmethod
    def sync_token(self, client: core.Client) -> str:
        """Return a valid token.

        Args:
            client: the client that needs it, for calls that need no credential.
        """

    @abstractmethod
    async def async_token(self, client: core.AsyncClient) -> str:
        """Return a valid token.

        Args:
            client: the client that needs it, for calls that need no credential.
        """

    @abstractmethod
    def invalidate(self, token: str) -> None:
        """Forget a token that the server refused with 401, if it is still the current one."""


Credential: TypeAlias = str | tuple[str, str] | TokenFunction | TokenProvider
"""A key or token, a user name with its password, or a function or provider that returns a token."""

APIKey: TypeAlias = Credential | Mapping[str, Credential]
"""A credential, or one for each security scheme by name."""

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"

Held: TypeAlias = Secret | TokenFunction | TokenProvider


@dataclass(frozen=True, slots=True)
class Authentication:
    """The credentials of one call, as they are sent.

    Attributes:
        headers: headers, cookies among them.
        query: query parameters.
        secrets: the credentials themselves, which are removed from what a server repeats.
        by_scheme: the credential of each security scheme.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    secrets: tuple[Secret, ...] = ()
    by_scheme: Mapping[str, Secret] = field(default_factory=dict)

    def add_headers(self, headers: dict[str, str]) -> None:
        """Add the headers that are not there yet; a cookie joins those that are."""
        for name, value in self.headers.items():
            if name == "Cookie":
                add_cookie(headers, value)
            else:
                set_default(headers, name, value)

    def url(self, url: str) -> str:
        """A URL with the query parameters that it does not have yet."""
        if not self.query:
            return url
        from urllib.parse import quote, unquote_plus, urlencode

        pairs = url.partition("?")[2].split("&")
        there = {unquote_plus(pair.partition("=")[0]) for pair in pairs}
        added = [(name, value) for name, value in self.query if name not in there]
        if not added:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(added, quote_via=quote, safe='')}"

    def remove_from(self, request: Any) -> None:
        """Remove every secret from a request that has been sent."""
        secret = _secret_names(tuple(self.headers))
        for name in [name for name, _ in request.headers.raw if name.lower() in secret]:
            del request.headers[name.decode()]
        for name, _ in self.query:
            request.url = request.url.copy_remove_param(name)

    def redact(self, content: bytes) -> bytes:
        """What a server sent, without the credentials: some repeat them in the text of an error."""
        for secret in self.secrets:
            content = secret.redact(content)
        return content


ANONYMOUS = Authentication()


@functools.cache
def _secret_names(names: tuple[str, ...]) -> frozenset[bytes]:
    """Names of headers that are secret, as a request has them."""
    return frozenset(name.lower().encode() for name in (*SECRET_HEADERS, *names))


class Credentials:
    """The credentials that a client was given, checked.

    Args:
        api: the API that they are for.
        given: a credential for every scheme, or credentials by scheme; by default, the environment variable.

    Raises:
        ConfigurationError: one is unusable, or is for a scheme that the API does not have.
    """

    __slots__ = ("_api", "_general", "_named", "_ready", "flights", "latest")

    def __init__(self, api: API, given: object) -> None:
        self._api = api
        self.flights: dict[object, Any] = {}  # requests for tokens that are under way
        self.latest: dict[int, Secret] = {}  # the last token of each function, by its id()
        self._ready: dict[tuple[str, ...], Authentication] = {}
        self._named: dict[str, Held] = {}
        self._general: Held | None = None
        if in_query := [one.name for one in api.schemes.values() if one.place == "query"]:
            from ._log_filter import hide_in_logs

            hide_in_logs(in_query)
        where = "api_key"
        if given is None:
            where = f"the environment variable {api.key_variable}"
            given = os.environ.get(api.key_variable)
        if isinstance(given, Mapping):
            for name, one in given.items():
                self._named[_known(api, name)] = _held(f"api_key[{name!r}]", one, api)
        elif given is not None:
            self._general = _held(where, given, api)
        elif api.key_required:
            raise ConfigurationError(
                f"No API key: pass api_key=... or set {api.key_variable}. {api.key_advice}".strip()
            )

    def __repr__(self) -> str:
        if self._general is not None:
            return f"key {_shown(self._general)}"
        if self._named:
            return ", ".join(f"{name} {_shown(one)}" for name, one in self._named.items())
        return "without a key"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and self.portable() == other.portable()

    __hash__ = None  # type: ignore[assignment] # it holds functions

    def portable(self) -> Any:
        """The credentials for a pickle, in clear."""
        named = {name: _revealed(one) for name, one in self._named.items()}
        return _revealed(self._general), named

    @classmethod
    def restore(cls, api: API, state: Any) -> Credentials:
        """The credentials from a pickle."""
        general, named = state
        restored = cls(api, {})
        restored._general = None if general is None else _restored(general)
        restored._named = {name: _restored(one) for name, one in named.items()}
        return restored

    def is_api_key(self) -> bool:
        """Whether it is plainly an API key of this API, and no JWT."""
        return (
            bool(self._api.key_prefix)
            and isinstance(self._general, Secret)
            and self._general.reveal().startswith(self._api.key_prefix)
        )

    def have_functions(self) -> bool:
        """Whether one comes from a function."""
        held = [*self._named.values(), *([] if self._general is None else [self._general])]
        return not all(isinstance(one, Secret) for one in held)

    def chosen(self, security: Security, operation: str, given: Iterable[str]) -> dict[str, Held]:
        """The credentials of the first alternative that all are there for, by scheme.

        Args:
            security: the alternatives of the operation.
            operation: its name, for the error.
            given: headers that the caller sends; they stand in for credentials.

        Raises:
            ConfigurationError: there is no such alternative.
        """
        headers = {name.lower() for name in given}
        for alternative in sorted(security, key=_is_anonymous):
            held = {name: self._named.get(name, self._general) for name in alternative}
            found = {name: one for name, one in held.items() if one is not None}
            if all(name in found or self._is_given(name, headers) for name in alternative):
                return found
        if not security:
            return {}
        wanted = " or ".join(" and ".join(alternative) for alternative in security)
        raise ConfigurationError(
            f"{operation} needs a credential for {wanted}: pass api_key=... or set "
            f"{self._api.key_variable}. {self._api.key_advice}".strip()
        )

    def _is_given(self, name: str, headers: set[str]) -> bool:
        scheme = self._api.schemes[name]
        return scheme.place == "transport" or (
            scheme.place == "header" and scheme.name.lower() in headers
        )

    def ready(self, chosen: Mapping[str, Held]) -> Authentication | None:
        """The credentials as they are sent; None where a function has to be called for one."""
        schemes = tuple(chosen)
        found = self._ready.get(schemes)
        if found is None and all(isinstance(one, Secret) for one in chosen.values()):
            secrets = {name: one for name, one in chosen.items() if isinstance(one, Secret)}
            found = self._ready[schemes] = self.written(secrets)
        return found

    def written(self, secrets: Mapping[str, Secret]) -> Authentication:
        """Credentials as they are sent, by the schemes that they are for."""
        from urllib.parse import quote

        headers: dict[str, str] = {}
        query: list[tuple[str, str]] = []
        shown: list[Secret] = []
        for name, secret in secrets.items():
            scheme, value = self._api.schemes[name], secret.reveal()
            shown.append(secret)
            if scheme.prefix == "Basic":
                value = _basic(value)
                shown += [Secret(value), Secret(secret.reveal().partition(":")[2])]
            if scheme.place == "query":
                query.append((scheme.name, value))
                shown.append(Secret(quote(value, safe="")))
            elif scheme.place == "cookie":
                add_cookie(headers, f"{scheme.name}={quote(value, safe=COOKIE_OCTETS)}")
            elif scheme.place == "header":
                headers[scheme.name] = f"{scheme.prefix} {value}".lstrip()
        return Authentication(
            headers, tuple(query), tuple(dict.fromkeys(shown)), by_scheme=dict(secrets)
        )

    def token(self, name: str, value: object) -> Secret:
        """The result of a function, checked."""
        return _secret(f"the token that the function for {name} returns", value, self._api)


def invalidate(chosen: Mapping[str, Held], refused: Authentication) -> None:
    """Tell providers that the server refused their tokens."""
    for name, held in chosen.items():
        if isinstance(held, TokenProvider) and (token := refused.by_scheme.get(name)):
            held.invalidate(token.reveal())


async def async_call_token(source: TokenFunction | TokenProvider, client: Any) -> object:
    """The token that a function or provider returns, awaited where it is async."""
    import inspect

    if isinstance(source, TokenProvider):
        return await source.async_token(client)
    value: Any = source()
    return await value if inspect.isawaitable(value) else value


def sync_call_token(source: TokenFunction | TokenProvider, client: Any) -> object:
    """The token that a function or provider returns."""
    import inspect

    if isinstance(source, TokenProvider):
        return source.sync_token(client)
    value: Any = source()
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise ConfigurationError("The sync client needs a plain function for its token.")
    return value


def _is_anonymous(alternative: tuple[str, ...]) -> bool:
    return not alternative


def _known(api: API, name: object) -> str:
    if isinstance(name, str) and name in api.schemes:
        return name
    listed = ", ".join(api.schemes) or "none"
    raise ConfigurationError(
        f"api_key: {api.name} has no security scheme {name!r}; it has {listed}."
    )


def _held(where: str, given: object, api: API) -> Held:
    if isinstance(given, TokenProvider):
        return given
    return cast("TokenFunction", given) if callable(given) else _secret(where, given, api)


def _secret(where: str, given: object, api: API) -> Secret:
    """A key, or a user name with its password, refused when it cannot be one. Never shows it."""
    if isinstance(given, tuple) and len(given) == 2 and all(isinstance(one, str) for one in given):
        user, password = given
        if ":" in user or not f"{user}{password}".isprintable():
            raise ConfigurationError(
                f"{where}: a user name holds no colon, and neither it nor the password a control character."
            )
        return Secret(f"{user}:{password}")
    if not isinstance(given, str):
        raise ConfigurationError(f"{where} must be a string, got {type(given).__name__}.")
    key = given.strip()
    if not key:
        raise ConfigurationError(f"{where} is empty. {api.key_advice}".strip())
    only_tokens = all(scheme.prefix == "Bearer" for scheme in api.schemes.values())
    if only_tokens:
        _check_token(where, key)
    if not key.isascii() or not key.isprintable() or (only_tokens and " " in key):
        raise ConfigurationError(
            f"{where} holds a character that no key has (a space, a line break or a letter outside "
            "ASCII). Copy it again; it is not shown here."
        )
    return Secret(key)


def _check_token(where: str, key: str) -> None:
    """Refuse what is copied with a key and is no part of it."""
    if key[0] in _QUOTES or key[-1] in _QUOTES:
        raise ConfigurationError(
            f"{where} begins or ends with a quotation mark, which is no part of a key. Remove it; env files of "
            "Docker and others take quotation marks for a part of the value."
        )
    if key.lower().partition(" ")[0] in {"bearer", "authorization:"}:
        raise ConfigurationError(
            f"{where} begins with {key.partition(' ')[0]!r}, which the SDK adds itself. Pass the key alone."
        )


def _basic(value: str) -> str:
    """User name and password as Basic takes them; a key alone is the user name."""
    from base64 import b64encode

    pair = value if ":" in value else f"{value}:"
    return b64encode(pair.encode()).decode()


def _shown(held: Held) -> str:
    return repr(held) if isinstance(held, (Secret, TokenProvider)) else "by function"


def _restored(one: str | TokenFunction | TokenProvider) -> Held:
    return Secret(one) if isinstance(one, str) else one


def _revealed(held: Held | None) -> Any:
    return held.reveal() if isinstance(held, Secret) else held
