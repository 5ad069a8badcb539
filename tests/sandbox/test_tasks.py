"""Tasks: assignment, completion, filters and subtasks."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import (
    AGENT_ID,
    ARTIFACT_ID,
    PROJECT_ID,
    USER_ID,
    WORKSPACE_ID,
    WORKSPACE_TWIN_ID,
)
from support.sandbox import Api

TASKS = "/api/v2/tasks"


def task(api: Api, **fields: Any) -> str:
    """The address of a new task."""
    id = api.post(TASKS, {"title": "Call Li", **fields}, status=201)["data"]["id"]
    return f"{TASKS}/{id}"


def test_a_new_task_is_open(api: Api) -> None:
    made = api.get(task(api))["data"]
    assert (made["status"], made["priority"]) == ("todo", "medium")
    assert (made["completed_at"], made["result"], made["assignee_id"]) == (None, None, None)
    assert api.get(task(api, status="done"))["data"]["completed_at"] is not None


@pytest.mark.parametrize(
    ("type", "id"), [("user", USER_ID), ("agent", AGENT_ID), ("twin", WORKSPACE_TWIN_ID)]
)
def test_a_task_is_assigned_to_users_agents_and_twins(api: Api, type: str, id: str) -> None:
    body = {"assignee_id": id, "assignee_type": type}
    assigned = api.post(f"{task(api)}/assign", body)["data"]
    assert assigned | body == assigned
    assert assigned in api.get(TASKS, assignee_id=id)["data"]
    changed = api.patch(task(api), body)["data"]
    assert changed | body == changed


def test_an_assignee_defaults_to_a_user_and_must_exist(api: Api) -> None:
    address = task(api, assignee_id=USER_ID)
    assert api.get(address)["data"]["assignee_type"] == "user"
    api.post(f"{address}/assign", {"assignee_id": AGENT_ID}, status=404)
    body = {"assignee_id": AGENT_ID, "assignee_type": "robot"}
    assert api.post(f"{address}/assign", body, status=422)["error"]["details"] == [
        {"field": "assignee_type", "message": "must be one of user, agent, twin"}
    ]
    api.post(TASKS, {"title": "x", "assignee_id": "usr_unknown"}, status=404)
    taken_back = api.patch(address, {"assignee_id": None})["data"]
    assert (taken_back["assignee_id"], taken_back["assignee_type"]) == (None, None)


def test_a_task_is_completed_once_with_its_result(api: Api) -> None:
    address = task(api)
    body = {"result": "She agrees", "artifact_id": ARTIFACT_ID}
    done = api.post(f"{address}/complete", body)["data"]
    assert done["status"] == "done"
    assert done | body == done
    assert done["completed_at"] is not None
    assert api.get(address)["data"] == done
    api.post(f"{address}/complete", status=409)
    api.post(f"{task(api, status='cancelled')}/complete", status=409)
    api.post(f"{task(api)}/complete", {"artifact_id": "art_unknown"}, status=404)


def test_reopening_a_task_clears_its_completion(api: Api) -> None:
    address = task(api)
    api.post(f"{address}/complete", {"result": "She agrees"})
    renamed = api.patch(address, {"title": "Call Li again"})["data"]
    assert (renamed["status"], renamed["result"]) == ("done", "She agrees")
    opened = api.patch(address, {"status": "in_progress"})["data"]
    assert (opened["completed_at"], opened["result"]) == (None, None)
    assert api.patch(address, {"status": "done"})["data"]["completed_at"] is not None


def test_filters_combine(api: Api) -> None:
    plan = {"project_id": PROJECT_ID, "artifact_id": ARTIFACT_ID}
    task(api, title="one", priority="urgent", **plan)
    task(api, title="two", priority="urgent", workspace_id=WORKSPACE_ID)
    task(api, title="three", status="blocked", **plan)

    def titles(query: str) -> list[str]:
        return [one["title"] for one in api.get(f"{TASKS}?{query}")["data"]]

    assert titles("priority=urgent") == ["one", "two"]
    assert titles(f"priority=urgent&project_id={PROJECT_ID}") == ["one"]
    assert titles(f"artifact_id={ARTIFACT_ID}&status=blocked") == ["three"]
    assert titles(f"workspace_id={WORKSPACE_ID}&priority=urgent") == ["two"]
    assert titles("status=done") == []


@pytest.mark.parametrize("name", ["project_id", "parent_task_id", "artifact_id", "workspace_id"])
def test_references_of_a_task_must_exist(api: Api, name: str) -> None:
    api.post(TASKS, {"title": "x", name: "unknown"}, status=404)


def test_a_task_has_subtasks(api: Api) -> None:
    whole = task(api).removeprefix(f"{TASKS}/")
    part = task(api, parent_task_id=whole)
    inner = task(api, parent_task_id=part.removeprefix(f"{TASKS}/"))
    assert [one["id"] for one in api.get(TASKS, parent_task_id=whole)["data"]] == [
        part.removeprefix(f"{TASKS}/")
    ]
    for above in (whole, part.removeprefix(f"{TASKS}/"), inner.removeprefix(f"{TASKS}/")):
        if above != whole:
            api.patch(f"{TASKS}/{whole}", {"parent_task_id": above}, status=422)
    api.patch(f"{TASKS}/{whole}", {"parent_task_id": whole}, status=422)
    api.delete(part)
    assert api.get(inner)["data"]["parent_task_id"] == whole
    assert api.patch(inner, {"parent_task_id": None})["data"]["parent_task_id"] is None


def test_tasks_are_sources_of_answers(api: Api) -> None:
    task(api, title="Buy zephyrs", description="Forty of them, in blue.")
    assert "in blue" in api.post("/api/v2/chat", {"message": "zephyrs"})["reply"]


def test_other_organizations_cannot_access_a_task(api: Api, stranger: Api) -> None:
    address = task(api)
    stranger.post(f"{address}/complete", status=404)
    stranger.post(f"{address}/assign", {"assignee_id": USER_ID}, status=404)
