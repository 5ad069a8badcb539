"""Whatever Schemathesis makes of the control API's document, the sandbox answers as that document says."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis  # pyright: ignore[reportMissingImports] # it has an environment of its own
from hypothesis import HealthCheck, settings

from lvng_sandbox import Sandbox
from lvng_sandbox.control.routes import load

from .conftest import CONFIG, Answers, check_answer

DOCUMENT = schemathesis.openapi.from_dict(load().document, config=CONFIG)
LONGEST_WAIT = 0.05
"""Seconds that a request waits for others, which never come."""


@pytest.fixture
def token(sandbox: Sandbox) -> dict[str, str]:
    """The header that opens the control API."""
    return {"Authorization": f"Bearer {sandbox.token}"}


@pytest.fixture
def some_succeed(request: pytest.FixtureRequest, answers: Answers) -> Iterator[None]:
    """At least once an operation does what is asked, where that takes no id and no database file of the server."""
    yield
    if not re.search(r"[{]|/import", request.node.name):
        assert any(status < 300 for status in answers), answers


@pytest.mark.usefixtures("some_succeed")
@DOCUMENT.parametrize()  # type: ignore[untyped-decorator] # not where types are checked
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # all count in one `answers`
def test_every_answer_is_in_the_document(
    case: schemathesis.Case, sandbox: Sandbox, token: dict[str, str], answers: Answers
) -> None:
    sandbox.reset()
    _wait_shortly(case.query)
    check_answer(case, sandbox, token, answers)


def _wait_shortly(query: dict[str, Any] | None) -> None:
    """Shorten a valid timeout, which is 10 seconds where none is given."""
    if query and "wait_for" in query:
        with contextlib.suppress(TypeError, ValueError):
            query["timeout"] = min(float(query.get("timeout", LONGEST_WAIT)), LONGEST_WAIT)


def test_no_operation_is_left_out() -> None:
    tested = [one.ok().definition.raw["operationId"] for one in DOCUMENT.get_all_operations()]
    assert sorted(tested) == sorted(load().operations)
