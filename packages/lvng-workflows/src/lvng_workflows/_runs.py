"""States of workflow runs."""

from __future__ import annotations

from dataclasses import replace

from lvng_core import UNSET, RequestOptions

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "running"})


def finished(response: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run has ended. For a status unknown to this version, `completedAt` decides."""
    run = response["data"]
    if run["status"] in ENDED | ACTIVE:
        return run["status"] in ENDED
    return run.get("completedAt") is not None


def failed(response: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run that has ended was not completed."""
    return response["data"]["status"] != "completed"


def without_idempotency_key(options: RequestOptions | None) -> RequestOptions | None:
    """The options for the calls after the first: an idempotency key identifies one call."""
    return options and replace(options, idempotency_key=UNSET)
