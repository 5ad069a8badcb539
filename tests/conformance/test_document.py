"""Whatever Schemathesis makes of the document, the sandbox answers as the document says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import schemathesis  # pyright: ignore[reportMissingImports] # it has an environment of its own
from hypothesis import HealthCheck, settings

from lvng_sandbox import Sandbox
from support.contract import DOCUMENT_FILE, OPERATIONS

Answers = dict[int, int]

CONFIG = schemathesis.config.SchemathesisConfig.from_path(
    Path(__file__).with_name("schemathesis.toml")
)
DOCUMENT = schemathesis.openapi.from_path(DOCUMENT_FILE, config=CONFIG)


@pytest.fixture
def answers(record_property: Callable[[str, object], None]) -> Iterator[Answers]:
    """How often an operation answered with which status; at least once it did what was asked."""
    answers: Answers = {}
    record_property("answers", answers)
    yield answers
    assert any(status < 300 for status in answers), answers


@DOCUMENT.parametrize()  # type: ignore[untyped-decorator] # not where types are checked
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # all count in one `answers`
def test_every_answer_is_in_the_document(
    case: schemathesis.Case, sandbox: Sandbox, headers: dict[str, str], answers: Answers
) -> None:
    sandbox.reset()
    response = case.call(sandbox.base_url, headers=headers)
    answers[response.status_code] = answers.get(response.status_code, 0) + 1
    case.validate_response(response, headers=headers, transport_kwargs={"headers": headers})


def test_no_operation_is_left_out() -> None:
    tested = [one.ok().definition.raw["operationId"] for one in DOCUMENT.get_all_operations()]
    assert sorted(tested) == sorted(operation["id"] for operation in OPERATIONS)
