"""Description of an API: everything about it that a client does not learn from its operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ._errors import LvngError
from ._version import __version__


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """The place of a credential in a request.

    Attributes:
        place: `header`, `query` or `cookie`; `transport` where nothing is added, as for client certificates.
        name: of the header, query parameter or cookie.
        prefix: authentication scheme before the credential, such as `Bearer`. A pair of user name and password
            is encoded for `Basic`.
    """

    place: Literal["header", "query", "cookie", "transport"]
    name: str = ""
    prefix: str = ""


BEARER = SecurityScheme("header", "Authorization", "Bearer")


@dataclass(frozen=True, slots=True, kw_only=True)
class API:
    """An API, as clients need to know it.

    Attributes:
        name: for messages.
        env_prefix: of the environment variables: `PETS` for `PETS_API_KEY` and `PETS_BASE_URL`.
        product: product and version in the `User-Agent` header.
        logger: name of the logger.
        servers: URLs of its servers, the default first, with `{variables}` as in OpenAPI.
        base_url: default address; empty where there is none, and the user gives it.
        schemes: its security schemes by name.
        security: of the operations that name none of their own.
        not_found: message of a 404 that has none.
        key_required: whether a client without a key is refused when it is made.
        key_advice: sentence that says where keys are found.
        path_prefix: beginning of the paths of its operations, which a base URL must not repeat; empty where
            they have none in common.
        key_prefix: beginning of API keys, which operations for JWTs alone refuse; empty where all are alike.
        attempt_header: header that numbers the attempts after the first; None for none.
        idempotency_header: header with which every POST may be repeated; None where only some operations
            have one, or none.
        refusal_statuses: statuses that say of any request that it has not been processed.
        errors: its own error classes by those of the core.
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
        """The error, of the API's own class where it has one."""
        if (own := self.errors.get(type(error))) is not None:
            error.__class__ = own
        return error

    def own_errors(self) -> OwnErrors:
        """A block whose errors are of the API's own classes."""
        return OwnErrors(self)

    def operation_url(self, base_url: str, server: str) -> str:
        """The address of an operation that has a server of its own.

        Args:
            base_url: of the client. One that is not among the API's servers, such as that of a mock or a
                proxy, is kept for every operation.
            server: URL of the operation's server; a path is on the host of the base URL.
        """
        if server.startswith("/"):
            from urllib.parse import urlsplit

            parts = urlsplit(base_url)
            return f"{parts.scheme}://{parts.netloc}{server}".rstrip("/")
        return server.rstrip("/") if self._has_server(base_url) else base_url

    def _has_server(self, url: str) -> bool:
        return any(_pattern(server).fullmatch(url) for server in self.servers)


class OwnErrors:
    """A context manager that gives errors the classes of an API."""

    __slots__ = ("_api",)

    def __init__(self, api: API) -> None:
        self._api = api

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, LvngError):
            self._api.own(error)


def _pattern(server: str) -> re.Pattern[str]:
    """A server's URL with any value for its variables."""
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
"""The API of LVNG, which clients are for unless they say otherwise."""
