"""Agents: start, stop, and answer messages from stored texts."""

from __future__ import annotations

from typing import Any

from ..agents.runs import run_agent, set_status, stored_state
from ..agents.settings import check_settings
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import define_collection, handler, rules, seed
from ..problems import integration_failed
from ..workflows.schedules import end_schedules

_OWN = {"id", "createdAt", "updatedAt", "status", "lastActiveAt", "ownerId"}
"""Properties that a copy does not take over."""


rules(agents=Rule(references={"workspaceId": "workspaces"}, private=("isPublic", "ownerId")))
define_collection("agents.status", "/api/v2/agents/{id}/status", "agentId", "AgentStatus")


@handler("agents.list")
def list_agents(call: Call) -> Any:
    """List agents under `data`, and under the name that the vendor's TypeScript SDK reads."""
    answer = list_response(call, call.records("agents"))
    return {**answer, "agents": answer["data"]}


@handler("agents.create")
def create(call: Call) -> Any:
    check_settings(call, call.body)
    agent = call.records("agents").add({"isPublic": False, "tags": [], "tools": [], **call.body})
    return call.fill({"agent": agent, "data": agent})


@handler("agents.update")
def update(call: Call) -> Any:
    check_settings(call, call.body)
    agents = call.records("agents")
    return record_response(call, agents, update_record(call, agents, call.path["id"]))


@handler("agents.duplicate")
def duplicate(call: Call) -> Any:
    agents = call.records("agents")
    original = agents.get(call.path["id"])
    check_settings(call, call.body)
    kept = {name: value for name, value in original.items() if name not in _OWN}
    copy = agents.add({**kept, "name": f"{original['name']} (copy)", **call.body})
    return record_response(call, agents, copy)


@handler("agents.delete")
def delete(call: Call) -> Any:
    """Delete an agent with its messages and runs, and the schedules that run it."""
    call.deleted = agent = call.records("agents").delete(call.path["id"])
    end_schedules(call, "agent", agent["id"])
    return call.fill({"message": "Agent deleted"})


@handler("agents.start")
def start(call: Call) -> Any:
    agent = call.records("agents").get(call.path["id"])
    if agent["status"] != "running":
        agent = set_status(call, agent, "running", startedAt=call.now())
        call.emit("agent.started", {"agent": agent, "run": None})
    return call.fill({"agent": agent})


@handler("agents.stop")
def stop(call: Call) -> Any:
    agent = call.records("agents").get(call.path["id"])
    if agent["status"] != "stopped":
        agent = set_status(call, agent, "stopped", stoppedAt=call.now())
    return call.fill({"agent": agent})


@handler("agents.status")
def status(call: Call) -> Any:
    agent = call.records("agents").get(call.path["id"])
    failed = agent["status"] == "error"
    runs = call.records("agents.runs", agent["id"]).all(status="failed") if failed else []
    state = {
        **stored_state(call, agent),
        "status": agent["status"],
        "error": runs[-1]["error"] if runs else None,
        "lastActiveAt": agent["lastActiveAt"],
    }
    return call.fill({"data": state})


@handler("agents.message")
def message(call: Call) -> Any:
    agent = call.records("agents").get(call.path["id"])
    run = run_agent(call, agent, call.body["message"])
    if run["status"] == "failed":
        return integration_failed(run["error"])
    reply = call.records("agents.messages", agent["id"]).get(run["output"]["messageId"])
    model = agent["model"] or call.platform.model
    return call.fill({"data": {**reply, "model": model, "usage": run["usage"]}})


@seed
def add_examples(context: Context) -> None:
    """Start the example agent; add a second one that is idle."""
    agents = context.records("agents")
    (agent,) = agents.all()
    agents.put({**agent, "status": "running"})
    agents.add(
        {"name": "Archivist", "description": "Keeps the archive in order"},
        id="agt_1c8b5a42",
        isPublic=True,
    )
    states = context.records("agents.status", agent["id"])
    (state,) = states.all()
    states.put({**state, "stoppedAt": None, "error": None, "currentTask": None})
    messages = context.records("agents.messages", agent["id"])
    (reply,) = messages.all()
    messages.put({**reply, "role": "assistant"})
    runs = context.records("agents.runs", agent["id"])
    (run,) = runs.all()
    runs.put({**run, "status": "completed", "error": None})
