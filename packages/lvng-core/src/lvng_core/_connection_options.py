"""Options of a client's connections, checked when they are set. Loads no HTTP library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ._errors import ConfigurationError

if TYPE_CHECKING:
    from ._http.lazy import http

Backend: TypeAlias = Literal["httpx", "httpx2", "aiohttp"]
"""The HTTP library that sends the requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TCPKeepalive:
    """TCP keepalive: when the operating system probes an idle connection.

    Routers, firewalls and load balancers drop an idle connection after 120 to 350 seconds without notifying either
    side, so a response that takes longer would be lost without an error. Probes keep the connection alive and detect
    that the peer is gone. If a system cannot set one of the values, its default applies.

    Attributes:
        idle: seconds without data before the first probe.
        interval: seconds between probes.
        count: unanswered probes after which the connection is considered broken.
    """

    idle: int = 60
    interval: int = 60
    count: int = 5

    def __post_init__(self) -> None:
        for name in ("idle", "interval", "count"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ConfigurationError(
                    f"TCPKeepalive.{name} must be a whole number of at least 1, got {value!r:.100}."
                )


DEFAULT_KEEPALIVE = TCPKeepalive()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionOptions:
    """Options of the connections that the SDK opens itself.

    Attributes:
        limits: maximum number of connections and of idle ones, and seconds until an idle one is closed; None for the
            defaults.
        http2: whether to offer HTTP/2.
        tcp_keepalive: when idle connections are probed; None disables probes.
        backend: the HTTP library.
    """

    limits: http.Limits | None = None
    http2: bool = False
    tcp_keepalive: TCPKeepalive | None = DEFAULT_KEEPALIVE
    backend: Backend = "httpx"

    def __post_init__(self) -> None:
        if self.limits is not None and not hasattr(self.limits, "max_keepalive_connections"):
            raise ConfigurationError(
                f"limits must be an httpx.Limits, got {type(self.limits).__name__}."
            )
        if not isinstance(self.http2, bool):
            raise ConfigurationError(f"http2 must be True or False, got {self.http2!r:.100}.")
        if not isinstance(self.tcp_keepalive, (TCPKeepalive, type(None))):
            raise ConfigurationError(
                f"tcp_keepalive must be a TCPKeepalive or None, got {self.tcp_keepalive!r:.100}."
            )
        if self.backend not in get_args(Backend):
            raise ConfigurationError(
                f"backend must be one of {', '.join(get_args(Backend))}; got {self.backend!r:.100}."
            )
        for module in _MODULES[self.backend]:
            _require(module, f"The {self.backend} backend", self.backend)
        if self.backend == "aiohttp":
            self._check_aiohttp()
        if self.http2:
            _require("h2", "http2", "http2")

    def _check_aiohttp(self) -> None:
        """Raise an error for options that aiohttp does not support."""
        if self.http2:
            raise ConfigurationError(
                "The aiohttp backend does not support HTTP/2; omit http2 or backend."
            )
        if self.limits is not None and self.limits.max_keepalive_connections not in {
            None,
            0,
            self.limits.max_connections,
        }:
            raise ConfigurationError(
                "The aiohttp backend keeps all connections or none; "
                f"omit max_keepalive_connections={self.limits.max_keepalive_connections}."
            )


_MODULES: dict[Backend, tuple[str, ...]] = {
    "httpx": (),
    "httpx2": ("httpx2",),
    "aiohttp": ("aiohttp", "httpx_aiohttp"),
}


def _require(module: str, needed_by: str, extra: str) -> None:
    """Raise an error if the extra of an option is not installed."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise ConfigurationError(
            f'{needed_by} needs the package {module.replace("_", "-")}: pip install "lvng[{extra}]".'
        )


def check_alone(http_client: object, transport: object, options: ConnectionOptions) -> None:
    """Raise an error for connection options together with a client or transport that has its own."""
    if http_client is not None and transport is not None:
        raise ConfigurationError("transport belongs to the http_client; set it there.")
    if (http_client is not None or transport is not None) and options != ConnectionOptions():
        given = "http_client" if http_client is not None else "transport"
        raise ConfigurationError(
            f"limits, http2, tcp_keepalive and backend belong to the {given}; set them there."
        )
