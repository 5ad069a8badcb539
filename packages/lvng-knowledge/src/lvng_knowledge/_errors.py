"""The error raised for a job that failed or was cancelled."""

from __future__ import annotations

from typing import Self

from lvng_core import LvngError

from . import types

__all__ = ["KnowledgeJobError"]


class KnowledgeJobError(LvngError):
    """An ingestion job failed or was cancelled.

    Attributes:
        job: the `KnowledgeJob` in its final state.
    """

    job: types.KnowledgeJob

    @classmethod
    def of(cls, job: types.KnowledgeJob) -> Self:
        """Make the error of a job."""
        reason = f": {job['error']}" if job.get("error") else ""
        status = job.get("status") or "ended without a status"
        error = cls(f"Job {job.get('id')!r} {status}{reason}.", code=job.get("status"), body=job)
        error.job = job
        return error
