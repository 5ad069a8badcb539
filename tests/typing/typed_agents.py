"""What the type checkers know of agents: records, replies, filters, and agents for a block.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import assert_type

from lvng import AsyncLvngClient, LvngClient
from lvng_agents import types


def life(client: LvngClient) -> None:
    agent = client.agents.create(name="Scout", temperature=0, tags=["trial"])["agent"]
    assert_type(agent, types.Agent)
    assert_type(agent["tools"], list[str] | None)
    assert_type(client.agents.start(agent["id"])["agent"], types.Agent)
    assert_type(client.agents.stop(agent["id"])["agent"]["status"], str)
    assert_type(client.agents.duplicate(agent["id"], name="Second")["agent"], types.Agent)
    reply = client.agents.message(agent["id"], message="hi")
    assert_type(reply["data"]["content"], str)
    assert_type(reply["data"]["toolCalls"], list[types.ChatToolCall] | None)
    client.agents.create(name="Scout", temperature="cool")  # type: ignore[arg-type]
    client.agents.create(name="Scout", tags="trial", tools=5)  # type: ignore[arg-type]
    client.agents.message(agent["id"], text="hi")  # type: ignore[call-arg]
    client.agents.message(message="hi")  # type: ignore[call-arg]
    reply["content"]  # type: ignore[typeddict-item]


def filters(client: LvngClient, other: AsyncLvngClient) -> None:
    page = client.agents.list(status="running", is_public=True, tags=["a", "b"], search="scout")
    assert_type(page["data"], list[types.Agent])
    assert_type(page["pagination"]["hasMore"], bool)
    agents = client.agents.iter(workspace_id="ws_1", status="idle", limit=50)
    assert_type(agents, Iterator[types.Agent])
    assert_type([agent["name"] for agent in agents], list[str])
    assert_type(other.agents.iter(is_public=False), AsyncIterator[types.Agent])
    assert_type(client.agents.iter_messages("agt_1"), Iterator[types.AgentMessage])
    assert_type(client.agents.iter_runs("agt_1", status="failed"), Iterator[types.AgentRun])
    client.agents.list(is_public="yes")  # type: ignore[arg-type]
    client.agents.iter(tags=[1])  # type: ignore[list-item]
    client.agents.iter(limit="50")  # type: ignore[arg-type]
    client.agents.iter(owner="me")  # type: ignore[call-arg]
    client.agents.list(50)  # type: ignore[call-arg]


def temporary(client: LvngClient) -> None:
    block = client.agents.temporary(name="Scout", tools=["web_search"], start=False)
    with block as agent:
        assert_type(agent, types.Agent)
    manager: AbstractContextManager[types.Agent] = block
    print(manager)
    client.agents.temporary()  # type: ignore[call-arg]
    client.agents.temporary(name="Scout", start="now")  # type: ignore[arg-type]
    client.agents.temporary(name="Scout")["id"]  # type: ignore[index]


async def async_temporary(client: AsyncLvngClient) -> None:
    manager: AbstractAsyncContextManager[types.Agent] = client.agents.temporary(name="Scout")
    async with manager as agent:
        assert_type(agent["id"], str)
    with client.agents.temporary(name="Scout"):  # type: ignore[attr-defined]
        pass
