"""Faults, requested by header and in code."""

from __future__ import annotations

import httpx
import pytest

from lvng_sandbox import Fault, Sandbox
from support.sandbox import Api

NOTE = {"title": "t", "content": "c"}


def with_fault(api: Api, fault: str, method: str = "POST") -> httpx.Response:
    return api.http.request(
        method, "/api/v2/notes", json=NOTE, headers={"X-Sandbox-Fault": fault}, timeout=5
    )


def notes(api: Api) -> int:
    found: int = api.get("/api/v2/notes")["pagination"]["total"]
    return found


def test_an_error_status_with_retry_after_and_no_effect(api: Api) -> None:
    before = notes(api)
    answer = with_fault(api, "status=503; retry-after=7")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "7"
    assert notes(api) == before


def test_a_reset_before_the_request_is_processed(api: Api) -> None:
    before = notes(api)
    with pytest.raises(httpx.TransportError):
        with_fault(api, "break=reset")
    assert notes(api) == before


def test_a_response_lost_after_the_request_was_processed(api: Api) -> None:
    before = notes(api)
    with pytest.raises(httpx.TransportError):
        with_fault(api, "break=lost")
    assert notes(api) == before + 1


def test_a_response_that_is_cut(api: Api) -> None:
    with pytest.raises(httpx.TransportError):
        with_fault(api, "break=cut")


def test_a_response_that_stalls(api: Api) -> None:
    with pytest.raises(httpx.ReadTimeout):
        api.http.get("/api/v2/notes", headers={"X-Sandbox-Fault": "break=stall"}, timeout=0.2)


@pytest.mark.parametrize(
    ("broken", "content"), [("html", b"<!doctype"), ("garbage", b'{"success"'), ("empty", b"")]
)
def test_a_replaced_body(api: Api, broken: str, content: bytes) -> None:
    answer = with_fault(api, f"break={broken}")
    assert answer.status_code == 200
    assert answer.content.startswith(content)


def test_a_stream_is_cut_after_its_first_event(api: Api) -> None:
    headers = {"X-Sandbox-Fault": "break=cut"}
    body = {"message": "Q4 numbers"}
    with api.http.stream("POST", "/api/v2/chat/stream", json=body, headers=headers) as answer:
        pieces = answer.iter_bytes()
        first = next(pieces)
        with pytest.raises(httpx.RemoteProtocolError):
            first += b"".join(pieces)
    assert b"event: " in first
    assert b"event: done" not in first


def test_a_fault_applies_to_its_operations_the_given_times(sandbox: Sandbox, api: Api) -> None:
    sandbox.faults.add("notes.*", Fault(status=503, times=2))
    statuses = [api.http.get("/api/v2/notes").status_code for _ in range(4)]
    assert statuses == [503, 503, 200, 200]
    assert api.http.get("/api/v2/workflows").status_code == 200


def test_a_fault_without_times_applies_until_cleared(sandbox: Sandbox, api: Api) -> None:
    sandbox.faults.add("notes.list", Fault(status=500))
    assert [api.http.get("/api/v2/notes").status_code for _ in range(3)] == [500] * 3
    sandbox.faults.clear()
    assert api.http.get("/api/v2/notes").status_code == 200


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("status=abc", "status must be a number"),
        ("mood=bad", "mood"),
        ("break=dance", "reset"),
        ("status=200", "400"),
    ],
)
def test_an_invalid_fault_is_rejected_with_its_parameter(api: Api, header: str, named: str) -> None:
    answer = with_fault(api, header)
    assert answer.status_code == 400
    assert named in answer.text
