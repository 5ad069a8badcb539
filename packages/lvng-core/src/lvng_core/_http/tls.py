"""TLS contexts: certificates are read once for all clients, and again when the files have changed."""

from __future__ import annotations

import os
import ssl
import threading
from typing import TypeAlias

from .._errors import ConfigurationError
from .library import Library

_Key: TypeAlias = tuple[object, ...]

_contexts: dict[_Key, ssl.SSLContext] = {}
_lock = threading.Lock()


def tls_context(library: Library, *, http2: bool = False) -> ssl.SSLContext:
    """The context that verifies servers, with SSL_CERT_FILE, SSL_CERT_DIR or the library's certificates.

    Reading certificates takes about 20 ms, so clients share a context. It blocks, so async code calls it in a thread.

    Args:
        library: the HTTP library that creates the context.
        http2: whether connections may use HTTP/2. httpcore writes the protocols into the context.

    Raises:
        ConfigurationError: the certificates cannot be read.
    """
    key = (library.name, http2, *_state_of("SSL_CERT_FILE"), *_state_of("SSL_CERT_DIR"))
    with _lock:
        if key not in _contexts:
            _contexts[key] = _make(library)
        return _contexts[key]


def _make(library: Library) -> ssl.SSLContext:
    try:
        context: ssl.SSLContext = library.http.create_ssl_context()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"The environment's certificates cannot be used ({error}). "
            "Check SSL_CERT_FILE and SSL_CERT_DIR."
        ) from None
    return context


def _state_of(variable: str) -> _Key:
    """Inode, size and modification time of the files in a variable, which change when certificates are renewed."""
    path = os.environ.get(variable)
    if not path:
        return (None,)
    try:
        files = sorted(entry.path for entry in os.scandir(path)) if os.path.isdir(path) else [path]  # noqa: PTH112
        states = [os.stat(file) for file in files]  # noqa: PTH116
    except OSError:
        return (path,)
    return (path, *((state.st_ino, state.st_size, state.st_mtime_ns) for state in states))
