"""What the type checkers know of what all resources share: pages, walks over them, files, errors, options.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, assert_type

import httpx
import httpx2

import lvng_account.types
import lvng_agents.types
import lvng_workflows.types
from lvng import (
    AsyncLvngClient,
    LvngClient,
    LvngError,
    NotFoundError,
    RateLimitError,
    RequestOptions,
    RetryPolicy,
    SSEEvent,
    StreamError,
    iterate_sse,
)
from lvng_core import AsyncDownload, Client, Download
from lvng_workflows import Workflows


def pages(client: LvngClient) -> None:
    by_offset = client.workflows.list(limit=20, offset=40)
    assert_type(by_offset["data"], list[lvng_workflows.types.Workflow])
    assert_type(by_offset["pagination"]["total"], int)
    assert_type(by_offset.get("data", []), list[lvng_workflows.types.Workflow])
    by_cursor = client.audit_log.list(limit=100, cursor=None)
    assert_type(by_cursor.get("nextCursor"), str | None)
    by_page = client.twins.list(page=2, page_size=20)
    assert_type(by_page["data"], list[lvng_agents.types.Twin])
    by_offset["nextCursor"]  # type: ignore[typeddict-item]
    by_offset["data"][0]["title"]  # type: ignore[typeddict-item]
    client.audit_log.list(offset=5)  # type: ignore[call-arg]


def walks(client: LvngClient, other: AsyncLvngClient) -> None:
    assert_type(client.audit_log.iter(), Iterator[lvng_account.types.AuditLogEntry])
    assert_type(client.twins.iter(page_size=5), Iterator[lvng_agents.types.Twin])
    assert_type(other.audit_log.iter(), AsyncIterator[lvng_account.types.AuditLogEntry])


def downloads(client: LvngClient) -> None:
    download = client.files.download("file_1")
    assert_type(download, Download)
    assert_type(download.read(), bytes)
    assert_type(download.save(Path("report.pdf"), progress=print), int)
    for piece in download:
        assert_type(piece, bytes)
    client.files.upload(file=5)  # type: ignore[arg-type]
    download.save(5)  # type: ignore[arg-type]


async def async_downloads(client: AsyncLvngClient) -> None:
    download = client.files.download("file_1")
    assert_type(download, AsyncDownload)
    assert_type(await download.read(), bytes)
    assert_type(await download.save("report.pdf"), int)
    async for piece in download:
        assert_type(piece, bytes)


def errors(client: LvngClient) -> None:
    try:
        client.workflows.get("wf_1")
    except NotFoundError as error:
        assert_type(error.identifier, str | None)
    except RateLimitError as error:
        assert_type(error.retry_after, float)
    except StreamError as error:
        assert_type(error.text, str)
    except LvngError as error:
        assert_type(error.message, str)
        assert_type(error.status_code, int | None)
        assert_type(error.code, str | None)
        assert_type(error.request_id, str | None)
        assert_type(error.attempts, int)
        print(error.identifier)  # type: ignore[attr-defined]


def options() -> None:
    with LvngClient("key", timeout=5.0, max_retries=0, default_headers={"X-App": "demo"}) as client:
        assert_type(client, LvngClient)
        assert_type(client.with_options(timeout=1.0, deadline=None), LvngClient)
        assert_type(client.request("GET", "/api/v2/anything"), httpx.Response)
        client.workflows.list(options=RequestOptions(deadline=5.0, idempotency_key=None))
    LvngClient("key", timeout="5")  # type: ignore[arg-type]
    LvngClient("key", "https://api.lvng.ai")  # type: ignore[call-arg]
    LvngClient("key", retries=3)  # type: ignore[call-arg]
    LvngClient("key", retry=RetryPolicy(max_retries=1), http_client=httpx.Client())
    LvngClient("key", http_client=httpx2.Client(), max_retries=1)
    AsyncLvngClient("key", transport=httpx2.AsyncHTTPTransport())
    AsyncLvngClient("key", backend="httpx2", limits=httpx2.Limits(max_connections=5))
    LvngClient("key", http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    LvngClient("key", transport=httpx2.AsyncHTTPTransport())  # type: ignore[arg-type]
    LvngClient("key", backend="requests")  # type: ignore[arg-type]
    AsyncLvngClient("key", http_client=httpx.Client())  # type: ignore[arg-type]
    RequestOptions(5.0)  # type: ignore[call-arg]
    RequestOptions(timeout="5")  # type: ignore[arg-type]


def without_the_full_client() -> None:
    workflows = Workflows(Client("key"))
    assert_type(workflows.get("wf_1")["data"]["name"], str)
    Workflows(AsyncLvngClient("key"))  # type: ignore[arg-type]


def low_level(response: httpx.Response) -> None:
    for event in iterate_sse(response):
        assert_type(event, SSEEvent)
        assert_type(event.data, Any)
        assert_type(event.retry, int | None)
