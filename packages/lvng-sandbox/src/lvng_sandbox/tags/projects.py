"""Projects: their members, and what they contain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import computed, define_collection, handler, rules
from ..store.database import Record
from ..workspace.users import find_user


@computed("projects")
def _counts(context: Context, project: Record) -> Mapping[str, Any]:
    id = project["id"]
    return {
        "member_count": context.records("projects.members", id).count(),
        "conversation_count": context.records("conversations").count(project_id=id),
        "task_count": context.records("tasks").count(project_id=id),
    }


@computed("projects.members")
def _as_now(context: Context, member: Record) -> Mapping[str, Any]:
    """Name and address of the member's user; of a deleted user, those at the time of joining."""
    user = find_user(context, member["user_id"])
    if user is None:
        return {}
    name = user["display_name"] or user["email"]
    return {"name": name, "email": user["email"], "avatar_url": user["avatar_url"]}


rules(
    projects=Rule(references={"workspace_id": "workspaces"}, text=("name", "description")),
)
define_collection("projects.members", "/api/v2/projects/{id}/members", "user_id", "ProjectMember")


@handler("projects.create")
def create(call: Call) -> Any:
    projects = call.records("projects")
    project = projects.add(call.body)
    _set_members(call, project, call.body.get("member_ids", ()))
    return record_response(call, projects, project)


@handler("projects.update")
def update(call: Call) -> Any:
    projects = call.records("projects")
    project = update_record(call, projects, call.path["id"])
    if "member_ids" in call.body:
        _set_members(call, project, call.body["member_ids"])
    return record_response(call, projects, project)


@handler("projects.delete")
def delete(call: Call) -> Any:
    call.deleted = project = call.records("projects").delete(call.path["id"])
    for kind in ("tasks", "conversations"):
        records = call.records(kind)
        for record in records.all(project_id=project["id"]):
            records.change(record["id"], {}, project_id=None)
    return call.fill({"message": "Project deleted"})


@handler("projects.list_conversations")
def list_conversations(call: Call) -> Any:
    project = call.records("projects").get(call.path["id"])
    response = list_response(call, call.records("conversations"), project_id=project["id"])
    for one in response["data"]:  # what is the caller's own is not part of a project's list
        del one["unread_count"], one["last_message_at"]
    return response


def _set_members(call: Call, project: Record, ids: Iterable[str]) -> None:
    """Set the members of a project, beside its owner."""
    members = call.records("projects.members", project["id"])
    wanted = dict.fromkeys([project["owner_id"], *ids])
    for member in members.all():
        if member["user_id"] not in wanted:
            members.delete(member["user_id"])
    for id in wanted:
        user = call.records("users").get(id)
        if members.find(id) is None:
            role = "owner" if id == project["owner_id"] else "member"
            name = user["display_name"] or user["email"]
            members.add({"user_id": id, "name": name, "role": role})
