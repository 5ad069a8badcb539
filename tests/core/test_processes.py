"""Clients across processes: forked, spawned, pickled into workers, and left behind when Python ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.samples import KEY
from support.scripted_server import Serve, answer, chunks, dripping_body, stall

HEAD = f"""
import asyncio, os, sys, threading, time
from lvng_core import AsyncClient, Client, EventStream, Operation, Param
GET = Operation("things.get", "GET", "/things/{{id}}", params={{"id": Param("path", "string", required=True)}})
CHAT = Operation("chat", "POST", "/chat", accept="text/event-stream", stream_end=("done",))
KEY, URL = {KEY!r}, sys.argv[1]
"""


def run(tmp_path: Path, url: str, code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new Python, the way a user's script runs."""
    script = tmp_path / "script.py"
    script.write_text(HEAD + code)
    return subprocess.run(
        [sys.executable, *flags, str(script), url],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        cwd=tmp_path,
    )


ENDS: dict[str, str] = {
    "unclosed in a cycle": """
client = Client(KEY, base_url=URL)
client.call(GET, {"id": "1"})
client.me = [client, client.with_options(timeout=1.0)]
""",
    "async, unclosed": """
client = AsyncClient(KEY, base_url=URL)
asyncio.run(client.call(GET, {"id": "1"}))
""",
    "async, unclosed in the loop": """
async def main():
    client = AsyncClient(KEY, base_url=URL)
    await client.call(GET, {"id": "1"})
asyncio.run(main())
""",
    "a thread in a call": """
client = Client(KEY, base_url=URL + "/slow")
threading.Thread(target=client.call, args=(GET, {"id": "1"}), daemon=True).start()
time.sleep(0.2)
""",
    "a task in a call": """
async def main():
    client = AsyncClient(KEY, base_url=URL)
    asyncio.ensure_future(client.call(GET, {"id": "1"}))
    await asyncio.sleep(0.1)
asyncio.run(main())
""",
    "a stream begun": """
client = Client(KEY, base_url=URL)
events = iter(client.stream(CHAT, {}, None, EventStream))
next(events)
""",
}


@pytest.mark.parametrize("name", ENDS)
def test_python_ends_without_noise(serve: Serve, tmp_path: Path, name: str) -> None:
    step = {
        "a thread in a call": stall,
        "a task in a call": dripping_body(b'{"a": 1}' + b" " * 500),
        "a stream begun": chunks(b"data: 1\n\n", then="stall", final=False),
    }.get(name, answer(200, {"ok": True}))
    done = run(tmp_path, serve(step).url, ENDS[name])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unclosed_client_is_told_of_in_development_mode(serve: Serve, tmp_path: Path) -> None:
    code = """
def work():
    Client(KEY, base_url=URL).call(GET, {"id": "1"})
work()
"""
    done = run(tmp_path, serve(answer(200, {"ok": True})).url, code, "-X", "dev")
    assert done.returncode == 0
    assert done.stderr.count("ResourceWarning: Client was not closed") == 1
    assert KEY not in done.stderr


def test_a_forked_process_makes_its_own_connections(serve: Serve, tmp_path: Path) -> None:
    server = serve(answer(200, {"ok": True}))
    code = """
client = Client(KEY, base_url=URL)
view = client.with_options(timeout=9.0)
print(client.call(GET, {"id": "before"}), flush=True)
if os.fork() == 0:
    print(client.call(GET, {"id": "child"}), view.call(GET, {"id": "child"}), flush=True)
    client.close()
    os._exit(0)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
print(view.call(GET, {"id": "after"}), flush=True)
client.close()
"""
    done = run(tmp_path, server.url, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("{'ok': True}") == 4
    assert [seen.target for seen in server.requests] == [
        "/things/before",
        "/things/child",
        "/things/child",
        "/things/after",
    ]
    assert server.connections == 2  # the parent's survived
    server.wait_for_connections(0)


def test_an_async_client_survives_a_fork(serve: Serve, tmp_path: Path) -> None:
    server = serve(answer(200, {"ok": True}, {"Connection": "close"}))
    code = """
client = AsyncClient(KEY, base_url=URL)
asyncio.run(client.call(GET, {"id": "before"}))
while threading.active_count() > 1:  # a worker thread of the loop may be about to end
    time.sleep(0.001)
child = os.fork()
print(asyncio.run(client.call(GET, {"id": "after"})), flush=True)
if child:
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
os._exit(0)
"""
    done = run(tmp_path, server.url, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("{'ok': True}") == 2


def test_a_client_works_in_a_pool_of_processes(serve: Serve, tmp_path: Path) -> None:
    server = serve(answer(404, {"error": "No such thing."}, {"X-Request-Id": "req_1"}))
    code = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def work(client, id):
    with client:
        return client.call(GET, {"id": id})

if __name__ == "__main__":
    from lvng_core import NotFoundError
    client = Client(KEY, base_url=URL, default_headers={"X-App": "a"})
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        error = workers.submit(work, client.with_options(max_retries=0), "thing_1").exception()
    assert type(error) is NotFoundError, error
    print(error, error.identifier, error.attempts)
"""
    done = run(tmp_path, server.url, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No such thing. (status 404, request req_1) thing_1 1\n"
    assert server.last.header("x-app") == "a"
    assert server.last.header("authorization") == f"Bearer {KEY}"
