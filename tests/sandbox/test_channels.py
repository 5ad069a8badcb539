"""Channels: visibility, members, read states, pins and archiving."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import CHANNEL_ID, COLLEAGUE_ID, MESSAGE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

CHANNELS = "/api/v2/channels"
ME, COLLEAGUE = USER_ID, COLLEAGUE_ID
TWIN = "5f3b8a1c-6e70-4d29-b4f8-0c9d7e2a5163"


def create(api: Api, name: str = "launch", **fields: Any) -> Any:
    return api.post(CHANNELS, {"workspace_id": WORKSPACE_ID, "name": name, **fields})["channel"]


def names(api: Api, **query: Any) -> list[str]:
    found = api.get(CHANNELS, workspace_id=WORKSPACE_ID, **query)["channels"]
    return [channel["name"] for channel in found]


def post(api: Api, channel: str, content: str = "Hello", *, status: int | None = None) -> Any:
    body = {"channel_id": channel, "content": content}
    return api.post("/api/v2/messages", body, status=status).get("data")


def show(api: Api, channel: str) -> Any:
    return api.get(f"{CHANNELS}/{channel}")["channel"]


def members(api: Api, channel: str) -> dict[str, str]:
    found = api.get(f"{CHANNELS}/{channel}/members")["members"]
    return {member["user_id"]: member["role"] for member in found}


def test_the_display_name_defaults_to_the_name(api: Api) -> None:
    assert create(api)["display_name"] == "launch"
    assert create(api, "press", display_name="Press")["display_name"] == "Press"


def test_a_name_is_unique_in_a_workspace(api: Api) -> None:
    first, second = create(api, "one"), create(api, "two")
    body = {"workspace_id": WORKSPACE_ID, "name": "one"}
    assert api.post(CHANNELS, body, status=409)["error"]["code"] == "ALREADY_EXISTS"
    api.patch(f"{CHANNELS}/{second['id']}", {"name": "one"}, status=409)
    api.patch(f"{CHANNELS}/{first['id']}", {"name": "one", "topic": "the same name is its own"})


def test_a_channel_needs_a_workspace(api: Api) -> None:
    api.post(CHANNELS, {"workspace_id": "nowhere", "name": "launch"}, status=404)


def test_channels_are_filtered_by_type_and_status(api: Api) -> None:
    create(api, "talk", channel_type="voice")
    api.post(f"{CHANNELS}/{CHANNEL_ID}/archive")
    assert names(api, type="voice") == ["talk"]
    assert names(api, is_archived=True) == ["general"]
    assert "general" not in names(api, is_archived=False)
    assert api.get(CHANNELS, workspace_id="elsewhere")["channels"] == []


def test_a_private_channel_is_visible_only_to_its_members(api: Api, colleague: Api) -> None:
    channel = create(api, "secret", is_private=True)["id"]
    message = post(api, channel)
    assert members(api, channel) == {ME: "admin"}
    colleague.get(f"{CHANNELS}/{channel}", status=404)
    colleague.get(f"{CHANNELS}/{channel}/members", status=404)
    colleague.get(f"/api/v2/messages/{message['id']}", status=404)
    assert "secret" not in names(colleague)
    assert colleague.get("/api/v2/messages", channel_id=channel)["data"] == []
    post(colleague, channel, status=404)

    api.post(f"{CHANNELS}/{channel}/members", {"user_id": COLLEAGUE})
    assert "secret" in names(colleague)
    assert colleague.get(f"/api/v2/messages/{message['id']}")["data"]["content"] == "Hello"
    api.delete(f"{CHANNELS}/{channel}/members/{COLLEAGUE}")
    colleague.get(f"{CHANNELS}/{channel}", status=404)


def test_members_are_set_on_creation_or_added_later(api: Api) -> None:
    channel = create(api, member_ids=[COLLEAGUE])
    assert members(api, channel["id"]) == {COLLEAGUE: "member", ME: "admin"}
    assert channel["member_count"] == 2
    assert create(api, "alone")["member_count"] == 1
    added = create(api, "later")
    api.post(f"{CHANNELS}/{added['id']}/members", {"user_id": COLLEAGUE, "role": "admin"})
    assert members(api, added["id"]) == {COLLEAGUE: "admin", ME: "admin"}


def test_a_member_has_name_and_address_of_the_user(api: Api) -> None:
    path = f"{CHANNELS}/{CHANNEL_ID}/members"
    member = api.post(path, {"user_id": COLLEAGUE})["member"]
    assert (member["name"], member["email"]) == ("Li Wei", "li@example.com")
    api.post(path, {"user_id": "nobody"}, status=404)


def test_adding_a_member_again_changes_the_role(api: Api) -> None:
    path = f"{CHANNELS}/{CHANNEL_ID}/members"
    for role in ("member", "admin"):
        assert api.post(path, {"user_id": COLLEAGUE, "role": role})["member"]["role"] == role
    assert api.post(path, {"user_id": COLLEAGUE})["member"]["role"] == "admin"
    assert len(members(api, CHANNEL_ID)) == 2


def test_joining_and_leaving_emit_events(api: Api) -> None:
    api.post(f"{CHANNELS}/{CHANNEL_ID}/members", {"user_id": COLLEAGUE})
    api.delete(f"{CHANNELS}/{CHANNEL_ID}/members/{COLLEAGUE}")
    types = [event["type"] for event in api.get("/api/v2/developer/events", limit=2)["data"]]
    assert types == ["member.left", "member.joined"]


def test_an_archived_channel_is_read_only(api: Api) -> None:
    assert api.post(f"{CHANNELS}/{CHANNEL_ID}/archive")["channel"]["is_archived"] is True
    assert api.get("/api/v2/messages", channel_id=CHANNEL_ID)["data"]
    post(api, CHANNEL_ID, status=409)
    assert api.post(f"{CHANNELS}/{CHANNEL_ID}/unarchive")["channel"]["is_archived"] is False
    post(api, CHANNEL_ID)


def test_messages_are_counted(api: Api) -> None:
    channel = create(api)
    assert (channel["message_count"], channel["last_message_at"]) == (0, None)
    kept, gone = post(api, channel["id"]), post(api, channel["id"])
    api.delete(f"/api/v2/messages/{gone['id']}")
    shown = show(api, channel["id"])
    assert (shown["message_count"], shown["last_message_at"]) == (1, kept["created_at"])


def test_deleting_a_channel_deletes_its_messages(api: Api, colleague: Api) -> None:
    message = post(api, CHANNEL_ID, "Ephemeral zeppelin")
    among = colleague.post("/api/v2/conversations", {"conversation_type": "group"})["data"]
    fields = {"channel_id": CHANNEL_ID, "conversation_id": among["id"], "content": "Not for all"}
    hidden = colleague.post("/api/v2/messages", fields)["data"]
    api.delete(f"{CHANNELS}/{CHANNEL_ID}")
    for one in (message, hidden):
        colleague.get(f"/api/v2/messages/{one['id']}", status=404)
    answer = api.post("/api/v2/chat", {"message": "zeppelin"})["reply"]
    assert "know nothing" in answer


def test_messages_of_others_are_unread_until_marked(api: Api, colleague: Api) -> None:
    channel = create(api)["id"]
    read = f"{CHANNELS}/{channel}/read"
    first, _, last = [post(colleague, channel, content) for content in "abc"]
    post(api, channel, "mine")
    assert show(api, channel)["unread_count"] == 3
    assert show(colleague, channel)["unread_count"] == 1
    state = api.post(read, {"last_read_message_id": first["id"]})["read_state"]
    assert (state["last_read_message_id"], state["unread_count"]) == (first["id"], 2)
    state = api.post(read, {"last_read_message_id": last["id"]})["read_state"]
    assert state["unread_count"] == 0
    post(colleague, channel, "d")
    assert show(api, channel)["unread_count"] == 1
    assert api.post(read)["read_state"]["unread_count"] == 0
    assert show(api, channel)["unread_count"] == 0


def test_an_empty_channel_can_be_marked_read(api: Api) -> None:
    state = api.post(f"{CHANNELS}/{create(api)['id']}/read")["read_state"]
    assert (state["last_read_message_id"], state["unread_count"]) == (None, 0)


@pytest.mark.parametrize(
    ("path", "field"), [("read", "last_read_message_id"), ("pins", "message_id")]
)
def test_messages_of_another_channel_are_rejected(api: Api, path: str, field: str) -> None:
    address = f"{CHANNELS}/{create(api)['id']}/{path}"
    error = api.post(address, {field: MESSAGE_ID}, status=422)["error"]
    assert error["details"][0]["field"] == field
    api.post(address, {field: "nothing"}, status=404)


def test_a_pin_shows_the_message_until_it_is_deleted(api: Api) -> None:
    message = post(api, CHANNEL_ID)
    pins = f"{CHANNELS}/{CHANNEL_ID}/pins"
    pin = api.post(pins, {"message_id": message["id"]})["pin"]
    assert (pin["message"]["content"], pin["pinned_by"]) == ("Hello", ME)
    assert api.post(pins, {"message_id": message["id"]})["pin"] == pin
    api.delete(f"/api/v2/messages/{message['id']}")
    shown = {one["message_id"]: one["message"] for one in api.get(pins)["pins"]}
    assert shown[message["id"]] is None
    api.delete(f"{pins}/{message['id']}")
    assert message["id"] not in str(api.get(pins))


def test_a_twin_of_the_catalogue_is_assigned(api: Api) -> None:
    twins = f"{CHANNELS}/{create(api)['id']}/twins"
    twin = api.post(twins, {"twin_id": TWIN})["twin"]
    assert (twin["name"], twin["auto_respond"], twin["assigned_by"]) == ("Ada", False, ME)
    assert api.post(twins, {"twin_id": TWIN, "auto_respond": True})["twin"]["auto_respond"] is True
    assert len(api.get(twins)["twins"]) == 1
    api.delete(f"{twins}/{TWIN}")
    assert api.get(twins)["twins"] == []
    api.post(twins, {"twin_id": "00000000-0000-4000-8000-000000000000"}, status=404)
