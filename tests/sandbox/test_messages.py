"""Messages: posting, threads, reactions, files, summaries and twins."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import (
    CHANNEL_ID,
    COLLEAGUE_ID,
    CONVERSATION_ID,
    MESSAGE_ID,
    USER_ID,
    WORKSPACE_ID,
)
from support.sandbox import Api
from support.timing import eventually

MESSAGES = "/api/v2/messages"
TWIN = "5f3b8a1c-6e70-4d29-b4f8-0c9d7e2a5163"


def post(api: Api, content: str = "Hello", **fields: Any) -> Any:
    return api.post(MESSAGES, {"channel_id": CHANNEL_ID, "content": content, **fields})["data"]


def contents(api: Api, **query: Any) -> list[str]:
    return [message["content"] for message in api.get(MESSAGES, **query)["data"]]


@pytest.mark.parametrize("path", [MESSAGES, f"{MESSAGES}/send"])
def test_the_author_defaults_to_the_caller(api: Api, path: str) -> None:
    body = {"channel_id": CHANNEL_ID, "content": "Hello"}
    message = api.post(path, body, status=201)["data"]
    assert message["user_id"] == USER_ID
    assert api.get(f"{MESSAGES}/{message['id']}")["data"] == message
    assert api.post(path, {**body, "user_id": COLLEAGUE_ID})["data"]["user_id"] == COLLEAGUE_ID


@pytest.mark.parametrize("field", ["channel_id", "conversation_id", "parent_message_id", "user_id"])
def test_references_of_a_message_must_exist(api: Api, field: str) -> None:
    body = {"channel_id": CHANNEL_ID, "content": "Hello", field: "nowhere"}
    assert "not found" in api.post(MESSAGES, body, status=404)["error"]
    assert "Hello" not in contents(api)


def test_messages_are_listed_newest_first_and_filtered(api: Api, sandbox: Any) -> None:
    post(api, "early")
    sandbox.advance(60)
    late = post(api, "late", user_id=COLLEAGUE_ID, conversation_id=CONVERSATION_ID)
    assert contents(api, channel_id=CHANNEL_ID, limit=2) == ["late", "early"]
    assert contents(api, user_id=COLLEAGUE_ID) == ["late"]
    assert contents(api, conversation_id=CONVERSATION_ID)[0] == "late"
    assert contents(api, after=late["created_at"]) == ["late"]
    assert "late" not in contents(api, before="2026-11-02T11:00:00+01:00")


def test_timestamps_are_compared_across_offsets(api: Api) -> None:
    # The example was written at 9:15 UTC.
    assert contents(api, before="2026-11-02T10:14:00+01:00") == []
    assert len(contents(api, before="2026-11-02T10:16:00+01:00")) == 2


def test_replies_are_counted_and_listed_in_order(api: Api) -> None:
    for content in ("first", "second"):
        post(api, content, parent_message_id=MESSAGE_ID)
    thread = api.get(f"{MESSAGES}/{MESSAGE_ID}/thread")
    assert [reply["content"] for reply in thread["data"]] == ["first", "second"]
    assert thread["pagination"]["total"] == 2
    assert api.get(f"{MESSAGES}/{MESSAGE_ID}")["data"]["reply_count"] == 2
    assert set(contents(api, parent_message_id=MESSAGE_ID)) == {"first", "second"}


def test_a_reply_must_be_in_the_channel_of_its_thread(api: Api) -> None:
    other = api.post("/api/v2/channels", {"workspace_id": WORKSPACE_ID, "name": "other"})
    body = {"channel_id": other["channel"]["id"], "content": "x", "parent_message_id": MESSAGE_ID}
    error = api.post(MESSAGES, body, status=422)["error"]
    assert error["details"][0]["field"] == "parent_message_id"


def test_reactions_are_grouped_by_emoji(api: Api, colleague: Api) -> None:
    reactions = f"{MESSAGES}/{post(api)['id']}/reactions"
    for caller in (api, colleague, api):
        caller.post(reactions, {"emoji": "🎉"})
    (seen,) = colleague.get(reactions)["data"]
    assert seen == {
        "emoji": "🎉",
        "count": 2,
        "user_ids": [USER_ID, COLLEAGUE_ID],
        "reacted": True,
    }
    api.delete(f"{reactions}/🎉")
    (seen,) = api.get(reactions)["data"]
    assert (seen["count"], seen["reacted"]) == (1, False)
    api.delete(f"{reactions}/🎉", status=404)
    colleague.delete(f"{reactions}/🎉")
    assert api.get(reactions)["data"] == []


def test_a_message_shows_its_reactions(api: Api) -> None:
    message = post(api)
    api.post(f"{MESSAGES}/{message['id']}/reactions", {"emoji": "👀"})
    (reaction,) = api.get(f"{MESSAGES}/{message['id']}")["data"]["reactions"]
    assert (reaction["emoji"], reaction["count"]) == ("👀", 1)


def test_an_uploaded_file_can_be_attached(api: Api) -> None:
    content = b"Quarterly figures"
    attachment = api.call(
        "POST",
        f"{MESSAGES}/upload",
        files={"file": ("figures.txt", content, "text/plain")},
        data={"channel_id": CHANNEL_ID},
    )["data"]
    assert (attachment["name"], attachment["size"]) == ("figures.txt", len(content))
    assert api.http.get(attachment["url"]).content == content
    assert post(api, attachments=[attachment])["attachments"] == [attachment]


def test_the_channel_of_an_upload_must_exist(api: Api) -> None:
    form = {"files": {"file": ("a.txt", b"a")}, "data": {"channel_id": "nowhere"}}
    api.call("POST", f"{MESSAGES}/upload", status=404, **form)


SAID = ("The launch moves to 12 November. I will tell the press.", "The launch needs a banner.")


def test_a_summary_is_extracted_from_messages(api: Api) -> None:
    messages = [post(api, content) for content in SAID]
    ids = [message["id"] for message in messages]
    summary = api.post(f"{MESSAGES}/summarize", {"message_ids": ids})["data"]
    assert "The launch moves to 12 November." in summary["summary"]
    assert summary["action_items"] == ["I will tell the press."]
    assert summary["key_points"] == [
        "The launch moves to 12 November.",
        "I will tell the press.",
        "The launch needs a banner.",
    ]
    assert summary["message_count"] == 2
    assert summary["participant_ids"] == [USER_ID]
    assert summary["first_message_at"] == messages[0]["created_at"]
    assert summary["last_message_at"] == messages[-1]["created_at"]


def count_read(api: Api, **body: Any) -> int:
    found: int = api.post(f"{MESSAGES}/summarize", body)["data"]["message_count"]
    return found


def test_a_summary_covers_the_selected_messages(api: Api, sandbox: Any) -> None:
    head = post(api, "head")
    sandbox.advance(60)
    reply = post(api, "reply", parent_message_id=head["id"])
    assert count_read(api, parent_message_id=head["id"]) == 2
    assert count_read(api, channel_id=CHANNEL_ID, since=head["created_at"]) == 2
    assert count_read(api, since=head["created_at"], until=reply["created_at"]) == 1
    assert count_read(api, channel_id=CHANNEL_ID, limit=1) == 1
    assert count_read(api, conversation_id=CONVERSATION_ID) == 2


def test_a_summary_of_unknown_messages_is_404(api: Api) -> None:
    for body in ({"channel_id": "nowhere"}, {"message_ids": ["nothing"]}):
        api.post(f"{MESSAGES}/summarize", body, status=404)


def test_messages_are_searchable_until_deleted(api: Api) -> None:
    def answer() -> str:
        return str(api.post("/api/v2/chat", {"message": "Which zeppelin?"})["reply"])

    message = post(api, "The zeppelin lands on Friday.")
    assert message["id"] in answer()
    api.patch(f"{MESSAGES}/{message['id']}", {"content": "The zeppelin lands on Sunday."})
    assert "Sunday" in answer()
    api.delete(f"{MESSAGES}/{message['id']}")
    assert "know nothing" in answer()


def assign(api: Api, *, auto_respond: bool) -> str:
    body = {"twin_id": TWIN, "auto_respond": auto_respond}
    twin = api.post(f"/api/v2/channels/{CHANNEL_ID}/twins", body)["twin"]
    return str(twin["name"])


def answers(api: Api) -> list[Any]:
    found = api.get(MESSAGES, channel_id=CHANNEL_ID)["data"]
    return [message for message in found if message["ai_twin_id"] == message["user_id"]]


def test_an_auto_responding_twin_answers_once(api: Api) -> None:
    assign(api, auto_respond=True)
    question = post(api, "How did sales in October go?", parent_message_id=MESSAGE_ID)
    (reply,) = eventually(lambda: answers(api))
    assert reply["user_id"] == TWIN
    assert reply["parent_message_id"] == question["parent_message_id"]
    assert "412,000 euros" in reply["content"]
    assert question["id"] not in reply["content"]
    post(api, "Thanks")
    assert len(eventually(lambda: (len(answers(api)) > 1 and answers(api)) or [])) == 2


def test_a_twin_answers_when_mentioned(api: Api) -> None:
    name = assign(api, auto_respond=False)
    post(api, "Nobody is asked")
    post(api, f"@{name} how did sales in October go?")
    assert len(eventually(lambda: answers(api))) == 1
    post(api, "And the Q4 numbers?", ai_twin_id=TWIN)
    assert len(eventually(lambda: (len(answers(api)) > 1 and answers(api)) or [])) == 2
