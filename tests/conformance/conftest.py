"""The server, and the summary at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from lvng_sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def headers(sandbox: Sandbox) -> dict[str, str]:
    """A JWT, which every operation takes."""
    return {"Authorization": f"Bearer {sandbox.jwt}"}


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
    terminalreporter.write_line(f"{statuses.total()} requests to {operations} operations: {told}")
