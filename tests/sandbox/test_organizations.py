"""Organizations: members, roles, and removal of members."""

from __future__ import annotations

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, COLLEAGUE_ID, ORGANIZATION_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api, Connect

ORGANIZATIONS = "/api/v2/organizations"
EXAMPLE = f"{ORGANIZATIONS}/{ORGANIZATION_ID}"
ANA, LI = USER_ID, COLLEAGUE_ID


def test_a_user_belongs_to_one_organization(api: Api, stranger: Api) -> None:
    (own,) = api.get(ORGANIZATIONS)["data"]
    assert own["id"] == ORGANIZATION_ID
    assert api.get(ORGANIZATIONS)["pagination"]["total"] == 1
    assert stranger.get(ORGANIZATIONS)["data"][0]["id"] != own["id"]
    stranger.get(EXAMPLE, status=404)
    stranger.get(f"{EXAMPLE}/members", status=404)


def test_members_and_workspaces_are_counted(api: Api) -> None:
    before = api.get(EXAMPLE)["data"]
    assert (before["member_count"], before["workspace_count"], before["my_role"]) == (2, 1, "owner")
    api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})
    assert api.get(EXAMPLE)["data"]["workspace_count"] == 2
    (ana, li) = api.get(f"{EXAMPLE}/members")["data"]
    assert (ana["workspace_count"], li["workspace_count"]) == (2, 1)


def test_a_slug_is_unique(api: Api, stranger: Api) -> None:
    other = stranger.get(ORGANIZATIONS)["data"][0]
    api.patch(EXAMPLE, {"slug": other["slug"]}, status=409)
    changed = api.patch(EXAMPLE, {"name": "Acme Works", "slug": "acme"})["data"]
    assert (changed["name"], changed["slug"]) == ("Acme Works", "acme")


def test_members_are_filtered_and_paged(api: Api) -> None:
    api.patch(f"{EXAMPLE}/members/{LI}", {"role": "admin"})
    members = f"{EXAMPLE}/members"
    assert [one["user_id"] for one in api.get(members, role="admin")["data"]] == [LI]
    assert [one["user_id"] for one in api.get(members, search="lopes")["data"]] == [ANA]
    page = api.get(members, limit=1, offset=1)
    assert [one["user_id"] for one in page["data"]] == [LI]
    assert page["pagination"] == {"limit": 1, "offset": 1, "total": 2, "hasMore": False}


def test_only_managers_change_roles(api: Api, colleague: Api) -> None:
    api.patch(f"{EXAMPLE}/members/{LI}", {"role": "member"})
    colleague.patch(EXAMPLE, {"name": "Mine"}, status=403)
    colleague.patch(f"{EXAMPLE}/members/{LI}", {"role": "owner"}, status=403)
    colleague.delete(f"{EXAMPLE}/members/{ANA}", status=403)
    assert colleague.get(EXAMPLE)["data"]["my_role"] == "member"
    api.patch(f"{EXAMPLE}/members/usr_unknown", {"role": "admin"}, status=404)


def test_the_last_owner_cannot_leave(api: Api) -> None:
    api.patch(f"{EXAMPLE}/members/{LI}", {"role": "admin"})
    api.patch(f"{EXAMPLE}/members/{ANA}", {"role": "admin"}, status=409)
    api.delete(f"{EXAMPLE}/members/{ANA}", status=409)


def test_a_removed_member_is_signed_out_and_loses_access(
    sandbox: Sandbox, api: Api, colleague: Api, connect: Connect
) -> None:
    colleague.get(EXAMPLE)
    key = colleague.post("/api/v2/api-keys", {"name": "mine"})["data"]["key"]
    api.delete(f"{EXAMPLE}/members/{LI}")
    colleague.get(EXAMPLE, status=401)
    with_key = connect(sandbox, key)
    with_key.get(EXAMPLE, status=404)
    with_key.get(f"/api/v2/channels/{CHANNEL_ID}", status=404)
    assert with_key.get("/api/v2/workspaces")["workspaces"] == []
    (own,) = with_key.get(ORGANIZATIONS)["data"]
    assert (own["owner_id"], own["member_count"]) == (LI, 1)
    assert with_key.get("/api/v2/users/me")["data"]["display_name"] == "Li Wei"
    members = api.get(f"/api/v2/workspaces/{WORKSPACE_ID}/members")["members"]
    assert [one["user_id"] for one in members] == [ANA]
    api.delete(f"{EXAMPLE}/members/{LI}", status=404)
