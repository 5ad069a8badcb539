"""What people may do to each other: messages, conversations, channels and sign-in links."""

from __future__ import annotations

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, WORKSPACE_ID
from support.sandbox import Api, Connect

LI = "usr_8d6e0b17"
MESSAGES = "/api/v2/messages"


def test_the_creator_of_a_channel_is_its_admin(sandbox: Sandbox, api: Api) -> None:
    me = sandbox._account.user_id
    body = {"workspace_id": WORKSPACE_ID, "name": "zoo", "member_ids": [me, LI]}
    channel = api.post("/api/v2/channels", body)["channel"]
    members = api.get(f"/api/v2/channels/{channel['id']}/members")["members"]
    assert {one["user_id"]: one["role"] for one in members} == {me: "admin", LI: "member"}
    assert channel["member_count"] == 2


def test_nobody_edits_the_message_of_another(api: Api, colleague: Api) -> None:
    message = api.post(MESSAGES, {"channel_id": CHANNEL_ID, "content": "Mine"})["data"]
    address = f"{MESSAGES}/{message['id']}"
    colleague.patch(address, {"content": "Yours"}, status=403)
    colleague.delete(address, status=403)
    assert api.get(address)["data"]["content"] == "Mine"
    assert api.patch(address, {"content": "Ours"})["data"]["content"] == "Ours"
    api.delete(address)


def test_an_admin_of_a_channel_deletes_messages_but_does_not_edit_them(
    api: Api, colleague: Api
) -> None:
    body = {"workspace_id": WORKSPACE_ID, "name": "zoo"}
    channel = api.post("/api/v2/channels", body)["channel"]["id"]
    said = colleague.post(MESSAGES, {"channel_id": channel, "content": "Rude"})["data"]
    api.patch(f"{MESSAGES}/{said['id']}", {"content": "Polite"}, status=403)
    api.delete(f"{MESSAGES}/{said['id']}")
    colleague.get(f"{MESSAGES}/{said['id']}", status=404)


def test_replies_are_deleted_with_their_message(api: Api, colleague: Api) -> None:
    place = {"channel_id": CHANNEL_ID}
    head = api.post(MESSAGES, {**place, "content": "Question"})["data"]["id"]
    reply = {**place, "content": "Answer", "parent_message_id": head}
    answer = colleague.post(MESSAGES, reply)["data"]["id"]
    api.delete(f"{MESSAGES}/{head}")
    api.get(f"{MESSAGES}/{answer}", status=404)


def test_a_direct_conversation_of_the_same_people_is_reused(
    sandbox: Sandbox, api: Api, colleague: Api
) -> None:
    body = {"conversation_type": "direct", "member_ids": [LI]}
    first = api.post("/api/v2/conversations", body)["data"]["id"]
    assert api.post("/api/v2/conversations", body)["data"]["id"] == first
    back = {"conversation_type": "direct", "member_ids": [sandbox._account.user_id]}
    assert colleague.post("/api/v2/conversations", back)["data"]["id"] == first
    group = {"conversation_type": "group", "member_ids": [LI], "title": "Two"}
    assert api.post("/api/v2/conversations", group)["data"]["id"] != first


def test_a_sign_in_link_is_visible_to_its_addressee_only(
    api: Api, colleague: Api, nobody: Api
) -> None:
    nobody.post("/api/v2/auth/magic-link", {"email": "li@example.com"})

    def links(caller: Api) -> list[str]:
        emails = caller.get("/api/v2/emails")["data"]
        return [one["id"] for one in emails if one["to_emails"] == ["li@example.com"]]

    (link,) = links(colleague)
    assert links(api) == []
    api.get(f"/api/v2/emails/{link}", status=404)
    api.get(f"/api/v2/emails/{link}/status", status=404)
    assert "refresh_token=" in colleague.get(f"/api/v2/emails/{link}")["data"]["text"]


def test_only_managers_post_as_somebody_else(sandbox: Sandbox, api: Api, connect: Connect) -> None:
    mia = sandbox.create_account("mia@example.com", workspace="acme")
    body = {"channel_id": CHANNEL_ID, "content": "I resign", "user_id": LI}
    connect(sandbox, mia.api_key).post(MESSAGES, body, status=403)
    assert api.post(MESSAGES, body)["data"]["user_id"] == LI


def test_a_workspace_belongs_to_its_members(sandbox: Sandbox, api: Api, colleague: Api) -> None:
    own = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    channel = api.post("/api/v2/channels", {"name": "plans", "workspace_id": own})["channel"]["id"]
    colleague.get(f"/api/v2/channels/{channel}", status=404)
    colleague.post(MESSAGES, {"channel_id": channel, "content": "Hi"}, status=404)
    api.post(f"/api/v2/workspaces/{own}/members", {"user_id": LI})
    assert colleague.get(f"/api/v2/channels/{channel}")["channel"]["name"] == "plans"


def test_messages_of_a_workspace_are_visible_to_its_members_only(api: Api, colleague: Api) -> None:
    own = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    channel = api.post("/api/v2/channels", {"name": "plans", "workspace_id": own})["channel"]["id"]
    said = "The zeppelin leaves at dawn."
    message = api.post(MESSAGES, {"channel_id": channel, "content": said})["data"]["id"]
    question = {"message": "When does the zeppelin leave?"}
    assert said in api.post("/api/v2/chat", question)["reply"]
    colleague.get(f"{MESSAGES}/{message}", status=404)
    assert said not in str(colleague.get(MESSAGES, limit=1000))
    assert said not in str(colleague.post("/api/v2/search", {"query": "zeppelin"}))
    assert said not in colleague.post("/api/v2/chat", question)["reply"]
    api.post(f"/api/v2/workspaces/{own}/members", {"user_id": LI})
    assert said in str(colleague.get(MESSAGES, limit=1000))
    assert said in colleague.post("/api/v2/chat", question)["reply"]
