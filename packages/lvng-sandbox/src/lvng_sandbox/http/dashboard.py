"""The dashboard at `/`: recent requests, stored records and the API reference. Its own requests are not logged."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..network import is_loopback
from ..platform.platform import Platform
from .request_log import Entry, RequestLog

Endpoint = Callable[[Request], Awaitable[Response]]

_MAX_BODY = 20_000
_MAX_RECORDS = 100
_KEY = re.compile(r"(lvng_sk_(?:live|test)_)[0-9a-f]{8,}|eyJ[\w-]+\.[\w-]+\.[\w-]+|whsec_\w+")
_SECRET_FIELDS = {"password", "secret", "token", "access_token", "refresh_token", "api_key", "key"}
# The page contains its script and style, and connects to this server only.
_POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'"


def dashboard_routes(platform: Platform, log: RequestLog) -> list[Route]:
    """The routes of the dashboard and its data."""

    async def index(_request: Request) -> Response:
        html = resources.files(str(__package__)).joinpath("dashboard.html").read_text("utf-8")
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    async def document(_request: Request) -> Response:
        return JSONResponse(platform.contract.document)

    async def requests(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        first = int(after) if after.isdigit() else 0
        return JSONResponse([_shown(entry) for entry in log.entries() if entry.number > first])

    async def kinds(_request: Request) -> Response:
        counts = platform.store.count_by_kind()
        return JSONResponse([{"kind": kind, "count": count} for kind, count in counts.items()])

    async def records(request: Request) -> Response:
        found = platform.store.latest(request.path_params["kind"], _MAX_RECORDS)
        return JSONResponse([mask(record) for record in found])

    async def failed_jobs(_request: Request) -> Response:
        return JSONResponse([mask(dataclasses.asdict(job)) for job in platform.jobs.failed()])

    return [
        Route("/", _local(index)),
        Route("/openapi.json", document),
        Route("/_sandbox/requests", _local(requests)),
        Route("/_sandbox/failed-jobs", _local(failed_jobs)),
        Route("/_sandbox/records", _local(kinds)),
        Route("/_sandbox/records/{kind}", _local(records)),
    ]


def mask(value: Any, name: str = "") -> Any:
    """A value with its secrets masked."""
    if isinstance(value, dict):
        return {key: mask(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [mask(one, name) for one in value]
    if not isinstance(value, str):
        return value
    return "…" if value and name in _SECRET_FIELDS else _KEY.sub(r"\1…", value)


def _local(endpoint: Endpoint) -> Endpoint:
    """Allow only host names of this machine, so that another site cannot read the data by DNS rebinding."""

    async def guarded(request: Request) -> Response:
        server, asked = request.scope["server"][0], request.url.hostname or ""
        if is_loopback(server) and not (asked == "localhost" or is_loopback(asked)):
            raise HTTPException(403, "The page is there under localhost alone")
        return await endpoint(request)

    return guarded


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "headers": dict(entry.headers),
        "body": _text(entry.content),
        "status": entry.status,
        "response": mask(entry.response),
        "milliseconds": round(entry.elapsed * 1000, 1),
    }


def _text(content: bytes) -> Any:
    try:
        return mask(json.loads(content)) if content else None
    except (ValueError, RecursionError):
        return _KEY.sub(r"\1…", content[:_MAX_BODY].decode("utf-8", "replace"))
