"""Proxies from environment variables: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.

There is no standard for these variables. They are read as by curl, Go and requests:
https://everything.curl.dev/usingcurl/proxies/env.html, https://pkg.go.dev/golang.org/x/net/http/httpproxy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies

from .._errors import ConfigurationError
from .._hosts import is_loopback

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_SCHEMES = frozenset(_PORTS)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. Its repr shows neither user name nor password.

    Attributes:
        url: scheme, host and port.
        auth: user name and password, if the variable contains them.
        variable: the environment variable in which it is set.
    """

    url: str
    auth: tuple[str, str] | None
    variable: str = field(default="", compare=False)

    @property
    def is_socks(self) -> bool:
        """Whether it is a SOCKS proxy."""
        return self.url.startswith("socks")

    def __repr__(self) -> str:
        return f"<Proxy {self.url}>"


def environment_proxy(url: str) -> Proxy | None:
    """The proxy for a URL by the environment; None for a direct connection.

    Plain http to a loopback host never uses a proxy, which would get the key unencrypted.

    Args:
        url: URL of a server.

    Raises:
        ConfigurationError: a variable has an invalid value. The message does not show it, as it may contain a password.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "http" and is_loopback(host):
        return None
    variables = getproxies()
    for scheme in (parts.scheme, "all"):
        if value := variables.get(scheme, "").strip():
            if _is_excluded(parts.scheme, host, port, variables):
                return None
            try:
                return _parse(f"{scheme.upper()}_PROXY", value)
            except ConfigurationError as error:
                del (
                    variables,
                    value,
                )  # tracebacks may show local variables, and these hold passwords
                raise error.with_traceback(None) from None
    return None


def _parse(variable: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
        if parts.scheme not in _SCHEMES or not host or parts.fragment or not host.isprintable():
            raise ValueError
    except ValueError:
        # Without value and cause, which may contain a password.
        raise ConfigurationError(
            f"The environment variable {variable} is not a valid proxy URL, such as "
            "http://proxy.example:3128 or socks5://proxy.example:1080. Correct or unset it; "
            "hosts in NO_PROXY are reached without a proxy."
        ) from None
    if parts.scheme.startswith("socks"):
        _require_socks(variable)
    shown = f"[{host}]" if ":" in host else host
    return Proxy(f"{parts.scheme}://{shown}:{port or _PORTS[parts.scheme]}", _auth(parts), variable)


def _auth(parts: SplitResult) -> tuple[str, str] | None:
    if parts.username is None and parts.password is None:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")


def _require_socks(variable: str) -> None:
    if find_spec("socksio") is None:  # needed by httpcore
        raise ConfigurationError(
            f"The environment variable {variable} names a SOCKS proxy, which needs the package socksio: "
            'pip install "httpx[socks]". Or unset it; hosts in NO_PROXY are reached without a proxy.'
        )


# NO_PROXY


def _is_excluded(scheme: str, host: str, port: int, variables: Mapping[str, str]) -> bool:
    """Whether NO_PROXY contains a host."""
    entries = variables.get("no", "").replace(",", " ").split()
    return any(_matches(entry.lower(), scheme, host, port) for entry in entries)


def _matches(entry: str, scheme: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY matches a host: a name, address or network, with or without port."""
    if entry == "*":
        return True
    wanted, separator, rest = entry.partition("://")
    if separator:
        if wanted not in {scheme, "all"}:
            return False
        entry = rest
    name, wanted_port = _split_port(entry)
    if wanted_port is not None and wanted_port != port:
        return False
    address = _address(host)
    if address is None:
        return _is_within(host.rstrip("."), name)
    return _is_in_network(address, name)


def _split_port(entry: str) -> tuple[str, int | None]:
    """Split an entry into host and port; an IPv6 address may have brackets."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        if rest.startswith("/"):  # [fd00::]/8
            return name + rest, None
    elif entry.count(":") > 1:
        return entry, None
    else:
        name, colon, port = entry.partition(":")
        rest = colon + port
    port = rest.removeprefix(":")
    return name, int(port) if port.isdecimal() else None


def _address(host: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_in_network(address: _Address, name: str) -> bool:
    try:
        network = ipaddress.ip_network(name.replace("*.", "").partition("%")[0], strict=False)
    except ValueError:
        return False
    return address in network


def _is_within(host: str, name: str) -> bool:
    """Whether a host equals a domain or is a subdomain; `example.com`, `.example.com` and `*.example.com` are equal."""
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
