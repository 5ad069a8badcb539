"""What the type checkers know of `detailed`: the result and the arguments are those of the method.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import assert_type

import httpx

from lvng import AsyncDownload, AsyncLvngClient, Detailed, Download, LvngClient, RateLimit
from lvng_chat import AsyncChatStream, ChatStream
from lvng_workflows import types


def sync(client: LvngClient) -> None:
    page = client.detailed(client.workflows.list, limit=20)
    assert_type(page, Detailed[types.WorkflowsListResponse])
    assert_type(page.data["data"], list[types.Workflow])
    assert_type(page.status_code, int)
    assert_type(page.headers, Mapping[str, str])
    assert_type(page.request_id, str | None)
    assert_type(page.rate_limit, RateLimit)
    assert_type(page.rate_limit.remaining, int | None)
    assert_type(page.attempts, int)
    assert_type(page.elapsed, float)
    assert_type(client.detailed(client.workflows.get, "wf_1").data, types.WorkflowsGetResponse)
    assert_type(client.detailed(client.stream_chat, message="hi").data, ChatStream)
    assert_type(client.detailed(client.files.download, id="file_1").data, Download)
    assert_type(client.detailed(client.workflows.iter).data, Iterator[types.Workflow])
    assert_type(client.detailed(client.request, "GET", "/api/v2/x").data, httpx.Response)
    client.detailed(client.workflows.list, limit="20")  # type: ignore[arg-type]
    client.detailed(client.workflows.get)  # type: ignore[call-arg]
    client.detailed(client.workflows.list, nonsense=1)  # type: ignore[call-arg]


async def asynchronous(client: AsyncLvngClient) -> None:
    page = await client.detailed(client.workflows.list, limit=20)
    assert_type(page, Detailed[types.WorkflowsListResponse])
    got = await client.detailed(client.workflows.get, "wf_1")
    assert_type(got.data, types.WorkflowsGetResponse)
    assert_type(client.detailed(client.stream_chat, message="hi").data, AsyncChatStream)
    assert_type(client.detailed(client.files.download, id="file_1").data, AsyncDownload)
    assert_type(client.detailed(client.workflows.iter).data, AsyncIterator[types.Workflow])
    client.detailed(client.workflows.list, limit="20")  # type: ignore[call-overload]
    client.detailed(client.workflows.get)  # type: ignore[call-overload]
    async with client.detailed(client.agents.temporary, name="Scout").data as agent:
        assert_type(agent["id"], str)
