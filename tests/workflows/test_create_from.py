"""From words to a workflow: `parse`, and `create` from what it understood."""

from __future__ import annotations

from typing import Any

import pytest

from lvng import InvalidArgumentError, LvngClient
from support.scripted_server import Serve, answer
from support.tuned import Connect

WORDS = "Every Monday, summarise the open tasks and email them to the team"


def test_create_from_creates_the_parsed_workflow(client: LvngClient) -> None:
    parsed = client.workflows.parse(instruction=WORDS)
    made = client.workflows.create_from(parsed, tags=["weekly"])["data"]
    kept = client.workflows.get(made["id"])["data"]
    understood = parsed["workflow"]
    assert kept["name"] == understood["name"]
    assert kept["steps"] == understood["steps"]
    assert kept["trigger"] == understood["trigger"]
    assert kept["inputs"] == understood["inputs"]
    assert kept["tags"] == ["weekly"]


def test_create_from_takes_the_workflow_of_the_response_too(client: LvngClient) -> None:
    parsed = client.workflows.parse(instruction=WORDS)["workflow"]
    made = client.workflows.create_from(parsed, name="Monday report")["data"]
    assert made["name"] == "Monday report"
    assert made["steps"] == parsed["steps"]


@pytest.mark.parametrize(
    "parsed",
    [
        {"success": True, "workflow": {"name": "Report", "steps": []}},
        {"success": True, "data": {"name": "Report", "steps": []}},
        {"name": "Report", "steps": [], "trigger": None},
    ],
    ids=["reference", "cookbook", "alone"],
)
def test_absent_members_are_not_sent(connect: Connect, serve: Serve, parsed: Any) -> None:
    server = serve(answer(201, {"success": True, "data": {"id": "wf_1"}}))
    connect(server).workflows.create_from(parsed, workspace_id="ws_1")
    assert server.last.json() == {"name": "Report", "steps": [], "workspaceId": "ws_1"}


@pytest.mark.parametrize("parsed", [None, "Report", {}, {"workflow": None}, {"data": {"id": "x"}}])
def test_anything_but_a_parsed_workflow_is_refused(
    connect: Connect, serve: Serve, parsed: Any
) -> None:
    server = serve(answer(201, {}))
    with pytest.raises(InvalidArgumentError, match="the response of parse"):
        connect(server).workflows.create_from(parsed)
    assert server.requests == []
