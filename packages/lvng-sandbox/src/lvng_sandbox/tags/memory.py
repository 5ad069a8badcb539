"""Memory of agents, searched by keywords, and deleted when it expires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import handler, job, rules, seed
from ..store.database import Record
from ..store.full_text import any_of

DEFAULT_MATCHES = 20

rules(
    memory=Rule(
        visible="user",
        references={"agent_id": "agents", "workspace_id": "workspaces"},
        text=("type", "content"),
    )
)


@handler("memory.create")
def create(call: Call) -> Any:
    memories = call.records("memory")
    memory = memories.add(call.body, source="api")
    _forget_later(call, memory)
    return record_response(call, memories, memory)


@handler("memory.update")
def update(call: Call) -> Any:
    memories = call.records("memory")
    memory = update_record(call, memories, call.path["id"])
    _forget_later(call, memory)
    return record_response(call, memories, memory)


@handler("memory.search")
def search(call: Call) -> Any:
    body, memories = call.body, call.records("memory")
    hits = call.search.texts(any_of(body["query"]), [memories.key.owner], ["memory"])
    found = [
        (memory, hit.score)
        for hit in hits
        if hit.score >= body.get("min_score", 0.0)
        if _is_wanted(memory := memories.get(hit.id), body)
    ]
    recalled = {"last_accessed_at": call.now()}
    matches = [
        {"memory": memories.put({**memory, **recalled}), "score": score}
        for memory, score in found[: body.get("limit", DEFAULT_MATCHES)]
    ]
    return call.fill({"data": matches})


def _is_wanted(memory: Record, wanted: Mapping[str, Any]) -> bool:
    """Whether a memory passes the filters of a search."""
    names = {"agent_id", "workspace_id", "type"} & wanted.keys()
    equal = all(memory[name] == wanted[name] for name in names)
    return equal and set(wanted.get("tags", ())) <= set(memory["tags"])


def _forget_later(call: Call, memory: Record) -> None:
    if expiry := memory["expires_at"]:
        after = datetime.fromisoformat(expiry).timestamp() - call.platform.clock.time()
        call.enqueue("memory.forget", after=after, id=memory["id"], expiry=expiry)


@job("memory.forget")
def forget(context: Context, arguments: dict[str, Any]) -> None:
    """Delete an expired memory, unless its expiry was changed since."""
    memories = context.records("memory")
    memory = memories.find(arguments["id"])
    if memory is not None and memory["expires_at"] == arguments["expiry"]:
        memories.delete(memory["id"])


@seed
def add_examples(context: Context) -> None:
    """Make the example memory permanent."""
    memories = context.records("memory")
    (memory,) = memories.all()
    memories.put({**memory, "expires_at": None})
