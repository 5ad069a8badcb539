"""Runs of agents: an agent searches what is stored, and answers from what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..platform.context import Context
from ..problems import conflict
from ..store.database import Record
from ..store.full_text import Hit
from ..usage.ledger import charge
from .answers import respond, sources

FAIL = "fail"
"""Key in an agent's metadata or a step's configuration: the error to fail with."""
SEARCH_TOOLS = ("knowledge_search", "web_search")
"""The tools that an agent searches with; it uses the first that it has."""


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """An answer, the search behind it as a tool call if there was a tool for it, and the usage."""

    text: str
    tool_calls: list[dict[str, Any]]
    usage: dict[str, Any]


def answer_question(context: Context, question: str, agent: Record | None = None) -> AgentAnswer:
    """Answer a question from the texts that the caller may read. Without an engine the answer is deterministic."""
    instructions = agent["systemPrompt"] if agent else None
    found = respond(context, question, sources(context, question), instructions)
    return AgentAnswer(
        found.text,
        [search_tool_call(context, question, found.sources, tool) for tool in _search_tools(agent)],
        charge(context, question, found.text, agent),
    )


def search_tool_call(
    context: Context, question: str, hits: Sequence[Hit], tool: str = SEARCH_TOOLS[0]
) -> dict[str, Any]:
    """The search behind an answer, as a tool call."""
    found = [{"kind": hit.kind, "id": hit.id, "title": hit.title} for hit in hits]
    return tool_call(context, tool, {"query": question}, {"sources": found})


def tool_call(
    context: Context, name: str, given: dict[str, Any], output: dict[str, Any] | None
) -> dict[str, Any]:
    """A tool call of an agent."""
    return {
        "id": context.new_id("call_0"),
        "name": name,
        "input": given,
        "output": output,
        "error": None,
        "durationMs": 0,
    }


def run_agent(context: Context, agent: Record, message: str, trigger: str = "message") -> Record:
    """Run an agent on a message. The message and the answer are stored with the run.

    An idle agent is started. A stopped or failed agent must be started again first.
    An agent with `fail` in its metadata fails with that error, and has the status `error` afterwards.

    Raises:
        Problem: 409: the agent was stopped, or has failed; 502 or 503: the engine cannot answer.
    """
    if agent["status"] not in {"idle", "running"}:
        state = "has failed" if agent["status"] == "error" else f"is {agent['status']}"
        raise conflict(f"The agent {state}; start it first")
    error = (agent["metadata"] or {}).get(FAIL)
    answer = None if error else answer_question(context, message, agent)
    if agent["status"] == "idle":
        agent = set_status(context, agent, "running", startedAt=context.now())
    agents = context.records("agents")
    runs = context.records("agents.runs", agent["id"])
    messages = context.records("agents.messages", agent["id"])
    messages.add({"role": "user", "content": message})
    run = runs.add({"status": "running", "trigger": trigger, "input": {"message": message}})
    context.emit("agent.started", {"agent": agent, "run": run})
    now = context.now()
    ended: Record = {"completedAt": now, "durationMs": 0}
    if answer is None:
        run = runs.put({**run, **ended, "status": "failed", "error": str(error)})
        agent = agents.put({**agent, "status": "error", "lastActiveAt": now})
        context.emit("agent.error", {"agent": agent, "run": run})
        return run
    reply = {"role": "assistant", "content": answer.text, "toolCalls": answer.tool_calls}
    output = {"content": answer.text, "messageId": messages.add(reply)["id"]}
    ended |= {"status": "completed", "output": output, "usage": answer.usage}
    run = runs.put({**run, **ended})
    agent = agents.put({**agent, "lastActiveAt": now})
    context.emit("agent.completed", {"agent": agent, "run": run})
    return run


def set_status(context: Context, agent: Record, status: str, **moment: str) -> Record:
    """Change the status of an agent, and record when: `startedAt` or `stoppedAt`."""
    context.records("agents.status", agent["id"]).put({**stored_state(context, agent), **moment})
    return context.records("agents").change(agent["id"], {}, status=status)


def stored_state(context: Context, agent: Record) -> Record:
    """The stored state of an agent: when it was started and stopped."""
    states = context.records("agents.status", agent["id"])
    schema = states.kind.schema
    return states.find(agent["id"]) or context.defaults.record(schema, {"agentId": agent["id"]})


def _search_tools(agent: Record | None) -> list[str]:
    """The search tool of an agent; none if it has no such tool."""
    if agent is None:
        return [SEARCH_TOOLS[0]]
    return [tool for tool in SEARCH_TOOLS if tool in (agent["tools"] or ())][:1]
