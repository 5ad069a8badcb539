"""Conversations: visibility, members, messages and read receipts."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import COLLEAGUE_ID, CONVERSATION_ID, FILE_ID, MESSAGE_ID, USER_ID
from support.sandbox import Api

CONVERSATIONS = "/api/v2/conversations"
ME, COLLEAGUE = USER_ID, COLLEAGUE_ID


def create(api: Api, kind: str = "group", **fields: Any) -> Any:
    return api.post(CONVERSATIONS, {"conversation_type": kind, **fields})["data"]


@pytest.fixture
def shared(api: Api) -> str:
    """A conversation with the colleague."""
    return str(create(api, "direct", member_ids=[COLLEAGUE])["id"])


def write(api: Api, conversation: str, content: str = "Hello", **fields: Any) -> Any:
    path = f"{CONVERSATIONS}/{conversation}/messages"
    return api.post(path, {"content": content, **fields}, status=201)["data"]


def show(api: Api, conversation: str) -> Any:
    return api.get(f"{CONVERSATIONS}/{conversation}")["data"]


def ids(api: Api, **query: Any) -> list[str]:
    return [one["id"] for one in api.get(CONVERSATIONS, **query)["data"]]


def members(api: Api, conversation: str) -> dict[str, str]:
    found = api.get(f"{CONVERSATIONS}/{conversation}/members")["data"]
    return {member["user_id"]: member["role"] for member in found}


def test_the_creator_is_a_member(api: Api) -> None:
    conversation = create(api, member_ids=[COLLEAGUE, ME])
    assert conversation["member_count"] == 2
    assert members(api, conversation["id"]) == {ME: "owner", COLLEAGUE: "member"}


def test_a_conversation_is_visible_only_to_its_members(
    api: Api, colleague: Api, shared: str
) -> None:
    own = create(api)["id"]
    assert ids(colleague) == [shared]
    assert {own, shared} <= set(ids(api))
    colleague.get(f"{CONVERSATIONS}/{own}", status=404)
    colleague.get(f"{CONVERSATIONS}/{own}/messages", status=404)
    message = write(api, own)
    colleague.get(f"/api/v2/messages/{message['id']}", status=404)
    assert colleague.get("/api/v2/messages", conversation_id=own)["data"] == []


def test_hidden_conversations_are_not_sources_of_answers(api: Api, colleague: Api) -> None:
    write(api, create(api)["id"], "The zeppelin lands on Friday.")
    question = {"message": "When does the zeppelin land?"}
    assert "Friday" in api.post("/api/v2/chat", question)["reply"]
    assert "know nothing" in colleague.post("/api/v2/chat", question)["reply"]


def test_a_direct_conversation_has_two_members(api: Api) -> None:
    third = {"conversation_type": "direct", "member_ids": [COLLEAGUE, "usr_third"]}
    error = api.post(CONVERSATIONS, third, status=422)["error"]
    assert error["details"][0]["field"] == "member_ids"


@pytest.mark.parametrize("fields", [{"member_ids": ["nobody"]}, {"project_id": "nothing"}])
def test_references_of_a_conversation_must_exist(api: Api, fields: dict[str, Any]) -> None:
    before = ids(api)
    api.post(CONVERSATIONS, {"conversation_type": "group", **fields}, status=404)
    assert ids(api) == before


def test_conversations_are_filtered_by_type_status_and_unread(
    api: Api, colleague: Api, shared: str
) -> None:
    group = create(api)["id"]
    api.patch(f"{CONVERSATIONS}/{group}", {"is_archived": True})
    write(colleague, shared)
    assert ids(api, type="group") == ids(api, archived=True) == [group]
    assert group not in ids(api, archived=False)
    assert ids(api, unread=True) == [shared]
    assert shared not in ids(api, unread=False)


def test_conversations_are_paged_by_cursor_or_offset(api: Api) -> None:
    made = [create(api)["id"] for _ in range(3)]
    first = api.get(CONVERSATIONS, limit=2)
    assert first["pagination"] == {"limit": 2, "offset": 0, "total": 4, "hasMore": True}
    second = api.get(CONVERSATIONS, limit=2, cursor=first["nextCursor"])
    assert second["nextCursor"] is second["pagination"] is None
    found = [one["id"] for one in [*first["data"], *second["data"]]]
    assert found == [*reversed(made), CONVERSATION_ID]
    assert ids(api, limit=2, offset=1) == found[1:3]


def test_messages_are_paged_by_cursor_newest_first(api: Api, shared: str) -> None:
    for content in "abc":
        write(api, shared, content)
    path = f"{CONVERSATIONS}/{shared}/messages"
    first = api.get(path, limit=2)
    # What comes in between does not move what is read next.
    write(api, shared, "d")
    second = api.get(path, limit=2, cursor=first["nextCursor"])
    assert [one["content"] for one in [*first["data"], *second["data"]]] == ["c", "b", "a"]
    assert second["nextCursor"] is None
    api.get(path, cursor="nonsense", status=400)


def test_a_message_is_the_same_in_both_lists(api: Api, shared: str) -> None:
    message = write(api, shared, attachments=[{"id": FILE_ID}])
    assert api.get(f"/api/v2/messages/{message['id']}")["data"] == message
    assert message["channel_id"] is None
    assert api.get(f"{CONVERSATIONS}/{shared}/messages")["data"] == [message]


def test_an_archived_conversation_rejects_messages(api: Api, shared: str) -> None:
    path = f"{CONVERSATIONS}/{shared}"
    api.patch(path, {"is_archived": True})
    api.post(f"{path}/messages", {"content": "Too late"}, status=409)
    api.patch(path, {"is_archived": False})
    write(api, shared)


def test_deleting_a_conversation_deletes_its_messages(api: Api, shared: str) -> None:
    message = write(api, shared)
    api.delete(f"{CONVERSATIONS}/{shared}")
    api.get(f"/api/v2/messages/{message['id']}", status=404)


def test_put_adds_a_member_or_changes_the_role(api: Api) -> None:
    conversation = create(api)["id"]
    path = f"{CONVERSATIONS}/{conversation}/members/{COLLEAGUE}"
    assert api.put(path, {})["data"]["role"] == "member"
    assert api.put(path, {"role": "admin"})["data"]["role"] == "admin"
    assert members(api, conversation) == {ME: "owner", COLLEAGUE: "admin"}
    api.delete(path)
    api.delete(path, status=404)
    assert show(api, conversation)["member_count"] == 1
    api.put(f"{CONVERSATIONS}/{conversation}/members/nobody", {}, status=404)


def receipts(api: Api, conversation: str, **query: Any) -> set[tuple[str, str]]:
    found = api.get(f"{CONVERSATIONS}/{conversation}/read-receipts", **query)["data"]
    return {(receipt["message_id"], receipt["user_id"]) for receipt in found}


def test_given_messages_are_marked_read(api: Api, colleague: Api, shared: str) -> None:
    first, second, third = (write(colleague, shared, content)["id"] for content in "abc")
    path = f"{CONVERSATIONS}/{shared}/read-receipts"
    made = api.post(path, {"message_ids": [first, third]})["data"]
    assert [receipt["message_id"] for receipt in made] == [first, third]
    assert receipts(colleague, shared) == {(first, ME), (third, ME)}
    assert receipts(colleague, shared, message_id=second) == set()
    assert show(api, shared)["unread_count"] == 1


def test_messages_are_marked_read_up_to_one(api: Api, colleague: Api, shared: str) -> None:
    first, second, third = (write(colleague, shared, content)["id"] for content in "abc")
    write(api, shared, "mine")
    path = f"{CONVERSATIONS}/{shared}/read-receipts"
    api.post(path, {"last_read_message_id": second})
    assert receipts(api, shared) == {(first, ME), (second, ME)}
    assert show(api, shared)["unread_count"] == 1
    api.post(path)
    assert receipts(api, shared, message_id=third) == {(third, ME)}
    assert show(api, shared)["unread_count"] == 0
    assert show(colleague, shared)["unread_count"] == 1


def test_marking_read_twice_changes_nothing(api: Api, colleague: Api, shared: str) -> None:
    write(colleague, shared)
    path = f"{CONVERSATIONS}/{shared}/read-receipts"
    assert api.post(path)["data"] == api.post(path)["data"]
    (me,) = (
        member
        for member in api.get(f"{CONVERSATIONS}/{shared}/members")["data"]
        if member["user_id"] == ME
    )
    assert me["last_read_at"]


def test_a_deleted_message_is_not_unread(api: Api, colleague: Api, shared: str) -> None:
    read, unread = write(colleague, shared), write(colleague, shared)
    api.post(f"{CONVERSATIONS}/{shared}/read-receipts", {"message_ids": [read["id"]]})
    for message in (read, unread):
        colleague.delete(f"/api/v2/messages/{message['id']}")
    assert show(api, shared)["unread_count"] == 0
    assert receipts(api, shared) == set()


def test_messages_of_another_conversation_are_rejected(api: Api, shared: str) -> None:
    path = f"{CONVERSATIONS}/{shared}/read-receipts"
    api.post(path, {"message_ids": [MESSAGE_ID]}, status=422)
    api.post(path, {"last_read_message_id": "nothing"}, status=404)
