"""Errors of the HTTP libraries: which there are, what they mean for a retry, and their messages.

httpx2 has the names of httpx, so an error is known by the names of its classes.
"""

from __future__ import annotations

import traceback
from types import FrameType

import h11

from .._deadline import DeadlineExceededError
from .._retry import Failure
from .decoding import UnpackError
from .library import libraries
from .proxies import Proxy

_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
_FINAL = ("UnsupportedProtocol", "InvalidURL", "LocalProtocolError")


def transport_errors() -> tuple[type[Exception], ...]:
    """The exceptions that mean a failure of the network: those of the HTTP libraries and our own deadline.

    Any other exception comes from the caller's code, such as a file object or a signal handler, and is
    never taken for one.
    """
    found: list[type[Exception]] = [DeadlineExceededError]
    for one in libraries():
        found += [one.http.HTTPError, one.http.StreamError, one.http.InvalidURL]
    return tuple(found)


def body_errors() -> tuple[type[Exception], ...]:
    """The exceptions that mean that a body cannot be read."""
    return UnpackError, *transport_errors()


def is_a(error: Exception, *names: str) -> bool:
    """Whether an error is of a class with one of the names."""
    return not {cls.__name__ for cls in type(error).__mro__}.isdisjoint(names)


def is_timeout(error: Exception) -> bool:
    """Whether time ran out."""
    return is_a(error, "TimeoutException", "DeadlineExceededError")


def failure(error: Exception) -> Failure | None:
    """Whether the request can have reached the server; None if another attempt cannot help."""
    if is_a(error, *_FINAL) or "CERTIFICATE_VERIFY_FAILED" in str(error) or is_bad_location(error):
        return None
    return "not-sent" if is_a(error, *_NOT_SENT) else "perhaps-sent"


def is_bad_location(error: Exception) -> bool:
    """Whether a redirect leads to an invalid URL; httpx looks at it, though it is not to follow."""
    return is_a(error, "InvalidURL") or "location header" in str(error)


def mapped(error: Exception, http: object) -> Exception | None:
    """The error of the library `http` for one of its connections; None for other exceptions."""
    if isinstance(error, h11.LocalProtocolError):  # httpcore lets this one through
        name = "LocalProtocolError"
    elif type(error).__module__.startswith("httpcore"):
        name = type(error).__name__
    else:
        return None
    cls: type[Exception] | None = getattr(http, name, None)
    return None if cls is None else cls(str(error))


def raised_by_signal_handler(error: BaseException | None) -> bool:
    """Whether a signal handler of the caller raised the error, in the middle of a network operation.

    Python passes the interrupted stack frame to a signal handler, and to nothing else that a network stack
    calls. httpcore would take a `TimeoutError` of a handler for that of its socket.
    """
    if error is None:
        return False
    return any(
        isinstance(value, FrameType)
        or (isinstance(value, tuple) and any(isinstance(item, FrameType) for item in value))
        for frame, _ in traceback.walk_tb(error.__traceback__)
        for value in frame.f_locals.values()
    )


def connection_error_message(
    error: Exception, origin: str, timeout: float | None, proxy: Proxy | None = None
) -> str:
    """The message of a connection error: the cause, and what to do."""
    reason = (str(error) or type(error).__name__).rstrip(".")
    seconds = "the time allowed" if timeout is None else f"{timeout:g} s"
    if proxy is not None and _is_of_the_proxy(error, reason):
        return _proxy_message(
            reason if str(error) else f"no connection within {seconds}", origin, proxy
        )
    if is_a(error, "PoolTimeout"):
        return f"No free connection within {seconds}. Raise limits= or make fewer calls at once."
    if is_a(error, "ConnectTimeout"):
        return f"{origin} did not accept a connection within {seconds}. Check base_url and the network."
    if is_timeout(error):
        return f"{origin} did not answer within {seconds}. Raise timeout= or deadline= if it may take longer."
    if is_a(error, "ProxyError"):
        return f"The proxy failed on the way to {origin}: {reason}. Check the proxy settings."
    if is_a(error, "ConnectError"):
        return f"Cannot connect to {origin}: {reason}. Check base_url and the network."
    if is_a(error, "LocalProtocolError"):
        # The reason may quote a header: not shown.
        return (
            f"The request to {origin} cannot be written as HTTP. Check its headers, and that no file "
            "changes while it is sent."
        )
    if is_bad_location(error):
        return f"{origin} redirects to an invalid URL: {reason}. Check base_url."
    if is_a(error, "RemoteProtocolError"):
        return (
            f"{origin} broke off or did not answer in HTTP: {reason}. "
            "Check that base_url is the address of the API."
        )
    return f"The connection to {origin} failed: {reason}. Check the network and try again."


def _is_of_the_proxy(error: Exception, reason: str) -> bool:
    """Whether the connection to the proxy failed, not one through it."""
    return is_a(error, "ConnectError", "ConnectTimeout") and "SSL" not in reason


def _proxy_message(reason: str, origin: str, proxy: Proxy) -> str:
    return (
        f"Cannot connect to {origin}: the proxy {proxy.url}, which {proxy.variable} names, does not answer: "
        f"{reason}. "
        "Correct or unset the variable, or name the host in NO_PROXY if it needs no proxy."
    )
