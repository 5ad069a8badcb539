"""Projects: members and contents."""

from __future__ import annotations

from typing import Any

from support.examples import COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

PROJECTS = "/api/v2/projects"
ANA, LI = USER_ID, COLLEAGUE_ID


def project(api: Api, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.post(PROJECTS, {"name": "Launch", **fields}, status=201)["data"]
    return made


def members(api: Api, id: str) -> list[tuple[str, str]]:
    return [(one["user_id"], one["role"]) for one in api.get(f"{PROJECTS}/{id}/members")["data"]]


def test_owner_and_given_users_are_members(api: Api) -> None:
    made = project(api, member_ids=[LI, LI])
    assert (made["owner_id"], made["member_count"]) == (ANA, 2)
    assert members(api, made["id"]) == [(ANA, "owner"), (LI, "member")]
    (_, li) = api.get(f"{PROJECTS}/{made['id']}/members")["data"]
    assert li["email"] == api.get(f"/api/v2/users/{LI}")["data"]["email"]
    assert members(api, project(api)["id"]) == [(ANA, "owner")]


def test_a_member_shows_the_current_profile(api: Api, colleague: Api) -> None:
    id = project(api, member_ids=[LI])["id"]
    colleague.patch("/api/v2/users/me", {"display_name": "Wei"})
    assert api.get(f"{PROJECTS}/{id}/members")["data"][1]["name"] == "Wei"


def test_an_update_replaces_all_members_but_the_owner(api: Api) -> None:
    id = project(api, member_ids=[LI])["id"]
    joined = api.get(f"{PROJECTS}/{id}/members")["data"][0]["joined_at"]
    assert api.patch(f"{PROJECTS}/{id}", {"member_ids": []})["data"]["member_count"] == 1
    assert members(api, id) == [(ANA, "owner")]
    api.patch(f"{PROJECTS}/{id}", {"member_ids": [ANA, LI]})
    assert members(api, id) == [(ANA, "owner"), (LI, "member")]
    assert api.get(f"{PROJECTS}/{id}/members")["data"][0]["joined_at"] == joined
    api.patch(f"{PROJECTS}/{id}", {"name": "Autumn"})
    assert len(members(api, id)) == 2


def test_members_must_exist(api: Api) -> None:
    api.post(PROJECTS, {"name": "Launch", "member_ids": ["usr_unknown"]}, status=404)
    assert [one["name"] for one in api.get(PROJECTS)["data"]] == ["Autumn launch"]
    id = project(api)["id"]
    api.patch(f"{PROJECTS}/{id}", {"name": "x", "member_ids": ["usr_unknown"]}, status=404)
    assert api.get(f"{PROJECTS}/{id}")["data"]["name"] == "Launch"


def test_tasks_are_counted(api: Api) -> None:
    id = project(api)["id"]
    assert api.get(f"{PROJECTS}/{id}")["data"]["task_count"] == 0
    task = api.post("/api/v2/tasks", {"title": "Call Li", "project_id": id})["data"]["id"]
    assert api.get(f"{PROJECTS}/{id}")["data"]["task_count"] == 1
    (listed,) = [one for one in api.get(PROJECTS)["data"] if one["id"] == id]
    assert listed["task_count"] == 1
    api.delete(f"/api/v2/tasks/{task}")
    assert api.get(f"{PROJECTS}/{id}")["data"]["task_count"] == 0


def test_conversations_of_a_project_are_listed_and_counted(api: Api) -> None:
    id = project(api)["id"]
    body = {"name": "Launch team", "conversation_type": "project", "project_id": id}
    conversation = api.post("/api/v2/conversations", body)["data"]["id"]
    address = f"{PROJECTS}/{id}/conversations"
    assert [one["id"] for one in api.get(address)["data"]] == [conversation]
    assert api.get(f"{PROJECTS}/{id}")["data"]["conversation_count"] == 1
    assert api.get(address, archived=True)["data"] == []
    assert len(api.get(address, archived=False)["data"]) == 1


def test_deleting_a_project_keeps_its_contents(api: Api) -> None:
    id = project(api)["id"]
    task = api.post("/api/v2/tasks", {"title": "Call Li", "project_id": id})["data"]["id"]
    api.delete(f"{PROJECTS}/{id}")
    assert api.get(f"/api/v2/tasks/{task}")["data"]["project_id"] is None
    api.get(f"{PROJECTS}/{id}/members", status=404)
    api.get(f"{PROJECTS}/{id}/conversations", status=404)


def test_the_list_is_filtered(api: Api) -> None:
    project(api, name="Autumn sale", workspace_id=WORKSPACE_ID)
    done = project(api, name="Spring sale", status="completed", due_date="2026-12-18")
    assert done["due_date"] == "2026-12-18"

    def names(query: str) -> list[str]:
        return [one["name"] for one in api.get(f"{PROJECTS}?{query}")["data"]]

    assert names("status=completed") == ["Spring sale"]
    assert names("search=sale&status=active") == ["Autumn sale"]
    assert names("workspace_id=ws_unknown") == []


def test_a_project_is_hidden_from_other_organizations(api: Api, stranger: Api) -> None:
    id = project(api)["id"]
    assert stranger.get(PROJECTS)["data"] == []
    for part in ("members", "conversations"):
        stranger.get(f"{PROJECTS}/{id}/{part}", status=404)
