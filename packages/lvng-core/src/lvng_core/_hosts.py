"""Host names: which are loopback hosts, and which cannot exist."""

from __future__ import annotations

_LONGEST = 253
_LONGEST_LABEL = 63


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_problem(host: str) -> str | None:
    """The reason that a host name cannot exist; None if it can.

    Without this check the name would fail where it is looked up, with an error of a codec.
    """
    if ":" in host:  # an IPv6 address, which urlsplit has checked
        return None
    if not host.isascii() or "xn--" in host:
        import idna

        try:
            host = idna.encode(host, uts46=True).decode()
            idna.decode(host)
        except idna.IDNAError as error:
            return str(error)
    if len(host) > _LONGEST:
        return f"it has more than {_LONGEST} characters"
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return "a part between two dots is empty"
    if any(len(label) > _LONGEST_LABEL for label in labels):
        return f"a part has more than {_LONGEST_LABEL} characters"
    return None
