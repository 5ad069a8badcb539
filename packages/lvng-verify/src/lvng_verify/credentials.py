"""An HTTP client with the user's credentials, which are sent to one server only."""

from __future__ import annotations

import ipaddress
import re

import httpx

from ._version import __version__

_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_KEY = re.compile(r"[\x21-\x7e]+")
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


def looks_like_jwt(key: str) -> bool:
    """Whether credentials are a JWT and not an API key."""
    return bool(_JWT.fullmatch(key))


def make_client(base_url: str, key: str) -> httpx.Client:
    """Make a client for a service. It does not follow redirects, so that the key is sent to this server only.

    Raises:
        ValueError: the base URL or the key is invalid.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"the address {base_url!r} is not valid: {error}") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"the address must begin with https:// or http://; got {base_url!r}")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise ValueError(f"the key would be sent unencrypted to {url.host}: use https://")
    if not _KEY.fullmatch(key):
        raise ValueError("the API key has characters that cannot be sent in a header")
    return httpx.Client(
        base_url=url,
        headers={
            "Authorization": f"Bearer {key}",
            "User-Agent": f"lvng-verify/{__version__}",
            "Accept": "*/*",
        },
        timeout=_TIMEOUT,
        trust_env=url.scheme == "https",
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
