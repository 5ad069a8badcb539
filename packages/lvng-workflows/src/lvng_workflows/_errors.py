"""The error raised for a run that failed or was cancelled."""

from __future__ import annotations

from typing import Self

from lvng_core import LvngError

from . import types

__all__ = ["WorkflowRunError"]


class WorkflowRunError(LvngError):
    """A workflow run failed or was cancelled.

    Attributes:
        run: the `WorkflowRun` in its final state.
    """

    run: types.WorkflowRun

    @classmethod
    def of(cls, run: types.WorkflowRun) -> Self:
        """Make the error of a run."""
        reason = f": {run['error']}" if run.get("error") else ""
        status = run.get("status") or "ended without a status"
        error = cls(f"Run {run.get('id')!r} {status}{reason}.", code=run.get("status"), body=run)
        error.run = run
        return error
