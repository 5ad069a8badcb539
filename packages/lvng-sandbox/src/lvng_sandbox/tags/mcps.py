"""MCP servers: registered and described. The sandbox starts no programs and connects to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record, answer_slice, change_record, list_records
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..problems import conflict, invalid, not_found
from ..store.database import Record

NEEDED = {"stdio": "command", "sse": "url", "websocket": "url"}
UNREACHED = "The sandbox starts no programs and connects to no servers"

rules(mcps=Rule(unique=(("name", "deletedAt"),), refers={"workspaceId": "workspaces"}))


@handles("mcps.list")
def list_servers(call: Call) -> Any:
    return list_records(call, call.records("mcps"), deletedAt=None)


@handles("mcps.get")
def get(call: Call) -> Any:
    return answer_record(call, call.records("mcps"), _live(call))


@handles("mcps.delete")
def delete(call: Call) -> Any:
    call.records("mcps").change(_live(call)["id"], {}, deletedAt=call.now())
    return call.fill({"message": "MCP server deleted"})


@handles("mcps.create")
def create(call: Call) -> Any:
    _check_config(call.body["type"], call.body.get("config"))
    servers = call.records("mcps")
    server = servers.add(call.body, status="registered", tools=[])
    return answer_record(call, servers, server)


@handles("mcps.update")
def update(call: Call) -> Any:
    servers = call.records("mcps")
    wanted = {**_live(call), **call.body}
    if call.body.keys() & {"type", "config"}:
        _check_config(wanted["type"], wanted["config"])
    return answer_record(call, servers, change_record(call, servers, call.path["id"]))


@handles("mcps.health")
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


@handles("mcps.refresh")
def refresh(call: Call) -> Any:
    servers, server = call.records("mcps"), _live(call)
    if not server["isEnabled"]:
        raise conflict("The server is disabled")
    server = servers.change(server["id"], {}, status="error", lastError=UNREACHED)
    return answer_record(call, servers, server)


@handles("mcps.list_tools")
def list_tools(call: Call) -> Any:
    return answer_slice(call, _live(call)["tools"])


def _live(call: Call) -> Record:
    """The server that the path names, unless it was deleted."""
    server = call.records("mcps").get(call.path["id"])
    if server["deletedAt"]:
        raise not_found("MCP server")
    return server


def _check_config(type: str, config: Mapping[str, Any] | None) -> None:
    """Refuse a configuration that does not say how the server is reached; none at all may come later."""
    if config is not None and not config.get(NEEDED[type]):
        raise invalid([(f"config.{NEEDED[type]}", f"is needed for {type}")])


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example server was connected once, and has a name that no example takes."""
    servers = platform.records(caller, "mcps")
    (server,) = servers.all()
    servers.keep(
        {**server, "name": "issues", "status": "disconnected", "lastError": None, "deletedAt": None}
    )
