"""Every bad day by itself, for every kind of call: our error or the answer, in time, and nothing left behind."""

from __future__ import annotations

import pytest

from lvng_core import RequestOptions
from support.clock import FakeClock
from support.timing import LATE

from .calls import KINDS, attempt, check, under_fault
from .faults import ALL, BEGUN, BUSY, FINAL, LOST, SILENT, ok

COLOURS = pytest.mark.parametrize("name", ["sync", "asyncio"])
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
SILENCE = 0.5
"""Seconds: longer than a busy machine takes for a response."""
EACH_FAULT = pytest.mark.parametrize("fault", ALL)


@COLOURS
@EACH_KIND
@EACH_FAULT
def test_a_permanent_fault_ends_in_its_error(
    name: str, kind: str, fault: str, clock: FakeClock
) -> None:
    with under_fault(name, ALL[fault]) as (client, server):
        is_silent = fault in SILENT
        options = RequestOptions() if is_silent else RequestOptions(timeout=9.0)
        outcome = attempt(client, kind, options)
        server.settle()
        # On a busy machine, an attempt may time out before it is sent.
        check(kind, outcome, server.requests, fresh=not is_silent)
        assert fault not in FINAL or len(server.requests) == 1


@COLOURS
@EACH_KIND
@pytest.mark.parametrize("fault", [*BUSY, *LOST])
def test_a_temporary_fault_is_overcome_by_retries(
    name: str, kind: str, fault: str, clock: FakeClock
) -> None:
    # Only silence ends by the time-out; a busy machine may take longer than the client's own for all else.
    options = RequestOptions(timeout=SILENCE if fault in SILENT else 9.0)
    with under_fault(name, ALL[fault], ok) as (client, server):
        outcome = attempt(client, kind, options)
        server.settle()
        check(kind, outcome, server.requests)
        begun = fault in BEGUN and kind in {"stream", "download"}
        waits = fault == "429 until"  # the year 2286
        again = not begun and not waits and (fault in BUSY or kind != "update")
        assert len(server.requests) == (2 if again else 1)
        assert (outcome.error is None) is again


@COLOURS
@EACH_KIND
@EACH_FAULT
def test_no_fault_outlasts_the_deadline(name: str, kind: str, fault: str, clock: FakeClock) -> None:
    with under_fault(name, ok, ALL[fault]) as (client, server):
        attempt(client, kind, RequestOptions())  # what a first call loads takes time
        server.requests.clear()
        # No try ends by itself; for streams and downloads silence counts when they have begun.
        options = RequestOptions(
            deadline=0.2, timeout=0.2 if kind in {"stream", "download"} else 9.0
        )
        outcome = attempt(client, kind, options)
        server.settle()
        check(kind, outcome, server.requests)
        silence = 0.2 if options.timeout == 0.2 else 0.0
        assert outcome.seconds <= 0.2 + silence + LATE + outcome.late, outcome
