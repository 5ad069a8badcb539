"""`client.map` with the resources of the full clients, on the sandbox and on a local Dask cluster."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_sandbox import Sandbox

PEOPLE: list[dict[str, Any]] = [
    {"name": f"Person {n}", "email": f"person{n}@example.com"} for n in range(12)
]


@pytest.fixture
def sandbox() -> Any:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def dask() -> Any:
    distributed = pytest.importorskip("distributed")  # not in the lane of lowest versions
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as dask,
    ):
        yield dask


def test_an_operation_for_many_items(sandbox: Sandbox) -> None:
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        created = list(client.map(client.contacts.create, [*PEOPLE, PEOPLE[0]]))
        assert [one.ok for one in created] == [True] * 12 + [False]
        assert created[12].error is not None
        assert created[12].error.status_code == 409
        ids = [one.response["contact"]["id"] for one in created if one.response]
        found = client.map(client.contacts.get, ids, concurrency=3)
        assert [one.response["contact"]["name"] for one in found if one.response] == [
            person["name"] for person in PEOPLE
        ]


def test_a_hand_written_method_of_the_async_client(sandbox: Sandbox) -> None:
    async def main() -> list[Any]:
        async with AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            workflows = [one["id"] for one in (await client.workflows.list())["data"]]
            runs = client.map(client.workflows.execute_and_wait, workflows[:2])
            return [one.response["data"]["status"] async for one in runs if one.response]

    assert asyncio.run(main()) == ["completed"] * 2


def test_the_workers_of_a_dask_cluster(sandbox: Sandbox, dask: Any, tmp_path: Path) -> None:
    journal = tmp_path / "people.jsonl"
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        for items in (PEOPLE[:5], PEOPLE):
            results = list(
                client.map(
                    client.contacts.create, items, executor=dask.get_executor(), journal=journal
                )
            )
            assert [one.item for one in results if one.ok] == items
    assert len([one for one in sandbox.requests if one.operation == "contacts.create"]) == 12


def test_the_workers_of_a_dask_cluster_for_async_code(sandbox: Sandbox, dask: Any) -> None:
    async def main() -> list[bool]:
        async with AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            results = client.map(client.contacts.create, PEOPLE, executor=dask.get_executor())
            return [one.ok async for one in results]

    assert asyncio.run(main()) == [True] * 12


def test_the_client_of_another_process_is_closed_at_its_end(sandbox: Sandbox) -> None:
    program = """
import atexit, pickle, sys
from concurrent.futures import Executor, Future
from lvng import LvngClient

@atexit.register  # called after what is registered later
def report():
    from lvng_core import ClientClosedError, _bulk

    for client in _bulk._clients.values():
        try:
            client.contacts.list()
        except ClientClosedError:
            print("closed")

class Pickling(Executor):
    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(pickle.loads(pickle.dumps(fn))(*args, **kwargs))
        return future

with LvngClient(sys.argv[1], base_url=sys.argv[2]) as client:
    print([one.ok for one in client.map(client.contacts.create, [{"name": "Ada"}], executor=Pickling())])
"""
    command = [sys.executable, "-X", "dev", "-c", program, sandbox.api_key, sandbox.base_url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("[True]\nclosed\n", "")
