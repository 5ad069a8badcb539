"""The core of the LVNG SDK: clients, retries, errors, server-sent events, paging, webhooks.

Domain packages such as `lvng_chat` build on it; `lvng` brings them all together.
"""

from typing import TYPE_CHECKING

from ._lazy_names import lazy_names
from ._version import __version__

if TYPE_CHECKING:
    from . import webhooks
    from ._async.client import AsyncClient
    from ._async.deletion import async_deleted_after
    from ._async.download import AsyncDownload
    from ._async.ordered import async_ordered
    from ._async.polling import async_poll
    from ._async.sse import aiterate_sse
    from ._async.stream import AsyncEventStream
    from ._errors import (
        APIConnectionError,
        APITimeoutError,
        AuthenticationError,
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        DecodeError,
        InvalidArgumentError,
        LvngError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        StreamError,
        StreamIncompleteError,
        ValidationError,
        WaitTimeoutError,
    )
    from ._files import File, FileInput
    from ._hooks import Hooks, RequestEvent, ResponseEvent, RetryEvent
    from ._operation import UNSET, Operation, Paging, Param, Unset
    from ._options import RequestOptions
    from ._resource import AsyncResource, Resource
    from ._retry import RetryPolicy
    from ._sse import SSEDecoder, SSEEvent
    from ._sync.client import Client
    from ._sync.deletion import sync_deleted_after
    from ._sync.download import Download
    from ._sync.ordered import sync_ordered
    from ._sync.polling import sync_poll
    from ._sync.sse import iterate_sse
    from ._sync.stream import EventStream
    from ._to_the_end import async_to_the_end, sync_to_the_end
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".": ["webhooks"],
            "._async.client": ["AsyncClient"],
            "._async.deletion": ["async_deleted_after"],
            "._async.download": ["AsyncDownload"],
            "._async.ordered": ["async_ordered"],
            "._async.polling": ["async_poll"],
            "._async.sse": ["aiterate_sse"],
            "._async.stream": ["AsyncEventStream"],
            "._errors": [
                "APIConnectionError",
                "APITimeoutError",
                "AuthenticationError",
                "ClientClosedError",
                "ConfigurationError",
                "ConflictError",
                "DecodeError",
                "InvalidArgumentError",
                "LvngError",
                "NotFoundError",
                "PermissionDeniedError",
                "RateLimitError",
                "ServerError",
                "StreamError",
                "StreamIncompleteError",
                "ValidationError",
                "WaitTimeoutError",
            ],
            "._files": ["File", "FileInput"],
            "._hooks": ["Hooks", "RequestEvent", "ResponseEvent", "RetryEvent"],
            "._operation": ["UNSET", "Operation", "Paging", "Param", "Unset"],
            "._options": ["RequestOptions"],
            "._resource": ["AsyncResource", "Resource"],
            "._retry": ["RetryPolicy"],
            "._sse": ["SSEDecoder", "SSEEvent"],
            "._sync.client": ["Client"],
            "._sync.deletion": ["sync_deleted_after"],
            "._sync.download": ["Download"],
            "._sync.ordered": ["sync_ordered"],
            "._sync.polling": ["sync_poll"],
            "._sync.sse": ["iterate_sse"],
            "._sync.stream": ["EventStream"],
            "._to_the_end": ["async_to_the_end", "sync_to_the_end"],
        },
    )

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncDownload",
    "AsyncEventStream",
    "AsyncResource",
    "AuthenticationError",
    "Client",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "Download",
    "EventStream",
    "File",
    "FileInput",
    "Hooks",
    "InvalidArgumentError",
    "LvngError",
    "NotFoundError",
    "Operation",
    "Paging",
    "Param",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestEvent",
    "RequestOptions",
    "Resource",
    "ResponseEvent",
    "RetryEvent",
    "RetryPolicy",
    "SSEDecoder",
    "SSEEvent",
    "ServerError",
    "StreamError",
    "StreamIncompleteError",
    "Unset",
    "ValidationError",
    "WaitTimeoutError",
    "__version__",
    "aiterate_sse",
    "async_deleted_after",
    "async_ordered",
    "async_poll",
    "async_to_the_end",
    "iterate_sse",
    "sync_deleted_after",
    "sync_ordered",
    "sync_poll",
    "sync_to_the_end",
    "webhooks",
]
