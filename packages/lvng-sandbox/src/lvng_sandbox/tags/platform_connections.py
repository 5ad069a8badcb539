"""Connections to platforms, and imports of their message history into channels."""

from __future__ import annotations

import hashlib
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response
from ..platform.filters import parse_timestamp
from ..platform.registry import define_collection, given_up, handler, job, seed
from ..problems import not_found, unprocessable
from ..store.database import Record
from ..workspace.integration_catalogue import PLATFORMS, Post
from ..workspace.membership import workspace_contexts

_NOTHING = {"ingestMessages": False, "selectedChannels": [], "autoReply": False}

define_collection(
    "platform_connections.imports",
    "/api/v2/platform-connections/{platform}/imports",
    "id",
    "PlatformImport",
)


@handler("platform_connections.list")
def list_connections(call: Call) -> Any:
    connected = call.records("platform_connections").all()
    names = {connection["platform"] for connection in connected}
    available = [
        {
            "platform": id,
            "displayName": external.name,
            "status": "available",
            "features": list(external.features),
        }
        for id, external in PLATFORMS.items()
        if id not in names
    ]
    return call.fill({"connected": connected, "available": available})


@handler("platform_connections.connect")
def connect(call: Call) -> Any:
    """Connect a platform; connecting one again changes its configuration."""
    id = call.path["platform"]
    if id not in PLATFORMS:
        raise not_found("Platform")
    connections = call.records("platform_connections")
    external, connection = PLATFORMS[id], connections.find(id)
    config = {**(connection["config"] if connection else _NOTHING), **call.body.get("config", {})}
    _check_channels(id, config["selectedChannels"], "config.selectedChannels")
    if connection:
        return record_response(call, connections, connections.change(id, {"config": config}))
    channels = [
        {"id": channel, "name": name, "type": "public"}
        for channel, name in external.channels.items()
    ]
    known = {"status": "connected", "connectedAt": call.now(), "displayName": external.name}
    fields = {"platform": id, "config": config, "channels": channels}
    return record_response(call, connections, connections.add(fields, **known))


@handler("platform_connections.update")
def update(call: Call) -> Any:
    connections, id = call.records("platform_connections"), call.path["platform"]
    config = {**connections.get(id)["config"], **call.body["config"]}
    _check_channels(id, config["selectedChannels"], "config.selectedChannels")
    return record_response(call, connections, connections.change(id, {"config": config}))


@handler("platform_connections.disconnect")
def disconnect(call: Call) -> Any:
    """Disconnect a platform. Imported messages are kept; running imports stop."""
    call.records("platform_connections").delete(call.path["platform"])
    return call.fill({"message": "Platform disconnected"})


@handler("platform_connections.import_history")
def import_history(call: Call) -> Any:
    id = call.records("platform_connections").get(call.path["platform"])["platform"]
    channels = call.body.get("channels") or list(PLATFORMS[id].channels)
    _check_channels(id, channels, "channels")
    imports = call.records("platform_connections.imports", id)
    task = imports.add({"platform": id, "status": "queued", "channels": channels})
    bounds = {
        name: parse_timestamp(name, call.body[name])
        for name in ("since", "until")
        if name in call.body
    }
    work = {"platform": id, "import": task["id"], "limit": call.body.get("limit"), **bounds}
    call.enqueue("imports.step", after=call.platform.step_delay, **work)
    return record_response(call, imports, task)


@job("imports.step")
def step(context: Context, arguments: dict[str, Any]) -> None:
    """Start an import, or import its next message, until there are no more."""
    imports = context.records("platform_connections.imports", arguments["platform"])
    task = imports.find(arguments["import"])
    if task is None:  # disconnected since
        return
    posts = _posts(task, arguments)
    if task["status"] == "queued":
        task |= {"status": "running", "startedAt": context.now(), "messagesTotal": len(posts)}
    else:
        _take_in(context, task, posts[task["messagesImported"]])
        task["messagesImported"] += 1
    if task["messagesImported"] == len(posts):
        now = context.now()
        task |= {"status": "completed", "finishedAt": now}
        connections = context.records("platform_connections")
        connections.put({**connections.get(task["platform"]), "lastSyncAt": now})
    else:
        context.enqueue("imports.step", after=context.platform.step_delay, **arguments)
    imports.put(task)


@given_up("imports.step")
def fail(context: Context, arguments: dict[str, Any], error: str) -> None:
    imports = context.records("platform_connections.imports", arguments["platform"])
    if task := imports.find(arguments["import"]):
        imports.put({**task, "status": "failed", "error": error, "finishedAt": context.now()})


def _posts(task: Record, wanted: dict[str, Any]) -> list[Post]:
    """The messages to import, oldest first."""
    since, until = wanted.get("since", ""), wanted.get("until", "~")  # after every digit
    found = [
        post
        for post in PLATFORMS[task["platform"]].posts
        if post.channel in task["channels"] and since <= post.moment < until
    ]
    return found[: wanted["limit"]]


def _take_in(context: Context, task: Record, post: Post) -> None:
    """Import a message of the platform, unless an earlier import has."""
    where = f"{context.tenant} {task['platform']} {post.channel} {post.moment}"
    id = f"msg_{hashlib.sha256(where.encode()).hexdigest()[:16]}"
    messages = context.records("messages")
    if messages.find(id) is None:
        source = {"source": task["platform"], "author": post.author, "channel": post.channel}
        messages.add(
            {"content": post.text, "channel_id": _channel(context, task, post)["id"]},
            id=id,
            created_at=post.moment,
            metadata=source,
        )


def _channel(context: Context, task: Record, post: Post) -> Record:
    """The channel for a channel of the platform, which is created on first use."""
    outside = PLATFORMS[task["platform"]]
    name = f"{task['platform']}-{outside.channels[post.channel]}"
    channels = context.records("channels")
    own = (id for id, host in workspace_contexts(context).items() if host.caller == context.caller)
    workspace = next(own, None)
    fields = {"name": name, "display_name": name, "workspace_id": workspace, "is_private": False}
    return channels.first(name=name) or channels.add(fields)


def _check_channels(id: str, channels: list[str], field: str) -> None:
    unknown = [channel for channel in channels if channel not in PLATFORMS[id].channels]
    if unknown:
        known = ", ".join(PLATFORMS[id].channels)
        raise unprocessable(field, f"{PLATFORMS[id].name} has no {unknown[0]!r}; it has {known}")


@seed
def add_examples(context: Context) -> None:
    """Make the example connection one with Slack, as in the other examples; complete its import."""
    connections = context.records("platform_connections")
    for connection in connections.all():
        connections.delete(connection["platform"])
        connections.put({**connection, "platform": "slack"})
    imports = context.records("platform_connections.imports", "slack")
    for task in imports.all():
        total = {"messagesImported": 0, "messagesTotal": 0, "error": None}
        imports.put({**task, **total, "status": "completed"})
