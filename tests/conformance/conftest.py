"""The server, the generated requests, and the summary at the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import schemathesis  # pyright: ignore[reportMissingImports] # it has an environment of its own

from lvng_sandbox import Sandbox

Answers = dict[int, int]
"""How often an operation answered with which status."""

SEED = int(os.environ.get("LVNG_SEED", "1"))
CONFIG = schemathesis.config.SchemathesisConfig.from_path(
    Path(__file__).with_name("schemathesis.toml")
)
CONFIG.update(seed=SEED, max_failures=None)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def headers(sandbox: Sandbox) -> dict[str, str]:
    """A JWT, which every operation takes."""
    return {"Authorization": f"Bearer {sandbox.jwt}"}


@pytest.fixture
def answers(record_property: Callable[[str, object], None]) -> Answers:
    """Counts the responses to an operation."""
    answers = Answers()
    record_property("answers", answers)
    return answers


def check_answer(
    case: schemathesis.Case, sandbox: Sandbox, headers: dict[str, str], answers: Answers
) -> None:
    """Send a request, count the status of its response, and compare the response with the document."""
    response = case.call(sandbox.base_url, headers=headers)
    answers[response.status_code] = answers.get(response.status_code, 0) + 1
    case.validate_response(response, headers=headers, transport_kwargs={"headers": headers})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was asked, and what was answered."""
    operations, statuses = 0, Counter[int]()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            answers = dict(report.user_properties).get("answers")
            if answers:
                operations += 1
                statuses.update(answers)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    terminalreporter.write_line(
        f"{statuses.total()} requests to {operations} operations with seed {SEED}: {told}"
    )
