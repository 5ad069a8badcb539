"""What the state of a job means."""

from __future__ import annotations

from ._generated import types

ENDED = frozenset({"completed", "failed", "cancelled"})


def finished(answer: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job has ended, well or not."""
    return answer["data"]["status"] in ENDED


def failed(answer: types.KnowledgeGetJobResponse) -> bool:
    """Whether a job ended otherwise than completed."""
    return answer["data"]["status"] != "completed"
