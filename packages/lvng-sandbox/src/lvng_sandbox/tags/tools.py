"""Tools: the catalogue, and their execution."""

from __future__ import annotations

from typing import Any

from ..agents.tools import TOOLS, check_input, execute
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed

rules(tools=Rule(visible="all"))


@handler("tools.list")
def list_tools(call: Call) -> Any:
    answer = list_response(call, call.records("tools"))
    if call.query.get("mode") == "deferred":
        answer["tools"] = [{**tool, "inputSchema": None} for tool in answer["tools"]]
    return answer


@handler("tools.execute")
def execute_tool(call: Call) -> Any:
    name = call.records("tools").get(call.path["name"])["name"]
    check_input(TOOLS[name], call.body["input"])
    return call.fill({"data": execute(call, name, call.body["input"])})


@seed
def add_examples(context: Context) -> None:
    """Add the catalogue."""
    for tool in TOOLS.values():
        context.records("tools").put(tool.definition())
