"""What the state of a run means."""

from __future__ import annotations

from dataclasses import replace

from lvng_core import UNSET, RequestOptions

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
UNDER_WAY = frozenset({"queued", "running"})


def finished(answer: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run has ended, well or not; in a state that is new to us, by its time."""
    run = answer["data"]
    if run["status"] in ENDED | UNDER_WAY:
        return run["status"] in ENDED
    return run.get("completedAt") is not None


def failed(answer: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run ended otherwise than completed."""
    return answer["data"]["status"] != "completed"


def for_followers(options: RequestOptions | None) -> RequestOptions | None:
    """The options of the calls after the first: the idempotency key is the first one's alone."""
    return options and replace(options, idempotency_key=UNSET)
