"""The tools of the server, as a client of the protocol sees them."""

from __future__ import annotations

import json

import anyio
import anyio.lowlevel
import pytest
from mcp_types import TextResourceContents

from lvng_mcp import Policy
from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID

from .conftest import Connect, text_of

pytestmark = pytest.mark.anyio

ALL = Policy(delete=True, admin=True)
CHARACTERS = 4  # of JSON, that make about one token


async def test_the_vendors_tools_and_three_general_ones(connect: Connect) -> None:
    async with connect(ALL) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
    assert len(names) == 24
    assert names[-3:] == ["search_operations", "describe_operation", "call_operation"]
    assert {name.split("_")[0] for name in names[:-3]} == {"workflows", "agents", "knowledge"}


async def test_the_descriptions_fit_six_thousand_tokens(connect: Connect) -> None:
    async with connect(ALL) as client:
        tools = (await client.list_tools()).tools
    text = json.dumps([tool.model_dump(by_alias=True, exclude_none=True) for tool in tools])
    assert len(text) / CHARACTERS < 6_000


async def test_the_hints_are_those_of_the_contract(connect: Connect) -> None:
    async with connect(ALL) as client:
        tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    listing, deleting, creating = (
        tools[name] for name in ("agents_list", "agents_delete", "agents_create")
    )
    assert listing is not None
    assert deleting is not None
    assert creating is not None
    assert listing.read_only_hint
    assert (deleting.read_only_hint, deleting.destructive_hint, deleting.idempotent_hint) == (
        False,
        True,
        True,
    )
    assert (creating.destructive_hint, creating.idempotent_hint) == (False, False)


async def test_an_operation_is_found_described_and_called(
    connect: Connect, sandbox: Sandbox
) -> None:
    async with connect() as client:
        found = text_of(
            await client.call_tool("search_operations", {"query": "post a message to a channel"})
        )
        assert found.startswith("messages.create: ")
        described = text_of(
            await client.call_tool("describe_operation", {"operation": "messages.create"})
        )
        assert "channel_id (string, required): " in described
        assert '"channel_id": ' in described.partition("Example arguments:")[2]
        arguments = {"channel_id": CHANNEL_ID, "content": "Hello from a model"}
        called = text_of(
            await client.call_tool(
                "call_operation", {"operation": "messages.create", "arguments": arguments}
            )
        )
    assert json.loads(called)["success"] is True
    assert sandbox.requests[-1].operation == "messages.create"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("invite someone by email", "invitations.create"),
        ("upload a file", "files.upload"),
        ("how many credits are left", "billing.balance"),
        ("rotate an API key", "api_keys.rotate"),
        ("create a calendar event", "calendar.create"),
    ],
)
async def test_a_search_in_plain_words_finds_the_operation(
    connect: Connect, query: str, expected: str
) -> None:
    async with connect() as client:
        found = text_of(await client.call_tool("search_operations", {"query": query}))
    assert f"{expected}: " in found


async def test_a_search_without_a_match_names_the_tags(connect: Connect) -> None:
    async with connect() as client:
        found = text_of(await client.call_tool("search_operations", {"query": "xyzzy"}))
    assert "xyzzy" in found
    assert "knowledge_graph" in found


async def test_a_stream_reports_its_events_while_they_come(connect: Connect) -> None:
    told: list[str] = []

    async def report(progress: float, total: float | None, message: str | None) -> None:
        assert progress == len(told) + 1
        told.append(message or "")

    async with connect() as client:
        result = text_of(
            await client.call_tool(
                "call_operation",
                {"operation": "chat.stream", "arguments": {"message": "sales report"}},
                progress_callback=report,
            )
        )
    assert len(told) > 3
    assert result == "\n".join(told)
    assert json.loads(told[-1])["event"] == "done"


async def test_a_cancelled_call_leaves_its_stream(connect: Connect, sandbox: Sandbox) -> None:
    begun = anyio.Event()

    async def report(progress: float, total: float | None, message: str | None) -> None:
        begun.set()
        await anyio.lowlevel.checkpoint()

    async with connect() as client, anyio.create_task_group() as group:

        async def ask() -> None:
            await client.call_tool(
                "call_operation",
                {"operation": "chat.stream", "arguments": {"message": "sales report"}},
                progress_callback=report,
            )

        group.start_soon(ask)
        await begun.wait()
        group.cancel_scope.cancel()
    async with connect() as client:
        assert text_of(await client.call_tool("workflows_list", {}))


async def test_a_long_result_is_cut_and_read_on(connect: Connect) -> None:
    async with connect() as client:
        whole = text_of(await client.call_tool("workflows_list", {}))
    pieces = []
    async with connect(max_tokens=100) as client:
        start = 0
        while True:
            arguments = {"operation": "workflows.list", "arguments": {}, "start": start}
            text = text_of(await client.call_tool("call_operation", arguments))
            piece, _, note = text.partition("\n[cut: ")
            pieces.append(piece)
            if not note:
                break
            assert len(piece) == 100 * CHARACTERS
            assert f"start={start + 400}" in note
            start += 400
    assert "".join(pieces) == whole


async def test_a_cut_result_of_a_write_is_not_continued_by_a_second_call(connect: Connect) -> None:
    async with connect(max_tokens=10) as client:
        text = text_of(
            await client.call_tool("agents_create", {"name": "Analyst", "description": "Counts"})
        )
    assert "[cut: " in text
    assert "start=" not in text


@pytest.mark.parametrize(
    ("policy", "operation", "reason"),
    [
        (Policy(), "workflows.delete", "--allow-delete"),
        (Policy(), "api_keys.list", "--allow-admin"),
        (Policy(tags=frozenset({"chat"})), "workflows.list", "these tags are offered: chat"),
        (Policy(scopes=frozenset({"read"})), "workflows.create", "scope write"),
    ],
)
async def test_an_operation_excluded_by_the_policy_is_refused_with_the_reason(
    connect: Connect, sandbox: Sandbox, policy: Policy, operation: str, reason: str
) -> None:
    async with connect(policy) as client:
        refused = text_of(
            await client.call_tool("call_operation", {"operation": operation}), error=True
        )
    assert operation in refused
    assert reason in refused
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("call_operation", {"operation": "workflow.list"}, "There is no operation 'workflow.list'"),
        ("call_operation", {}, "operation must be a string, got None"),
        ("call_operation", {"operation": "workflows.list", "arguments": [1]}, "got [1]"),
        ("call_operation", {"operation": "workflows.list", "start": -1}, "got -1"),
        ("workflows_get", {"id": "wf_unknown"}, "NotFoundError"),
        ("workflows_get", {"idd": "wf_1"}, "did you mean 'id'?"),
        ("workflows_list", {"limit": "many"}, "InvalidArgumentError"),
        ("no_such_tool", {}, "There is no tool 'no_such_tool'"),
        (
            "call_operation",
            {"operation": "files.upload", "arguments": {"file": "/etc/passwd"}},
            "file must be",
        ),
    ],
)
async def test_a_mistake_is_an_error_that_says_what_to_do(
    connect: Connect, tool: str, arguments: dict[str, object], said: str
) -> None:
    async with connect() as client:
        assert said in text_of(await client.call_tool(tool, arguments), error=True)


async def test_no_answer_shows_the_key(connect: Connect, sandbox: Sandbox) -> None:
    async with connect(key="lvng_sk_test_wrong_and_secret") as client:
        told = text_of(await client.call_tool("workflows_list", {}), error=True)
    assert "AuthenticationError" in told
    assert "wrong_and_secret" not in told


async def test_resources_are_lists_and_entries(connect: Connect) -> None:
    async with connect() as client:
        uris = [str(one.uri) for one in (await client.list_resources()).resources]
        templates = (await client.list_resource_templates()).resource_templates
        [listed] = (await client.read_resource("lvng://workflows")).contents
        [one] = (await client.read_resource("lvng://workflows/wf_8c1d2e3f")).contents
    assert uris == ["lvng://agents", "lvng://workflows", "lvng://documents"]
    assert [one.uri_template for one in templates] == [f"{uri}/{{id}}" for uri in uris]
    assert isinstance(listed, TextResourceContents)
    assert isinstance(one, TextResourceContents)
    assert json.loads(listed.text)["data"]
    assert json.loads(one.text)["data"]["id"] == "wf_8c1d2e3f"


async def test_prompts_have_their_argument_filled_in(connect: Connect) -> None:
    async with connect() as client:
        names = [one.name for one in (await client.list_prompts()).prompts]
        made = await client.get_prompt("research", {"topic": "solar panels"})
    assert len(names) == 5
    assert "solar panels" in made.messages[0].content.text  # type: ignore[union-attr] # a TextContent
