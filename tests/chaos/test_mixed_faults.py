"""Bad days mixed at random: whatever comes in whatever order, the same holds for every call."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvng_core import RequestOptions
from support.clock import FakeClock
from support.scripted_server import Seen

from .calls import KINDS, attempt, check, under_fault
from .faults import ALL, BUSY, ok

SLOW = {"drip in headers"}
FAULTS = st.sampled_from([fault for fault in ALL if fault not in SLOW])
CALLS = st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), min_size=1, max_size=4)


@pytest.mark.parametrize("name", ["sync", "asyncio"])
@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(calls=CALLS, faults=st.lists(FAULTS, max_size=12))
def test_calls_survive_random_faults(
    name: str, clock: FakeClock, calls: list[tuple[str, bool]], faults: list[str]
) -> None:
    steps = [ALL[fault] for fault in faults]
    with under_fault(name, *steps, ok) as (client, server):
        for number, (kind, keyless) in enumerate(calls):
            # On a busy machine, the server may receive a request after its call has timed out.
            headers = {"X-Number": str(number)}
            options = RequestOptions(headers=headers)
            if keyless:
                options = RequestOptions(headers=headers, idempotency_key=None)
            outcome = attempt(client, kind, options)
            server.settle()
            requests = [one for one in server.requests if one.header("x-number") == str(number)]
            check(kind, outcome, requests, fresh=False)
            if keyless and kind in {"create", "stream"}:
                _check_sent_once(requests)


def _check_sent_once(requests: list[Seen]) -> None:
    """Without a key, a POST is made again only after the server's word that it was not done."""
    for one in requests[:-1]:
        assert one.step in BUSY.values(), next(
            name for name, step in ALL.items() if step == one.step
        )
