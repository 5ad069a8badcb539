"""Presence: statuses of users, until they expire."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

PRESENCE = "/api/v2/presence"
ME, COLLEAGUE = USER_ID, COLLEAGUE_ID


def say(api: Api, status: str = "busy", **fields: Any) -> Any:
    return api.put(PRESENCE, {"status": status, **fields})["data"]


def states(api: Api, **query: Any) -> dict[str, str]:
    found = api.call("GET", PRESENCE, params=query)["data"]
    return {one["user_id"]: one["status"] for one in found}


def test_a_status_is_visible_to_others(api: Api, colleague: Api) -> None:
    said = say(api, status_text="In a meeting")
    assert (said["user_id"], said["workspace_id"]) == (ME, None)
    assert colleague.get(f"{PRESENCE}/{ME}")["data"] == said


def test_users_are_offline_by_default(api: Api) -> None:
    presence = api.get(f"{PRESENCE}/{COLLEAGUE}")["data"]
    assert (presence["status"], presence["last_seen_at"]) == ("offline", None)
    api.get(f"{PRESENCE}/nobody", status=404)


def test_a_status_expires(api: Api, sandbox: Sandbox) -> None:
    soon = sandbox._run(lambda platform: platform.clock.later(60))
    assert say(api, status_text="Lunch", expires_at=soon)["status"] == "busy"
    sandbox.advance(61)
    presence = api.get(f"{PRESENCE}/{ME}")["data"]
    assert (presence["status"], presence["status_text"]) == ("offline", None)
    assert presence["last_seen_at"]


def test_an_update_replaces_the_status(api: Api) -> None:
    say(api, status_text="In a meeting")
    assert say(api, "online")["status_text"] is None


def test_the_list_is_filtered(api: Api, colleague: Api) -> None:
    say(api)
    say(colleague, "away")
    assert states(api) == {ME: "busy", COLLEAGUE: "away"}
    assert states(api, status="away") == {COLLEAGUE: "away"}
    assert states(api, user_ids=[ME, "nobody"]) == {ME: "busy"}
    assert states(api, workspace_id=WORKSPACE_ID) == {ME: "busy", COLLEAGUE: "away"}
    assert states(api, workspace_id="elsewhere") == {}
    assert api.get(PRESENCE, limit=1)["pagination"]["hasMore"] is True


def test_a_status_applies_to_its_workspace(api: Api) -> None:
    other = api.post("/api/v2/workspaces", {"name": "Other", "slug": "other"})["workspace"]["id"]
    say(api, workspace_id=other)
    assert states(api, workspace_id=other)[ME] == "busy"
    assert states(api, workspace_id=WORKSPACE_ID)[ME] == "offline"
    api.put(PRESENCE, {"status": "busy", "workspace_id": "nowhere"}, status=404)


def test_presence_is_hidden_from_other_organizations(stranger: Api) -> None:
    stranger.get(f"{PRESENCE}/{ME}", status=404)
    assert ME not in states(stranger)
