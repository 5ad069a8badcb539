"""Artifacts of a workspace: reviewed, superseded by newer versions, commented on and linked."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import list_response, slice_response
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..problems import conflict, forbidden, invalid, not_found, unprocessable
from ..store.database import Record
from ..workspace.membership import workspace_contexts

TYPES = {
    "task_plan": "Steps towards a goal",
    "implementation_plan": "How something is going to be built",
    "walkthrough": "How something works, step by step",
    "verification_proof": "Evidence that something works",
    "decision_record": "What was decided, and why",
    "plan_mode": "A plan that awaits approval before work begins",
    "code_change": "A change of source code",
    "research_summary": "What research has found",
}
STATUSES = {
    "draft": "Not yet submitted for review",
    "pending_review": "Awaits a decision",
    "approved": "Approved in a review",
    "rejected": "Rejected in a review",
    "superseded": "Replaced by a newer version",
}
_NEXT = {
    "draft": {"pending_review"},
    "pending_review": {"draft", "approved", "rejected"},
    "approved": {"draft"},
    "rejected": {"draft", "pending_review"},
    "superseded": set[str](),
}
"""The statuses that an update may change a status to."""
_TARGETS = {
    "conversation": "conversations",
    "message": "messages",
    "workflow_run": "workflows.runs",
}

rules(artifacts=Rule(text=("title", "content")))


@handler("artifacts.list_types")
def list_types(call: Call) -> Any:
    return call.fill({"data": {"types": TYPES, "statuses": STATUSES}})


@handler("artifacts.list")
def list_artifacts(call: Call) -> Any:
    return list_response(call, call.records("artifacts"), workspace_id=_workspace(call))


@handler("artifacts.create")
def create(call: Call) -> Any:
    artifact = call.records("artifacts").add(call.body, workspace_id=_workspace(call), version=1)
    return call.fill({"data": artifact})


@handler("artifacts.get")
def get(call: Call) -> Any:
    return call.fill({"data": _artifact(call)})


@handler("artifacts.update")
def update(call: Call) -> Any:
    artifact, status = _artifact(call), call.body.get("status")
    changes = dict(call.body)
    if status not in {None, artifact["status"]}:
        if status not in _NEXT[artifact["status"]]:
            raise unprocessable("status", f"cannot become {status}: it is {artifact['status']}")
        changes |= _reviewed(call, status)
    return call.fill({"data": call.records("artifacts").change(artifact["id"], changes)})


@handler("artifacts.delete")
def delete(call: Call) -> Any:
    """Delete an artifact; the versions before and after it are linked to each other."""
    artifact, artifacts = _artifact(call), call.records("artifacts")
    older, newer = artifact["supersedes_id"], artifact["superseded_by_id"]
    if older:
        artifacts.change(older, {"superseded_by_id": newer})
    if newer:
        artifacts.change(newer, {"supersedes_id": older})
    artifacts.delete(artifact["id"])
    return call.fill({"message": "Artifact deleted"})


@handler("artifacts.review")
def review(call: Call) -> Any:
    artifact, decision = _artifact(call), call.body["decision"]
    if artifact["status"] != "pending_review":
        raise conflict(f"The artifact does not await a review: it is {artifact['status']}")
    changes = {"status": decision, **_reviewed(call, decision)}
    artifact = call.records("artifacts").change(artifact["id"], changes)
    if comment := call.body.get("comment"):
        artifact = _comment(call, artifact, {"content": comment})[0]
    return call.fill({"data": artifact})


@handler("artifacts.supersede")
def supersede(call: Call) -> Any:
    old, artifacts = _artifact(call), call.records("artifacts")
    if old["status"] == "superseded":
        raise conflict(f"The artifact is superseded already, by {old['superseded_by_id']}")
    kept = {name: old[name] for name in ("title", "type", "metadata", "workspace_id")}
    new = artifacts.add({**kept, **call.body}, version=old["version"] + 1, supersedes_id=old["id"])
    artifacts.change(old["id"], {"status": "superseded", "superseded_by_id": new["id"]})
    return call.fill({"data": new})


@handler("artifacts.list_versions")
def list_versions(call: Call) -> Any:
    artifact, artifacts = _artifact(call), call.records("artifacts")
    newer = _chain(artifacts, artifact, "superseded_by_id")
    older = _chain(artifacts, artifact, "supersedes_id")
    return slice_response(call, [*reversed(newer), artifact, *older])


@handler("artifacts.list_comments")
def list_comments(call: Call) -> Any:
    return list_response(call, call.records("artifacts.comments", _artifact(call)["id"]))


@handler("artifacts.add_comment")
def add_comment(call: Call) -> Any:
    return call.fill({"data": _comment(call, _artifact(call), call.body)[1]})


@handler("artifacts.add_link")
def add_link(call: Call) -> Any:
    artifact, body = _artifact(call), call.body
    if body["target_type"] not in _TARGETS:
        raise unprocessable("target_type", f"must be one of {', '.join(_TARGETS)}")
    if call.records(_TARGETS[body["target_type"]]).find(body["target_id"]) is None:
        raise not_found(body["target_type"].replace("_", " ").capitalize())
    if any(link["target_id"] == body["target_id"] for link in artifact["links"]):
        raise conflict("The artifact is linked to it already")
    link = {
        "id": call.new_id("lnk_0"),
        "artifact_id": artifact["id"],
        **body,
        "created_by": call.user_id,
        "created_at": call.now(),
    }
    call.records("artifacts").change(artifact["id"], {"links": [*artifact["links"], link]})
    return call.fill({"data": link})


@seed
def add_examples(context: Context) -> None:
    """Make the example consistent: without other versions, and ready for review."""
    artifacts = context.records("artifacts")
    for artifact in artifacts.all():
        comments = context.records("artifacts.comments", artifact["id"])
        for comment in comments.all():
            comments.put({**comment, "parent_comment_id": None})
        nothing = dict.fromkeys(("supersedes_id", "superseded_by_id", "reviewed_by", "reviewed_at"))
        fields = {"status": "pending_review", "links": [], "comment_count": comments.count()}
        artifacts.put({**artifact, **nothing, **fields})


def _workspace(call: Call) -> str:
    """The workspace of a call: named by a header or the query, or else the caller's only one.

    Artifacts belong to the organization of the workspace: guests from another organization have no access.
    """
    known = workspace_contexts(call)
    own = [id for id, host in known.items() if host.tenant == call.tenant]
    named = call.headers.get("x-workspace-id") or call.query.get("workspace_id")
    if named is None:
        if len(own) != 1:
            raise invalid([("workspace_id", "is required, here or in the header x-workspace-id")])
        return own[0]
    if named not in own:
        raise forbidden(f"You are not a member of the workspace {named}")
    return str(named)


def _artifact(call: Call) -> Record:
    """The artifact in the path, which must be in the workspace."""
    artifact = call.records("artifacts").get(call.path["id"])
    if artifact["workspace_id"] != _workspace(call):
        raise not_found("Artifact")
    return artifact


def _reviewed(call: Call, status: str) -> dict[str, Any]:
    """Reviewer and time of review, for the statuses that follow a review."""
    if status not in {"approved", "rejected"}:
        return {"reviewed_by": None, "reviewed_at": None}
    return {"reviewed_by": call.user_id, "reviewed_at": call.now()}


def _comment(call: Call, artifact: Record, fields: dict[str, Any]) -> tuple[Record, Record]:
    """Add a comment; the artifact with its new comment count, and the comment."""
    comments = call.records("artifacts.comments", artifact["id"])
    if parent := fields.get("parent_comment_id"):
        comments.get(parent)
    comment = comments.add(fields)
    artifacts = call.records("artifacts")
    return artifacts.change(artifact["id"], {"comment_count": comments.count()}), comment


def _chain(artifacts: Collection, artifact: Record, link: str) -> list[Record]:
    """The versions before or after an artifact, nearest first."""
    found = []
    while artifact[link]:
        artifact = artifacts.get(artifact[link])
        found.append(artifact)
    return found
