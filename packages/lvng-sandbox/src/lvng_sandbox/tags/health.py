"""Health of the sandbox, its database and its search index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from .._version import __version__
from ..platform.call import Call
from ..platform.registry import handler

SERVICE = "lvng-sandbox"


@handler("health.get")
def get(call: Call) -> Any:
    return {"status": "ok", "service": SERVICE, "version": __version__, "timestamp": call.now()}


@handler("health.ready")
def ready(call: Call) -> Any:
    probes = {"database": call.store.check, "search": call.search.check}
    checks = [_probe(call, name, check) for name, check in probes.items()]
    is_ready = all(check["status"] == "ok" for check in checks)
    status = "ready" if is_ready else "not_ready"
    return {"status": status, "checks": checks, "timestamp": call.now()}


@handler("health.version")
def version(call: Call) -> Any:
    return call.fill({"service": SERVICE, "version": __version__, "api_version": "v2"})


def _probe(call: Call, name: str, check: Callable[[], None]) -> dict[str, Any]:
    started = call.platform.clock.performance()
    try:
        check()
        error = None
    except sqlite3.Error as problem:
        error = str(problem)
    latency = round((call.platform.clock.performance() - started) * 1000, 3)
    return {
        "name": name,
        "status": "failed" if error else "ok",
        "latency_ms": latency,
        "error": error,
    }
