"""Choose the sender of a client by its options."""

from __future__ import annotations

from typing import Any

from .._connection_options import Backend, ConnectionOptions
from .._errors import ConfigurationError
from ._async.senders import AsyncClientSender, AsyncPoolSender, AsyncSender
from ._sync.senders import ClientSender, PoolSender, Sender
from .library import HTTPX, Library, httpx2, library_of


def async_sender(options: ConnectionOptions, client: Any, transport: Any) -> AsyncSender:
    """The sender of an async client."""
    if client is not None:
        return AsyncClientSender(client, _library(client, "http_client", "AsyncClient"))
    if transport is not None:
        return AsyncSender(transport, _library(transport, "transport", "AsyncBaseTransport"))
    if options.backend == "aiohttp":
        from .aiohttp import AiohttpSender

        return AiohttpSender(options)
    return AsyncPoolSender(options, _chosen(options.backend))


def sync_sender(options: ConnectionOptions, client: Any, transport: Any) -> Sender:
    """The sender of a sync client."""
    if client is not None:
        return ClientSender(client, _library(client, "http_client", "Client"))
    if transport is not None:
        return Sender(transport, _library(transport, "transport", "BaseTransport"))
    if options.backend == "aiohttp":
        raise ConfigurationError("The backend aiohttp is for the async client alone.")
    return PoolSender(options, _chosen(options.backend))


def _chosen(backend: Backend) -> Library:
    return httpx2() if backend == "httpx2" else HTTPX


def _library(given: object, option: str, kind: str) -> Library:
    found = library_of(given, kind)
    if found is None:
        raise ConfigurationError(f"{option} must be a httpx {kind}, got {type(given).__name__}.")
    return found
