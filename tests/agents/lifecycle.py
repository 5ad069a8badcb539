"""Responses and requests in the life of a temporary agent: created, started, deleted."""

from __future__ import annotations

from support.scripted_server import ScriptedServer, answer

AGENT = {"id": "agent_1", "name": "Scout", "status": "idle"}
CREATED = answer(201, {"success": True, "agent": AGENT, "data": AGENT})
STARTED = answer(200, {"success": True, "agent": {**AGENT, "status": "running"}})
DELETED = answer(200, {"success": True, "message": "Deleted"})


def calls(server: ScriptedServer) -> list[str]:
    return [
        f"{seen.method} {seen.target.removeprefix('/api/v2/agents')}" for seen in server.requests
    ]


WHOLE_LIFE = ["POST ", "POST /agent_1/start", "DELETE /agent_1"]
