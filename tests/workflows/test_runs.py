"""Runs against the sandbox: started, followed, cancelled, made again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lvng import LvngClient, NotFoundError
from lvng_core import WaitTimeoutError
from lvng_sandbox import Fault, Sandbox
from lvng_workflows import WorkflowRunError
from lvng_workflows.types import WorkflowStep
from support.clock import FakeClock
from support.scripted_server import Serve, chunks
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left

SEARCH: WorkflowStep = {
    "id": "look",
    "name": "Look",
    "type": "tool",
    "config": {"tool": "knowledge_search", "input": {"query": "sales"}},
}
FAIL: WorkflowStep = {"id": "fail", "name": "Fail", "type": "tool", "config": {"fail": "Lost"}}
WAIT: WorkflowStep = {"id": "rest", "name": "Rest", "type": "wait", "config": {"seconds": 3600}}


def workflow(client: LvngClient, *steps: WorkflowStep) -> str:
    return client.workflows.create(name="Trial", steps=steps)["data"]["id"]


def test_a_run_goes_to_its_end(client: LvngClient, colour: Colour) -> None:
    ended = client.workflows.execute_and_wait(workflow(client, SEARCH), inputs={"topic": "autumn"})
    run = ended["data"]
    assert run["status"] == "completed"
    assert run["inputs"]["topic"] == "autumn"
    assert [step["status"] for step in run["steps"]] == ["completed"]
    assert run["result"] is not None
    assert run["result"].keys() == {"look"}
    assert_nothing_is_left(client, colour)


def test_a_run_that_fails_raises_or_is_returned(client: LvngClient) -> None:
    id = workflow(client, SEARCH, FAIL)
    with pytest.raises(WorkflowRunError, match=r"Run 'run_\w+' failed: Fail: ") as info:
        client.workflows.execute_and_wait(id)
    assert [step["status"] for step in info.value.run["steps"]] == ["completed", "failed"]
    ended = client.workflows.execute_and_wait(id, raise_on_failure=False)
    assert ended["data"]["status"] == "failed"


def test_a_run_that_is_cancelled_raises_or_is_returned(client: LvngClient) -> None:
    id = workflow(client, WAIT)
    run = client.workflows.execute(id)["data"]["id"]
    client.workflows.cancel_run(id, run, reason="Changed our mind")
    with pytest.raises(WorkflowRunError, match="cancelled: Changed our mind") as info:
        client.workflows.wait_for_run(id, run)
    assert info.value.code == "cancelled"
    ended = client.workflows.wait_for_run(id, run, raise_on_failure=False)
    assert ended["data"]["status"] == "cancelled"


def test_a_run_that_takes_longer_goes_on(
    client: LvngClient, sandbox: Sandbox, clock: FakeClock
) -> None:
    id = workflow(client, WAIT)
    with pytest.raises(WaitTimeoutError) as info:
        client.workflows.execute_and_wait(id, timeout=30.0)
    run = info.value.body["data"]
    assert run["status"] == "running"
    sandbox.advance(3600)
    assert client.workflows.wait_for_run(id, run["id"])["data"]["status"] == "completed"


def events(client: LvngClient, id: str, run: str) -> Iterator[Any]:
    yield from client.workflows.stream_run(id, run)


@pytest.mark.parametrize(
    ("step", "last"), [(SEARCH, "workflow.completed"), (FAIL, "workflow.failed")]
)
def test_the_events_of_a_run(
    client: LvngClient, colour: Colour, step: WorkflowStep, last: str
) -> None:
    id = workflow(client, step)
    run = client.workflows.execute(id)["data"]["id"]
    first, end = events(client, id, run)
    assert (first.event, end.event) == ("workflow.started", last)
    assert first.data["id"] == end.data["id"] == run
    assert end.data["status"] == last.removeprefix("workflow.")
    assert_nothing_is_left(client, colour)


def test_leaving_the_events_of_a_run_frees_the_connection(
    client: LvngClient, colour: Colour
) -> None:
    id = workflow(client, WAIT)
    run = client.workflows.execute(id)["data"]["id"]
    with client.workflows.stream_run(id, run) as stream:
        assert next(iter(stream)).event == "workflow.started"
    assert_nothing_is_left(client, colour)
    assert client.workflows.get_run(id, run)["data"]["status"] == "running"


def test_events_that_stop_before_the_end_are_followed_on_another_connection(
    client: LvngClient, sandbox: Sandbox, colour: Colour
) -> None:
    id = workflow(client, SEARCH)
    run = client.workflows.execute(id)["data"]["id"]
    sandbox.faults.add("workflows.stream_run", Fault(broken="cut"))
    first, end = events(client, id, run)
    assert (first.event, first.id) == ("workflow.started", "1")
    assert (end.event, end.id) == ("workflow.completed", "2")
    asked = [one for one in sandbox.requests if one.operation == "workflows.stream_run"]
    assert len(asked) == 2
    assert_nothing_is_left(client, colour)


def test_events_may_end_without_the_event_that_is_only_inferred(
    connect: Connect, serve: Serve
) -> None:
    client = connect(serve(chunks(b'event: workflow.started\ndata: {"id":"run_1"}\n\n')))
    (event,) = events(client, "wf_1", "run_1")
    assert event.data == {"id": "run_1"}


def test_a_run_that_is_not_there_has_no_events(client: LvngClient) -> None:
    with pytest.raises(NotFoundError):
        list(events(client, workflow(client, SEARCH), "run_9"))


def test_a_retried_run_has_the_inputs_of_the_first(client: LvngClient) -> None:
    id = workflow(client, SEARCH)
    first = client.workflows.execute_and_wait(id, inputs={"topic": "autumn"})["data"]
    again = client.workflows.retry_run(id, first["id"])["data"]["id"]
    second = client.workflows.wait_for_run(id, again)["data"]
    assert second["id"] != first["id"]
    assert second["inputs"] == first["inputs"]
    assert {run["id"] for run in client.workflows.iter_runs(id)} == {first["id"], again}
