"""Agents by hand: one that exists for a block, and is gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from lvng_core import UNSET, RequestOptions
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
        """An agent for the length of a block: created before it, deleted after it, whatever happens.

        Args:
            name: name of the agent.
            description: what it is for.
            avatar: address of its picture.
            system_prompt: instructions it works under.
            model: model it runs on, such as `claude-sonnet`.
            temperature: randomness of its answers.
            capabilities: what it may do.
            metadata: data of your own.
            tags: its labels.
            workspace_id: workspace it belongs to.
            is_public: whether everybody in the workspace can use it.
            tools: names of its tools.
            start: start it before the block; default True.
            options: overrides for each call.

        Yields:
            The `Agent`, as `create` or `start` returned it.

        Raises:
            LvngError: every failure of `create`, `start` and `delete`. An agent that is gone already is
                none; one that cannot be deleted after the block failed is a note on the block's error.

        Source: `create`, `start` and `delete`.
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
        options = options and replace(options, idempotency_key=UNSET)  # it was the first call's
        async with async_delete_on_exit(
            lambda: self.delete(agent["id"], options=options), f"Agent {agent['id']!r}"
        ):
            if start:
                agent = _record(await self.start(agent["id"], options=options))
            yield agent


def _record(answer: Mapping[str, Any]) -> types.Agent:
    """The agent in an answer, under the reference's key or the cookbook's."""
    agent: types.Agent = answer["agent"] if "agent" in answer else answer["data"]
    return agent
