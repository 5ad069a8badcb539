"""A local recording proxy: the program uses it as LVNG_BASE_URL, and it forwards requests to the service."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..network import is_loopback
from .exchanges import Chunk, Recorded, media_type, write
from .masking import Mask

UPSTREAM = "https://api.lvng.ai"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
# Headers of the connection, or set again for the connection to the program.
_OF_THE_CONNECTION = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "proxy-connection",
    "host",
    "content-length",
    "content-encoding",
    "accept-encoding",
}
_NOT_RECORDED = {"date", "server", "set-cookie", "via", "alt-svc", "cf-ray"}
_OF_A_REQUEST = ("content-type", "accept")


class Proxy:
    """Forwards requests and records each exchange.

    Args:
        upstream: base URL of the service.
        folder: folder for the exchanges; created if it does not exist. Existing ones are kept.

    Raises:
        ValueError: the credentials would be sent unencrypted.
    """

    def __init__(self, upstream: str, folder: Path) -> None:
        parts = urlsplit(upstream)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and is_loopback(parts.hostname or "")
        ):
            raise ValueError(f"upstream must begin with https://; got {upstream!r}")
        folder.mkdir(parents=True, exist_ok=True)
        self._upstream, self._folder = upstream.rstrip("/"), folder
        self._next = 1 + max((int(one.name[:5]) for one in folder.glob("[0-9]*.yaml")), default=0)
        self._mask = Mask()
        self._client: httpx.AsyncClient | None = None
        self.count: int = 0

    def app(self) -> Starlette:
        """The proxy as an ASGI application."""
        route = Route("/{path:path}", self._forward, methods=_METHODS)
        return Starlette(routes=[route], lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        secure = self._upstream.startswith("https")
        timeout = httpx.Timeout(60.0, read=None)
        async with httpx.AsyncClient(timeout=timeout, verify=secure, trust_env=secure) as client:
            self._client = client
            yield

    async def _forward(self, request: Request) -> Response:
        assert self._client is not None  # noqa: S101 - set by the lifespan
        number, self._next = self._next, self._next + 1
        content = await request.body()
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if name not in _OF_THE_CONNECTION
        ]
        self._mask.learn(headers)
        path, query = _target(request)
        url = f"{self._upstream}{path}{'?' if query else ''}{query}"
        sent = self._client.build_request(
            request.method,
            url,
            headers=[*headers, ("accept-encoding", "identity")],
            content=content,
        )
        started = time.perf_counter()
        try:
            response = await self._client.send(sent, stream=True)
        except httpx.HTTPError as error:
            message = f"{self._upstream} cannot be reached: {type(error).__name__}"
            return JSONResponse({"success": False, "error": message}, 502)
        recording = _Recording(self, number, request.method, path, query, dict(headers), content)
        return recording.respond(response, started)

    def add(self, number: int, one: Recorded) -> None:
        """Write an exchange with its secrets masked."""
        mask = self._mask
        masked = Recorded(
            method=one.method,
            path=mask.text(one.path),
            query=mask.text(one.query),
            headers={k: mask.text(one.headers[k]) for k in _OF_A_REQUEST if k in one.headers},
            content=mask(one.content),
            status=one.status,
            response_headers={
                name: mask.header(name, value)
                for name, value in one.response_headers.items()
                if name not in _OF_THE_CONNECTION | _NOT_RECORDED
            },
            chunks=_masked(one.chunks, mask),
            is_stream=one.is_stream,
        )
        write(self._folder, number, masked)
        self.count += 1


class _Recording:
    """One exchange, recorded while it is forwarded."""

    def __init__(
        self,
        proxy: Proxy,
        number: int,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        content: bytes,
    ) -> None:
        self._proxy, self._number = proxy, number
        self._request = (method, path, query, headers, content)

    def respond(self, response: httpx.Response, started: float) -> Response:
        """Make the response to the program; it is recorded when it has ended."""
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in _OF_THE_CONNECTION
        }
        is_stream = media_type(response.headers) == "text/event-stream"

        async def body() -> AsyncIterator[bytes]:
            chunks: list[Chunk] = []
            last = started
            try:
                async for piece in response.aiter_bytes():
                    now = time.perf_counter()
                    chunks.append(Chunk(now - last, piece))
                    last = now
                    yield piece
            finally:
                await response.aclose()
                method, path, query, sent, content = self._request
                self._proxy.add(
                    self._number,
                    Recorded(
                        method,
                        path,
                        query,
                        sent,
                        content,
                        response.status_code,
                        headers,
                        tuple(chunks),
                        is_stream,
                    ),
                )

        return StreamingResponse(body(), response.status_code, headers)


def _masked(chunks: tuple[Chunk, ...], mask: Mask) -> tuple[Chunk, ...]:
    """Mask secrets in pieces of a stream; pieces that share a secret are merged."""
    whole = mask(b"".join(one.content for one in chunks))
    each = [mask(one.content) for one in chunks]
    if b"".join(each) == whole:
        return tuple(Chunk(one.after, content) for one, content in zip(chunks, each, strict=True))
    return (Chunk(sum(one.after for one in chunks), whole),)


def _target(request: Request) -> tuple[str, str]:
    """Path and query as they were sent, not decoded."""
    raw: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return raw.decode("latin-1").partition("?")[0], query.decode("latin-1")
