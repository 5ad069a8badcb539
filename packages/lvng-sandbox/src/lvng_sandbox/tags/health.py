"""Health: whether the sandbox and what it keeps its records in can serve requests."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from .._version import __version__
from ..platform.call import Call
from ..platform.registry import handles

SERVICE = "lvng-sandbox"
PROBES = {
    "database": "SELECT count(*) FROM facts",
    "search": "SELECT count(*) FROM texts WHERE texts MATCH 'health'",
}


@handles("health.get")
def get(call: Call) -> Any:
    return {"status": "ok", "service": SERVICE, "version": __version__, "timestamp": call.now()}


@handles("health.ready")
def ready(call: Call) -> Any:
    checks = [_probe(call, name, statement) for name, statement in PROBES.items()]
    is_ready = all(check["status"] == "ok" for check in checks)
    status = "ready" if is_ready else "not_ready"
    return {"status": status, "checks": checks, "timestamp": call.now()}


@handles("health.version")
def version(call: Call) -> Any:
    return call.fill({"service": SERVICE, "version": __version__, "api_version": "v2"})


def _probe(call: Call, name: str, statement: str) -> dict[str, Any]:
    begun = time.perf_counter()
    try:
        call.platform.store.sql.execute(statement).fetchone()
        error = None
    except sqlite3.Error as problem:
        error = str(problem)
    latency = round((time.perf_counter() - begun) * 1000, 3)
    return {
        "name": name,
        "status": "failed" if error else "ok",
        "latency_ms": latency,
        "error": error,
    }
