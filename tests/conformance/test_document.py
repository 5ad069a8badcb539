"""Whatever Schemathesis makes of the document, the sandbox answers as the document says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis  # pyright: ignore[reportMissingImports] # it has an environment of its own
from hypothesis import HealthCheck, settings

from lvng_sandbox import Sandbox
from support.contract import DOCUMENT_FILE, OPERATIONS

from .conftest import CONFIG, Answers, check_answer

DOCUMENT = schemathesis.openapi.from_path(DOCUMENT_FILE, config=CONFIG)


@pytest.fixture
def some_succeed(answers: Answers) -> Iterator[None]:
    """At least once an operation does what is asked."""
    yield
    assert any(status < 300 for status in answers), answers


@pytest.mark.usefixtures("some_succeed")
@DOCUMENT.parametrize()  # type: ignore[untyped-decorator] # not where types are checked
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # all count in one `answers`
def test_every_answer_is_in_the_document(
    case: schemathesis.Case, sandbox: Sandbox, headers: dict[str, str], answers: Answers
) -> None:
    sandbox.reset()
    check_answer(case, sandbox, headers, answers)


def test_no_operation_is_left_out() -> None:
    tested = [one.ok().definition.raw["operationId"] for one in DOCUMENT.get_all_operations()]
    assert sorted(tested) == sorted(operation["id"] for operation in OPERATIONS)
