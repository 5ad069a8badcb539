"""Hand-written methods of workflows: create from a parsed text, wait for a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from lvng_core import RequestOptions
from lvng_core.helpers import async_poll

from .. import types
from .._errors import WorkflowRunError
from .._generated import workflows as generated
from .._parsed import definition
from .._runs import failed, finished, id_of, run_of, without_idempotency_key


class AsyncWorkflows(generated.AsyncWorkflows):
    """Workflow definitions and their runs."""

    async def create_from(
        self,
        parsed: types.ParsedWorkflow | types.WorkflowsParseResponse,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        workspace_id: str | None = None,
        options: RequestOptions | None = None,
    ) -> types.WorkflowsCreateResponse:
        """Create a workflow from a response of `parse`.

        Calls `create` with the parsed name, description, steps, trigger and inputs.

        Args:
            parsed: the response of `parse`, or the `ParsedWorkflow` under its `workflow`.
            name: name of the workflow; default: the parsed name.
            tags: tags of the workflow.
            workspace_id: workspace that the workflow belongs to.
            options: overrides for this call.

        Returns:
            `success`, `data` (`Workflow`).

        Raises:
            InvalidArgumentError: `parsed` is neither a response of `parse` nor a `ParsedWorkflow`.
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
        """Wait until a run has ended. Polls `get_run`.

        Args:
            id: id of the workflow.
            run_id: id of the run.
            timeout: seconds to wait in all; default 300.
            poll_interval: seconds between the first and the second poll; each further interval is 1.5 times
                as long, up to 10 seconds; default 0.5.
            raise_on_failure: whether to raise if the run failed or was cancelled; default True.
            options: overrides for each call.

        Returns:
            `success`, `data` (`WorkflowRun` in its final state).

        Raises:
            WorkflowRunError: the run failed or was cancelled; `run` is the `WorkflowRun`.
            WaitTimeoutError: the run did not end within `timeout`; it continues on the server.
            NotFoundError: the workflow or run does not exist.
        """
        response = await async_poll(
            self._client,
            lambda bounded: self.get_run(id, run_id, options=bounded),
            finished,
            label=f"Run {run_id!r} of workflow {id!r}",
            timeout=timeout,
            poll_interval=poll_interval,
            options=options,
        )
        if raise_on_failure and failed(response):
            raise WorkflowRunError.of(cast("types.WorkflowRun", run_of(response)))
        return response

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
        """Start a run and wait until it has ended. Calls `execute`, then polls `get_run`.

        Args:
            id: id of the workflow.
            inputs: inputs of the run.
            timeout: seconds to wait after the start of the run; default 300.
            poll_interval: seconds between the first and the second poll; each further interval is 1.5 times
                as long, up to 10 seconds; default 0.5.
            raise_on_failure: whether to raise if the run failed or was cancelled; default True.
            options: overrides for each call; an `idempotency_key` applies to `execute` only.

        Returns:
            `success`, `data` (`WorkflowRun` in its final state).

        Raises:
            WorkflowRunError: the run failed or was cancelled; `run` is the `WorkflowRun`.
            WaitTimeoutError: the run did not end within `timeout`; it continues on the server.
            NotFoundError: the workflow does not exist.
        """
        started = await self.execute(id, inputs=inputs, options=options)
        return await self.wait_for_run(
            id,
            id_of(started),
            timeout=timeout,
            poll_interval=poll_interval,
            raise_on_failure=raise_on_failure,
            options=without_idempotency_key(options),
        )
