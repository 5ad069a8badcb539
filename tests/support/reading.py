"""Requests of every operation that reads, and a sandbox with any number of records of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lvng_sandbox import Sandbox
from lvng_sandbox.platform.platform import Platform

from .arguments import example
from .contract import DOCUMENT, Node, resolve

_SIZES = {"limit", "page_size", "maxResults"}
_READING_POSTS = ("search", "query", "suggest")
_COPY = "copy-"
_ONE_OF_A_TENANT = {"organizations"}
"""Kinds of which a caller sees one record."""


@dataclass(frozen=True)
class Reading:
    """A request that only reads."""

    operation: str
    method: str
    path: str
    query: dict[str, Any]
    body: Any


def readings(limit: int) -> Iterator[Reading]:
    """A request of each operation that reads JSON: lists, single records, reports and searches, with the largest page."""
    for path, item in DOCUMENT["paths"].items():
        for method, node in item.items():
            if method == "get" or (method == "post" and _is_search(node)):
                yield _reading(path, method, node, limit)


def add_records(sandbox: Sandbox, start: int, count: int) -> None:
    """Store copies of one record of every kind, in each of its collections."""

    def add(platform: Platform) -> None:
        with platform.store.transaction():
            for kind in platform.kinds.values():
                if kind.name not in _ONE_OF_A_TENANT:
                    _add_copies(platform, kind.name, kind.key, range(start, start + count))

    sandbox._run(add)


def _add_copies(platform: Platform, kind: str, key: str, numbers: range) -> None:
    rows = platform.store.sql.execute(
        "SELECT path, owner, body FROM records WHERE kind = ? AND id NOT LIKE ? GROUP BY path, owner",
        (kind, f"{_COPY}%"),
    ).fetchall()
    for path, owner, body in rows:
        record = json.loads(body)
        named = {name: record[name] for name in ("name", "slug", "email") if record.get(name)}
        for n in numbers:
            copy = {**record, **{name: f"{n}{text}" for name, text in named.items()}}
            copy[key] = f"{_COPY}{n}"
            platform.store.sql.execute(
                "INSERT INTO records (kind, path, id, owner, body, origin) VALUES (?, ?, ?, ?, ?, '')",
                (kind, path, copy[key], owner, json.dumps(copy)),
            )


def _is_search(node: Node) -> bool:
    media = node.get("requestBody", {}).get("content", {})
    return "application/json" in media and any(
        word in node["operationId"] for word in _READING_POSTS
    )


def _reading(path: str, method: str, node: Node, limit: int) -> Reading:
    query: dict[str, Any] = {}
    for parameter in map(resolve, node.get("parameters", ())):
        name, schema = parameter["name"], parameter["schema"]
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", str(example(schema)))
        elif parameter["in"] == "query" and name in _SIZES:
            query[name] = limit
        elif parameter["in"] == "query" and parameter.get("required"):
            query[name] = example(schema)
    body = None
    if method == "post":
        body = example(node["requestBody"]["content"]["application/json"]["schema"], every=False)
    return Reading(node["operationId"], method.upper(), path, query, body)
