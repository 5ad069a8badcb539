"""What the state of a job means."""

from __future__ import annotations

from . import types

ENDED = frozenset({"completed", "failed", "cancelled"})
UNDER_WAY = frozenset({"queued", "processing"})


def finished(answer: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job has ended, well or not; in a state that is new to us, by its time."""
    job = answer["data"]
    if job["status"] in ENDED | UNDER_WAY:
        return job["status"] in ENDED
    return job.get("completedAt") is not None


def failed(answer: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job ended otherwise than completed."""
    return answer["data"]["status"] != "completed"
