"""What `lvng.testing` and `unittest.mock` give to tests of an application."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import subprocess
import sys
import time
from typing import Any
from unittest.mock import AsyncMock, create_autospec

import pytest

import lvng.testing
from lvng import AsyncLvngClient, LvngClient, ServerError, WaitTimeoutError
from lvng.testing import FakeClock, Fault, Sandbox, fake_clock
from lvng_core._clock import current_clock

CLIENTS = [LvngClient, AsyncLvngClient]


def resources(client: type) -> dict[str, type]:
    """The class of each resource."""
    from lvng_core.helpers import cached_property

    return {
        name: getattr(client, name)
        for name in dir(client)
        if isinstance(inspect.getattr_static(client, name), cached_property)
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_an_autospec_has_every_resource_with_every_method(client: Any) -> None:
    for mock in (
        create_autospec(client, instance=True),
        create_autospec(client)("key"),
        create_autospec(client("key"), instance=True),
    ):
        found = resources(client)
        assert len(found) == 51
        for name, kind in found.items():
            for method, member in list(vars(kind).items()):  # annotations are added on first use
                if inspect.isfunction(member) and not method.startswith("_"):
                    made = getattr(getattr(mock, name), method)
                    assert isinstance(made, AsyncMock) == inspect.iscoroutinefunction(member)


def test_an_autospec_takes_the_arguments_of_the_method_and_no_others() -> None:
    mock = create_autospec(LvngClient, instance=True)
    mock.workflows.get.return_value = {"data": {"name": "Weekly report"}}
    assert mock.workflows.get("wf_1")["data"]["name"] == "Weekly report"
    mock.workflows.get.assert_called_once_with("wf_1")
    with pytest.raises(TypeError):
        mock.workflows.get()
    with pytest.raises(TypeError):
        mock.workflows.get("wf_1", colour="red")
    with pytest.raises(TypeError):
        mock.stream_chat()
    for missing in ("worflows", "_settings"):
        with pytest.raises(AttributeError):
            getattr(mock, missing)
    with pytest.raises(AttributeError):
        mock.workflows.lists()


def test_an_autospec_of_the_async_client_is_awaited() -> None:
    mock = create_autospec(AsyncLvngClient, instance=True)
    mock.chat.send.return_value = {"reply": "Hello"}

    async def main() -> Any:
        return await mock.chat.send(message="hi")

    assert asyncio.run(main()) == {"reply": "Hello"}


@pytest.mark.parametrize("client", CLIENTS)
def test_dir_shows_the_resources_and_what_a_user_calls(client: Any) -> None:
    shown = {name for name in dir(client("key")) if not name.startswith("__")}
    close = "close" if client is LvngClient else "aclose"
    methods = {close, "detailed", "map", "request", "stream_chat", "with_options"}
    assert shown - set(resources(client)) == methods
    assert set(resources(client)) <= shown
    for name in ("workflows", "chat"):
        resource = getattr(client("key"), name)
        assert [one for one in dir(resource) if one.startswith("_") and one[:2] != "__"] == []
        assert "__enter__" not in dir(resource)


@pytest.fixture
def sandbox() -> Any:
    with Sandbox(step_delay=30.0) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        yield client


def test_retries_do_not_sleep_under_a_fake_clock(sandbox: Sandbox, client: LvngClient) -> None:
    sandbox.faults.add("workflows.list", Fault(status=503, retry_after="25", times=2))
    started = time.monotonic()
    with fake_clock() as clock:
        assert client.workflows.list()["data"]
    assert time.monotonic() - started < 10
    assert clock.waits == [25.0, 25.0]


def test_the_time_of_a_sandbox_passes_with_that_of_the_clients(
    sandbox: Sandbox, client: LvngClient
) -> None:
    workflow = client.workflows.list()["data"][0]["id"]
    with fake_clock(sandbox.advance) as clock:
        run = client.workflows.execute_and_wait(workflow, timeout=3600.0)
    assert run["data"]["status"] == "completed"
    assert sum(clock.waits) > 30


def test_polling_times_out_under_a_fake_clock(client: LvngClient) -> None:
    workflow = client.workflows.list()["data"][0]["id"]
    started = time.monotonic()
    with fake_clock() as clock, pytest.raises(WaitTimeoutError):
        client.workflows.execute_and_wait(workflow, timeout=600.0)
    calls = time.monotonic() - started  # the clock runs on while they take their time
    assert sum(clock.waits) <= 600 <= sum(clock.waits) + calls


def test_a_deadline_is_kept_under_a_fake_clock(sandbox: Sandbox, client: LvngClient) -> None:
    sandbox.faults.add("workflows.list", Fault(status=503, retry_after="25", times=5))
    with fake_clock() as clock, pytest.raises(ServerError):
        client.with_options(deadline=40.0).workflows.list()
    assert clock.waits == [25.0]


def test_other_tasks_run_while_one_sleeps() -> None:
    order: list[str] = []

    async def sleep(name: str) -> None:
        for _ in range(2):
            await current_clock().async_sleep(60)
            order.append(name)

    async def main() -> None:
        await asyncio.gather(sleep("a"), sleep("b"))

    with fake_clock():
        asyncio.run(main())
    assert order == ["a", "b", "a", "b"]


def test_the_real_clock_is_back_after_the_block() -> None:
    before = current_clock()
    with contextlib.suppress(ZeroDivisionError), fake_clock() as clock:
        assert isinstance(clock, FakeClock)
        assert current_clock() is clock
        clock.advance(5)
        assert clock.waits == [5]
        raise ZeroDivisionError
    assert current_clock() is before


def test_without_the_sandbox_an_import_error_says_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['lvng_sandbox'] = None; sys.path_importer_cache.clear()\n"
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'lvng_sandbox' else find(name, *a)\n"
        "from lvng.testing import fake_clock\n"
        "from lvng.testing import Sandbox\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert 'needs the sandbox: pip install "lvng[sandbox]"' in done.stderr


def test_an_unknown_name_raises_attribute_error() -> None:
    assert set(lvng.testing.__all__) <= set(dir(lvng.testing))
    with pytest.raises(AttributeError, match="has no attribute 'Sandpit'"):
        lvng.testing.Sandpit  # type: ignore[attr-defined]  # noqa: B018 - a name that is not there
