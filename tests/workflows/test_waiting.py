"""From the start of a run to its end: how often it is asked for, and what becomes of one that failed."""

from __future__ import annotations

import asyncio
import pickle

import pytest

from lvng import AsyncLvngClient, ConfigurationError, NotFoundError, RequestOptions
from lvng_core import DecodeError, WaitTimeoutError
from lvng_workflows import WorkflowRunError
from support.clock import FakeClock
from support.samples import KEY
from support.scripted_server import Serve, answer, reset, stall
from support.sync_async import Colour, open_connections
from support.tuned import Connect, assert_nothing_is_left

from .runs import run, tell


def test_a_run_is_asked_for_until_it_has_ended(
    connect: Connect, serve: Serve, colour: Colour, clock: FakeClock
) -> None:
    server = serve(tell("queued"), tell("running"), tell("running"), tell("completed"))
    client = connect(server)
    ended = client.workflows.wait_for_run("wf_1", "run_1")
    assert ended["data"]["result"] == {"words": 7}
    assert clock.waits == [0.5, 0.75, 1.125]
    assert {seen.target for seen in server.requests} == {"/api/v2/workflows/wf_1/runs/run_1"}
    assert_nothing_is_left(client, colour)


def test_the_interval_is_the_callers(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    server = serve(*[tell("running")] * 4, tell("completed"))
    connect(server).workflows.wait_for_run("wf_1", "run_1", poll_interval=4.0)
    assert clock.waits == [4.0, 6.0, 9.0, 10.0]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_run_that_did_not_complete_raises(
    connect: Connect, serve: Serve, clock: FakeClock, status: str
) -> None:
    client = connect(serve(tell("running"), tell(status)))
    with pytest.raises(WorkflowRunError, match=f"Run 'run_1' {status}") as info:
        client.workflows.wait_for_run("wf_1", "run_1")
    error = pickle.loads(pickle.dumps(info.value))
    assert error.run == info.value.run == run(status)
    assert (error.code, error.body) == (status, run(status))
    assert ("No such tool" in str(error)) is (status == "failed")


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_run_that_did_not_complete_is_returned_where_the_caller_wants_it(
    connect: Connect, serve: Serve, status: str
) -> None:
    client = connect(serve(tell(status)))
    ended = client.workflows.wait_for_run("wf_1", "run_1", raise_on_failure=False)
    assert ended["data"] == run(status)


def test_an_unknown_state_is_final_if_it_has_an_end_time(connect: Connect, serve: Serve) -> None:
    client = connect(serve(tell("expired", completedAt="2026-11-03T14:20:05.120Z")))
    with pytest.raises(WorkflowRunError, match="expired"):
        client.workflows.wait_for_run("wf_1", "run_1", timeout=0)


def test_a_timeout_raises_with_the_last_state(
    connect: Connect, serve: Serve, colour: Colour, clock: FakeClock
) -> None:
    client = connect(serve(tell("running")))
    with pytest.raises(WaitTimeoutError, match=r"'run_1' of workflow 'wf_1'.* 20 s") as info:
        client.workflows.wait_for_run("wf_1", "run_1", timeout=20.0)
    assert info.value.body["data"]["status"] == "running"
    assert sum(clock.waits) == pytest.approx(20.0, abs=0.5)
    assert_nothing_is_left(client, colour)


def test_a_run_that_is_not_there_is_not_waited_for(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(404, {"error": "No such run"})))
    with pytest.raises(NotFoundError) as info:
        client.workflows.wait_for_run("wf_1", "run_9")
    assert info.value.identifier == "run_9"


def test_temporary_failures_do_not_end_the_wait(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(tell("running"), answer(503), reset, tell("completed"))
    assert connect(server).workflows.wait_for_run("wf_1", "run_1")["data"]["status"] == "completed"


def test_unusable_times_are_refused_before_anything_is_sent(connect: Connect, serve: Serve) -> None:
    server = serve(tell("completed"))
    with pytest.raises(ConfigurationError, match="poll_interval"):
        connect(server).workflows.wait_for_run("wf_1", "run_1", poll_interval=0)
    assert server.requests == []


def test_execute_and_wait_starts_one_run_and_follows_it(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(tell("queued"), tell("running"), tell("completed"))
    ended = connect(server).workflows.execute_and_wait(
        "wf_1",
        inputs={"topic": "autumn"},
        options=RequestOptions(idempotency_key="once", headers={"X-App": "demo"}),
    )
    assert ended["data"]["status"] == "completed"
    first, *others = server.requests
    assert (first.method, first.json()) == ("POST", {"inputs": {"topic": "autumn"}})
    assert first.header("idempotency-key") == "once"
    assert [seen.method for seen in others] == ["GET", "GET"]
    assert [seen.header("idempotency-key") for seen in others] == [None, None]
    assert {seen.header("x-app") for seen in server.requests} == {"demo"}


def test_execute_and_wait_raises_or_returns_what_failed(connect: Connect, serve: Serve) -> None:
    client = connect(serve(tell("queued"), tell("failed"), tell("queued"), tell("failed")))
    with pytest.raises(WorkflowRunError):
        client.workflows.execute_and_wait("wf_1")
    ended = client.workflows.execute_and_wait("wf_1", raise_on_failure=False)
    assert ended["data"]["error"] == "No such tool"


def test_a_cancelled_wait_leaves_no_connection_and_no_task(serve: Serve) -> None:
    server = serve(tell("queued"), stall)

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.workflows.execute_and_wait("wf_1")
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert open_connections(client) == 0
            assert len(server.requests) == 2

    asyncio.run(main())


@pytest.mark.parametrize(
    "ended",
    [{"run": run("completed")}, run("completed"), {"data": run("completed")}],
    ids=["run", "bare", "data"],
)
def test_a_run_is_found_in_every_envelope(
    ended: dict[str, object], connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(204), answer(200, [1]), answer(200, {"data": None}), answer(200, ended))
    assert connect(server).workflows.wait_for_run("wf_1", "run_1") == ended
    assert len(clock.waits) == 3


@pytest.mark.parametrize("key", ["id", "runId", "run_id"])
def test_a_run_is_waited_for_under_every_name_of_its_id(
    key: str, connect: Connect, serve: Serve
) -> None:
    server = serve(answer(202, {"success": True, key: "run_9"}), tell("completed"))
    connect(server).workflows.execute_and_wait("wf_1")
    assert server.last.target.endswith("/runs/run_9")


def test_a_run_without_an_id_cannot_be_waited_for(connect: Connect, serve: Serve) -> None:
    with pytest.raises(
        DecodeError, match=r"workflows\.execute: the response has no run with an id"
    ):
        connect(serve(answer(202, {"success": True}))).workflows.execute_and_wait("wf_1")


def test_a_failed_run_of_another_shape_is_still_an_error(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(200, {"run": {"status": "failed"}})))
    with pytest.raises(WorkflowRunError, match="Run None failed"):
        client.workflows.wait_for_run("wf_1", "run_1")
