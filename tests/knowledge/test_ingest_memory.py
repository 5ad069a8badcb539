"""Bulk ingestion takes the same memory for any number of items; `tests/bench/ingest.py` tries it with 100,000."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from lvng import LvngClient
from support.process import sandbox_process
from support.sync_async import Colour
from support.tuned import assert_nothing_is_left, full_client

from .items import notes


@pytest.fixture
def remote_client(colour: Colour) -> Iterator[LvngClient]:
    """A client of a server in another process: what is measured here is the client alone."""
    with sandbox_process("--no-rate-limits") as variables:
        client = full_client(
            colour, api_key=variables["LVNG_API_KEY"], base_url=variables["LVNG_BASE_URL"]
        )
        with client:
            yield client


def test_memory_does_not_grow_with_the_number_of_items(
    remote_client: LvngClient, colour: Colour
) -> None:
    def peak(count: int) -> int:
        """Most memory in use at a time, in bytes."""
        tracemalloc.reset_peak()
        results = remote_client.knowledge.ingest_many(notes(count))
        assert sum(result.ok for result in results) == count
        return tracemalloc.get_traced_memory()[1]

    peak(50)  # connections, caches, modules
    tracemalloc.start()
    try:
        few, many = peak(100), peak(700)
    finally:
        tracemalloc.stop()
    # Six hundred results take 1,200,000 bytes; how many wait for their turn at a time is chance.
    assert many < few + 400_000
    assert_nothing_is_left(remote_client, colour)
