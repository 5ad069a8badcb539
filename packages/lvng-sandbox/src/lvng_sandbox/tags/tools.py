"""Tools: a catalogue that everybody sees, and their execution."""

from __future__ import annotations

from typing import Any

from ..agents.tools import TOOLS, check_input, execute
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import list_records
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows

rules(tools=Rule(visible="all"))


@handles("tools.list")
def list_tools(call: Call) -> Any:
    answer = list_records(call, call.records("tools"))
    if call.query.get("mode") == "deferred":
        answer["tools"] = [{**tool, "inputSchema": None} for tool in answer["tools"]]
    return answer


@handles("tools.execute")
def execute_tool(call: Call) -> Any:
    name = call.records("tools").get(call.path["name"])["name"]
    check_input(TOOLS[name], call.body["input"])
    return call.fill({"data": execute(call.platform, call.caller, name, call.body["input"])})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The catalogue."""
    for tool in TOOLS.values():
        platform.records(caller, "tools").keep(tool.definition())
