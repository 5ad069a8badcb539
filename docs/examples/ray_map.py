"""One operation for many items on a Ray cluster, with a journal from which the run is resumed.

pip install lvng ray; set LVNG_API_KEY
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import ray

from lvng import LvngClient

PEOPLE = [{"name": f"Person {n}", "email": f"person{n}@example.com"} for n in range(12)]


class RayExecutor(Executor):
    """Runs each call as a task of Ray."""

    def __init__(self) -> None:
        self._call = ray.remote(call)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = self._call.remote(fn, *args, **kwargs).future()
        return future


def call(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a worker does."""
    return fn(*args, **kwargs)


def main() -> None:
    # Two worker processes on this machine; for a real cluster, pass its address.
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    journal = Path(tempfile.mkdtemp()) / "people.jsonl"
    with LvngClient() as client:
        first = client.map(
            client.contacts.create, PEOPLE[:5], executor=RayExecutor(), journal=journal
        )
        print(sum(result.ok for result in first), "contacts before the interruption")
        again = client.map(
            client.contacts.create, PEOPLE, executor=RayExecutor(), journal=journal, concurrency=4
        )
        print(sum(result.ok for result in again), "contacts in the end")
        print(client.contacts.list(search="person")["pagination"]["total"], "on the server")
    ray.shutdown()


if __name__ == "__main__":
    main()
