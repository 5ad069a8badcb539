"""Workflows by hand: from words to a definition, from a run to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lvng_core import RequestOptions
from lvng_core.helpers import async_poll

from .. import types
from .._errors import WorkflowRunError
from .._generated import workflows as generated
from .._parsed import definition
from .._runs import failed, finished, for_followers


class AsyncWorkflows(generated.AsyncWorkflows):
    """Definitions of workflows, and their runs from start to end."""

    async def create_from(
        self,
        parsed: types.ParsedWorkflow | types.WorkflowsParseResponse,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        workspace_id: str | None = None,
        options: RequestOptions | None = None,
    ) -> types.WorkflowsCreateResponse:
        """Create a workflow from what `parse` made of a text.

        Args:
            parsed: the answer of `parse`, or the dict under its `workflow`.
            name: another name than the parsed one.
            tags: tags of the new workflow.
            workspace_id: workspace that it belongs to.
            options: overrides for this call.

        Returns:
            A dict with `success` and `data`, the `Workflow`.

        Raises:
            LvngError: every failure, as for `create`.

        Source: the two calls it makes; taking one's answer to the other is this SDK's.
        """
        found = definition(parsed)
        return await self.create(
            name=name or found["name"],
            description=found.get("description"),
            steps=found.get("steps"),
            trigger=found.get("trigger"),
            inputs=found.get("inputs"),
            tags=tags,
            workspace_id=workspace_id,
            options=options,
        )

    async def wait_for_run(
        self,
        id: str,
        run_id: str,
        *,
        timeout: float = 300.0,
        poll_interval: float = 0.5,
        raise_on_failure: bool = True,
        options: RequestOptions | None = None,
    ) -> types.WorkflowsGetRunResponse:
        """Wait until a run has ended.

        Args:
            id: id of the workflow.
            run_id: id of the run.
            timeout: seconds to wait in all; default 300.
            poll_interval: seconds before the second look; each further wait is half as long again, up to
                10 seconds; default 0.5.
            raise_on_failure: raise when the run failed or was cancelled; `False` returns it.
            options: overrides for each call.

        Returns:
            A dict with `success` and `data`, the `WorkflowRun` in its last state.

        Raises:
            WorkflowRunError: the run failed or was cancelled; `run` holds it.
            WaitTimeoutError: the run had not ended in time; it goes on.
            NotFoundError: there is no such workflow or run.

        Source: polls `get_run`; the states are those of the run's record.
        """
        answer = await async_poll(
            self._client,
            lambda bounded: self.get_run(id, run_id, options=bounded),
            finished,
            what=f"Run {run_id!r} of workflow {id!r}",
            timeout=timeout,
            poll_interval=poll_interval,
            options=options,
        )
        if raise_on_failure and failed(answer):
            raise WorkflowRunError.of(answer["data"])
        return answer

    async def execute_and_wait(
        self,
        id: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        timeout: float = 300.0,
        poll_interval: float = 0.5,
        raise_on_failure: bool = True,
        options: RequestOptions | None = None,
    ) -> types.WorkflowsGetRunResponse:
        """Start a run and wait until it has ended.

        Args:
            id: id of the workflow.
            inputs: inputs of the run.
            timeout: seconds to wait in all; default 300.
            poll_interval: seconds before the second look; default 0.5.
            raise_on_failure: raise when the run failed or was cancelled; `False` returns it.
            options: overrides for each call.

        Returns:
            A dict with `success` and `data`, the `WorkflowRun` in its last state.

        Raises:
            WorkflowRunError: the run failed or was cancelled; `run` holds it.
            WaitTimeoutError: the run had not ended in time; it goes on.
            NotFoundError: there is no such workflow.

        Source: `execute` and `get_run`.
        """
        started = await self.execute(id, inputs=inputs, options=options)
        return await self.wait_for_run(
            id,
            started["data"]["id"],
            timeout=timeout,
            poll_interval=poll_interval,
            raise_on_failure=raise_on_failure,
            options=for_followers(options),
        )
