"""Agents by hand: one that exists for a block, and is gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from lvng_core import NotFoundError, RequestOptions

from .._generated import agents as generated
from .._generated import types


class AsyncAgents(generated.AsyncAgents):
    """Agents that take messages and use tools."""

    @asynccontextmanager
    async def temporary(
        self,
        *,
        name: str,
        description: str | None = None,
        system_prompt: str | None = None,
        model: str | None = None,
        temperature: float | None = None,
        capabilities: Mapping[str, Any] | None = None,
        tools: Sequence[str] | None = None,
        workspace_id: str | None = None,
        start: bool = True,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[types.Agent]:
        """An agent for the length of a block: created before it, deleted after it, whatever happens.

        Args:
            name: name of the agent.
            description: what it is for.
            system_prompt: instructions it works under.
            model: model it runs on, such as `claude-sonnet`.
            temperature: randomness of its answers.
            capabilities: what it may do.
            tools: names of its tools.
            workspace_id: workspace it belongs to.
            start: start it before the block; default True.
            options: overrides for each call.

        Yields:
            The `Agent`, as `create` returned it.

        Raises:
            LvngError: every failure of `create`, `start` and `delete`. An agent that is gone already is none.

        Source: `create`, `start` and `delete`.
        """
        created = await self.create(
            name=name,
            description=description,
            system_prompt=system_prompt,
            model=model,
            temperature=temperature,
            capabilities=capabilities,
            tools=tools,
            workspace_id=workspace_id,
            options=options,
        )
        agent = created["agent"]
        try:
            if start:
                await self.start(agent["id"])
            yield agent
        finally:
            await self._discard(agent["id"])

    async def _discard(self, id: str) -> None:
        try:
            await self.delete(id)
        except NotFoundError:
            return
