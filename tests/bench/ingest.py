"""Bulk ingestion at full size, on bad days: `hatch run bench:sandbox`, or by itself.

python tests/bench/ingest.py [ITEMS] [--async]

A tenth of the items goes first, then all of them, against a sandbox in another process where something goes
wrong with every 25th. The peak of this process's memory may grow by 20 MB between the two, and no item may be lost.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from lvng import AsyncLvngClient, LvngClient
from lvng_knowledge import IngestItem
from lvng_sandbox import Fault, Sandbox

EVERY = 25
MOST_GROWTH = 20.0  # MB
FAULTS = ("status=503", "status=429; retry-after=0.02", "break=reset", "break=lost", "delay=0.05")


def items(count: int, run: str) -> Iterator[IngestItem]:
    for number in range(count):
        text = f"Report {number} of {run}: revenue in region {number % 50} grew by {number % 9} %."
        yield {"content": text, "title": f"{run}-{number}"}


class Server:
    """The other process. Each line that it is sent is a fault for one request."""

    def __init__(self) -> None:
        command = [sys.executable, __file__, "--serve"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self.url, self.key = self._process.stdout.readline().split()
        self._faults = cycle(FAULTS)

    def strike(self, done: int, total: int | None) -> None:
        """Progress of the ingestion."""
        if done % EVERY == 0:
            assert self._process.stdin
            print(next(self._faults), file=self._process.stdin, flush=True)

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def server() -> Iterator[Server]:
    made = Server()
    try:
        yield made
    finally:
        made.close()


def serve() -> None:
    with Sandbox() as sandbox:
        print(sandbox.base_url, sandbox.api_key, flush=True)
        for line in sys.stdin:
            sandbox.faults.add("knowledge.ingest", Fault.parse(f"{line.strip()}; times=1"))


def ingest(at: Server, count: int) -> int:
    """How many were taken in, by the blocking client."""
    with LvngClient(at.key, base_url=at.url, retry_base_delay=0.01) as client:
        results = client.knowledge.ingest_many(items(count, f"s{count}"), on_progress=at.strike)
        return sum(result.ok for result in results)


async def ingest_async(at: Server, count: int) -> int:
    """How many were taken in, by the async client."""
    async with AsyncLvngClient(at.key, base_url=at.url, retry_base_delay=0.01) as client:
        results = client.knowledge.ingest_many(items(count, f"a{count}"), on_progress=at.strike)
        return sum([result.ok async for result in results])


def stored(at: Server) -> int:
    """Documents that the server has when its jobs are done."""
    with LvngClient(at.key, base_url=at.url) as client:
        while client.knowledge.list_jobs(status="queued", limit=1)["pagination"]["total"]:
            time.sleep(0.5)
        return client.documents.list(limit=1)["pagination"]["total"]


def measure(at: Server, count: int, *, in_async: bool) -> float:
    """Peak of this process's memory in MB after so many items."""
    before, began = stored(at), time.perf_counter()
    taken = asyncio.run(ingest_async(at, count)) if in_async else ingest(at, count)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lost, doubled = count - taken, stored(at) - before - count
    print(
        f"{count:>8} items  {count / seconds:>6.0f} a second  peak {peak:>6.1f} MB  "
        f"{lost} lost  {doubled} doubled",
        flush=True,
    )
    assert lost == doubled == 0
    return peak


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("items", nargs="?", type=int, default=100_000)
    parser.add_argument("--async", action="store_true", dest="in_async")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    with server() as at:
        few, many = (
            measure(at, count, in_async=options.in_async)
            for count in (options.items // 10, options.items)
        )
    print(f"growth of the peak: {many - few:.1f} MB")
    assert many - few < MOST_GROWTH


if __name__ == "__main__":
    main()
