"""One measurement in a process of its own: what is to be measured, of whom, and where the server is.

python -m bench.worker MEASUREMENT CLIENT URL [COUNT [AT_ONCE]]

It prints figures as JSON. Only the standard library and the client at hand are imported here.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable

from .clients import CLIENTS, AsyncCall

Figures = dict[str, float]


def cpu(name: str, url: str, count: int, _at_once: int) -> Figures:
    """CPU seconds of a blocking call, one after the other."""
    make = CLIENTS[name].sync
    assert make
    with make(url) as call:
        call()
        begin = time.process_time()
        for _ in range(count):
            call()
        return {"cpu": (time.process_time() - begin) / count}


async def async_cpu(name: str, url: str, count: int, _at_once: int) -> Figures:
    """CPU seconds of an async call, one after the other."""
    make = CLIENTS[name].in_async
    assert make
    async with make(url) as call:
        await call()
        begin = time.process_time()
        for _ in range(count):
            await call()
        return {"cpu": (time.process_time() - begin) / count}


def threads(name: str, url: str, count: int, at_once: int) -> Figures:
    """Calls a second of threads that share a client, and the latency of the slowest hundredth."""
    make = CLIENTS[name].sync
    assert make
    took: list[float] = []
    with make(url) as call:

        def work(times: int) -> None:
            for _ in range(times):
                begin = time.perf_counter()
                call()
                took.append(time.perf_counter() - begin)

        def run(times: int) -> float:
            took.clear()
            workers = [threading.Thread(target=work, args=(times,)) for _ in range(at_once)]
            begin = time.perf_counter()
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return time.perf_counter() - begin

        run(1)
        return summary(took, run(max(count // at_once, 1)))


async def tasks(name: str, url: str, count: int, at_once: int) -> Figures:
    """Calls a second of tasks that share a client, and the latency of the slowest hundredth."""
    make = CLIENTS[name].in_async
    assert make
    took: list[float] = []

    async def work(call: AsyncCall, times: int) -> None:
        for _ in range(times):
            begin = time.perf_counter()
            await call()
            took.append(time.perf_counter() - begin)

    async def run(call: AsyncCall, times: int) -> float:
        took.clear()
        begin = time.perf_counter()
        await asyncio.gather(*(work(call, times) for _ in range(at_once)))
        return time.perf_counter() - begin

    async with make(url) as call:
        await run(call, 1)
        return summary(took, await run(call, max(count // at_once, 1)))


def summary(took: list[float], seconds: float) -> Figures:
    took.sort()
    return {"rate": len(took) / seconds, "p99": took[int(len(took) * 0.99)]}


def stream(name: str, url: str, count: int, _at_once: int) -> Figures:
    """CPU seconds of an event of a long stream."""
    make = CLIENTS[name].stream
    assert make
    with make(url) as read:
        read()
        begin = time.process_time()
        found = read()
        cpu = time.process_time() - begin
    assert found == count, f"{found} events, not {count}"
    return {"cpu": cpu / found}


SYNC: dict[str, Callable[[str, str, int, int], Figures]] = {
    "cpu": cpu,
    "threads": threads,
    "stream": stream,
}
ASYNC = {"async_cpu": async_cpu, "tasks": tasks}


def main(measurement: str, name: str, url: str, count: str = "1", at_once: str = "1") -> None:
    if measurement in SYNC:
        figures = SYNC[measurement](name, url, int(count), int(at_once))
    else:
        figures = asyncio.run(ASYNC[measurement](name, url, int(count), int(at_once)))
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
