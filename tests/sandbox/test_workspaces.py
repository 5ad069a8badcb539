"""Workspaces: members, roles, settings and deletion."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api, Connect, Subscription

WORKSPACES = "/api/v2/workspaces"
EXAMPLE = f"{WORKSPACES}/{WORKSPACE_ID}"
ANA, LI = USER_ID, COLLEAGUE_ID


def make(api: Api, slug: str = "lab") -> str:
    """The address of a new workspace."""
    workspace = api.post(WORKSPACES, {"name": "Lab", "slug": slug})["workspace"]
    return f"{WORKSPACES}/{workspace['id']}"


def roles(api: Api, workspace: str) -> dict[str, str]:
    members = api.get(f"{workspace}/members")["members"]
    return {member["user_id"]: member["role"] for member in members}


def test_the_creator_is_owner_and_member(api: Api) -> None:
    workspace = make(api)
    shown = api.get(workspace)["workspace"]
    assert (shown["owner_id"], shown["my_role"], shown["is_owner"]) == (ANA, "owner", True)
    assert roles(api, workspace) == {ANA: "owner"}


def test_the_list_has_the_callers_workspaces(api: Api, colleague: Api) -> None:
    workspace = make(api)
    assert workspace.rpartition("/")[2] in [one["id"] for one in api.get(WORKSPACES)["workspaces"]]
    found = colleague.get(WORKSPACES)
    assert [one["id"] for one in found["workspaces"]] == [WORKSPACE_ID]
    assert found["count"] == 1


@pytest.mark.parametrize("path", ["", "/members", "/settings"])
def test_non_members_do_not_see_a_workspace(api: Api, colleague: Api, path: str) -> None:
    colleague.get(f"{make(api)}{path}", status=404)


def test_non_members_cannot_store_anything_in_a_workspace(api: Api, colleague: Api) -> None:
    body = {"name": "secret", "workspace_id": make(api).rpartition("/")[2]}
    colleague.post("/api/v2/channels", body, status=404)
    api.post("/api/v2/channels", body)


def test_a_slug_is_unique(api: Api) -> None:
    workspace = make(api, "one")
    api.post(WORKSPACES, {"name": "Other", "slug": "one"}, status=409)
    make(api, "two")
    api.patch(workspace, {"slug": "two"}, status=409)


def test_a_member_shows_the_current_profile(api: Api, colleague: Api) -> None:
    colleague.patch("/api/v2/users/me", {"display_name": "Wei"})
    found = api.get(f"{EXAMPLE}/members", search="wei")["members"]
    assert [(one["user_id"], one["display_name"]) for one in found] == [(LI, "Wei")]
    assert found[0]["last_active_at"] is not None


def test_members_are_filtered_by_role_and_text(api: Api) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI, "role": "admin"})
    for query, expected in (({"role": "admin"}, [LI]), ({"search": "ana"}, [ANA]), ({}, [ANA, LI])):
        found = api.call("GET", f"{workspace}/members", params=query)
        assert [one["user_id"] for one in found["members"]] == expected
        assert found["count"] == len(expected)


def test_an_added_user_sees_the_workspace(api: Api, colleague: Api) -> None:
    workspace = make(api)
    member = api.post(f"{workspace}/members", {"user_id": LI})["member"]
    assert (member["role"], member["invited_by"]) == ("member", ANA)
    assert colleague.get(workspace)["workspace"]["my_role"] == "member"
    api.post(f"{workspace}/members", {"user_id": "usr_unknown"}, status=404)


def test_an_existing_member_keeps_the_role(api: Api) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI, "role": "admin"})
    again = api.post(f"{workspace}/members", {"user_id": LI, "role": "member"})["member"]
    assert again["role"] == "admin"


def test_the_default_role_comes_from_the_settings(api: Api) -> None:
    workspace = make(api)
    api.patch(f"{workspace}/settings", {"default_role": "admin"})
    assert api.post(f"{workspace}/members", {"user_id": LI})["member"]["role"] == "admin"


def test_users_of_other_organizations_need_an_invitation(api: Api, stranger: Api) -> None:
    other = stranger.get("/api/v2/users/me")["data"]["id"]
    api.post(f"{EXAMPLE}/members", {"user_id": other}, status=404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/members", {"user_id": LI}),
        ("PATCH", f"/members/{ANA}", {"role": "member"}),
        ("DELETE", f"/members/{ANA}", None),
        ("PATCH", "/settings", {"visibility": "public"}),
    ],
    ids=["update", "delete", "add", "change role", "remove", "settings"],
)
def test_members_cannot_manage(api: Api, colleague: Api, method: str, path: str, body: Any) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI})
    colleague.call(method, f"{workspace}{path}", json=body, status=403)


def test_admins_manage_but_do_not_own(api: Api, colleague: Api) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI, "role": "admin"})
    colleague.patch(workspace, {"name": "Renamed"})
    colleague.patch(f"{workspace}/members/{LI}", {"role": "owner"}, status=403)
    colleague.delete(f"{workspace}/members/{ANA}", status=403)
    colleague.delete(workspace, status=403)


def test_the_last_owner_cannot_leave(api: Api) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI, "role": "admin"})
    error = api.delete(f"{workspace}/members/{ANA}", status=409)["error"]
    assert "last owner" in error["message"]
    api.patch(f"{workspace}/members/{ANA}", {"role": "member"}, status=409)
    assert roles(api, workspace) == {ANA: "owner", LI: "admin"}


def test_an_owner_can_leave_if_there_is_another(api: Api, colleague: Api) -> None:
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI})
    api.patch(f"{workspace}/members/{LI}", {"role": "owner"})
    api.delete(f"{workspace}/members/{ANA}")
    api.get(workspace, status=404)
    assert colleague.get(workspace)["workspace"]["owner_id"] == LI


def test_an_update_of_settings_keeps_omitted_fields(api: Api) -> None:
    settings = f"{make(api)}/settings"
    before = api.get(settings)["settings"]
    assert (before["visibility"], before["default_role"]) == ("private", "member")
    after = api.patch(settings, {"timezone": "Europe/Lisbon"})["settings"]
    assert after | {"timezone": None, "updated_at": before["updated_at"]} == before
    assert api.get(settings)["settings"] == after


def test_deleting_a_workspace_deletes_its_contents(api: Api) -> None:
    workspace = make(api)
    id = workspace.rpartition("/")[2]
    channel = api.post("/api/v2/channels", {"name": "inside", "workspace_id": id})["channel"]
    message = {"channel_id": channel["id"], "content": "Xylophones are loud."}
    said = api.post("/api/v2/messages", message)["data"]
    api.delete(workspace)
    for path in (workspace, f"/api/v2/channels/{channel['id']}", f"/api/v2/messages/{said['id']}"):
        api.get(path, status=404)
    found = api.post("/api/v2/search", {"query": "xylophones"})
    assert found["results"] == []


def test_joining_and_leaving_emit_webhook_events(api: Api) -> None:
    subscription = Subscription(api, "member.joined", "member.left")
    workspace = make(api)
    api.post(f"{workspace}/members", {"user_id": LI})
    api.delete(f"{workspace}/members/{LI}")
    events = [(event, data["user_id"]) for event, data in subscription.events()]
    assert events == [("member.joined", LI), ("member.left", LI)]


def test_health_is_public(api: Api) -> None:
    assert api.get(f"{WORKSPACES}/health") == {"status": "ok", "service": "workspaces"}


def test_a_new_account_has_a_workspace(sandbox: Sandbox, connect: Connect) -> None:
    api = connect(sandbox, sandbox.create_account("new@example.com").api_key)
    (workspace,) = api.get(WORKSPACES)["workspaces"]
    assert workspace["is_owner"]
    assert list(roles(api, f"{WORKSPACES}/{workspace['id']}").values()) == ["owner"]
