"""The built-in tools: inputs, results and errors."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import AGENT_ID
from support.sandbox import Api

TOOLS = "/api/v2/tools"


def run(api: Api, name: str, **given: Any) -> dict[str, Any]:
    outcome: dict[str, Any] = api.post(f"{TOOLS}/{name}/execute", {"input": given})["data"]
    return outcome


def output(api: Api, name: str, **given: Any) -> dict[str, Any]:
    outcome = run(api, name, **given)
    assert outcome["success"], outcome["error"]
    found: dict[str, Any] = outcome["output"]
    return found


def test_the_catalogue_is_listed_with_or_without_schemas(api: Api, stranger: Api) -> None:
    whole, stubs = api.get(TOOLS), api.get(TOOLS, mode="deferred")
    assert whole["total"] == len(whole["tools"]) == len(stubs["tools"]) > 10
    assert all(tool["inputSchema"]["type"] == "object" for tool in whole["tools"])
    assert all(tool["inputSchema"] is None for tool in stubs["tools"])
    assert stranger.get(TOOLS) == whole


def test_the_catalogue_is_filtered_by_category(api: Api) -> None:
    assert {tool["name"] for tool in api.get(TOOLS, category="web")["tools"]} == {
        "web_search",
        "web_fetch",
    }


def test_a_tool_is_found_by_name(api: Api) -> None:
    tool = api.get(f"{TOOLS}/calculator")["tool"]
    assert tool["inputSchema"]["required"] == ["expression"]
    api.get(f"{TOOLS}/teleport", status=404)
    api.post(f"{TOOLS}/teleport/execute", {"input": {}}, status=404)


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "input.query"), ({"query": 1}, "input.query"), ({"query": "a", "x": 1}, "input")],
    ids=["missing", "type", "unknown"],
)
def test_an_invalid_input_names_its_field(api: Api, given: dict[str, Any], field: str) -> None:
    error = api.post(f"{TOOLS}/web_search/execute", {"input": given}, status=400)["error"]
    assert [detail["field"] for detail in error["details"]] == [field]


@pytest.mark.parametrize("tool", ["web_search", "knowledge_search"])
def test_search_tools_find_what_is_stored(api: Api, tool: str) -> None:
    (first, *_) = output(api, tool, query="sales in October")["results"]
    assert first["title"] == "Sales report"
    assert "412,000 euros" in first["text"]
    assert len(output(api, tool, query="sales numbers", limit=1)["results"]) == 1


def test_a_page_that_was_not_ingested_is_not_fetched(api: Api) -> None:
    outcome = run(api, "web_fetch", url="https://example.org/nowhere")
    assert (outcome["success"], outcome["output"]) == (False, None)
    assert "does not use the network" in outcome["error"]


def test_send_email_adds_an_email(api: Api) -> None:
    sent = output(api, "send_email", to=["li@example.com"], subject="Report", body="All is well.")
    email = api.get(f"/api/v2/emails/{sent['emailId']}")["data"]
    assert (email["to_emails"], email["text"]) == (["li@example.com"], "All is well.")


def test_create_task_and_create_note_add_records(api: Api) -> None:
    task = output(api, "create_task", title="Call Li")["taskId"]
    note = output(api, "create_note", title="Paper", content="Alba is cheapest.")["noteId"]
    assert api.get(f"/api/v2/tasks/{task}")["data"]["title"] == "Call Li"
    notes = {one["id"]: one["content"] for one in api.get("/api/v2/notes")["data"]}
    assert notes[note] == "Alba is cheapest."


def test_remember_and_recall(api: Api) -> None:
    output(api, "remember", content="Li prefers tea.")
    (match, *_) = api.post("/api/v2/memory/search", {"query": "tea"})["data"]
    assert match["memory"]["content"] == "Li prefers tea."


def test_a_running_agent_can_be_asked(api: Api) -> None:
    answer = output(api, "message_agent", agent_id=AGENT_ID, message="Sales in October")
    assert "412,000 euros" in answer["content"]
    api.post(f"/api/v2/agents/{AGENT_ID}/stop")
    assert run(api, "message_agent", agent_id=AGENT_ID, message="hi")["error"] == (
        "The agent is stopped; start it first"
    )
    assert run(api, "message_agent", agent_id="agt_0", message="hi")["error"] == "Agent not found"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(412000 - 381000) / 381000", 31000 / 381000),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("7 // 2 + 7 % 2", 4),
    ],
)
def test_the_calculator_evaluates_arithmetic(api: Api, expression: str, value: float) -> None:
    assert output(api, "calculator", expression=expression)["value"] == value


@pytest.mark.parametrize(
    "expression",
    [
        "1 +",
        "1 / 0",
        "(9 ** 99) ** 99",
        "1e308 * 10",
        "(-8) ** 0.5",
        "__import__('os')",
        "x",
        "True",
        "'a' * 3",
        "(" * 150,
        "1" * 201,
    ],
    ids=lambda expression: expression[:20],
)
def test_the_calculator_rejects_other_expressions(api: Api, expression: str) -> None:
    outcome = run(api, "calculator", expression=expression)
    assert (outcome["success"], outcome["output"]) == (False, None)
    assert outcome["error"]


@pytest.mark.parametrize("expression", ["9 ** 9 ** 9", "((9 ** 99) ** 99) ** 99"])
def test_the_calculator_limits_the_size_of_results(api: Api, expression: str) -> None:
    assert run(api, "calculator", expression=expression)["error"] == "powers go up to 100"


def test_a_summary_has_the_most_relevant_sentences(api: Api) -> None:
    text = "Paper is cheap. Recycled paper from Alba is cheapest of all paper. It rained."
    assert output(api, "summarize", text=text, sentences=1)["summary"].startswith("Recycled")


def test_current_time_is_in_the_given_zone(api: Api) -> None:
    assert output(api, "current_time", timezone="Asia/Kolkata")["time"].endswith("+05:30")
    assert output(api, "current_time")["timezone"] == "UTC"
    assert "no time zone" in run(api, "current_time", timezone="Mars/Base")["error"]


def test_tools_are_searched_by_keywords(api: Api) -> None:
    names = [tool["name"] for tool in output(api, "list_tools", query="email")["tools"]]
    assert names == ["send_email"]
