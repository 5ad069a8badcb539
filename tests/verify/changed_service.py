"""A service that differs from the contract: a proxy before the sandbox, which changes responses."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from lvng_sandbox import Sandbox
from lvng_verify import load
from lvng_verify.credentials import make_client
from lvng_verify.pacing import Pace
from lvng_verify.probing import Probe, Result, plan

CONTRACT = load()


@dataclass(slots=True)
class Response:
    """A response on its way to the client."""

    status: int
    body: Any
    media_type: str = "application/json"


Change = Callable[[Response], None]


@dataclass(slots=True)
class ChangedService:
    """The address of the proxy, and what it was asked."""

    base_url: str
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def changed_service(sandbox: Sandbox, changes: Mapping[str, Change]) -> Iterator[ChangedService]:
    """Run the proxy; changes by operation, or by path where there is no operation."""
    upstream = httpx.Client(base_url=sandbox.base_url, trust_env=False)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            sent = upstream.request(
                self.command, self.path, headers=headers, content=self.rfile.read(length)
            )
            path = self.path.partition("?")[0]
            service.asked.append((self.command, path))
            operation = CONTRACT.find(self.command, path)
            change = changes.get(operation.id if operation else path)
            status, content, media_type = (
                sent.status_code,
                sent.content,
                sent.headers["content-type"],
            )
            if change is not None:
                response = Response(status, sent.json(), media_type)
                change(response)
                status, media_type = response.status, response.media_type
                content = (
                    response.body
                    if isinstance(response.body, bytes)
                    else json.dumps(response.body).encode()
                )
            self.send_response(status)
            for name, value in sent.headers.items():
                if name.startswith("x-"):
                    self.send_header(name, value)
            if content:
                self.send_header("Content-Type", media_type)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, upstream:
        service = ChangedService(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def results(base_url: str, key: str, *only: str) -> list[Result]:
    """The results of all safe operations, or of those that patterns match."""
    with make_client(base_url, key) as client:
        probe = Probe(client, CONTRACT, Pace(None), jwt=key.count(".") == 2)
        return list(probe.run(plan(CONTRACT, only)))


# Changes


def each(path: str, change: Callable[[dict[str, Any], str], None]) -> Change:
    """A change of a field, in every object that a path such as `data[].name` leads to."""

    def apply(response: Response) -> None:
        *parts, last = path.split(".")
        places = [response.body]
        for part in parts:
            name = part.removesuffix("[]")
            places = [one[name] for one in places]
            if part.endswith("[]"):
                places = [one for entries in places for one in entries]
        assert places, f"there is nothing at {path}"
        for one in places:
            change(one, last)

    return apply


def drop(path: str) -> Change:
    return each(path, lambda place, name: place.pop(name))


def rename(path: str, to: str) -> Change:
    return each(path, lambda place, name: place.update({to: place.pop(name)}))


def put(path: str, value: Any) -> Change:
    return each(path, lambda place, name: place.update({name: value}))


def body(make: Callable[[Any], Any]) -> Change:
    def apply(response: Response) -> None:
        response.body = make(response.body)

    return apply


def status(code: int) -> Change:
    def apply(response: Response) -> None:
        response.status = code
        response.body = b"" if code == 204 else {"error": "changed"}

    return apply


def text(content: bytes, media_type: str) -> Change:
    def apply(response: Response) -> None:
        response.body, response.media_type = content, media_type

    return apply


def without_operation(method: str, path: str) -> Change:
    """The published document lacks an operation."""
    return body(
        lambda document: {
            **document,
            "paths": {
                key: {name: one for name, one in item.items() if (name, key) != (method, path)}
                for key, item in document["paths"].items()
            },
        }
    )


def also(*changes: Change) -> Change:
    def apply(response: Response) -> None:
        for change in changes:
            change(response)

    return apply


FORTY: tuple[tuple[str, Change, frozenset[str]], ...] = tuple(
    (operation, change, frozenset(kinds.split()))
    for operation, change, kinds in (
        # Fields dropped, at the top, in records, in lists, deep inside.
        ("notes.list", drop("data[].title"), "missing-field"),
        ("notes.get", drop("data.tags"), "missing-field"),
        ("tasks.list", drop("pagination.total"), "missing-field"),
        ("users.me", drop("data.email"), "missing-field"),
        ("billing.balance", drop("success"), "missing-field"),
        ("knowledge.get_stats", drop("documents.byType"), "missing-field"),
        ("health.version", drop("version"), "missing-field"),
        ("contacts.list", drop("contacts[].email"), "missing-field"),
        # Fields renamed.
        ("agents.list", rename("data[].name", "displayName"), "missing-field unknown-field"),
        ("workflows.get", rename("data.status", "workflow_state"), "missing-field unknown-field"),
        (
            "projects.list",
            rename("data[].created_at", "createdAt"),
            "missing-field unknown-field",
        ),
        ("files.get", rename("data.size", "byte_size"), "missing-field unknown-field"),
        # Fields of another type, null, of another format, of an unknown value.
        ("notes.list_tags", put("data[].count", "3"), "type"),
        ("models.get", put("data.id", 17), "type"),
        ("schedules.list", put("data[].enabled", "yes"), "type"),
        ("channels.list", put("channels[].id", None), "type"),
        ("conversations.list", put("data[].created_at", 1764500000), "type"),
        ("personalities.list", put("data[].name", ["a", "b"]), "type"),
        ("documents.list", put("data[].created_at", "yesterday"), "format"),
        ("memory.list", put("data[].importance", "high"), "type"),
        ("canvas.list_folders", put("folders[].metadata", "none"), "type"),
        # Fields that are not documented.
        ("messages.list", put("data[].delivery_state", "sent"), "unknown-field"),
        ("presence.list", put("data[].last_location", {"lat": 1.5}), "unknown-field"),
        ("settings.list_categories", put("next_cursor", None), "unknown-field"),
        # Envelopes.
        ("workspaces.list", body(lambda one: one["workspaces"]), "envelope"),
        ("mcps.list", body(lambda one: one["data"]), "envelope"),
        ("twins.list", rename("data", "items"), "envelope"),
        ("swarm.list", body(lambda one: {"result": one}), "envelope"),
        ("tasks.get", body(lambda one: one["data"]), "envelope"),
        ("organizations.list", rename("data", "organizations"), "envelope"),
        # No content, other statuses, other media types.
        ("analytics.overview", status(204), "status"),
        ("onboarding.status", status(202), "status"),
        ("analytics.costs", status(500), "status"),
        ("preferences.get", text(b"<html></html>", "text/html"), "media-type"),
        ("developer.list_event_types", text(b"{broken", "application/json"), "media-type"),
        # Operations that are gone, refused, or new.
        ("audit_log.list_actions", status(404), "not-there"),
        ("search.list_recent", status(405), "not-there"),
        ("billing.list_plans", status(403), "not-allowed"),
    )
)
"""An operation, its change, and the kinds of findings that it leads to."""

DOCUMENT = also(
    without_operation("post", "/api/v2/notes"),
    body(lambda one: {**one, "paths": {**one["paths"], "/api/v2/reports": {"get": {}}}}),
)
"""The published document: an operation is gone, and one is new."""
IN_DOCUMENT = {("notes.create", "not-there"), ("GET /api/v2/reports", "unknown-operation")}

CONSISTENT: Mapping[str, Change] = {
    "notes.list": also(rename("data[].title", "heading"), put("data[].word_count", 12)),
    "notes.get": also(rename("data.title", "heading"), put("data.word_count", 12)),
    "tasks.list": drop("data[].priority"),
    "tasks.get": drop("data.priority"),
    "schedules.list": put("data[].enabled", "yes"),
    "schedules.get": put("data.enabled", "yes"),
    "notes.list_tags": put("data[].count", "3"),
    "documents.list": put("data[].created_at", "yesterday"),
    "documents.get": put("data.created_at", "yesterday"),
    "contacts.list": put("contacts[].company", None),
    "settings.list_categories": put("next_cursor", None),
    "mcps.list": body(lambda one: one["data"]),
    "twins.list": rename("data", "items"),
    "swarm.list": body(lambda one: {"result": one}),
    "analytics.overview": status(204),
    "onboarding.status": lambda response: setattr(response, "status", 202),
}
"""Changes that agree with each other, as those of a service that was developed further."""
