"""What the type checkers know of workflows: definitions, runs, their events and their end.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_never, assert_type

from lvng import AsyncLvngClient, LvngClient
from lvng_core import AsyncEventStream, EventStream
from lvng_workflows import WorkflowRunError, types


def definitions(client: LvngClient) -> None:
    parsed = client.workflows.parse(instruction="Summarise the open tasks")
    assert_type(parsed["workflow"], types.ParsedWorkflow)
    assert_type(parsed["workflow"]["confidence"], float)
    made = client.workflows.create_from(parsed, name="Report", tags=["weekly"])
    assert_type(made, types.WorkflowsCreateResponse)
    assert_type(client.workflows.create_from(parsed["workflow"]), types.WorkflowsCreateResponse)
    assert_type(made["data"]["steps"], list[types.WorkflowStep])
    step: types.WorkflowStep = {"id": "s1", "name": "Look", "type": "tool"}
    client.workflows.create(name="Report", steps=[step])
    client.workflows.create(name="Report", steps=[{"id": "s1"}])  # type: ignore[typeddict-item]
    client.workflows.create_from("Report")  # type: ignore[arg-type]
    client.workflows.create_from(made)  # type: ignore[arg-type]
    client.workflows.create_from(parsed, status="draft")  # type: ignore[call-arg]


def runs(client: LvngClient) -> None:
    started = client.workflows.execute("wf_1", inputs={"topic": "autumn"})
    assert_type(started["data"]["id"], str)
    ended = client.workflows.wait_for_run(
        "wf_1", started["data"]["id"], timeout=60, poll_interval=0.1
    )
    assert_type(ended, types.WorkflowsGetRunResponse)
    assert_type(ended["data"]["result"], dict[str, Any] | None)
    assert_type(ended["data"]["steps"], list[types.WorkflowRunStep])
    assert_type(client.workflows.execute_and_wait(id="wf_1"), types.WorkflowsGetRunResponse)
    ended["data"]["output"]  # type: ignore[typeddict-item]
    client.workflows.wait_for_run("wf_1")  # type: ignore[call-arg]
    client.workflows.wait_for_run("wf_1", "run_1", 60.0)  # type: ignore[call-arg]
    client.workflows.wait_for_run("wf_1", "run_1", timeout="1m")  # type: ignore[arg-type]
    client.workflows.wait_for_run("wf_1", "run_1", raise_on_failure="no")  # type: ignore[arg-type]
    client.workflows.execute_and_wait("wf_1", inputs=["autumn"])  # type: ignore[arg-type]
    client.workflows.execute(5)  # type: ignore[arg-type]


async def async_runs(client: AsyncLvngClient) -> None:
    ended = await client.workflows.execute_and_wait("wf_1")
    assert_type(ended["data"], types.WorkflowRun)
    client.workflows.wait_for_run("wf_1", "run_1")["data"]  # type: ignore[index]


def failures(client: LvngClient) -> None:
    try:
        client.workflows.execute_and_wait("wf_1")
    except WorkflowRunError as error:
        assert_type(error.run, types.WorkflowRun)
        assert_type(error.run["error"], str | None)
        assert_type(error.status_code, int | None)


def events(client: LvngClient) -> None:
    stream = client.workflows.stream_run("wf_1", "run_1")
    assert_type(stream, EventStream[types.WorkflowRunEvent])
    for event in stream:
        if event.event == "workflow.started":
            assert_type(event.data, types.WorkflowRun)
        elif event.event == "workflow.completed":
            assert_type(event.data["result"], dict[str, Any] | None)
        elif event.event == "workflow.failed":
            assert_type(event.data["error"], str | None)
        elif event.event == "error":
            assert_type(event.data, types.ChatStreamError)
            event.data["result"]  # type: ignore[typeddict-item]
        else:
            assert_never(event)


async def async_events(client: AsyncLvngClient) -> None:
    stream = client.workflows.stream_run("wf_1", "run_1")
    assert_type(stream, AsyncEventStream[types.WorkflowRunEvent])
    async for event in stream:
        if event.event == "workflow.completed":
            assert_type(event.data, types.WorkflowRun)


def lists(client: LvngClient, other: AsyncLvngClient) -> None:
    assert_type(client.workflows.iter(), Iterator[types.Workflow])
    assert_type(client.workflows.iter_runs("wf_1", status="failed"), Iterator[types.WorkflowRun])
    assert_type(other.workflows.iter(), AsyncIterator[types.Workflow])
    client.workflows.iter(status="active")  # type: ignore[call-arg]
