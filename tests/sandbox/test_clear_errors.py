"""Mistakes in the use of the sandbox itself: each is told, with what was probably meant."""

from __future__ import annotations

import math

import pytest

from lvng_sandbox import Fault, Sandbox
from support.sandbox import Api


@pytest.mark.parametrize(
    ("method", "path", "near"),
    [
        ("GET", "/api/v2/note", "GET /api/v2/notes (notes.list)"),
        ("POST", "/api/v2/note", "POST /api/v2/notes (notes.create)"),
        ("GET", "/api/v2/note/n_1", "GET /api/v2/notes/{id} (notes.get)"),
        ("GET", "/api/v1/workflows", "GET /api/v2/workflows (workflows.list)"),
        ("GET", "/api/v2/workflows/", "GET /api/v2/workflows (workflows.list)"),
        ("POST", "/api/v2/agents/agt_1/messag", "POST /api/v2/agents/{id}/message"),
    ],
)
def test_an_unknown_path_suggests_the_nearest_operation(
    method: str, path: str, near: str, sandbox: Sandbox, api: Api
) -> None:
    error = api.call(method, path, status=404)["error"]
    assert error.startswith(f"There is no {method} {path}; the nearest operation is {near}")
    assert sandbox.requests[-1].response["error"] == error


def test_a_path_like_no_other_suggests_nothing(api: Api) -> None:
    assert api.get("/favicon.ico", status=404)["error"] == "Not Found"


def test_a_fault_for_an_unknown_operation_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(
        ValueError, match=r"no operation 'workflow\.list'; did you mean 'workflows\.list'"
    ):
        sandbox.faults.add("workflow.list", Fault(status=503))
    with pytest.raises(ValueError, match=r"There is no operation 'zebras\.\*'$"):
        sandbox.faults.add("zebras.*", Fault(status=503))
    for known in ("workflows.list", "workflows.*", "*"):
        sandbox.faults.add(known, Fault(status=503))


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf])
def test_the_clock_does_not_go_back(seconds: float, sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="seconds must be a number, at least 0; got"):
        sandbox.advance(seconds)


def test_an_address_has_one_account(sandbox: Sandbox) -> None:
    sandbox.create_account("ana@example.org")
    for email in ("ana@example.org", "ANA@example.org"):
        with pytest.raises(ValueError, match="An account with the address"):
            sandbox.create_account(email)
    with pytest.raises(ValueError, match="email must be an address; got 'ana'"):
        sandbox.create_account("ana")
