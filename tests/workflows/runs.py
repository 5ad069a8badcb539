"""Runs of a workflow as a server tells of them."""

from __future__ import annotations

from typing import Any

from support.scripted_server import Step, answer


def run(status: str, **more: Any) -> dict[str, Any]:
    """The record of a run."""
    ended = status in {"completed", "failed", "cancelled"}
    return {
        "id": "run_1",
        "workflowId": "wf_1",
        "status": status,
        "inputs": {},
        "result": {"words": 7} if status == "completed" else None,
        "error": "No such tool" if status == "failed" else None,
        "steps": [],
        "triggeredBy": "api",
        "startedAt": None,
        "completedAt": "2026-11-03T14:20:05.120Z" if ended else None,
        "durationMs": None,
        "createdAt": "2026-11-03T14:20:05.000Z",
        **more,
    }


def tell(status: str, **more: Any) -> Step:
    """The answer of `get_run`, or of any call that gives a run."""
    return answer(200, {"success": True, "data": run(status, **more)})
