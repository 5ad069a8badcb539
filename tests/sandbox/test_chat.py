"""Chat answers from what is stored."""

from __future__ import annotations

import json

from .conftest import Api


def test_an_answer_is_cut_from_what_is_stored_and_names_its_source(api: Api) -> None:
    reply = api.post("/api/v2/chat", {"message": "Summarize the latest sales report"})["reply"]
    assert "412,000 euros" in reply
    assert "documents doc_" in reply


def test_the_same_state_gives_the_same_answer(api: Api) -> None:
    replies = {api.post("/api/v2/chat", {"message": "Q4 numbers"})["reply"] for _ in range(3)}
    assert len(replies) == 1


def test_what_is_not_known_is_not_made_up(api: Api) -> None:
    assert "know nothing" in api.post("/api/v2/chat", {"message": "xylophone quartet"})["reply"]


def test_a_stream_ends_with_the_whole_of_what_it_sent(api: Api) -> None:
    with api.http.stream("POST", "/api/v2/chat/stream", json={"message": "Q4 numbers"}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = response.read().decode().strip().split("\n\n")
    events = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in (block.split("\n") for block in blocks)
    ]
    assert events[0][0] == "tool_use"
    assert events[-1][0] == "done"
    deltas = [data["delta"] for name, data in events if name == "text_delta"]
    assert len(deltas) > 1
    assert "".join(deltas) == events[-1][1]["reply"]


def test_an_empty_message_is_refused(api: Api) -> None:
    error = api.post("/api/v2/chat", {"message": ""}, status=400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["details"][0]["field"] == "message"
