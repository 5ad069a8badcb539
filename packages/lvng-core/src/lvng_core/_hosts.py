"""Host names: recognize loopback hosts and invalid names."""

from __future__ import annotations

import re

_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_LONGEST = 253
_LONGEST_LABEL = 63


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback address."""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    import ipaddress

    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def host_problem(host: str) -> str | None:
    """The reason why a host name is invalid; None if it is valid.

    Without this check, DNS resolution would fail with an error of a codec.
    """
    if ":" in host:  # an IPv6 address, validated by urlsplit
        return None
    if not host.isascii() or "xn--" in host:
        import idna

        try:
            host = idna.encode(host.lower()).decode()  # as httpx does
            idna.decode(host)
        except idna.IDNAError as error:
            return str(error)
    if len(host) > _LONGEST:
        return f"it has more than {_LONGEST} characters"
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return "it has an empty label"
    if any(len(label) > _LONGEST_LABEL for label in labels):
        return f"a label has more than {_LONGEST_LABEL} characters"
    if _DOTTED.fullmatch(host):
        import ipaddress

        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            return "it is not an IPv4 address"
    return None
