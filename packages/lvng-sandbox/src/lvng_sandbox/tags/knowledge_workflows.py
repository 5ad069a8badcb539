"""The knowledge base's view of workflows, computed from the workflows and their runs."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.crud import slice_response
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler
from ..problems import not_found
from ..store.database import Record
from ..store.full_text import keywords


@handler("knowledge.list_workflows")
def list_workflows(call: Call) -> Any:
    words = call.query.get("search", "").lower().split()
    workspace = call.query.get("workspaceId")
    found = [
        workflow
        for workflow in call.records("workflows").all()
        if workspace in {None, workflow["workspaceId"]}
        and all(word in _text(workflow).lower() for word in words)
    ]
    return slice_response(call, found, lambda workflow: _memory(call, workflow))


@handler("knowledge.get_workflow")
def get_workflow(call: Call) -> Any:
    for workflow in call.records("workflows").all():
        if call.path["id"] == _id(call, workflow):
            return call.fill({"data": _memory(call, workflow)})
    raise not_found("Knowledge workflow")


@handler("knowledge.search_workflows")
def search_workflows(call: Call) -> Any:
    words = set(keywords(call.body["query"]))
    scored = [
        (len(words & set(keywords(_text(workflow)))) / len(words), workflow)
        for workflow in call.records("workflows").all()
        if words
    ]
    best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
    found = [
        {
            "id": _id(call, workflow),
            "title": workflow["name"],
            "name": None,
            "content": workflow["description"],
            "description": None,
            "score": round(score, 4),
            "type": "workflow",
            "source": "workflows",
            "metadata": {"workflowId": workflow["id"]},
        }
        for score, workflow in best[: call.body.get("limit", DEFAULT_LIMIT)]
    ]
    return call.fill({"data": found})


def _memory(call: Call, workflow: Record) -> dict[str, Any]:
    runs = call.records("workflows.runs", workflow["id"]).all()
    ended = [run for run in runs if run["status"] in {"completed", "failed", "cancelled"}]
    completed = sum(run["status"] == "completed" for run in ended)
    return {
        "id": _id(call, workflow),
        "workflowId": workflow["id"],
        "name": workflow["name"],
        "description": workflow["description"],
        "summary": _summary(ended, completed),
        "tags": workflow["tags"],
        "runCount": len(runs),
        "successRate": round(completed / len(ended), 4) if ended else None,
        "lastRunAt": max((run["createdAt"] for run in runs), default=None),
        "createdAt": workflow["createdAt"],
        "updatedAt": workflow["updatedAt"],
    }


def _id(call: Call, workflow: Record) -> str:
    """The id of a workflow in the knowledge base, derived from the workflow's, except for the example."""
    kept = call.records("knowledge.workflows").first(workflowId=workflow["id"])
    return str(kept["id"]) if kept else f"kwf_{workflow['id'].removeprefix('wf_')}"


def _summary(ended: list[Record], completed: int) -> str | None:
    """A summary of the runs that have ended."""
    if not ended:
        return None
    failed = [run["error"] for run in ended if run["error"]]
    return f"{completed} of {len(ended)} runs completed." + (
        f" The last failure: {failed[-1]}" if failed else ""
    )


def _text(workflow: Record) -> str:
    return " ".join([workflow["name"], workflow["description"] or "", *workflow["tags"]])
