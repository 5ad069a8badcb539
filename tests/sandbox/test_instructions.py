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


def test_a_sentence_is_one_agent_step() -> None:
    workflow = parse(MONDAYS, [])
    assert workflow["name"] == "Summarise the open tasks and email them to the team"
    assert workflow["trigger"] == {"type": "schedule", "cron": "0 9 * * 1"}
    (step,) = workflow["steps"]
    assert step == {
        "id": "summarise",
        "name": workflow["name"],
        "type": "agent",
        "dependsOn": [],
        "config": {"prompt": workflow["name"]},
    }


@pytest.mark.parametrize(
    "text",
    [
        "Search for new suppliers. Compare their offers. Draft a reply.",
        "1. Search for new suppliers\n2. Compare their offers\n3. Draft a reply",
        "Do this:\n\n- search for new suppliers,\n- compare their offers,\n- draft a reply",
        "1) Search for new suppliers 2) Compare their offers 3) Draft a reply",
    ],
    ids=["sentences", "numbers", "bullets", "one line"],
)
def test_each_item_or_sentence_is_given_the_output_of_the_last(text: str) -> None:
    search, compare, draft = parse(text, [])["steps"]
    assert [one["name"] for one in (search, compare, draft)] == [
        "Search for new suppliers",
        "Compare their offers",
        "Draft a reply",
    ]
    assert (search["dependsOn"], compare["dependsOn"]) == ([], ["search"])
    assert compare["config"] == {"prompt": "Compare their offers:\n\n{{search}}"}
    assert draft["config"] == {"prompt": "Draft a reply:\n\n{{compare}}"}


def test_steps_have_unique_ids() -> None:
    steps = parse("Draft a reply. Draft a shorter one. Draft a title.", [])["steps"]
    assert [step["id"] for step in steps] == ["draft", "draft-2", "draft-3"]


def test_an_event_can_be_the_trigger() -> None:
    workflow = parse("Whenever message.created, summarise the channel", [])
    assert workflow["trigger"] == {"type": "event", "event": "message.created"}
    assert workflow["warnings"] == []


def test_an_event_that_does_not_exist_is_no_trigger() -> None:
    workflow = parse("When a new lead arrives, research the company", [])
    assert workflow["trigger"] is None
    (warning,) = workflow["warnings"]
    assert "'a new lead arrives'" in warning
    assert "message.created" in warning
    assert [step["name"] for step in workflow["steps"]] == ["Research the company"]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (MONDAYS, 0.75),
        ("Summarise the open tasks", 0.6),
        ("1. Polish the brass\n2. Draft a report", 0.8),
        ("Every Monday:\n1. Polish the brass\n2. Draft a report", 0.95),
        ("If it rains, polish the brass", 0.4),
    ],
    ids=["sentence and moment", "sentence", "list", "list and moment", "condition"],
)
def test_the_confidence_reflects_what_was_read(text: str, confidence: float) -> None:
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


def test_lettered_items_are_steps() -> None:
    workflow = parse("Steps:\n  a) research the market\n  b) write the draft", [])
    assert [step["name"] for step in workflow["steps"]] == [
        "Research the market",
        "Write the draft",
    ]


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("São Paulo", "America/Sao_Paulo"),
        ("Mumbai", "Asia/Kolkata"),
        ("San Francisco", "America/Los_Angeles"),
        ("Zürich", "Europe/Zurich"),
        ("Lisbon", "Europe/Lisbon"),
    ],
)
def test_cities_have_time_zones(city: str, zone: str) -> None:
    trigger = parse(f"Every Friday at 5pm {city} time, gather the sales", [])["trigger"]
    assert trigger == {"type": "schedule", "cron": "0 17 * * 5", "timezone": zone}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("On the 1st and 15th of each month, back up", "and 15th"),
        ("Every hour between 9 and 17, poll the feed", "between 9"),
    ],
)
def test_unsupported_limits_of_a_schedule_are_warnings(text: str, part: str) -> None:
    assert any(part in warning for warning in parse(text, [])["warnings"])
