"""`chat.send`: the whole answer at once."""

from __future__ import annotations

import pytest

from lvng import LvngClient, ValidationError


def test_the_answer_is_a_plain_dict_with_its_text_under_reply(client: LvngClient) -> None:
    answer = client.chat.send(message="Summarize the latest sales report", platform="api")
    assert type(answer) is dict
    assert "Sales report" in answer["reply"]
    assert answer["success"] is True
    assert answer["usage"]
    assert answer["usage"]["totalTokens"] == sum(
        answer["usage"][part] for part in ("inputTokens", "outputTokens")
    )


def test_debug_shows_the_calls_of_tools(client: LvngClient) -> None:
    answer = client.chat.send(message="sales report", debug=True)
    assert [call["name"] for call in answer["toolCalls"] or []] == ["knowledge_search"]


def test_an_empty_message_is_refused_by_the_server(client: LvngClient) -> None:
    with pytest.raises(ValidationError) as info:
        client.chat.send(message="")
    assert info.value.status_code == 400
    assert info.value.details[0]["field"] == "message"
