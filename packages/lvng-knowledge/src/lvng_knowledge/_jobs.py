"""States of ingestion jobs."""

from __future__ import annotations

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "processing"})


def finished(response: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job has ended. For a status unknown to this version, `completedAt` decides."""
    job = response["data"]
    if job["status"] in ENDED | ACTIVE:
        return job["status"] in ENDED
    return job.get("completedAt") is not None


def failed(response: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job that has ended was not completed."""
    return response["data"]["status"] != "completed"
