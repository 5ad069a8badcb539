"""`sandbox.requests` holds every request to the API, also those that were refused or disturbed."""

from __future__ import annotations

import httpx
import pytest

from lvng_sandbox import Entry, Fault, Sandbox
from support.sandbox import Api, Connect


def summary(entry: Entry) -> tuple[str, str, str, int]:
    return entry.operation, entry.method, entry.path, entry.status


def test_a_request_is_logged_with_its_response(sandbox: Sandbox, api: Api) -> None:
    body = api.get("/api/v2/notes", limit=1)
    (entry,) = sandbox.requests
    assert summary(entry) == ("notes.list", "GET", "/api/v2/notes", 200)
    assert (entry.query, entry.response, entry.fault) == ([("limit", "1")], body, None)
    assert entry.elapsed > 0


def test_an_injected_error_is_logged_with_its_fault(sandbox: Sandbox, api: Api) -> None:
    fault = Fault(status=503, retry_after="2", times=1)
    sandbox.faults.add("notes.*", fault)
    body = api.get("/api/v2/notes", status=503)
    api.get("/api/v2/notes")
    failed, succeeded = sandbox.requests
    assert summary(failed) == ("notes.list", "GET", "/api/v2/notes", 503)
    assert (failed.response, failed.fault) == (body, fault)
    assert (succeeded.status, succeeded.fault) == (200, None)


@pytest.mark.parametrize(
    ("broken", "status", "is_done"), [("reset", 0, False), ("lost", 201, True)]
)
def test_a_reset_connection_is_logged(
    broken: str, status: int, is_done: bool, sandbox: Sandbox, api: Api
) -> None:
    headers = {"X-Sandbox-Fault": f"break={broken}"}
    with pytest.raises(httpx.TransportError):
        api.http.post("/api/v2/notes", json={"content": "x"}, headers=headers)
    (entry,) = sandbox.requests
    assert summary(entry) == ("notes.create", "POST", "/api/v2/notes", status)
    assert entry.fault is not None
    assert entry.fault.broken == broken
    assert (entry.response is not None) == is_done


def test_a_broken_body_is_logged_as_it_was_before(sandbox: Sandbox, api: Api) -> None:
    page = api.http.get("/api/v2/notes", headers={"X-Sandbox-Fault": "break=html"})
    assert page.text.startswith("<!doctype html>")
    (entry,) = sandbox.requests
    assert entry.response["data"]
    assert entry.fault == Fault(broken="html")


def test_a_fault_header_that_is_not_valid_is_logged(sandbox: Sandbox, api: Api) -> None:
    response = api.http.get("/api/v2/notes", headers={"X-Sandbox-Fault": "colour=red"})
    (entry,) = sandbox.requests
    assert summary(entry) == ("notes.list", "GET", "/api/v2/notes", 400)
    assert (entry.response, entry.fault) == (response.json(), None)


def test_an_unknown_path_is_logged(sandbox: Sandbox, api: Api) -> None:
    body = api.get("/api/v2/no/such/path", status=404)
    (entry,) = sandbox.requests
    assert summary(entry) == ("", "GET", "/api/v2/no/such/path", 404)
    assert entry.response == body


def test_a_wrong_method_is_logged(sandbox: Sandbox, api: Api) -> None:
    response = api.http.delete("/api/v2/notes")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST, HEAD")
    (entry,) = sandbox.requests
    assert summary(entry) == ("", "DELETE", "/api/v2/notes", 405)
    assert entry.response == response.json()


def test_refused_requests_are_logged(sandbox: Sandbox, api: Api, nobody: Api) -> None:
    nobody.get("/api/v2/notes", status=401)
    api.post("/api/v2/notes", {"content": 7}, status=400)
    assert [(entry.operation, entry.status) for entry in sandbox.requests] == [
        ("notes.list", 401),
        ("notes.create", 400),
    ]
    assert sandbox.requests[1].content == b'{"content":7}'


def test_requests_above_a_rate_limit_are_logged(connect: Connect) -> None:
    with Sandbox(rate_limits=True) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        while api.http.get("/api/v2/ooda/status").status_code == 200:
            pass
        assert {entry.status for entry in sandbox.requests[:-1]} == {200}
        assert (sandbox.requests[-1].operation, sandbox.requests[-1].status) == ("ooda.status", 429)


def test_credentials_are_masked(sandbox: Sandbox, api: Api) -> None:
    api.get("/api/v2/notes")
    (entry,) = sandbox.requests
    assert entry.headers["authorization"] == f"…{sandbox.api_key[-4:]}"
    assert sandbox.api_key not in repr(entry)


def test_requests_of_the_page_are_not_logged(sandbox: Sandbox, connect: Connect) -> None:
    page = connect(sandbox, sandbox.token)
    for path in ("/", "/openapi.json", "/_sandbox/requests", "/_sandbox/records"):
        assert page.http.get(path).status_code == 200
    assert sandbox.requests == []
