"""Bad days mixed at random: whatever comes in whatever order, the same holds for every call."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvng_core import RequestOptions
from support.clock import FakeClock

from .calls import KINDS, attempt, check, under_fault
from .faults import ALL, BUSY, FINAL, LOST, ok

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
        for kind, keyless in calls:
            met = faults[len(faults) - len(server.script) + 1 :]
            server.requests.clear()
            options = RequestOptions(idempotency_key=None) if keyless else RequestOptions()
            outcome = attempt(client, kind, options)
            check(kind, outcome, server, fresh=False)
            if keyless and kind in {"create", "stream"}:
                _check_sent_once(met, len(server.requests))


def _check_sent_once(met: list[str], requests: int) -> None:
    """Without a key, a POST is made again only after the server's word that it was not done."""
    for fault in met[: max(requests - 1, 0)]:
        assert fault in BUSY, (fault, fault in LOST, fault in FINAL)
