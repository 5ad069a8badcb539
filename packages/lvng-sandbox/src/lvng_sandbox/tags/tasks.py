"""Tasks of users, agents and twins, in projects and below other tasks."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..problems import conflict, unprocessable
from ..store.database import Record

ASSIGNEES = {"user": "users", "agent": "agents", "twin": "twins.workspace"}

rules(
    tasks=Rule(
        references={
            "project_id": "projects",
            "parent_task_id": "tasks",
            "artifact_id": "artifacts",
            "workspace_id": "workspaces",
        },
        text=("title", "description", "result"),
    )
)


@handler("tasks.create")
def create(call: Call) -> Any:
    tasks = call.records("tasks")
    fields = {"priority": "medium", **call.body, **_assignee(call)}
    done = call.now() if call.body.get("status") == "done" else None
    return record_response(call, tasks, tasks.add(fields, completed_at=done))


@handler("tasks.update")
def update(call: Call) -> Any:
    tasks = call.records("tasks")
    task = tasks.get(call.path["id"])
    _check_above(tasks, task, call.body.get("parent_task_id"))
    known = _assignee(call)
    status = call.body.get("status", task["status"])
    if status != task["status"]:
        known["completed_at"] = call.now() if status == "done" else None
        known["result"] = task["result"] if status == "done" else None
    return record_response(call, tasks, update_record(call, tasks, task["id"], **known))


@handler("tasks.delete")
def delete(call: Call) -> Any:
    tasks = call.records("tasks")
    call.deleted = task = tasks.delete(call.path["id"])
    for part in tasks.all(parent_task_id=task["id"]):
        tasks.change(part["id"], {}, parent_task_id=task["parent_task_id"])
    return call.fill({"message": "Task deleted"})


@handler("tasks.assign")
def assign(call: Call) -> Any:
    tasks = call.records("tasks")
    task = update_record(call, tasks, call.path["id"], **_assignee(call))
    return record_response(call, tasks, task)


@handler("tasks.complete")
def complete(call: Call) -> Any:
    tasks = call.records("tasks")
    task = tasks.get(call.path["id"])
    if task["status"] in {"done", "cancelled"}:
        raise conflict(f"The task is {task['status']} already")
    known = {"status": "done", "completed_at": call.now()}
    return record_response(call, tasks, update_record(call, tasks, task["id"], **known))


def _assignee(call: Call) -> dict[str, Any]:
    """Assignee and type in a call's body; the assignee must exist."""
    if "assignee_id" not in call.body:
        return {}
    id, type = call.body["assignee_id"], call.body.get("assignee_type") or "user"
    if id is None:
        return {"assignee_id": None, "assignee_type": None}
    if type not in ASSIGNEES:
        raise unprocessable("assignee_type", f"must be one of {', '.join(ASSIGNEES)}")
    call.records(ASSIGNEES[type]).get(id)
    return {"assignee_id": id, "assignee_type": type}


def _check_above(tasks: Collection, task: Record, parent: str | None) -> None:
    """Check that a parent is not the task itself, or below it."""
    while parent:
        if parent == task["id"]:
            raise unprocessable("parent_task_id", "is the task itself or a part of it")
        parent = tasks.get(parent)["parent_task_id"]


@seed
def add_examples(context: Context) -> None:
    """Reopen the example task, and add its parent."""
    tasks = context.records("tasks")
    (task,) = tasks.all()
    above = {"title": "Prepare the launch", "project_id": task["project_id"]}
    tasks.add(above, id=task["parent_task_id"])
    tasks.put({**task, "completed_at": None, "result": None})
