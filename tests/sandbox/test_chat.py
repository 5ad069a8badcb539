"""Chat: answers from stored texts, whole and streamed."""

from __future__ import annotations

from typing import Any

import pytest

from support.chat import CHAT, events, said
from support.examples import COLLEAGUE_ID, CONVERSATION_ID, SALES_CHANNEL_ID
from support.sandbox import Api


def ask(api: Api, message: str, **fields: Any) -> Any:
    return api.post(CHAT, {"message": message, **fields})


def test_an_answer_is_extracted_and_names_its_source(api: Api) -> None:
    reply = api.post("/api/v2/chat", {"message": "Summarize the latest sales report"})["reply"]
    assert "412,000 euros" in reply
    assert "documents doc_" in reply


def test_answers_are_deterministic(api: Api) -> None:
    replies = {api.post("/api/v2/chat", {"message": "Q4 numbers"})["reply"] for _ in range(3)}
    assert len(replies) == 1


def test_an_unknown_topic_is_admitted(api: Api) -> None:
    assert "know nothing" in api.post("/api/v2/chat", {"message": "xylophone quartet"})["reply"]


def test_a_stream_ends_with_the_complete_answer(api: Api) -> None:
    first, *middle, last = events(api, {"message": "Q4 numbers"})
    assert (first[0], last[0]) == ("tool_use", "done")
    deltas = [data["delta"] for name, data in middle if name == "text_delta"]
    assert len(deltas) > 1
    assert "".join(deltas) == last[1]["reply"]


def test_an_empty_message_is_rejected(api: Api) -> None:
    error = api.post("/api/v2/chat", {"message": ""}, status=400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["details"][0]["field"] == "message"


def test_nothing_is_stored_without_a_conversation(api: Api) -> None:
    before = said(api)
    answer = ask(api, "Q4 numbers")
    assert answer["messageId"] is answer["conversationId"] is None
    assert said(api) == before


def test_question_and_answer_are_stored_in_the_conversation(api: Api) -> None:
    answer = ask(api, "Q4 numbers", conversationId=CONVERSATION_ID, userId=COLLEAGUE_ID)
    assert answer["conversationId"] == CONVERSATION_ID
    reply, question = said(api)[:2]
    assert (question["content"], question["user_id"]) == ("Q4 numbers", COLLEAGUE_ID)
    assert (reply["content"], reply["id"]) == (answer["reply"], answer["messageId"])


def test_a_streamed_answer_is_stored(api: Api) -> None:
    body = {"message": "Q4 numbers", "conversationId": CONVERSATION_ID}
    done = events(api, body)[-1][1]
    assert said(api)[0]["id"] == done["messageId"]
    assert said(api)[0]["content"] == done["reply"]


def test_a_short_question_follows_up_on_the_previous_one(api: Api) -> None:
    assert "know nothing" in ask(api, "And the north?")["reply"]
    ask(api, "How did sales in October go?", conversationId=CONVERSATION_ID)
    assert "412,000 euros" in ask(api, "And the north?", conversationId=CONVERSATION_ID)["reply"]


def test_earlier_answers_are_not_sources(api: Api) -> None:
    replies = [ask(api, "Q4 numbers", conversationId=CONVERSATION_ID)["reply"] for _ in range(3)]
    assert len(set(replies)) == 1
    assert ask(api, "Q4 numbers")["reply"] == replies[0]


def test_channel_history_is_the_first_source(api: Api) -> None:
    content = "Sales in October came to nothing at all."
    message = api.post("/api/v2/messages", {"channel_id": SALES_CHANNEL_ID, "content": content})
    question = "What did sales come to in October?"
    reply = ask(api, question, channelId=SALES_CHANNEL_ID)["reply"]
    assert f"[1] messages {message['data']['id']}" in reply
    assert "documents doc_" in reply


def test_the_context_is_a_source(api: Api) -> None:
    assert "know nothing" in ask(api, "Which department?")["reply"]
    answer = ask(api, "Which department?", context={"department": "sales", "floor": 3})
    assert "department: sales" in answer["reply"]
    assert "floor" not in answer["reply"]
    # What the question leaves open, the context says.
    assert "412,000 euros" in ask(api, "Any figures?", context={"department": "sales"})["reply"]


def test_attachments_are_read_and_returned(api: Api) -> None:
    file = {"file": ("zeppelin.txt", b"The zeppelin lands on Friday.", "text/plain")}
    channel = {"channel_id": SALES_CHANNEL_ID}
    attachment = api.call("POST", "/api/v2/messages/upload", files=file, data=channel)["data"]
    attachment.pop("created_at")
    answer = ask(api, "When does it land?", attachments=[attachment])
    assert "The zeppelin lands on Friday." in answer["reply"]
    assert answer["attachments"] == [attachment]


def test_files_of_other_organizations_are_not_read(api: Api, stranger: Api) -> None:
    file = {"file": ("zeppelin.txt", b"The zeppelin lands on Friday.", "text/plain")}
    secret = api.call("POST", "/api/v2/files", files=file)["data"]
    attachment = {name: secret[name] for name in ("id", "name", "type", "url")}
    assert "Friday" not in ask(stranger, "When does it land?", attachments=[attachment])["reply"]


def test_tool_calls_are_returned_in_debug_mode(api: Api) -> None:
    assert ask(api, "Q4 numbers")["toolCalls"] == []
    (tool_call,) = ask(api, "Q4 numbers", debug=True)["toolCalls"]
    assert tool_call["output"]["sources"][0]["title"] == "Q4 numbers"


def test_an_unknown_personality_is_404(api: Api) -> None:
    assert ask(api, "Q4 numbers", personality="steve-jobs")["personality"] == "steve-jobs"
    api.post(CHAT, {"message": "Q4 numbers", "personality": "nobody"}, status=404)


def test_a_private_personality_answers_only_its_owner(api: Api, colleague: Api) -> None:
    personality = {"name": "Muse", "system_prompt": "Be brief.", "is_public": False}
    slug = api.post("/api/v2/personalities", personality)["data"]["slug"]
    assert ask(api, "Q4 numbers", personality=slug)["personality"] == slug
    colleague.post(CHAT, {"message": "Q4 numbers", "personality": slug}, status=404)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("conversationId", "nowhere", 404),
        ("conversationId", 7, 400),
        ("channelId", "00000000-0000-4000-8000-000000000000", 404),
        ("userId", "nobody", 404),
    ],
)
def test_references_of_a_question_must_exist(
    api: Api, field: str, value: object, status: int
) -> None:
    for path in (CHAT, f"{CHAT}/stream"):
        api.post(path, {"message": "Q4 numbers", field: value}, status=status)


def test_an_archived_conversation_rejects_questions(api: Api) -> None:
    api.patch(f"/api/v2/conversations/{CONVERSATION_ID}", {"is_archived": True})
    api.post(CHAT, {"message": "Q4 numbers", "conversationId": CONVERSATION_ID}, status=409)
