"""The error of a run that did not complete."""

from __future__ import annotations

from typing import Self

from lvng_core import LvngError

from . import types

__all__ = ["WorkflowRunError"]


class WorkflowRunError(LvngError):
    """A run failed or was cancelled.

    Attributes:
        run: the `WorkflowRun` in its last state.
    """

    run: types.WorkflowRun

    @classmethod
    def of(cls, run: types.WorkflowRun) -> Self:
        """The error of a run."""
        reason = f": {run['error']}" if run.get("error") else ""
        error = cls(f"Run {run['id']!r} {run['status']}{reason}.", code=run["status"], body=run)
        error.run = run
        return error
