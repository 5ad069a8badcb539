"""`lvng doctor`: check the requirements of a call one by one, with advice for failures."""

from __future__ import annotations

import os
import platform
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, distributions, version
from typing import Any
from urllib.parse import SplitResult, urlsplit

import click

from lvng import APIConnectionError, LvngError

from .. import output, terminal
from ..help_pages import Command
from ..session import Session, common_options, session_of

_SKEW = 60
"""Maximum difference between the local clock and that of the server, in seconds."""
_SOON = 14
"""Days before the expiry of a certificate from which on there is a warning."""
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check.

    Attributes:
        check: what was checked.
        state: `ok`, `warning` or `failed`.
        found: what was found.
        advice: what to do; empty if nothing needs to be done.
    """

    check: str
    state: str
    found: str
    advice: str = ""


class Doctor:
    """Checks the requirements of a call.

    Args:
        session: the common options.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._response: Any = None

    def findings(self) -> Iterator[Finding]:
        """Yield the result of each check; stops after the failure of a check on which the others depend."""
        yield self._versions()
        try:
            profile = self._session.chosen_profile()
            client = self._session.client(public=True)
        except LvngError as error:
            yield Finding("settings", "failed", error.message, "Correct that setting.")
            return
        where = profile.name if profile else "none"
        yield Finding("settings", "ok", f"profile {where}, key from {self._session.key_source()}")
        address = _address(self._session)
        url = urlsplit(address)
        yield _proxy(url)
        for check in (_name, _certificate):
            finding = check(url)
            if finding is not None:
                yield finding
                if finding.state == "failed" and not _proxy_for(url):
                    return
        yield self._answers(client, address)
        if self._response is not None:
            yield self._clock()
            yield self._key()
            yield self._limits()

    def _versions(self) -> Finding:
        ours = {
            one.metadata["Name"]: one.version
            for one in distributions()
            if (one.metadata["Name"] or "").startswith("lvng")
        }
        found = f"lvng {ours.get('lvng', '?')}, Python {platform.python_version()}, httpx {_version('httpx')}"
        own = {name: one for name, one in ours.items() if one != ours.get("lvng")}
        if own:
            several = ", ".join(f"{name} {one}" for name, one in sorted(own.items()))
            return Finding(
                "versions",
                "warning",
                f"{found}, but {several}",
                "pip install --upgrade lvng lvng-cli",
            )
        return Finding("versions", "ok", found)

    def _answers(self, client: Any, address: str) -> Finding:
        try:
            self._response = client.request("GET", "/api/v2/health")
        except APIConnectionError as error:
            advice = "Check the base URL, the network, the proxy and firewalls."
            return Finding("server", "failed", error.message, advice)
        except LvngError as error:
            if error.status_code is None:
                return Finding(
                    "server", "failed", error.message, f"Is {address} the base URL of LVNG?"
                )
            if error.status_code == 404:
                return Finding(
                    "server", "failed", str(error), f"Is {address} the base URL of LVNG?"
                )
            advice = "Try again later; if it persists, report the request id to support."
            return Finding("server", "warning", str(error), advice)
        return Finding("server", "ok", f"{address} answers {self._response.status_code}")

    def _clock(self) -> Finding:
        try:
            theirs = parsedate_to_datetime(self._response.headers["date"])
        except (KeyError, ValueError):
            return Finding("clock", "ok", "the server sends no Date header")
        skew = (datetime.now(UTC) - theirs).total_seconds()
        found = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server"
        if abs(skew) > _SKEW:
            advice = "Synchronize the clock, for instance by NTP: tokens and certificates depend on the time."
            return Finding("clock", "failed", found, advice)
        return Finding("clock", "ok", found)

    def _key(self) -> Finding:
        try:
            self._response = self._session.client().request("GET", "/api/v2/users/me")
        except LvngError as error:
            advice = "Create a key at Settings → Developer, then: lvng login"
            return Finding("key", "failed", str(error), advice)
        user = output.records(self._response.json())[0]
        return Finding(
            "key", "ok", f"accepted; it belongs to {user.get('email') or user.get('id')}"
        )

    def _limits(self) -> Finding:
        headers = self._response.headers
        left, limit = headers.get("x-ratelimit-remaining"), headers.get("x-ratelimit-limit")
        if left is None:
            return Finding("limits", "ok", "the server does not report a rate limit")
        found = f"{left} of {limit or '?'} requests left"
        if left.isdecimal() and int(left) == 0:
            reset = headers.get("x-ratelimit-reset", "soon")
            return Finding("limits", "warning", found, f"Wait until the limit is reset at {reset}.")
        return Finding("limits", "ok", found)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def _address(session: Session) -> str:
    profile = session.chosen_profile()
    given = session.base_url or (profile.base_url if profile else "")
    return given or os.environ.get("LVNG_BASE_URL") or "https://api.lvng.ai"


def _proxy_for(url: SplitResult) -> str:
    """The proxy for a URL from the environment, without its password; empty for none."""
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    found = proxies.get(url.scheme) or proxies.get("all") or ""
    if not found or proxy_bypass(url.hostname or ""):
        return ""
    parts = urlsplit(found)
    return f"{parts.scheme or 'http'}://{parts.hostname or found}:{parts.port or ''}".rstrip(":")


def _proxy(url: SplitResult) -> Finding:
    proxy = _proxy_for(url)
    if not proxy:
        return Finding("proxy", "ok", "none")
    return Finding("proxy", "ok", f"{proxy}, unless NO_PROXY contains {url.hostname}")


def _name(url: SplitResult) -> Finding:
    host = url.hostname or ""
    try:
        found = socket.getaddrinfo(host, url.port or url.scheme, type=socket.SOCK_STREAM)
    except OSError as error:
        advice = "Check the spelling of the base URL, and the DNS settings of this machine."
        return Finding(
            "address", "failed", f"{host} cannot be resolved: {error.strerror or error}", advice
        )
    addresses = sorted({str(one[4][0]) for one in found})
    return Finding("address", "ok", f"{host} is {', '.join(addresses[:3])}")


def _certificate(url: SplitResult) -> Finding | None:
    """Check that the certificate is trusted and does not expire soon; None for http and behind a proxy."""
    if url.scheme != "https" or _proxy_for(url):
        return None
    host, port = url.hostname or "", url.port or 443
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT) as raw,
            _trusting().wrap_socket(raw, server_hostname=host) as tls,
        ):
            certificate = tls.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        advice = (
            "Behind a proxy that inspects TLS, set SSL_CERT_FILE to a file with its certificate; else the "
            "server's certificate has expired or is for another name."
        )
        return Finding("certificate", "failed", error.verify_message or str(error), advice)
    except OSError as error:
        advice = "A firewall may block the port, or nothing listens there."
        return Finding("certificate", "failed", f"no TLS at {host}:{port}: {error}", advice)
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    found = f"trusted, until {ends:%Y-%m-%d}"
    if days < _SOON:
        return Finding(
            "certificate", "warning", found, "It expires soon: its owner should renew it."
        )
    return Finding("certificate", "ok", found)


def _trusting() -> ssl.SSLContext:
    """The TLS context of the SDK."""
    import httpx

    return httpx.create_ssl_context()


_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}


def _print(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    mark = click.style(mark, fg=colour) if terminal.coloured() else mark
    output.say(f"{mark} {finding.check:<12} {finding.found}")
    if finding.advice:
        output.say(f"  {'':<12} {finding.advice}")


@click.pass_context
def _run(context: click.Context, /) -> None:
    session = session_of(context)
    session.max_retries = session.max_retries or 0
    session.timeout = session.timeout or _TIMEOUT
    format = session.format() if session.output else ("table" if terminal.for_people() else "jsonl")
    show: Callable[[Finding], None] = _print
    found = []
    for finding in Doctor(session).findings():
        found.append(finding)
        if format == "table":
            show(finding)
    if format != "table":
        rows = [
            {"check": one.check, "state": one.state, "found": one.found, "advice": one.advice}
            for one in found
        ]
        output.show_all(session, iter(rows))
    if any(one.state == "failed" for one in found):
        context.exit(1)


doctor = Command(
    "doctor",
    callback=_run,
    common=common_options(),
    help=(
        "Check the requirements of a call: versions, settings, proxy, DNS, certificate, server, clock, key and rate "
        "limit. Each failure comes with advice. The exit code is 1 if a check failed."
    ),
)
