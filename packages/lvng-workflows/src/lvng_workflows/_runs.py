"""States of workflow runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lvng_core import UNSET, DecodeError, RequestOptions

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "running"})


def run_of(response: object) -> Mapping[str, Any]:
    """The run of a response: under `data`, under `run`, or the response itself; empty if it has none.

    LVNG does not document the response of `get_run`.
    """
    if not isinstance(response, Mapping):
        return {}
    run = response.get("data", response.get("run", response))
    return run if isinstance(run, Mapping) else {}


def id_of(started: types.WorkflowsExecuteResponse) -> str:
    """The id of the run that `execute` has started.

    Raises:
        DecodeError: the response has none.
    """
    run = run_of(started)
    id = next((run[name] for name in ("id", "runId", "run_id") if name in run), None)
    if not isinstance(id, str):
        raise DecodeError("workflows.execute: the response has no run with an id.", body=started)
    return id


def finished(response: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run has ended. For a status unknown to this version, `completedAt` decides."""
    run = run_of(response)
    status = run.get("status")
    return status in ENDED or (status not in ACTIVE and run.get("completedAt") is not None)


def failed(response: types.WorkflowsGetRunResponse) -> bool:
    """Whether a run that has ended was not completed."""
    return run_of(response).get("status") != "completed"


def without_idempotency_key(options: RequestOptions | None) -> RequestOptions | None:
    """The options for the calls after the first: an idempotency key identifies one call."""
    return options and replace(options, idempotency_key=UNSET)
