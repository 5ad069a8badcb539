"""Bulk ingestion under faults: nothing is lost, and nothing is ingested twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvng import LvngClient
from lvng_sandbox import Fault, Sandbox
from support.clock import FakeClock
from support.sync_async import Colour
from support.tuned import assert_nothing_is_left

from .items import notes

FAULTS = [
    Fault(status=503, times=1),
    Fault(status=429, retry_after="1", times=1),
    Fault(status=502, times=1),
    Fault(broken="reset", times=1),
    Fault(broken="lost", times=1),
    Fault(broken="cut", times=1),
]


def bad_weather(sandbox: Sandbox, every: int) -> Callable[[int, int | None], None]:
    """Progress that has something go wrong again and again."""

    def strike(done: int, total: int | None) -> None:
        if done % every == 0:
            fault = FAULTS[done // every % len(FAULTS)]
            again = Fault(fault.status, fault.retry_after, fault.delay, fault.broken, fault.times)
            sandbox.faults.add("knowledge.ingest", again)

    return strike


@pytest.mark.parametrize("concurrency", [1, 8])
def test_every_item_is_ingested_exactly_once_despite_faults(
    client: LvngClient, sandbox: Sandbox, colour: Colour, clock: FakeClock, concurrency: int
) -> None:
    before = client.documents.list(limit=1)["pagination"]["total"]
    results = list(
        client.knowledge.ingest_many(
            notes(150), concurrency=concurrency, on_progress=bad_weather(sandbox, every=6)
        )
    )
    assert [result.index for result in results if result.ok] == list(range(150))
    assert len(clock.waits) >= 20, "too few faults met a request"
    jobs = [result.response["data"]["id"] for result in results if result.response]
    assert len(set(jobs)) == 150
    for job in jobs[::40]:
        client.knowledge.wait_for_job(job)
    assert client.documents.list(limit=1)["pagination"]["total"] == before + 150
    assert_nothing_is_left(client, colour)
