"""States of ingestion jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "processing"})


def job_of(response: object) -> Mapping[str, Any]:
    """The job of a response: under `data`, under `job`, or the response itself; empty if it has none.

    LVNG does not document the response of `get_job`.
    """
    if not isinstance(response, Mapping):
        return {}
    job = response.get("data", response.get("job", response))
    return job if isinstance(job, Mapping) else {}


def finished(response: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job has ended. For a status unknown to this version, `completedAt` decides."""
    job = job_of(response)
    status = job.get("status")
    return status in ENDED or (status not in ACTIVE and job.get("completedAt") is not None)


def failed(response: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job that has ended was not completed."""
    return job_of(response).get("status") != "completed"
