"""Parsing of instructions and recurrences."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox.workflows.instructions import parse
from lvng_sandbox.workflows.recurrence import parse_recurrence

MONDAYS = "Every Monday at 9, summarise the open tasks and email them to the team"


@pytest.mark.parametrize(
    ("words", "cron"),
    [
        ("every Monday at 9", "0 9 * * 1"),
        ("on Mondays at 9:30", "30 9 * * 1"),
        ("every Monday and Thursday", "0 9 * * 1,4"),
        ("each Monday, Wednesday, and Friday at 5pm", "0 17 * * 1,3,5"),
        ("every Sunday at 12am", "0 0 * * 0"),
        ("every weekday at noon", "0 12 * * 1-5"),
        ("every weekend", "0 9 * * 0,6"),
        ("daily at midnight", "0 0 * * *"),
        ("every day at 12 pm", "0 12 * * *"),
        ("every morning", "0 9 * * *"),
        ("every hour", "0 * * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("every 6 hours", "0 */6 * * *"),
        ("weekly", "0 9 * * 1"),
        ("monthly at 8", "0 8 1 * *"),
        ("every month on the 15th", "0 9 15 * *"),
        ("on the 3rd of every month at 7", "0 7 3 * *"),
    ],
)
def test_recurrences_become_cron_expressions(words: str, cron: str) -> None:
    for text in (f"{words}, report", f"Report {words}"):
        found = parse_recurrence(text[0].upper() + text[1:])
        assert found is not None
        assert (found.cron, found.rest.lower()) == (cron, "report")


@pytest.mark.parametrize("text", ["Summarise the tasks", "Look at 9 reports", "Every so often"])
def test_other_text_is_not_a_recurrence(text: str) -> None:
    assert parse_recurrence(text) is None


@pytest.mark.parametrize("time", ["25", "12:75"])
def test_an_invalid_time_is_replaced_by_the_default(time: str) -> None:
    found = parse_recurrence(f"daily at {time}, report")
    assert found is not None
    assert found.cron == "0 9 * * *"


def test_each_clause_is_a_step_after_the_last() -> None:
    workflow = parse(MONDAYS, [])
    assert workflow["name"] == "Summarise the open tasks"
    assert workflow["trigger"] == {"type": "schedule", "cron": "0 9 * * 1"}
    summarise, email = workflow["steps"]
    assert (summarise["id"], summarise["type"], summarise["dependsOn"]) == (
        "summarise",
        "agent",
        [],
    )
    assert summarise["config"] == {"prompt": "Summarise the open tasks"}
    assert (email["id"], email["type"], email["dependsOn"]) == ("email", "tool", ["summarise"])
    given = {
        "to": ["team@example.com"],
        "subject": "Summarise the open tasks",
        "body": "{{summarise}}",
    }
    assert email["config"] == {"tool": "send_email", "input": given}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Search for new suppliers", [("tool", "web_search")]),
        ("Find offers, then wait 2 hours", [("tool", "web_search"), ("wait", None)]),
        ("Collect the offers; compare them", [("tool", "knowledge_search"), ("agent", None)]),
        ("Draft a reply. Then ask for approval.", [("agent", None), ("approval", None)]),
        ("Please create a task to call Li", [("tool", "create_task")]),
        ("Report on sales and marketing", [("agent", None)]),
        ("Polish the brass", [("agent", None)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_verb_determines_the_type_of_step(
    text: str, steps: list[tuple[str, str | None]]
) -> None:
    found = parse(text, [])["steps"]
    assert [(one["type"], one["config"].get("tool")) for one in found] == steps


def test_the_configuration_comes_from_the_text() -> None:
    text = "Look up new leads, wait 10 minutes and email it to li@example.com and ana@example.com"
    look, wait, email = parse(text, [])["steps"]
    assert look["config"]["input"] == {"query": "new leads"}
    assert wait["config"] == {"seconds": 600}
    assert email["config"]["input"]["to"] == ["li@example.com", "ana@example.com"]
    (task,) = parse("Create a task to call Li", [])["steps"]
    assert task["config"]["input"] == {"title": "Call Li"}


def test_steps_have_unique_ids() -> None:
    steps = parse("Draft a reply, then draft a shorter one, then draft a title", [])["steps"]
    assert [step["id"] for step in steps] == ["draft", "draft-2", "draft-3"]


def test_an_event_can_be_the_trigger() -> None:
    workflow = parse("When a new lead arrives, research the company", [])
    assert workflow["trigger"] == {"type": "event", "event": "a new lead arrives"}
    assert [step["name"] for step in workflow["steps"]] == ["Research the company"]


def test_an_unavailable_tool_is_replaced_by_an_agent() -> None:
    assert [step["type"] for step in parse(MONDAYS, [], ["web_search"])["steps"]] == ["agent"] * 2


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (MONDAYS, 0.95),
        ("Summarise the open tasks", 0.8),
        ("Polish the brass, then draft a report", 0.6),
        ("Every Monday, polish the brass", 0.55),
        ("Polish the brass", 0.4),
    ],
    ids=["all", "no moment", "half", "moment alone", "nothing"],
)
def test_the_confidence_reflects_recognized_clauses(text: str, confidence: float) -> None:
    assert parse(text, [])["confidence"] == confidence


def test_a_named_template_is_used() -> None:
    template: dict[str, Any] = {
        "id": "tpl_1",
        "name": "Weekly report",
        "description": "d",
        "steps": [{"id": "a"}],
        "inputs": {"topic": "sales"},
    }
    workflow = parse("Send the weekly report every Friday at 16", [template])
    assert (workflow["type"], workflow["templateId"]) == ("template", "tpl_1")
    assert (workflow["name"], workflow["steps"]) == ("Weekly report", [{"id": "a"}])
    assert workflow["inputs"] == {"topic": "sales"}
    assert workflow["trigger"] == {"type": "schedule", "cron": "0 16 * * 5"}
    assert parse("Report on sales", [template])["type"] == "generated"
