"""The sandbox as a server: start, stop, reset, persistence and the command line."""

from __future__ import annotations

import os
import signal
import socket
import threading
import warnings
from pathlib import Path

import httpx
import pytest

from lvng_sandbox import Sandbox
from support.process import serving
from support.sandbox import Api, Connect


def test_start_and_stop(connect: Connect) -> None:
    threads = set(threading.enumerate())
    with Sandbox() as sandbox:
        assert connect(sandbox, sandbox.api_key).get("/api/v2/users/me")["data"]["id"]
        port = httpx.URL(sandbox.base_url).port
    assert set(threading.enumerate()) == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_the_repr_hides_the_key() -> None:
    with Sandbox() as sandbox:
        assert sandbox.base_url in repr(sandbox)
        account = sandbox.create_account("second@example.com")
        for secret in (sandbox.api_key, account.api_key, account.jwt):
            assert secret not in repr(sandbox) + repr(account)


def test_another_host_than_localhost_is_warned_about() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Sandbox():
            pass
    with (
        pytest.warns(UserWarning, match="others on the network can reach it"),
        Sandbox(host="0.0.0.0"),
    ):
        pass


def test_a_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=port).start()


def test_a_sandbox_cannot_be_started_twice() -> None:
    with Sandbox() as sandbox, pytest.raises(RuntimeError, match="already running"):
        sandbox.start()
    with pytest.raises(RuntimeError, match="not running"):
        sandbox.reset()


def test_reset_restores_the_initial_state_and_keeps_the_key(sandbox: Sandbox, api: Api) -> None:
    api.post("/api/v2/notes", {"title": "short-lived", "content": "x"})
    sandbox.reset()
    titles = [note["title"] for note in api.get("/api/v2/notes")["data"]]
    assert "short-lived" not in titles


def test_accounts_are_isolated(api: Api, stranger: Api) -> None:
    note = api.post("/api/v2/notes", {"title": "mine", "content": "x"})["data"]
    stranger.get(f"/api/v2/notes/{note['id']}", status=404)
    assert stranger.get("/api/v2/notes")["data"] == []


def test_a_database_file_survives_a_restart(tmp_path: Path, connect: Connect) -> None:
    db = str(tmp_path / "lvng.db")
    with Sandbox(db=db) as first:
        key = first.api_key
        note = connect(first, key).post("/api/v2/notes", {"title": "kept", "content": "x"})["data"]
    with Sandbox(db=db) as second:
        assert second.api_key == key
        assert connect(second, key).get(f"/api/v2/notes/{note['id']}")["data"] == note


@pytest.mark.parametrize("end", ["rotate", "grace", "delete"])
def test_a_rotated_or_revoked_key_is_replaced_at_the_next_start(
    end: str, tmp_path: Path, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    db, rotated = str(tmp_path / "lvng.db"), None
    with Sandbox(db=db) as first:
        keys = connect(first, first.jwt)
        address = f"/api/v2/api-keys/{keys.get('/api/v2/api-keys')['data'][0]['id']}"
        if end == "delete":
            keys.delete(address)
        else:
            body = {"grace_period_hours": 1} if end == "grace" else {}
            rotated = keys.post(f"{address}/rotate", body)["data"]["key"]
    assert caplog.messages == []
    for _ in range(2):  # once it is told, and then it is the sandbox's own
        with Sandbox(db=db) as again:
            assert again.api_key not in {first.api_key, rotated}
            for key in filter(None, (again.api_key, rotated)):
                connect(again, key).get("/api/v2/users/me")
    assert caplog.messages == ["The key of this sandbox was rotated or revoked; it has a new one."]
    given = rotated or first.api_key
    with Sandbox(db=db, api_key=given) as wanted:
        assert wanted.api_key == given
        connect(wanted, given).get("/api/v2/users/me")


def test_the_command_prints_exports_and_ends_on_ctrl_c() -> None:
    with serving() as (process, url, key):
        answer = httpx.get(f"{url}/api/v2/workflows", headers={"x-api-key": key})
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in {0, -signal.SIGINT}
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_the_command_takes_a_key() -> None:
    key = "lvng_sk_test_0123456789abcdef0123456789abcdef"
    with serving("--api-key", key) as (_, url, told):
        assert told == key
        assert httpx.get(f"{url}/api/v2/users/me", headers={"x-api-key": key}).status_code == 200


def test_acknowledged_writes_survive_kill_9(tmp_path: Path, connect: Connect) -> None:
    db = str(tmp_path / "lvng.db")
    acknowledged: list[str] = []
    with serving("--db", db, "--no-rate-limits") as (process, url, key):
        killer = threading.Thread(target=lambda: os.kill(process.pid, signal.SIGKILL))
        with httpx.Client(base_url=url, headers={"x-api-key": key}) as http:
            for n in range(10_000):
                try:
                    answer = http.post("/api/v2/notes", json={"title": f"note {n}", "content": "x"})
                except httpx.TransportError:
                    break
                acknowledged.append(answer.json()["data"]["id"])
                if n == 100:
                    killer.start()
        killer.join()
    assert 100 < len(acknowledged) < 10_000
    with Sandbox(db=db) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        for id in acknowledged:
            api.get(f"/api/v2/notes/{id}")
