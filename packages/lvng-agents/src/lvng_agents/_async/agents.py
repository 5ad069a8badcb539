"""Hand-written methods of agents: a temporary agent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from lvng_core import UNSET, DecodeError, RequestOptions
from lvng_core.helpers import async_delete_on_exit, async_shielded

from .. import types
from .._generated import agents as generated


class AsyncAgents(generated.AsyncAgents):
    """Agents that take messages and use tools."""

    @asynccontextmanager
    async def temporary(
        self,
        *,
        name: str,
        description: str | None = None,
        avatar: str | None = None,
        system_prompt: str | None = None,
        model: str | None = None,
        temperature: float | None = None,
        capabilities: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        workspace_id: str | None = None,
        is_public: bool | None = None,
        tools: Sequence[str] | None = None,
        start: bool = True,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[types.Agent]:
        """Create an agent for the duration of a `with` block.

        Calls `create` and `start` before the block and `delete` after it, also when the block raises or its
        task is cancelled.

        Args:
            name: name of the agent.
            description: purpose of the agent.
            avatar: address of the avatar image.
            system_prompt: instructions that precede every conversation.
            model: model of the agent, such as `claude-sonnet`.
            temperature: sampling temperature; lower is more predictable.
            capabilities: capabilities of the agent, as free settings.
            metadata: free-form data of the caller, stored unchanged.
            tags: labels of the agent.
            workspace_id: workspace that the agent belongs to.
            is_public: whether everybody in the workspace can use it.
            tools: names of the tools that the agent may use.
            start: start the agent before the block; default True.
            options: overrides for each call; an `idempotency_key` applies to `create` only.

        Yields:
            The `Agent`, as returned by `create` or, if it was started, by `start`.

        Raises:
            LvngError: `create`, `start` or `delete` failed. An agent that no longer exists is not an error.
                If the block itself raised, a failure of `delete` is added to its exception as a note.
        """
        created = await async_shielded(
            self.create(
                name=name,
                description=description,
                avatar=avatar,
                system_prompt=system_prompt,
                model=model,
                temperature=temperature,
                capabilities=capabilities,
                metadata=metadata,
                tags=tags,
                workspace_id=workspace_id,
                is_public=is_public,
                tools=tools,
                options=options,
            )
        )
        agent = _record(created)
        if agent is None:
            raise DecodeError("agents.create: the response has no agent with an id.", body=created)
        id = agent["id"]
        options = options and replace(options, idempotency_key=UNSET)  # belongs to `create`
        async with async_delete_on_exit(lambda: self.delete(id, options=options), f"Agent {id!r}"):
            started = _record(await self.start(id, options=options)) if start else None
            yield started or agent


def _record(response: object) -> types.Agent | None:
    """The agent of a response: under `agent` in the API reference, under `data` in the cookbook."""
    if not isinstance(response, Mapping):
        return None
    agent = response.get("agent", response.get("data", response))
    return cast("types.Agent", agent) if isinstance(agent, Mapping) and "id" in agent else None
