"""The activity feed: entries, filters and statistics."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

ACTIVITY = "/api/v2/activity"


def note(api: Api, title: str = "t") -> str:
    id: str = api.post("/api/v2/notes", {"title": title, "content": "c"})["data"]["id"]
    return id


def feed(api: Api, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(ACTIVITY, **query)["data"]
    return found


def test_a_change_is_recorded_with_its_actor(api: Api) -> None:
    id = note(api)
    entry = feed(api)[0]
    assert (entry["type"], entry["action"], entry["resource_id"]) == ("note", "note.create", id)
    assert (entry["actor_id"], entry["actor_name"]) == (USER_ID, "Ana Lopes")
    assert api.get(f"{ACTIVITY}/{entry['id']}")["data"] == entry


def test_requests_that_change_nothing_are_not_recorded(api: Api) -> None:
    before = len(feed(api))
    api.get("/api/v2/notes")
    api.post("/api/v2/notes", {"title": "no content"}, status=400)
    assert len(feed(api)) == before


def test_the_feed_is_shared_by_the_organization(api: Api, colleague: Api, stranger: Api) -> None:
    id = note(colleague)
    assert feed(api)[0]["resource_id"] == id
    assert feed(api)[0]["actor_name"] == "Li Wei"
    assert feed(stranger) == []


def test_each_filter_applies_to_the_feed(sandbox: Sandbox, api: Api, colleague: Api) -> None:
    first = note(api)
    sandbox.advance(60)
    body = {"name": "new", "workspace_id": WORKSPACE_ID}
    channel = colleague.post("/api/v2/channels", body)["channel"]["id"]
    entry = feed(api, resource_id=channel)[0]
    assert entry["workspace_id"] == WORKSPACE_ID
    for query in (
        {"type": "channel"},
        {"actor_id": COLLEAGUE_ID},
        {"resource_type": "channel", "workspace_id": WORKSPACE_ID},
        {"since": entry["created_at"]},
    ):
        assert feed(api, **query)[0] == entry, query
        assert first not in [one["resource_id"] for one in feed(api, **query)], query
    assert entry not in feed(api, until=feed(api, resource_id=first)[0]["created_at"])


def test_a_change_of_a_workspace_is_recorded_for_it(api: Api) -> None:
    api.patch(f"/api/v2/workspaces/{WORKSPACE_ID}/settings", {"visibility": "public"})
    api.post(f"/api/v2/workspaces/{WORKSPACE_ID}/invitations", {})
    actions = [one["action"] for one in feed(api, workspace_id=WORKSPACE_ID)]
    assert actions[:2] == ["invitation.create", "workspace.update_settings"]


def test_statistics_count_by_type_actor_and_day(sandbox: Sandbox, api: Api, colleague: Api) -> None:
    begun = colleague.post("/api/v2/notes", {"title": "t", "content": "c"})["data"]["created_at"]
    sandbox.advance(86_400)
    note(api)
    api.post("/api/v2/tasks", {"title": "new"})
    stats = api.get(f"{ACTIVITY}/stats", since=begun)["data"]
    assert stats["total"] == 3
    assert stats["by_type"] == [{"type": "note", "count": 2}, {"type": "task", "count": 1}]
    assert stats["by_actor"] == [
        {"actor_id": USER_ID, "actor_name": "Ana Lopes", "count": 2},
        {"actor_id": COLLEAGUE_ID, "actor_name": "Li Wei", "count": 1},
    ]
    assert [day["count"] for day in stats["daily"]] == [1, 2]
    assert stats["daily"][0]["date"] == begun[:10]
    assert api.get(f"{ACTIVITY}/stats", until="2020-01-01T00:00:00Z")["data"]["total"] == 0


def test_a_summary_names_actor_action_and_resource(api: Api) -> None:
    project = api.post("/api/v2/projects", {"name": "Tides"})["data"]["id"]
    api.patch(f"/api/v2/projects/{project}", {"name": "Tide table"})
    api.delete(f"/api/v2/projects/{project}")
    entries = [one for one in api.get("/api/v2/activity")["data"] if one["resource_id"] == project]
    name = api.get("/api/v2/users/me")["data"]["display_name"]
    assert [one["summary"] for one in reversed(entries)] == [
        f"{name} created the project “Tides”",
        f"{name} updated the project “Tide table”",
        f"{name} deleted the project “Tide table”",
    ]
    assert {one["actor_name"] for one in entries} == {name}


def test_the_summary_does_not_tell_what_others_may_not_see(api: Api, colleague: Api) -> None:
    body = {"workspace_id": WORKSPACE_ID, "name": "surprise", "is_private": True}
    channel = api.post("/api/v2/channels", body)["channel"]["id"]
    api.post("/api/v2/messages", {"channel_id": channel, "content": "surprise"})
    api.post("/api/v2/agents", {"name": "surprise"})
    api.post("/api/v2/notes", {"title": "surprise", "content": "x"})
    api.delete(f"/api/v2/channels/{channel}")
    assert "surprise" not in str(colleague.get("/api/v2/activity")["data"])
