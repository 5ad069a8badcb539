"""The names of the HTTP layer used by the rest of the core, loaded by `lazy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from httpx import Headers, InvalidURL, Request, Response

from .._deadline import DEADLINE
from .._lazy_names import lazy_names
from .bodies import raised_by_body, request_stream
from .decoding import CutShortError, Decoder, TooLargeError, UnpackError, decoder_for
from .errors import body_errors, connection_error_message, failure, is_timeout, transport_errors
from .interfaces import (
    AsyncHTTPClient,
    AsyncStreamedResponse,
    AsyncTransport,
    HTTPClient,
    Limits,
    StreamedResponse,
    Transport,
)
from .making import async_sender, sync_sender

if TYPE_CHECKING:
    from ._async.senders import AsyncSender
    from ._sync.senders import Sender
else:  # a client needs one of them
    __getattr__, __dir__ = lazy_names(
        __name__, {".._async.senders": ["AsyncSender"], ".._sync.senders": ["Sender"]}
    )

__all__ = [
    "DEADLINE",
    "AsyncHTTPClient",
    "AsyncSender",
    "AsyncStreamedResponse",
    "AsyncTransport",
    "CutShortError",
    "Decoder",
    "HTTPClient",
    "Headers",
    "InvalidURL",
    "Limits",
    "Request",
    "Response",
    "Sender",
    "StreamedResponse",
    "TooLargeError",
    "Transport",
    "UnpackError",
    "async_sender",
    "body_errors",
    "connection_error_message",
    "decoder_for",
    "failure",
    "is_timeout",
    "raised_by_body",
    "request_stream",
    "sync_sender",
    "transport_errors",
]
