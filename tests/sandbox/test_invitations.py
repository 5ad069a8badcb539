"""Invitations by email and by link: answers, expiry and access."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api, Connect

WORKSPACE = f"/api/v2/workspaces/{WORKSPACE_ID}"
INVITATIONS = f"{WORKSPACE}/invitations"
CONVERSATIONS = "/api/v2/conversations"
DAY = 86_400


def invite(api: Api, **body: object) -> dict[str, Any]:
    invitation: dict[str, Any] = api.post(INVITATIONS, body)["invitation"]
    return invitation


def at(invitation: dict[str, Any]) -> str:
    """The address that an invitation's token makes."""
    return f"/api/v2/invitations/{invitation['invite_link'].rpartition('/')[2]}"


def pending(api: Api) -> list[str]:
    return [one["id"] for one in api.get(INVITATIONS)["invitations"]]


def test_an_invitation_has_inviter_role_and_expiry(api: Api) -> None:
    invitation = invite(api, email="Kim@Example.com", role="admin", expirationDays=3)
    assert invitation["email"] == "kim@example.com"
    assert (invitation["role"], invitation["status"]) == ("admin", "pending")
    assert (invitation["invited_by"], invitation["inviter_name"]) == (USER_ID, "Ana Lopes")
    assert invitation["created_at"] < invitation["expires_at"]
    assert invitation["id"] in pending(api)


def test_an_invitation_link_is_public(api: Api, nobody: Api) -> None:
    invitation = invite(api, email="kim@example.com")
    shown = nobody.http.get(invitation["invite_link"]).json()["invitation"]
    assert shown["workspace"] == {"id": WORKSPACE_ID, "name": "Acme Research", "slug": "acme"}
    assert (shown["id"], shown["status"]) == (invitation["id"], "pending")
    nobody.get("/api/v2/invitations/unknown", status=404)


def test_somebody_of_another_organization_joins_and_sees_the_workspace(
    api: Api, stranger: Api
) -> None:
    invitation = invite(api, email="stranger@example.com")
    stranger.get(WORKSPACE, status=404)
    answer = stranger.post(f"{at(invitation)}/accept")
    assert (answer["workspace"]["my_role"], answer["member"]["role"]) == ("member", "member")
    assert stranger.get(WORKSPACE)["workspace"]["name"] == "Acme Research"
    assert stranger.get("/api/v2/workspaces")["count"] == 2
    people = stranger.get(f"{WORKSPACE}/members")["members"]
    assert "stranger@example.com" in [one["email"] for one in people]
    stranger.delete(f"{WORKSPACE}/members/{answer['member']['user_id']}")
    stranger.get(WORKSPACE, status=404)


def test_guests_work_in_the_workspace(api: Api, stranger: Api) -> None:
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    channels = stranger.get("/api/v2/channels", workspace_id=WORKSPACE_ID)["channels"]
    assert CHANNEL_ID in [one["id"] for one in channels]
    api.post(f"/api/v2/channels/{CHANNEL_ID}/members", {"user_id": guest})
    said = stranger.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "Hello"})["data"]
    assert api.get(f"/api/v2/messages/{said['id']}")["data"]["user_id"] == guest
    api.patch(f"/api/v2/messages/{said['id']}", {"content": "Bye"}, status=403)
    stranger.patch(f"/api/v2/messages/{said['id']}", {"content": "Hello, all"})
    assert stranger.get("/api/v2/messages", channel_id=CHANNEL_ID)["data"]
    own = stranger.post("/api/v2/channels", {"name": "guests", "workspace_id": WORKSPACE_ID})
    assert own["channel"]["workspace_id"] == WORKSPACE_ID
    assert api.get(f"/api/v2/channels/{own['channel']['id']}")["channel"]["member_count"] == 1
    task = api.post("/api/v2/tasks", {"title": "Welcome", "assignee_id": guest})["data"]
    assert task["assignee_id"] == guest


def test_guests_see_nothing_but_the_workspace(api: Api, stranger: Api) -> None:
    other = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    secret = api.post("/api/v2/channels", {"name": "secret", "workspace_id": other})["channel"][
        "id"
    ]
    note = api.post("/api/v2/notes", {"title": "Private", "content": "x"})["data"]["id"]
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    stranger.get(f"/api/v2/channels/{secret}", status=404)
    stranger.post("/api/v2/messages", {"channel_id": secret, "content": "Hi"}, status=404)
    stranger.get(f"/api/v2/notes/{note}", status=404)
    assert secret not in str(stranger.get("/api/v2/channels", workspace_id=other))
    stranger.delete(f"{WORKSPACE}/members/{guest}")
    stranger.get(f"/api/v2/channels/{CHANNEL_ID}", status=404)
    assert guest not in [one["id"] for one in api.get("/api/v2/users")["data"]]
    api.post("/api/v2/tasks", {"title": "Too late", "assignee_id": guest}, status=404)


def test_lists_have_what_a_guest_shares_beside_what_is_at_home(api: Api, stranger: Api) -> None:
    lab = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    for workspace in (WORKSPACE_ID, lab, None):
        body = {"title": f"Of {workspace}", "workspace_id": workspace}
        api.post("/api/v2/tasks", {name: value for name, value in body.items() if value})
    stranger.post("/api/v2/tasks", {"title": "At home"})
    before = stranger.get("/api/v2/tasks")
    assert [one["title"] for one in before["data"]] == ["At home"]
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    shared = {one["id"] for one in api.get("/api/v2/tasks", workspace_id=WORKSPACE_ID)["data"]}
    tasks = stranger.get("/api/v2/tasks", limit=1000)
    titles = [one["title"] for one in tasks["data"]]
    assert tasks["pagination"]["total"] == len(titles) == len(shared) + 1
    assert {"At home", f"Of {WORKSPACE_ID}"} <= set(titles)
    pages = [stranger.get("/api/v2/tasks", limit=1, offset=n)["data"] for n in range(len(titles))]
    assert [one["title"] for page in pages for one in page] == titles
    assert "At home" not in str(api.get("/api/v2/tasks", limit=1000))
    stranger.delete(f"{WORKSPACE}/members/{guest}")
    assert stranger.get("/api/v2/tasks")["data"] == before["data"]


def test_guests_and_members_write_to_each_other(api: Api, stranger: Api) -> None:
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    for writer, other, reader in ((api, guest, stranger), (stranger, COLLEAGUE_ID, None)):
        body = {"conversation_type": "direct", "member_ids": [other]}
        conversation = writer.post("/api/v2/conversations", body)["data"]["id"]
        place = f"/api/v2/conversations/{conversation}/messages"
        writer.post(place, {"content": "Hello"})
        if reader is not None:
            reader.post(place, {"content": "Hello yourself"})
            assert len(reader.get(place)["data"]) == 2
        assert writer.get(place)["data"]


def test_a_guest_lists_the_conversations_of_all_organizations(api: Api, stranger: Api) -> None:
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    at_home = stranger.post(CONVERSATIONS, {"conversation_type": "group", "title": "Home"})["data"]
    api.post(CONVERSATIONS, {"conversation_type": "group", "title": "Not for guests"})
    body = {"conversation_type": "direct", "member_ids": [guest]}
    shared = api.post(CONVERSATIONS, body)["data"]
    api.post(f"{CONVERSATIONS}/{shared['id']}/messages", {"content": "Welcome"})

    def listed(**query: Any) -> list[str]:
        return [one["id"] for one in stranger.get(CONVERSATIONS, **query)["data"]]

    both = [shared["id"], at_home["id"]]
    assert listed() == both
    assert listed(unread=True) == both[:1]
    assert listed(unread=False) == both[1:]
    first = stranger.get(CONVERSATIONS, limit=1)
    assert (first["pagination"]["total"], first["data"][0]["unread_count"]) == (2, 1)
    assert listed(limit=1, cursor=first["nextCursor"]) == both[1:]
    stranger.delete(f"{WORKSPACE}/members/{guest}")
    assert listed() == both[1:]


def test_records_of_a_guests_own_organization_stay_hidden(api: Api, stranger: Api) -> None:
    me = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    task = {"title": "At home", "assignee_id": me, "assignee_type": "user"}
    made = stranger.post("/api/v2/tasks", task)["data"]["id"]
    assert stranger.get(f"/api/v2/tasks/{made}")["data"]["assignee_id"] == me
    api.get(f"/api/v2/tasks/{made}", status=404)


def test_the_profile_of_a_guest_follows_the_user(api: Api, stranger: Api) -> None:
    guest = stranger.post(f"{at(invite(api))}/accept")["member"]["user_id"]
    stranger.patch("/api/v2/users/me", {"title": "Captain"})
    assert api.get(f"/api/v2/users/{guest}")["data"]["title"] == "Captain"


def test_an_invitation_is_answered_once(api: Api, stranger: Api) -> None:
    invitation = invite(api, email="stranger@example.com")
    stranger.post(f"{at(invitation)}/accept")
    error = stranger.post(f"{at(invitation)}/accept", status=409)["error"]
    assert error["message"] == "The invitation is accepted"
    assert invitation["id"] not in pending(api)
    invite(api, email="stranger@example.com")


def test_an_invitation_by_email_is_for_its_address_only(
    api: Api, stranger: Api, nobody: Api
) -> None:
    invitation = invite(api, email="kim@example.com")
    stranger.post(f"{at(invitation)}/accept", status=403)
    stranger.post(f"{at(invitation)}/decline", status=403)
    nobody.post(f"{at(invitation)}/accept", status=401)


def test_a_declined_invitation_cannot_be_accepted(api: Api, stranger: Api) -> None:
    invitation = invite(api, email="stranger@example.com")
    stranger.post(f"{at(invitation)}/decline")
    assert stranger.get(at(invitation))["invitation"]["status"] == "declined"
    stranger.post(f"{at(invitation)}/accept", status=409)
    stranger.get(WORKSPACE, status=404)


def test_a_link_can_be_accepted_by_many(sandbox: Sandbox, api: Api, connect: Connect) -> None:
    invitation = invite(api)
    assert invitation["email"] is None
    for name in ("one", "two"):
        guest = connect(sandbox, sandbox.create_account(f"{name}@example.com").api_key)
        assert guest.post(f"{at(invitation)}/decline")
        assert guest.post(f"{at(invitation)}/accept")["member"]["email"] == f"{name}@example.com"
    assert invitation["id"] in pending(api)


def test_an_existing_member_keeps_the_role(api: Api) -> None:
    assert api.post(f"{at(invite(api))}/accept")["member"]["role"] == "owner"


def test_an_invitation_expires(sandbox: Sandbox, api: Api, stranger: Api) -> None:
    invitation = invite(api, email="stranger@example.com", expirationDays=2)
    sandbox.advance(2 * DAY + 1)
    assert stranger.get(at(invitation))["invitation"]["status"] == "expired"
    assert invitation["id"] not in pending(api)
    error = stranger.post(f"{at(invitation)}/accept", status=409)["error"]
    assert error["message"] == "The invitation is expired"


def test_resending_renews_an_expired_invitation(sandbox: Sandbox, api: Api, stranger: Api) -> None:
    invitation = invite(api, email="stranger@example.com", expirationDays=1)
    sandbox.advance(2 * DAY)
    resent = api.post(f"{INVITATIONS}/{invitation['id']}/resend", {"expirationDays": 1})
    assert resent["invitation"]["status"] == "pending"
    stranger.post(f"{at(invitation)}/accept")


def test_a_revoked_invitation_cannot_be_accepted(api: Api, stranger: Api) -> None:
    invitation = invite(api, email="stranger@example.com")
    api.delete(f"{INVITATIONS}/{invitation['id']}")
    assert invitation["id"] not in pending(api)
    stranger.post(f"{at(invitation)}/accept", status=409)
    api.delete(f"{INVITATIONS}/{invitation['id']}", status=404)
    api.post(f"{INVITATIONS}/{invitation['id']}/resend", status=404)


def test_an_address_has_one_pending_invitation(api: Api) -> None:
    first = invite(api, email="kim@example.com")
    api.post(INVITATIONS, {"email": "KIM@example.com"}, status=409)
    api.delete(f"{INVITATIONS}/{first['id']}")
    invite(api, email="kim@example.com")


def test_the_invited_user_gets_an_email_and_a_notification(
    sandbox: Sandbox, api: Api, stranger: Api
) -> None:
    invitation = invite(api, email="stranger@example.com")
    api.post(f"{INVITATIONS}/{invitation['id']}/resend")
    emails = api.get("/api/v2/emails", search="stranger@example.com")["data"]
    assert len(emails) == 2
    assert all(invitation["invite_link"] in one["text"] for one in emails)
    told = stranger.get("/api/v2/notifications", type="invitation")["data"]
    assert [one["resource_id"] for one in told] == [invitation["id"]] * 2
    assert told[0]["title"] == "Ana Lopes invites you to a workspace"


def test_members_may_invite_members_if_the_settings_allow_it(api: Api, stranger: Api) -> None:
    stranger.post(f"{at(invite(api))}/accept")
    stranger.post(INVITATIONS, {"email": "kim@example.com"})
    stranger.post(INVITATIONS, {"role": "admin"}, status=403)
    api.patch(f"{WORKSPACE}/settings", {"allow_member_invites": False})
    stranger.post(INVITATIONS, {"email": "max@example.com"}, status=403)
    stranger.delete(f"{INVITATIONS}/{pending(api)[0]}", status=403)


def test_invitations_are_hidden_from_non_members(stranger: Api) -> None:
    stranger.get(INVITATIONS, status=404)
    stranger.post(INVITATIONS, {}, status=404)


@pytest.mark.parametrize("days", [0, -1, 10**12])
def test_an_invalid_number_of_days_is_rejected(api: Api, days: int) -> None:
    api.post(INVITATIONS, {"expirationDays": days}, status=422 if days > 0 else 400)
