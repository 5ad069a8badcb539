"""Exchanges are recorded without their secrets, and replayed as they were."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng import LvngClient
from lvng_sandbox import Recorder, Sandbox
from lvng_sandbox.recording.exchanges import Chunk, Recorded, RecordingError, read, write
from lvng_sandbox.recording.masking import Mask
from lvng_sandbox.recording.proxy import Proxy

KEY = "lvng_sk_test_4f9a8b7c6d5e4f9a8b7c6d5e"


@pytest.fixture
def live() -> Iterator[Sandbox]:
    """A service to record, apart from the sandbox of the other tests."""
    with Sandbox(api_key=KEY) as sandbox:
        yield sandbox


def program(base_url: str, key: str = KEY) -> list[tuple[int, bytes]]:
    """What a program gets: JSON, a stream, an upload, a download, an error."""
    with httpx.Client(base_url=base_url, headers={"x-api-key": key}, trust_env=False) as http:
        first = http.get("/api/v2/notes", params={"limit": 2, "offset": 0})
        made = http.post("/api/v2/notes", json={"content": "Grüße\r\n\u2028end ", "tags": ["x"]})
        again = http.get("/api/v2/notes", params={"offset": 0, "limit": 2})
        chat = http.post("/api/v2/chat/stream", json={"message": "sales report"})
        file = ("a.bin", bytes(range(256)) * 400, "application/octet-stream")
        uploaded = http.post("/api/v2/files", files={"file": file})
        download = http.get(f"/api/v2/files/{uploaded.json()['data']['id']}/download")
        error = http.get("/api/v2/notes/none")
        responses = (first, made, again, chat, uploaded, download, error)
        return [(one.status_code, one.content) for one in responses]


def test_a_program_replays_byte_for_byte(live: Sandbox, tmp_path: Path) -> None:
    with Recorder(live.base_url, to=tmp_path) as recorder:
        recorded = program(recorder.base_url)
        assert recorder.count == len(recorded) == 7
    assert [status for status, _ in recorded] == [200, 201, 200, 200, 200, 200, 404]
    live.stop()
    with Sandbox(replay=tmp_path, replay_strict=True) as sandbox:
        assert len(sandbox.unused_exchanges) == 7
        assert program(sandbox.base_url, key="another-key") == recorded
        assert sandbox.unused_exchanges == []
        assert not sandbox.requests, "the sandbox itself was not asked"


def test_the_sdk_replays_without_a_service(live: Sandbox, tmp_path: Path) -> None:
    def work(base_url: str) -> list[Any]:
        with LvngClient(KEY, base_url=base_url) as client:
            events = [(one.event, one.data) for one in client.stream_chat(message="sales report")]
            return [client.workflows.list(limit=3), events, list(client.notes.iter())]

    with Recorder(live.base_url, to=tmp_path) as recorder:
        recorded = work(recorder.base_url)
    with Sandbox(replay=tmp_path, replay_strict=True) as sandbox:
        assert work(sandbox.base_url) == recorded


def test_an_unrecorded_request_is_refused_or_answered_by_the_sandbox(
    live: Sandbox, tmp_path: Path
) -> None:
    with Recorder(live.base_url, to=tmp_path) as recorder:
        program(recorder.base_url)
    path = "/api/v2/notes?limit=3"
    with Sandbox(replay=tmp_path, replay_strict=True) as sandbox:
        response = httpx.get(f"{sandbox.base_url}{path}")
        assert response.status_code == 501
        assert "/api/v2/notes was not recorded" in response.json()["error"]
    with Sandbox(replay=tmp_path) as sandbox:
        headers = {"x-api-key": sandbox.api_key}
        assert httpx.get(f"{sandbox.base_url}{path}", headers=headers).status_code == 200
        note = {"content": "of the sandbox"}
        made = httpx.post(f"{sandbox.base_url}/api/v2/notes", headers=headers, json=note)
        assert made.json()["data"]["content"] == "of the sandbox"
        assert [one.operation for one in sandbox.requests] == ["notes.list", "notes.create"]
        assert len(sandbox.unused_exchanges) == 7


def test_the_same_request_gets_the_responses_in_turn(tmp_path: Path) -> None:
    for number, text in enumerate((b"first", b"second"), 1):
        write(tmp_path, number, exchange(text))
    with Sandbox(replay=tmp_path) as sandbox:
        got = [httpx.get(f"{sandbox.base_url}/api/v2/notes").content for _ in range(3)]
    assert got == [b"first", b"second", b"second"]


def exchange(response: bytes, request: bytes = b"", **changes: Any) -> Recorded:
    fields: dict[str, Any] = {
        "method": "POST" if request else "GET",
        "path": "/api/v2/notes",
        "query": "",
        "headers": {"content-type": "application/json"},
        "content": request,
        "status": 200,
        "response_headers": {"content-type": "application/json"},
        "chunks": (Chunk(0.0, response),),
        "is_stream": False,
        **changes,
    }
    return Recorded(**fields)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"request": b'{"a":1,"b":2}'}, {"request": b'{ "b": 2, "a": 1 }'}, True),
        ({"request": b'{"a":1}'}, {"request": b'{"a":2}'}, False),
        ({"request": b'{"password":"one"}'}, {"request": b'{"password":"two"}'}, True),
        ({"query": "a=1&b=2"}, {"query": "b=2&a=1"}, True),
        ({"query": "a=1"}, {"query": ""}, False),
        ({"path": "/a"}, {"path": "/b"}, False),
        ({"method": "GET"}, {"method": "HEAD"}, False),
    ],
)
def test_requests_are_matched_by_method_path_query_and_body(
    a: dict[str, Any], b: dict[str, Any], same: bool
) -> None:
    assert (exchange(b"", **a).key == exchange(b"", **b).key) is same


@given(
    response=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    request=st.binary(max_size=50),
)
@settings(max_examples=100, deadline=None)
def test_any_body_is_read_as_it_was_written(
    response: bytes, request: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("recording")
    one = exchange(response, request)
    write(folder, 1, one)
    (found,) = read(folder)
    assert (found.content, found.chunks) == (request, one.chunks)


# Secrets

letters = st.text(
    "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=20, max_size=40
)
shaped = st.one_of(
    letters.map("lvng_sk_live_{}".format),
    letters.map("sk-{}".format),
    letters.map("sk-proj-{}".format),
    letters.map("whsec_{}".format),
    letters.map("ghp_{}".format),
    letters.map("xoxb-{}".format),
    letters.map("AIza{}".format),
    letters.map("glpat-{}".format),
    letters.map("sk_live_{}".format),
    letters.map("xapp-1-{}".format),
    letters.map("ya29.{}".format),
    letters.map("hf_{}".format),
    letters.map("npm_{}".format),
    letters.map("pypi-{}".format),
    letters.map("dckr_pat_{}".format),
    letters.map(lambda text: f"ASIA{text[:16].upper()}"),
    st.tuples(letters, letters).map("SG.{0[0]}.{0[1]}".format),
    st.tuples(letters, letters, letters).map(lambda parts: "eyJ{}.{}.{}".format(*parts)),
)
names = st.sampled_from(
    [
        "password",
        "api_key",
        "apiKey",
        "clientSecret",
        "webhook_secret",
        "refresh_token",
        "jwt",
        "token",
        "secretAccessKey",
        "access_key_id",
        "smtp-pwd",
        "passcode",
        "csrf",
        "sig",
        "X-Amz-Signature",
    ]
)


def files(folder: Path) -> bytes:
    """Everything in a folder: names, contents, and what is written in base64."""
    found = b""
    for file in folder.iterdir():
        text = file.read_bytes()
        found += file.name.encode() + text
        for part in text.split():
            if len(part) > 16 and b"base64" in text:
                try:
                    found += base64.b64decode(part, validate=True)
                except ValueError:
                    continue
    return found


@given(secret=shaped, named=letters, name=names, key=letters, large=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_secret_is_in_any_file(
    secret: str,
    named: str,
    name: str,
    key: str,
    large: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("recording")
    proxy = Proxy("https://api.example.com", folder)
    proxy._mask.learn([("authorization", f"Bearer {key}"), ("accept", "*/*")])
    body = {
        name: named,
        "text": f"the key is {secret}, and {key}",
        "again": f"it was {named} before",
        "list": [{"deep": {name: named}}, secret, key],
        "plural": {f"{name}s": [named, named]},
        secret: "a key of an object",
        "link": f"https://files.example/a?{name}={named}",
        "fragment": f"https://app.example/callback#{name}={named}&state=1",
        "settings": f"HOST=x\n{name}={named}\nPORT=1",
        "command": f"login --{name} {named}",
        "basic": f"Authorization: Basic {secret.replace('-', '+')}",
        "filler": "x" * (70_000 if large else 10),
    }
    content = json.dumps(body).encode()
    form = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{named}\r\n--b--'.encode()
    half = len(content) // 2
    for number, (sent, is_stream) in enumerate(((content, False), (form + b"\xff", True)), 1):
        one = exchange(
            content,
            sent,
            path=f"/api/v2/things/{secret}",
            query=f"{name}={named}&q={key}",
            response_headers={
                "content-type": "application/json",
                "x-auth-token": named,
                "x-id": secret,
            },
            chunks=(Chunk(0.0, content[:half]), Chunk(0.1, content[half:])),
            is_stream=is_stream,
        )
        proxy.add(number, one)
    written = files(folder)
    for one_secret in (secret, named, key):
        assert one_secret.encode() not in written
        assert one_secret.lower().encode() not in written.lower()


@pytest.mark.parametrize(
    "text",
    [
        "https://b.s3.example/f?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20&X-Amz-Signature=fe5f80c1abcd",
        "https://a.blob.example/c?sv=2026&sig=abcDEF123%3D",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX",
        "postgres://admin:hunter2pw@db.internal/lvng",
        "Server=x;Password=abcDEF123;",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQdGBF\n-----END PGP PRIVATE KEY BLOCK-----",
        "curl --api-key abcDEF123",
        "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    ],
)
def test_json_stays_json_without_its_secrets(text: str) -> None:
    masked = Mask()(json.dumps({"note": text, "after": [text, 1], "password": 12345678}).encode())
    found = json.loads(masked)
    assert "masked-1" in found["note"]
    assert found["after"] == [found["note"], 1]
    assert found["password"] == 0
    assert Mask()(masked) == masked


def test_values_that_only_resemble_secrets_are_recorded_unchanged() -> None:
    body = {
        "tokens": 17,
        "totalTokens": 3,
        "next_page_token": "abc",
        "nextPageToken": "abc",
        "design": "basic layout",
        "passage": "The bearer of bad news; pin it.",
        "url": "https://x.example/a?limit=3&sort=name",
    }
    content = json.dumps(body).encode()
    assert Mask()(content) == content


def test_the_key_in_use_and_cookies_are_not_recorded(live: Sandbox, tmp_path: Path) -> None:
    with Recorder(live.base_url, to=tmp_path) as recorder:
        program(recorder.base_url)
        httpx.post(
            f"{recorder.base_url}/api/v2/notes",
            headers={"Authorization": f"Bearer {KEY}", "Cookie": "session=0123456789"},
            json={"content": f"my key is {KEY}"},
        )
    written = files(tmp_path)
    assert KEY.encode() not in written
    assert b"0123456789" not in written.replace(bytes(range(256)), b"")
    assert b"my key is masked-" in written


# Commands and the marker


def run(*arguments: str, ignoring: str = "", **environment: str) -> subprocess.Popen[str]:
    """Run a command, with some signals ignored, as a shell does in the background."""
    shell = ["sh", "-c", f'trap "" {ignoring}; exec "$@"', "sh"] if ignoring else []
    return subprocess.Popen(
        [*shell, sys.executable, "-m", "lvng_sandbox", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address(process: subprocess.Popen[str]) -> str:
    """The address that a command prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("export LVNG_BASE_URL="):
            return line.partition("=")[2].strip()
    raise AssertionError(process.stderr.read() if process.stderr else "")


def stop(process: subprocess.Popen[str], by: int = signal.SIGINT) -> str:
    process.send_signal(by)
    out, _ = process.communicate(timeout=20)
    return out


@pytest.mark.parametrize(
    ("by", "ignoring"), [(signal.SIGINT, ""), (signal.SIGTERM, ""), (signal.SIGINT, "INT")]
)
def test_the_commands_record_and_replay(
    live: Sandbox, tmp_path: Path, by: int, ignoring: str
) -> None:
    recorder = run("record", "--upstream", live.base_url, "--to", str(tmp_path), "--port", "0")
    recorded = program(address(recorder))
    assert "7 exchanges recorded" in stop(recorder)
    server = run(
        "serve", "--replay", str(tmp_path), "--replay-strict", "--port", "0", ignoring=ignoring
    )
    url = address(server)
    headers = {"x-api-key": KEY}
    got = httpx.get(f"{url}/api/v2/notes?limit=2&offset=0", headers=headers)
    assert got.content == recorded[0][1]
    assert "6 recorded exchanges were not used" in stop(server, by)
    assert server.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["record", "--upstream", "http://api.example.com", "--to", "x"],
            "must begin with https://",
        ),
        (["serve", "--replay", "nowhere"], "nowhere has no recorded exchanges"),
    ],
)
def test_bad_options_are_named(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lvng_sandbox", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert message in done.stderr


def test_an_invalid_recording_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "00001-x.yaml").write_text("request: 3")
    with pytest.raises(RecordingError, match=r"00001-x\.yaml is not a recorded exchange"):
        list(read(tmp_path))


MARKED = """
import pytest
from lvng import LvngClient

@pytest.mark.lvng_recording
def test_notes(lvng_recording):
    with LvngClient() as client:
        assert client.notes.list()["data"]
        assert client.chat.send(message="sales report")["reply"]
"""


def test_the_pytest_marker_records_once_and_then_replays(live: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "test_marked.py").write_text(MARKED)

    def tests(**environment: str) -> str:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_marked.py"]
        environment = {**os.environ, "LVNG_API_KEY": KEY, **environment}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    assert "1 passed" in tests(LVNG_BASE_URL=live.base_url)
    assert len(list((tmp_path / "recordings/test_notes").glob("*.yaml"))) == 2
    live.stop()
    assert "1 passed" in tests(LVNG_BASE_URL="http://127.0.0.1:1")
