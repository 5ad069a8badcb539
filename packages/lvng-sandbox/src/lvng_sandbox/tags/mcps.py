"""MCP servers: a registry. The sandbox starts no programs and connects to no servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, record_response, slice_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..problems import conflict, invalid, not_found
from ..store.database import Record

NEEDED = {"stdio": "command", "sse": "url", "websocket": "url"}
UNREACHED = "The sandbox starts no programs and connects to no servers"

rules(mcps=Rule(unique=(("name", "deletedAt"),), references={"workspaceId": "workspaces"}))


@handler("mcps.list")
def list_servers(call: Call) -> Any:
    return list_response(call, call.records("mcps"), deletedAt=None)


@handler("mcps.get")
def get(call: Call) -> Any:
    return record_response(call, call.records("mcps"), _live(call))


@handler("mcps.delete")
def delete(call: Call) -> Any:
    call.records("mcps").change(_live(call)["id"], {}, deletedAt=call.now())
    return call.fill({"message": "MCP server deleted"})


@handler("mcps.create")
def create(call: Call) -> Any:
    _check_config(call.body["type"], call.body.get("config"))
    servers = call.records("mcps")
    server = servers.add(call.body, status="registered", tools=[])
    return record_response(call, servers, server)


@handler("mcps.update")
def update(call: Call) -> Any:
    servers = call.records("mcps")
    wanted = {**_live(call), **call.body}
    if call.body.keys() & {"type", "config"}:
        _check_config(wanted["type"], wanted["config"])
    return record_response(call, servers, update_record(call, servers, call.path["id"]))


@handler("mcps.health")
def health(call: Call) -> Any:
    server = _live(call)
    state = {
        "serverId": server["id"],
        "status": "unhealthy" if server["lastError"] else "unknown",
        "connected": False,
        "toolCount": len(server["tools"]),
        "error": server["lastError"],
        "checkedAt": call.now(),
    }
    return call.fill({"data": state})


@handler("mcps.refresh")
def refresh(call: Call) -> Any:
    servers, server = call.records("mcps"), _live(call)
    if not server["isEnabled"]:
        raise conflict("The server is disabled")
    server = servers.change(server["id"], {}, status="error", lastError=UNREACHED)
    return record_response(call, servers, server)


@handler("mcps.list_tools")
def list_tools(call: Call) -> Any:
    return slice_response(call, _live(call)["tools"])


def _live(call: Call) -> Record:
    """The server in the path, unless it was deleted."""
    server = call.records("mcps").get(call.path["id"])
    if server["deletedAt"]:
        raise not_found("MCP server")
    return server


def _check_config(type: str, config: Mapping[str, Any] | None) -> None:
    """Check that a configuration has a command or URL. No configuration at all is valid: it may follow later."""
    if config is not None and not config.get(NEEDED[type]):
        raise invalid([(f"config.{NEEDED[type]}", f"is needed for {type}")])


@seed
def add_examples(context: Context) -> None:
    """Disconnect the example server, and rename it, so that the example of a new one can be created."""
    servers = context.records("mcps")
    (server,) = servers.all()
    servers.put(
        {**server, "name": "issues", "status": "disconnected", "lastError": None, "deletedAt": None}
    )
