"""Description of an API: the settings that its operations share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ._errors import LvngError
from ._version import __version__


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """Where a credential is sent in a request.

    Attributes:
        place: `header`, `query` or `cookie`; `transport` if nothing is added, as for client certificates.
        name: name of the header, query parameter or cookie.
        prefix: authentication scheme before the credential, such as `Bearer`. A pair of user name and password
            is encoded for `Basic`.
    """

    place: Literal["header", "query", "cookie", "transport"]
    name: str = ""
    prefix: str = ""


BEARER = SecurityScheme("header", "Authorization", "Bearer")


@dataclass(frozen=True, slots=True, kw_only=True)
class API:
    """An API as seen by its clients.

    Attributes:
        name: name for messages.
        env_prefix: prefix of the environment variables: `PETS` for `PETS_API_KEY` and `PETS_BASE_URL`.
        product: product and version in the `User-Agent` header.
        logger: name of the logger.
        servers: URLs of its servers, the default first, with `{variables}` as in OpenAPI.
        base_url: default base URL; empty if the user has to pass one.
        schemes: its security schemes by name.
        security: security of the operations that define none.
        not_found: message for a 404 response without one.
        key_required: whether creating a client without a key is an error.
        key_advice: sentence on where to get a key.
        path_prefix: common prefix of the paths of its operations, which a base URL must not repeat; empty if there is
            none.
        key_prefix: prefix of API keys, which operations that need a JWT refuse; empty if keys have no prefix.
        attempt_header: header with the number of the attempt, sent from the second one on; None to send none.
        idempotency_header: idempotency header that every POST accepts; None if only some operations, or none, accept
            one.
        refusal_statuses: statuses that mean that the request was not processed, whatever its method.
        errors: the API's own error classes, by the class of the core that they replace.
    """

    name: str
    env_prefix: str
    product: str
    logger: str
    servers: tuple[str, ...] = ()
    base_url: str = ""
    schemes: Mapping[str, SecurityScheme] = field(default_factory=dict)
    security: tuple[tuple[str, ...], ...] = ()
    not_found: str = "Not found, or not visible to you."
    key_required: bool = False
    key_advice: str = ""
    path_prefix: str = ""
    key_prefix: str = ""
    attempt_header: str | None = None
    idempotency_header: str | None = None
    refusal_statuses: frozenset[int] = frozenset({429})
    errors: Mapping[type[LvngError], type[LvngError]] = field(default_factory=dict)

    @property
    def key_variable(self) -> str:
        """Environment variable of the API key."""
        return f"{self.env_prefix}_API_KEY"

    @property
    def url_variable(self) -> str:
        """Environment variable of the base URL."""
        return f"{self.env_prefix}_BASE_URL"

    def own(self, error: LvngError) -> LvngError:
        """Convert an error to the API's own class, if it has one."""
        if (own := self.errors.get(type(error))) is not None:
            error.__class__ = own
        return error

    def own_errors(self) -> OwnErrors:
        """Context manager that converts errors to the API's own classes."""
        return OwnErrors(self)

    def operation_url(self, base_url: str, server: str) -> str:
        """The base URL of an operation that has its own server.

        Args:
            base_url: base URL of the client. If it is not one of the API's servers, such as a mock or a proxy, it is
                used for every operation.
            server: URL of the operation's server; a path is relative to the host of the base URL.
        """
        if server.startswith("/"):
            from urllib.parse import urlsplit

            parts = urlsplit(base_url)
            return f"{parts.scheme}://{parts.netloc}{server}".rstrip("/")
        return server.rstrip("/") if self._has_server(base_url) else base_url

    def _has_server(self, url: str) -> bool:
        return any(_pattern(server).fullmatch(url) for server in self.servers)


class OwnErrors:
    """Context manager that converts errors to the classes of an API."""

    __slots__ = ("_api",)

    def __init__(self, api: API) -> None:
        self._api = api

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, LvngError):
            self._api.own(error)


def _pattern(server: str) -> re.Pattern[str]:
    """Regular expression for a server's URL with any values of its variables."""
    return re.compile("[^/?#]*".join(map(re.escape, re.split(r"{[^{}]*}", server.rstrip("/")))))


LVNG = API(
    name="LVNG",
    env_prefix="LVNG",
    product=f"lvng-python/{__version__}",
    logger="lvng",
    servers=("https://api.lvng.ai",),
    base_url="https://api.lvng.ai",
    schemes={"bearer": BEARER},
    security=(("bearer",),),
    not_found="Not found, or not visible to your workspace.",
    key_required=True,
    key_advice="Keys are made at Settings → Developer.",
    path_prefix="/api/v2",
    key_prefix="lvng_sk_",
    attempt_header="X-Lvng-Attempt",
    idempotency_header="Idempotency-Key",
    refusal_statuses=frozenset({429, 503}),
)
"""The LVNG API, the default API of clients."""
