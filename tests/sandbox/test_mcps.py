"""MCP servers: registration, configuration and health."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import MCP_SERVER_ID
from support.sandbox import Api

MCPS = "/api/v2/mcps"
STDIO = {"name": "files", "type": "stdio", "config": {"command": "npx", "args": ["-y", "files"]}}


def test_a_new_server_is_registered_and_has_no_tools(api: Api) -> None:
    server = api.post(MCPS, STDIO, status=201)["data"]
    assert (server["status"], server["tools"], server["isEnabled"]) == ("registered", [], True)
    assert server["config"]["command"] == "npx"
    assert api.get(f"{MCPS}/{server['id']}/tools")["data"] == []


@pytest.mark.parametrize(
    ("type", "config", "field"),
    [
        ("stdio", {"url": "https://mcp.example.com"}, "config.command"),
        ("sse", {"command": "npx"}, "config.url"),
        ("websocket", {}, "config.url"),
    ],
)
def test_a_configuration_must_fit_its_type(
    api: Api, type: str, config: dict[str, Any], field: str
) -> None:
    body = {"name": "files", "type": type, "config": config}
    error = api.post(MCPS, body, status=400)["error"]
    assert error["details"][0]["field"] == field


def test_a_change_of_type_needs_a_configuration_for_it(api: Api) -> None:
    address = f"{MCPS}/{api.post(MCPS, STDIO)['data']['id']}"
    api.patch(address, {"type": "sse"}, status=400)
    assert api.get(address)["data"]["type"] == "stdio"
    changed = api.patch(address, {"type": "sse", "config": {"url": "https://mcp.example.com/sse"}})
    assert changed["data"]["type"] == "sse"
    assert api.patch(address, {"description": "Files"})["data"]["description"] == "Files"


def test_a_name_is_unique(api: Api, stranger: Api) -> None:
    server = api.post(MCPS, STDIO)["data"]
    assert api.post(MCPS, STDIO, status=409)["error"]["code"] == "ALREADY_EXISTS"
    stranger.post(MCPS, STDIO, status=201)
    api.delete(f"{MCPS}/{server['id']}")
    api.post(MCPS, STDIO, status=201)


def test_a_refresh_reports_that_nothing_was_reached(api: Api) -> None:
    id = api.post(MCPS, STDIO)["data"]["id"]
    unknown = api.get(f"{MCPS}/{id}/health")["data"]
    assert (unknown["status"], unknown["connected"], unknown["error"]) == ("unknown", False, None)
    server = api.post(f"{MCPS}/{id}/refresh")["data"]
    assert server["status"] == "error"
    assert server["lastError"].startswith("The sandbox starts no programs")
    health = api.get(f"{MCPS}/{id}/health")["data"]
    assert (health["status"], health["error"]) == ("unhealthy", server["lastError"])
    assert [one["id"] for one in api.get(f"{MCPS}?status=error")["data"]] == [id]


def test_a_disabled_server_is_not_refreshed(api: Api) -> None:
    id = api.post(MCPS, {**STDIO, "isEnabled": False})["data"]["id"]
    api.post(f"{MCPS}/{id}/refresh", status=409)
    assert [one["id"] for one in api.get(MCPS, isEnabled=False)["data"]] == [id]


def test_tools_of_the_last_connection_are_listed_and_counted(api: Api) -> None:
    address = f"{MCPS}/{MCP_SERVER_ID}"
    tools = api.get(f"{address}/tools")
    assert [tool["name"] for tool in tools["data"]] == ["create_issue"]
    assert tools["pagination"]["total"] == api.get(f"{address}/health")["data"]["toolCount"] == 1
    assert api.get(f"{address}/tools", offset=1)["data"] == []
    assert api.get(f"{address}/tools", offset=1)["pagination"]["hasMore"] is False


def test_the_health_of_an_unknown_server_is_404(api: Api, stranger: Api) -> None:
    api.delete(f"{MCPS}/{api.post(MCPS, STDIO)['data']['id']}")
    assert [one["name"] for one in api.get(MCPS)["data"]] == ["issues"]
    for part in ("health", "tools"):
        api.get(f"{MCPS}/mcp_unknown/{part}", status=404)
        stranger.get(f"{MCPS}/{MCP_SERVER_ID}/{part}", status=404)
    stranger.post(f"{MCPS}/{MCP_SERVER_ID}/refresh", status=404)
