"""Users: profiles, avatars, lists and deletion."""

from __future__ import annotations

from lvng_sandbox import Sandbox
from lvng_sandbox.platform.platform import Platform
from support.examples import COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api, Connect

USERS = "/api/v2/users"
ME = f"{USERS}/me"
ANA, LI = USER_ID, COLLEAGUE_ID


def join(api: Api, guest: Api) -> None:
    """Have somebody from elsewhere join the example workspace."""
    link = api.post(f"/api/v2/workspaces/{WORKSPACE_ID}/invitations", {})["invitation"][
        "invite_link"
    ]
    guest.post(f"/api/v2/invitations/{link.rpartition('/')[2]}/accept")


def test_a_profile_is_updated_partially(api: Api) -> None:
    before = api.get(ME)["data"]
    after = api.patch(ME, {"bio": None, "title": "Captain"})["data"]
    changes = {"bio": None, "title": "Captain", "updated_at": after["updated_at"]}
    assert after == before | changes | {"last_active_at": after["last_active_at"]}
    assert api.get(ME)["data"]["title"] == "Captain"


def test_read_only_fields_are_not_changed(api: Api) -> None:
    names = ("id", "email", "organization_id", "status")
    before = api.get(ME)["data"]
    after = api.patch(ME, {"title": "x", **dict.fromkeys(names, "other")})["data"]
    assert [after[name] for name in names] == [before[name] for name in names]


def test_the_profile_shows_the_last_activity(api: Api) -> None:
    before = api.get(ME)["data"]["last_active_at"]
    api.post("/api/v2/notes", {"title": "t", "content": "c"})
    assert before < api.get(ME)["data"]["last_active_at"]


def test_others_see_the_public_profile(api: Api, colleague: Api) -> None:
    api.patch(ME, {"metadata": {"secret": "x"}})
    shown = colleague.get(f"{USERS}/{ANA}")["data"]
    assert (shown["display_name"], shown["email"]) == ("Ana Lopes", "ana@example.com")
    assert (shown["metadata"], shown["customer_id"]) == ({}, None)


def test_users_of_a_shared_workspace_see_each_other(api: Api, stranger: Api) -> None:
    stranger.get(f"{USERS}/{ANA}", status=404)
    join(api, stranger)
    shown = stranger.get(f"{USERS}/{ANA}")["data"]
    # As in the list of the workspace's members.
    assert (shown["display_name"], shown["email"]) == ("Ana Lopes", "ana@example.com")
    guest = stranger.get(ME)["data"]["id"]
    assert {one["id"] for one in api.get(USERS)["data"]} == {ANA, LI, guest}


def test_users_are_filtered_by_workspace_and_text(api: Api, stranger: Api) -> None:
    assert [one["id"] for one in api.get(USERS, search="lopes ANA")["data"]] == [ANA]
    assert api.get(USERS, search="stranger")["data"] == []
    own = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    assert [one["id"] for one in api.get(USERS, workspace_id=own)["data"]] == [ANA]
    stranger.get(USERS, workspace_id=own, status=404)
    page = api.get(USERS, limit=1)
    assert (len(page["data"]), page["pagination"]["total"]) == (1, 2)


def test_the_avatar_url_can_be_downloaded(api: Api) -> None:
    url = api.upload(f"{ME}/avatar", "me.png", b"\x89PNG one")["data"]["avatar_url"]
    assert api.get(ME)["data"]["avatar_url"] == url
    assert api.http.get(url).content == b"\x89PNG one"
    assert api.http.get(url).headers["content-type"] == "image/png"


def test_an_old_avatar_is_deleted(api: Api) -> None:
    first = api.upload(f"{ME}/avatar", "1.png", b"one")["data"]["avatar_url"]
    second = api.upload(f"{ME}/avatar", "2.png", b"two")["data"]["avatar_url"]
    assert api.http.get(first).status_code == 404
    api.delete(f"{ME}/avatar")
    assert api.http.get(second).status_code == 404
    assert api.get(ME)["data"]["avatar_url"] is None


def test_a_deleted_account_loses_access(sandbox: Sandbox, connect: Connect) -> None:
    account = sandbox.create_account("gone@example.com")
    with_key, signed_in = connect(sandbox, account.api_key), connect(sandbox, account.jwt)
    with_key.delete(ME, status=403)
    signed_in.delete(ME)
    signed_in.get(ME, status=401)
    with_key.get(ME, status=401)
    sandbox.create_account("gone@example.com")


def test_workspaces_of_a_deleted_account_get_another_owner(signed_in: Api, colleague: Api) -> None:
    body = {"name": "Lab", "slug": "lab"}
    lab = signed_in.post("/api/v2/workspaces", body)["workspace"]["id"]
    signed_in.post(f"/api/v2/workspaces/{lab}/members", {"user_id": LI})
    signed_in.delete(ME)
    left = colleague.get(f"/api/v2/workspaces/{lab}")["workspace"]
    assert (left["owner_id"], left["my_role"]) == (LI, "owner")
    assert colleague.get("/api/v2/organizations")["data"][0]["member_count"] == 1
    colleague.get(f"{USERS}/{ANA}", status=404)


def test_private_records_are_deleted_with_the_account(
    sandbox: Sandbox, connect: Connect, api: Api
) -> None:
    account = sandbox.create_account("gone@example.com")
    signed_in = connect(sandbox, account.jwt)
    signed_in.post("/api/v2/contacts", {"name": "Kim Berg"})
    signed_in.put("/api/v2/settings", {"appearance": {"theme": "dark"}})
    api.put("/api/v2/settings", {"appearance": {"theme": "light"}})
    signed_in.delete(ME)

    def left(platform: Platform) -> list[str]:
        return [line for line in platform.store.sql.iterdump() if account.user_id in line]

    kept = sandbox._run(left)
    assert kept
    assert not [line for line in kept if "Kim Berg" in line or "dark" in line]
    assert api.get("/api/v2/settings/appearance")["settings"]["theme"] == "light"
