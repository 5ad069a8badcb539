"""Make the sender of a client by its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._connection_options import Backend, ConnectionOptions
from .._errors import ConfigurationError
from .._lazy_names import LazyModule
from .library import HTTPX, Library, httpx2, library_of

if TYPE_CHECKING:
    from ._async import senders as async_senders
    from ._sync import senders as sync_senders
else:  # a client needs one of them
    async_senders = LazyModule(f"{__package__}._async.senders")
    sync_senders = LazyModule(f"{__package__}._sync.senders")


def async_sender(
    options: ConnectionOptions, client: Any, transport: Any
) -> async_senders.AsyncSender:
    """The sender of an async client."""
    if client is not None:
        return async_senders.AsyncClientSender(
            client, _library(client, "http_client", "AsyncClient")
        )
    if transport is not None:
        return async_senders.AsyncSender(
            transport, _library(transport, "transport", "AsyncBaseTransport")
        )
    if options.backend == "aiohttp":
        from .aiohttp import AiohttpSender

        return AiohttpSender(options)
    return async_senders.AsyncPoolSender(options, _chosen(options.backend))


def sync_sender(options: ConnectionOptions, client: Any, transport: Any) -> sync_senders.Sender:
    """The sender of a sync client."""
    if client is not None:
        return sync_senders.ClientSender(client, _library(client, "http_client", "Client"))
    if transport is not None:
        return sync_senders.Sender(transport, _library(transport, "transport", "BaseTransport"))
    if options.backend == "aiohttp":
        raise ConfigurationError("The aiohttp backend is only for the async client.")
    return sync_senders.PoolSender(options, _chosen(options.backend))


def _chosen(backend: Backend) -> Library:
    return httpx2() if backend == "httpx2" else HTTPX


def _library(given: object, option: str, kind: str) -> Library:
    found = library_of(given, kind)
    if found is None:
        raise ConfigurationError(f"{option} must be an httpx {kind}, got {type(given).__name__}.")
    return found
