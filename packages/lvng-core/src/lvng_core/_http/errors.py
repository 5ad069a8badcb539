"""Errors of the HTTP libraries: recognize them, decide what they mean for a retry, describe them.

httpx2 uses the names of httpx, so errors are recognized by the names of their classes.
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
_HTTP = ("httpcore", "h2.", "hpack.", "hyperframe.", "anyio.", "trio.")
"""The modules of HTTP/2, in which no code of the caller runs: its bodies are read through modules of the SDK."""
_FINAL = ("UnsupportedProtocol", "InvalidURL", "LocalProtocolError")


def transport_errors() -> tuple[type[Exception], ...]:
    """The exceptions of network failures: those of the HTTP libraries, and of the SDK's own deadline.

    Any other exception comes from the caller's code, such as a file object or a signal handler, and is not treated as
    a network failure.
    """
    found: list[type[Exception]] = [DeadlineExceededError]
    for one in libraries():
        found += [one.http.HTTPError, one.http.StreamError, one.http.InvalidURL]
    return tuple(found)


def body_errors() -> tuple[type[Exception], ...]:
    """The exceptions raised when a body cannot be read."""
    return UnpackError, *transport_errors()


def is_a(error: Exception, *names: str) -> bool:
    """Whether one of the names is that of a class of the error."""
    return not {cls.__name__ for cls in type(error).__mro__}.isdisjoint(names)


def is_timeout(error: Exception) -> bool:
    """Whether the error is a time-out."""
    return is_a(error, "TimeoutException", "DeadlineExceededError")


def failure(error: Exception) -> Failure | None:
    """Whether the request can have reached the server; None if a retry cannot help."""
    if is_a(error, *_FINAL) or "CERTIFICATE_VERIFY_FAILED" in str(error) or is_bad_location(error):
        return None
    return "not-sent" if is_a(error, *_NOT_SENT) else "perhaps-sent"


def is_bad_location(error: Exception) -> bool:
    """Whether a redirect has an invalid URL; httpx parses it even when it does not follow redirects."""
    return is_a(error, "InvalidURL") or "location header" in str(error)


def mapped(error: Exception, http: object) -> Exception | None:
    """Map an exception of a connection to that of the library `http`; None for other exceptions."""
    if isinstance(error, h11.LocalProtocolError):  # not converted by httpcore
        name = "LocalProtocolError"
    elif type(error).__module__.startswith("httpcore"):
        name = type(error).__name__
    elif _is_raised_within(error):
        name = "RemoteProtocolError"
    else:
        return None
    cls: type[Exception] | None = getattr(http, name, None)
    return None if cls is None else cls(str(error))


def _is_raised_within(error: Exception) -> bool:
    """Whether the code of HTTP itself raised an error, and neither the caller's nor a stream of the caller's.

    httpcore raises errors of h2 and of its own state where tasks that share a connection are cancelled
    (https://github.com/encode/httpcore/issues/1022).
    """
    modules = [
        str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)
    ]
    core = [n for n, name in enumerate(modules) if name.startswith("httpcore")]
    return bool(core) and all(name.startswith(_HTTP) for name in modules[core[0] :])


def raised_by_signal_handler(error: BaseException | None) -> bool:
    """Whether a signal handler of the caller raised the error, during a network operation.

    Recognized by the stack frame that Python passes to signal handlers, and that no function of a network stack gets.
    httpcore would take a `TimeoutError` of a handler for one of its socket.
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
    """The message of a connection error: the cause and the remedy."""
    reason = (str(error) or type(error).__name__).rstrip(".")
    seconds = "the time allowed" if timeout is None else f"{timeout:g} s"
    if proxy is not None and _is_of_the_proxy(error, reason):
        return _proxy_message(
            reason if str(error) else f"no connection within {seconds}", origin, proxy
        )
    if is_a(error, "PoolTimeout"):
        return f"No free connection within {seconds}. Raise limits= or make fewer concurrent calls."
    if is_a(error, "ConnectTimeout"):
        return f"{origin} did not accept a connection within {seconds}. Check base_url and the network."
    if is_timeout(error):
        return f"{origin} did not respond within {seconds}. Raise timeout= or deadline= if it may take longer."
    if is_a(error, "ProxyError"):
        return f"The proxy failed to connect to {origin}: {reason}. Check the proxy settings."
    if is_a(error, "ConnectError"):
        return f"Cannot connect to {origin}: {reason}. Check base_url and the network."
    if is_a(error, "LocalProtocolError"):
        # Without the reason, which may quote a header.
        return (
            f"The request to {origin} is not valid HTTP. Check its headers, and that no file "
            "changes while it is sent."
        )
    if is_bad_location(error):
        return f"{origin} redirects to an invalid URL: {reason}. Check base_url."
    if is_a(error, "RemoteProtocolError"):
        return (
            f"{origin} closed the connection or did not respond with HTTP: {reason}. "
            "Check that base_url is the address of the API."
        )
    return f"The connection to {origin} failed: {reason}. Check the network and try again."


def _is_of_the_proxy(error: Exception, reason: str) -> bool:
    """Whether the connection to the proxy itself failed."""
    return is_a(error, "ConnectError", "ConnectTimeout") and "SSL" not in reason


def _proxy_message(reason: str, origin: str, proxy: Proxy) -> str:
    return (
        f"Cannot connect to {origin}: the proxy {proxy.url}, set by {proxy.variable}, does not respond: "
        f"{reason}. "
        "Correct or unset the variable, or add the host to NO_PROXY if it needs no proxy."
    )
