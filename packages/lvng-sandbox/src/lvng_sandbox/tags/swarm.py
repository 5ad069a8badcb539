"""Swarm sessions: agents that each work on a part of one task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..agents.runs import run_agent
from ..agents.settings import check_settings
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import slice_response
from ..platform.kinds import Rule
from ..platform.registry import given_up, handler, job, rules, seed
from ..problems import Problem, conflict, not_found, unprocessable
from ..store.database import Record
from ..store.full_text import keywords

DEFAULT_AGENTS = 3
MAX_AGENTS = 50
_ACTIVE = ("pending", "running")

rules(swarm=Rule(references={"workspace_id": "workspaces"}))


@handler("swarm.spawn")
def spawn(call: Call) -> Any:
    id, strategy = call.new_id("swm_0"), call.body.get("strategy", "parallel")
    agents = _agents(call)
    parts = _parts(call, id, strategy, agents)
    session = call.records("swarm").add(
        {**call.body, "strategy": strategy}, session_id=id, agents=parts, agent_count=len(parts)
    )
    state = {"session_id": id, "context": call.body.get("context", {})}
    call.enqueue("swarm.go_on", after=call.platform.step_delay, **state)
    call.emit("swarm.spawn", session)
    return call.fill({"data": session})


@handler("swarm.list_agents")
def list_agents(call: Call) -> Any:
    return slice_response(call, call.records("swarm").get(call.path["session_id"])["agents"])


@handler("swarm.message")
def message(call: Call) -> Any:
    session = _active_session(call)
    id = call.body.get("agent_id")
    receivers = [one["agent_id"] for one in session["agents"] if id in {None, one["agent_id"]}]
    if not receivers:
        raise not_found("Swarm agent")
    words = {"role": "user", "content": call.body["message"]}
    for receiver in receivers:
        messages = call.records("agents.messages", receiver)
        messages.add({**words, "metadata": {"session_id": session["session_id"]}})
    known = {"session_id": session["session_id"], "agent_id": id}
    return call.fill(
        {"data": {"id": call.new_id("msg_0"), **words, **known, "created_at": call.now()}}
    )


@handler("swarm.stop")
def stop(call: Call) -> Any:
    session, now = _active_session(call), call.now()
    stopped = {"status": "stopped", "completed_at": now}
    agents = [{**one, **stopped} if one["status"] in _ACTIVE else one for one in session["agents"]]
    for one in agents:
        if call.records("agents").find(one["agent_id"]):
            call.records("agents").change(one["agent_id"], {}, status="stopped")
    error = call.body.get("reason")
    session = {**session, **stopped, "agents": agents, "error": error, "updated_at": now}
    return call.fill({"data": call.records("swarm").put(session)})


@job("swarm.go_on")
def advance(context: Context, arguments: dict[str, Any]) -> None:
    sessions = context.records("swarm")
    session = sessions.find(arguments["session_id"])
    if session is None or session["status"] not in _ACTIVE:
        return
    session = {**_next(context, session, arguments), "updated_at": context.now()}
    if sessions.put(session)["status"] in _ACTIVE:
        context.enqueue("swarm.go_on", after=context.platform.step_delay, **arguments)


@given_up("swarm.go_on")
def fail(context: Context, arguments: dict[str, Any], error: str) -> None:
    sessions = context.records("swarm")
    session = sessions.find(arguments["session_id"])
    if session is not None and session["status"] in _ACTIVE:
        now = context.now()
        failed = {"status": "failed", "error": error, "completed_at": now}
        agents = [
            {**one, **failed} if one["status"] in _ACTIVE else one for one in session["agents"]
        ]
        sessions.put({**session, **failed, "agents": agents, "updated_at": now})


def _next(context: Context, session: Record, arguments: Mapping[str, Any]) -> Record:
    """The session after its next step: agents start, one of them finishes, or the session ends."""
    agents = [dict(one) for one in session["agents"]]
    running = [one for one in agents if one["status"] == "running"]
    waiting = [one for one in agents if one["status"] == "pending"]
    if running:
        _finish(context, running[0], arguments)
    elif waiting:
        for one in waiting[:1] if session["strategy"] == "sequential" else waiting:
            one["status"] = "running"
    else:
        return _end(context, session)
    return {**session, "status": "running", "agents": agents}


def _finish(context: Context, part: Record, arguments: Mapping[str, Any]) -> None:
    """Run an agent of a session on its part of the task."""
    fields = [f"{name} {value}" for name, value in arguments["context"].items()]
    try:
        agent = context.records("agents").get(part["agent_id"])
        received = [
            message["content"]
            for message in context.records("agents.messages", agent["id"]).all()
            if (message["metadata"] or {}).get("session_id") == part["session_id"]
        ]
        run = run_agent(context, agent, " ".join([part["task"], *fields, *received]), "api")
        error, output = run["error"], (run["output"] or {}).get("content")
    except Problem as problem:
        error, output = problem.reason, None
    part |= {"status": "failed" if error else "completed", "error": error, "output": output}
    part["completed_at"] = context.now()


def _end(context: Context, session: Record) -> Record:
    outputs = [f"{one['name']}: {one['output']}" for one in session["agents"] if one["output"]]
    errors = [one["error"] for one in session["agents"] if one["error"]]
    status = "completed" if outputs else "failed"
    result, error = "\n\n".join(outputs) or None, None if outputs else errors[0]
    now = context.now()
    return {**session, "status": status, "result": result, "error": error, "completed_at": now}


def _active_session(call: Call) -> Record:
    session = call.records("swarm").get(call.path["session_id"])
    if session["status"] not in _ACTIVE:
        raise conflict(f"The session is {session['status']}")
    return session


def _agents(call: Call) -> list[Record]:
    """The agents of a new session: the given ones, and new ones up to the requested number. All are started."""
    agents, body = call.records("agents"), call.body
    named = [agents.get(id) for id in dict.fromkeys(body.get("agent_ids", ()))]
    found = [agents.change(agent["id"], {}, status="running") for agent in named]
    count = body.get("agent_count", len(found) or DEFAULT_AGENTS)
    if count > MAX_AGENTS:
        raise unprocessable("agent_count", f"is more than {MAX_AGENTS}")
    check_settings(call, body)
    known = {"model": body.get("model"), "workspaceId": body.get("workspace_id")}
    new = [
        agents.add({"name": f"Worker {n + 1}", **known}, status="running")
        for n in range(len(found), count)
    ]
    return [*found, *new]


def _parts(call: Call, id: str, strategy: str, agents: list[Record]) -> list[Record]:
    """The part of each agent: the keywords of the task are distributed among the workers."""
    task, words = call.body["task"], keywords(call.body["task"])
    roles = ["worker"] * len(agents)
    if strategy == "hierarchical":
        roles[0] = "coordinator"
    elif strategy == "debate":
        roles[-1] = "critic"
    workers = roles.count("worker")
    shares = iter([" ".join(words[n::workers]) or task for n in range(workers)])
    return [
        {
            "agent_id": agent["id"],
            "session_id": id,
            "name": agent["name"],
            "role": role,
            "status": "pending",
            "task": next(shares) if role == "worker" else task,
            "output": None,
            "error": None,
            "spawned_at": call.now(),
            "completed_at": None,
        }
        for agent, role in zip(agents, roles, strict=True)
    ]


@seed
def add_examples(context: Context) -> None:
    """Keep the example session running, so that it can be messaged and stopped."""
    sessions = context.records("swarm")
    (session,) = sessions.all()
    (part,) = session["agents"]
    going = {"status": "running", "error": None, "completed_at": None}
    part = {**part, **going, "output": None}
    sessions.put({**session, **going, "agents": [part], "agent_count": 1, "result": None})
