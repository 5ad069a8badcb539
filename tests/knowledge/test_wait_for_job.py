"""Ingestion jobs to their end."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from lvng import ConfigurationError, LvngClient, NotFoundError
from lvng_core import WaitTimeoutError
from lvng_knowledge import KnowledgeJobError
from support.clock import FakeClock
from support.scripted_server import Serve, Step, answer
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left


def tell(status: str, **more: Any) -> Step:
    job = {"id": "job_1", "status": status, "error": None, "completedAt": None, **more}
    return answer(200, {"success": True, "data": job})


def test_a_job_goes_to_its_end(client: LvngClient, colour: Colour) -> None:
    job = client.knowledge.ingest(content="Otters hold hands while they sleep.", title="Otters")
    ended = client.knowledge.wait_for_job(job["data"]["id"])["data"]
    assert (ended["status"], ended["progress"]) == ("completed", 1)
    assert ended["documentId"]
    assert "Otters" in str(client.knowledge.search(query="otters sleep")["data"])
    assert_nothing_is_left(client, colour)


def test_a_job_that_fails_raises_or_is_returned(client: LvngClient) -> None:
    job = client.knowledge.ingest(url="https://example.com/otters")["data"]["id"]
    with pytest.raises(KnowledgeJobError, match=f"Job '{job}' failed: ") as info:
        client.knowledge.wait_for_job(job)
    error = pickle.loads(pickle.dumps(info.value))
    assert error.job == info.value.job
    assert (error.code, error.job["id"]) == ("failed", job)
    ended = client.knowledge.wait_for_job(job, raise_on_failure=False)
    assert ended["data"]["status"] == "failed"


def test_the_poll_interval_grows_by_half(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    server = serve(*[tell("processing")] * 3, tell("completed"))
    connect(server).knowledge.wait_for_job("job_1", poll_interval=2.0)
    assert clock.waits == [2.0, 3.0, 4.5]
    assert len(server.requests) == 4


def test_a_timeout_raises_with_the_last_state(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    client = connect(serve(tell("processing", progress=0.4)))
    with pytest.raises(WaitTimeoutError, match="'job_1' was not done within 9 s") as info:
        client.knowledge.wait_for_job("job_1", timeout=9)
    assert info.value.body["data"]["progress"] == 0.4


@pytest.mark.parametrize("ended", ["2026-11-03T14:20:05.120Z", None])
def test_an_unknown_state_is_final_if_it_has_an_end_time(
    connect: Connect, serve: Serve, ended: str | None
) -> None:
    client = connect(serve(tell("skipped", completedAt=ended)))
    with pytest.raises(KnowledgeJobError if ended else WaitTimeoutError):
        client.knowledge.wait_for_job("job_1", timeout=0)


def test_a_job_that_is_not_there_is_not_waited_for(client: LvngClient) -> None:
    with pytest.raises(NotFoundError):
        client.knowledge.wait_for_job("job_9")


def test_unusable_times_are_refused_before_anything_is_sent(connect: Connect, serve: Serve) -> None:
    server = serve(tell("completed"))
    with pytest.raises(ConfigurationError, match="timeout"):
        connect(server).knowledge.wait_for_job("job_1", timeout=-1)
    assert server.requests == []
