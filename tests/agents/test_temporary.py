"""An agent for the length of a block: it is gone afterwards, whatever happened."""

from __future__ import annotations

import inspect

import pytest

from lvng import (
    ConflictError,
    DecodeError,
    LvngClient,
    NotFoundError,
    RequestOptions,
    ServerError,
    ValidationError,
)
from lvng_agents import Agents
from support.clock import FakeClock
from support.samples import KEY
from support.scripted_server import Serve, Step, answer, hang_up
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left

from .lifecycle import AGENT, CREATED, DELETED, STARTED, WHOLE_LIFE, calls


def test_a_temporary_agent_is_created_started_used_and_deleted(
    client: LvngClient, colour: Colour
) -> None:
    with client.agents.temporary(name="Scout", system_prompt="Be brief.", tags=["trial"]) as agent:
        kept = client.agents.get(agent["id"])
        reply = client.agents.message(agent["id"], message="What grew last quarter?")
        assert reply["data"]["content"]
        assert [one["id"] for one in client.agents.iter(tags=["trial"])] == [agent["id"]]
    assert agent["status"] == "running"
    assert kept["agent"]["systemPrompt"] == "Be brief."
    with pytest.raises(NotFoundError):
        client.agents.get(agent["id"])
    assert_nothing_is_left(client, colour)


def test_temporary_takes_the_parameters_of_create() -> None:
    parameters = inspect.signature(Agents.temporary).parameters
    created = inspect.signature(Agents.create).parameters
    assert parameters.keys() - created.keys() == {"start"}
    assert created.keys() <= parameters.keys()


def test_every_argument_is_sent(connect: Connect, serve: Serve) -> None:
    server = serve(CREATED, STARTED, DELETED)
    with connect(server).agents.temporary(
        name="Scout",
        description="Looks around",
        avatar="https://example.com/a.png",
        system_prompt="Be brief.",
        model="claude-haiku",
        temperature=0.2,
        capabilities={"search": True},
        metadata={"team": "sales"},
        tags=["trial"],
        workspace_id="ws_1",
        is_public=False,
        tools=["web_search"],
    ):
        pass
    assert server.requests[0].json() == {
        "name": "Scout",
        "description": "Looks around",
        "avatar": "https://example.com/a.png",
        "systemPrompt": "Be brief.",
        "model": "claude-haiku",
        "temperature": 0.2,
        "capabilities": {"search": True},
        "metadata": {"team": "sales"},
        "tags": ["trial"],
        "workspaceId": "ws_1",
        "isPublic": False,
        "tools": ["web_search"],
    }


def test_with_start_false_the_agent_is_not_started(connect: Connect, serve: Serve) -> None:
    server = serve(CREATED, DELETED)
    with connect(server).agents.temporary(name="Scout", start=False) as agent:
        assert dict(agent) == AGENT
    assert calls(server) == ["POST ", "DELETE /agent_1"]


def test_the_options_apply_to_each_call_and_the_idempotency_key_to_the_creation(
    connect: Connect, serve: Serve
) -> None:
    server = serve(CREATED, STARTED, DELETED)
    options = RequestOptions(headers={"X-App": "demo"}, idempotency_key="once")
    with connect(server).agents.temporary(name="Scout", options=options):
        pass
    assert [seen.header("x-app") for seen in server.requests] == ["demo"] * 3
    keys = [seen.header("idempotency-key") for seen in server.requests]
    assert keys[0] == "once"
    assert "once" not in keys[1:]


def test_the_agent_is_deleted_when_the_block_fails(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(CREATED, STARTED, DELETED)
    client = connect(server)
    with pytest.raises(ZeroDivisionError), client.agents.temporary(name="Scout"):
        raise ZeroDivisionError
    assert calls(server) == WHOLE_LIFE
    assert_nothing_is_left(client, colour)


def test_the_agent_is_deleted_when_it_cannot_be_started(connect: Connect, serve: Serve) -> None:
    server = serve(CREATED, answer(409, {"error": "No credits"}), DELETED)
    with (
        pytest.raises(ConflictError, match="No credits"),
        connect(server).agents.temporary(name="Scout"),
    ):
        pytest.fail("the block must not run")
    assert calls(server) == WHOLE_LIFE


def test_an_agent_is_not_deleted_when_its_creation_failed(connect: Connect, serve: Serve) -> None:
    server = serve(answer(400, {"error": "name is too long"}))
    with pytest.raises(ValidationError), connect(server).agents.temporary(name="Scout"):
        pytest.fail("the block must not run")
    assert calls(server) == ["POST "]


def test_deleting_an_agent_that_is_gone_is_not_an_error(connect: Connect, serve: Serve) -> None:
    server = serve(CREATED, STARTED, answer(404, {"error": "No such agent"}))
    with connect(server).agents.temporary(name="Scout"):
        pass
    assert calls(server) == WHOLE_LIFE


def test_a_failed_deletion_raises_its_error(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(CREATED, STARTED, answer(500, {"error": "Database is down"}))
    with (
        pytest.raises(ServerError, match="Database"),
        connect(server).agents.temporary(name="Scout"),
    ):
        pass


def test_the_error_of_the_block_comes_before_that_of_the_deletion(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(CREATED, STARTED, answer(500, {"error": "Database is down"}))
    with (
        pytest.raises(ZeroDivisionError) as info,
        connect(server).agents.temporary(name="Scout"),
    ):
        raise ZeroDivisionError
    (note,) = info.value.__notes__
    assert note.startswith("Agent 'agent_1' could not be deleted: Database is down")
    assert KEY not in note


@pytest.mark.parametrize("key", ["agent", "data"])
def test_the_agent_is_read_from_either_envelope(connect: Connect, serve: Serve, key: str) -> None:
    server = serve(answer(201, {"success": True, key: AGENT}), DELETED)
    with connect(server).agents.temporary(name="Scout", start=False) as agent:
        assert agent["id"] == "agent_1"


def test_a_broken_connection_makes_no_second_agent(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(hang_up, CREATED, STARTED, hang_up, DELETED)
    with connect(server).agents.temporary(name="Scout"):
        pass
    first, second, *_ = server.requests
    assert first.header("idempotency-key") == second.header("idempotency-key") is not None
    assert calls(server)[-2:] == ["DELETE /agent_1"] * 2


@pytest.mark.parametrize("started", [answer(204), answer(200, None), answer(200, [AGENT])])
def test_an_agent_is_used_also_where_start_answers_with_another_shape(
    started: Step, connect: Connect, serve: Serve
) -> None:
    server = serve(CREATED, started, DELETED)
    with connect(server).agents.temporary(name="Scout") as agent:
        assert agent["id"] == AGENT["id"]
    assert calls(server) == WHOLE_LIFE


def test_an_agent_without_an_id_is_an_error(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(201, {"success": True})))
    with (
        pytest.raises(DecodeError, match=r"agents\.create: the response has no agent with an id"),
        client.agents.temporary(name="Scout"),
    ):
        pass
