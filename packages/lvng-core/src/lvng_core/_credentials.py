"""The credentials of a client, and the headers, query parameters and cookies that contain them."""

from __future__ import annotations

import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import lvng_core as core  # its names are loaded on first use

from ._api import API
from ._errors import ConfigurationError
from ._headers import COOKIE_OCTETS, SECRET_HEADERS, add_cookie, set_default
from ._secret import Secret

if TYPE_CHECKING:
    from ._operation import Security

TokenFunction: TypeAlias = Callable[[], str | Awaitable[str]]
"""Returns the token to send; called before every call. Async clients also accept `async` functions."""


class TokenProvider(ABC):
    """A source of tokens that makes API calls to get them. Subclass it for another kind of login.

    A client calls it when a call needs a token: once for concurrent calls in the same event loop or, with a sync
    client, in the same process. The provider should cache a token while it is valid. After a 401, the client calls
    `invalidate` with the refused token, and then asks for another one.
    """

    @abstractmethod
    def sync_token(self, client: core.Client) -> str:
        """Return a valid token.

        Args:
            client: the client that needs the token, to make calls without credentials.
        """

    @abstractmethod
    async def async_token(self, client: core.AsyncClient) -> str:
        """Return a valid token.

        Args:
            client: the client that needs the token, to make calls without credentials.
        """

    @abstractmethod
    def invalidate(self, token: str) -> None:
        """Discard a token that the server refused with 401, if it is still the cached one."""


Credential: TypeAlias = str | tuple[str, str] | TokenFunction | TokenProvider
"""A key or token, a user name with its password, or a function or provider that returns a token."""

APIKey: TypeAlias = Credential | Mapping[str, Credential]
"""A credential, or one for each security scheme by name."""

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"

Held: TypeAlias = Secret | TokenFunction | TokenProvider


@dataclass(frozen=True, slots=True)
class Authentication:
    """The credentials of one call, ready to be sent.

    Attributes:
        headers: headers, including cookies.
        query: query parameters.
        secrets: the credentials themselves, to remove them from error responses that repeat them.
        by_scheme: the credential of each security scheme.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    secrets: tuple[Secret, ...] = ()
    by_scheme: Mapping[str, Secret] = field(default_factory=dict)

    def add_headers(self, headers: dict[str, str]) -> None:
        """Add the headers that are not set yet; a cookie is added to the others."""
        for name, value in self.headers.items():
            if name == "Cookie":
                add_cookie(headers, value)
            else:
                set_default(headers, name, value)

    def url(self, url: str) -> str:
        """Add the query parameters that a URL does not have yet."""
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
        """Remove the credentials from a request that has been sent."""
        secret = _secret_names(tuple(self.headers))
        for name in [name for name, _ in request.headers.raw if name.lower() in secret]:
            del request.headers[name.decode()]
        for name, _ in self.query:
            request.url = request.url.copy_remove_param(name)

    def redact(self, content: bytes) -> bytes:
        """Remove the credentials from a response body: some servers repeat them in error messages."""
        for secret in self.secrets:
            content = secret.redact(content)
        return content


ANONYMOUS = Authentication()


@functools.cache
def _secret_names(names: tuple[str, ...]) -> frozenset[bytes]:
    """Names of the secret headers of a request, in the case in which they were set."""
    return frozenset(name.lower().encode() for name in (*SECRET_HEADERS, *names))


class Credentials:
    """The credentials that a client was given, checked.

    Args:
        api: the API.
        given: one credential for all schemes, or credentials by scheme; default: the environment variable.

    Raises:
        ConfigurationError: a credential is invalid, or the API does not have its scheme.
    """

    __slots__ = ("_api", "_general", "_named", "_ready", "flights", "latest")

    def __init__(self, api: API, given: object) -> None:
        self._api = api
        self.flights: dict[object, Any] = {}  # pending requests for tokens
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
        """The credentials for a pickle, unmasked."""
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
        """Whether the credential is certainly an API key and not a JWT, by its prefix."""
        return (
            bool(self._api.key_prefix)
            and isinstance(self._general, Secret)
            and self._general.reveal().startswith(self._api.key_prefix)
        )

    def have_functions(self) -> bool:
        """Whether one of them is a function."""
        held = [*self._named.values(), *([] if self._general is None else [self._general])]
        return not all(isinstance(one, Secret) for one in held)

    def chosen(self, security: Security, operation: str, given: Iterable[str]) -> dict[str, Held]:
        """The credentials by scheme, for the first alternative for which all are present.

        Args:
            security: the security alternatives of the operation.
            operation: name of the operation, for the error.
            given: headers set by the caller, which can replace credentials.

        Raises:
            ConfigurationError: no alternative has all its credentials.
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
        """The credentials ready to be sent; None if a function has to be called first."""
        schemes = tuple(chosen)
        found = self._ready.get(schemes)
        if found is None and all(isinstance(one, Secret) for one in chosen.values()):
            secrets = {name: one for name, one in chosen.items() if isinstance(one, Secret)}
            found = self._ready[schemes] = self.written(secrets)
        return found

    def written(self, secrets: Mapping[str, Secret]) -> Authentication:
        """Make the headers, query parameters and cookies for credentials by scheme."""
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
        """Validate the result of a token function."""
        try:
            return _secret(f"the token that the function for {name} returns", value, self._api)
        except ConfigurationError as error:
            del value  # tools print the local variables of a traceback
            raise error.with_traceback(None) from None


def invalidate(chosen: Mapping[str, Held], refused: Authentication) -> None:
    """Notify the providers that the server refused their tokens."""
    for name, held in chosen.items():
        if isinstance(held, TokenProvider) and (token := refused.by_scheme.get(name)):
            held.invalidate(token.reveal())


async def async_call_token(source: TokenFunction | TokenProvider, client: Any) -> object:
    """Call a token function or provider; awaits the result if it is async."""
    import inspect

    if isinstance(source, TokenProvider):
        return await source.async_token(client)
    value: Any = source()
    return await value if inspect.isawaitable(value) else value


def sync_call_token(source: TokenFunction | TokenProvider, client: Any) -> object:
    """Call a token function or provider."""
    import inspect

    if isinstance(source, TokenProvider):
        return source.sync_token(client)
    value: Any = source()
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise ConfigurationError("The sync client needs a sync function for its token.")
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
    """Validate a key, or a user name and password. Errors never show its value."""
    if isinstance(given, tuple) and len(given) == 2 and all(isinstance(one, str) for one in given):
        user, password = given
        if ":" in user or not f"{user}{password}".isprintable():
            raise ConfigurationError(
                f"{where}: a user name cannot contain a colon, and neither it nor the password a control character."
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
            f"{where} contains a character that is not valid in a key (a space, a line break or a non-ASCII "
            "letter). Copy it again; its value is not shown here."
        )
    return Secret(key)


def _check_token(where: str, key: str) -> None:
    """Raise an error for quotation marks or a scheme copied along with a key."""
    if key[0] in _QUOTES or key[-1] in _QUOTES:
        raise ConfigurationError(
            f"{where} begins or ends with a quotation mark, which is not part of a key. Remove it; in env files "
            "of Docker and other tools, quotation marks are part of the value."
        )
    if key.lower().partition(" ")[0] in {"bearer", "authorization:"}:
        raise ConfigurationError(
            f"{where} begins with {key.partition(' ')[0]!r}, which the SDK adds itself. Pass the key alone."
        )


def _basic(value: str) -> str:
    """Encode user name and password for Basic; a single key is the user name."""
    from base64 import b64encode

    pair = value if ":" in value else f"{value}:"
    return b64encode(pair.encode()).decode()


def _shown(held: Held) -> str:
    return repr(held) if isinstance(held, (Secret, TokenProvider)) else "by function"


def _restored(one: str | TokenFunction | TokenProvider) -> Held:
    return Secret(one) if isinstance(one, str) else one


def _revealed(held: Held | None) -> Any:
    return held.reveal() if isinstance(held, Secret) else held
