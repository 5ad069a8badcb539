"""Platform connections, and imports of message history."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api, Connect

CONNECTIONS = "/api/v2/platform-connections"
DISCORD, SLACK = f"{CONNECTIONS}/discord", f"{CONNECTIONS}/slack"
GENERAL, SALES = "C024BE91L", "C0G9QF9GZ"


def imported(api: Api, name: str) -> list[dict[str, Any]]:
    """The messages of the channel that an import has made."""
    shown = api.get("/api/v2/channels", workspace_id=WORKSPACE_ID)["channels"]
    channels = [one["id"] for one in shown if one["name"] == name]
    return [one for id in channels for one in api.get("/api/v2/messages", channel_id=id)["data"]]


def run_import(sandbox: Sandbox, api: Api, **body: Any) -> dict[str, Any]:
    task = api.post(f"{SLACK}/imports", body)
    sandbox.advance(0)
    done: dict[str, Any] = api.get(f"{SLACK}/imports/{task['id']}")
    return done


def test_a_platform_is_available_until_it_is_connected(api: Api) -> None:
    assert names(api) == (["slack"], ["discord", "teams"])
    connection = api.post(f"{DISCORD}/connect")
    assert (connection["status"], connection["displayName"]) == ("connected", "Discord")
    assert [one["name"] for one in connection["channels"]] == ["general", "sales"]
    assert names(api) == (["slack", "discord"], ["teams"])
    assert api.get(DISCORD) == connection
    api.post(f"{DISCORD}/disconnect")
    assert names(api) == (["slack"], ["discord", "teams"])
    api.get(DISCORD, status=404)
    api.post(f"{DISCORD}/disconnect", status=404)
    api.post(f"{CONNECTIONS}/pigeon/connect", status=404)


def names(api: Api) -> tuple[list[str], list[str]]:
    shown = api.get(CONNECTIONS)
    connected = [one["platform"] for one in shown["connected"]]
    return connected, [one["platform"] for one in shown["available"]]


def test_a_configuration_is_updated_partially(api: Api) -> None:
    config = {"selectedChannels": ["1045201"], "autoReply": True}
    connection = api.post(f"{DISCORD}/connect", {"config": config})
    assert connection["config"] == {**config, "ingestMessages": False}
    changed = api.patch(DISCORD, {"config": {"ingestMessages": True}})
    assert changed["config"] == {**config, "ingestMessages": True}
    again = api.post(f"{DISCORD}/connect", {"config": {"autoReply": False}})
    assert again["config"] == {**config, "ingestMessages": True, "autoReply": False}
    assert again["connectedAt"] == connection["connectedAt"]


@pytest.mark.parametrize("way", ["connect", "update", "import"])
def test_an_unknown_channel_is_rejected(api: Api, way: str) -> None:
    config = {"config": {"selectedChannels": ["C0"]}}
    if way == "connect":
        api.post(f"{DISCORD}/connect", config, status=422)
    elif way == "update":
        api.patch(SLACK, config, status=422)
    else:
        api.post(f"{SLACK}/imports", {"channels": ["C0"]}, status=422)


def test_an_import_creates_messages(sandbox: Sandbox, api: Api) -> None:
    task = api.post(f"{SLACK}/imports")
    assert task["messagesImported"] == 0
    sandbox.advance(0)
    done = api.get(f"{SLACK}/imports/{task['id']}")
    assert (done["status"], done["messagesImported"], done["messagesTotal"]) == ("completed", 5, 5)
    assert done["createdAt"] <= done["startedAt"] <= done["finishedAt"]
    assert api.get(SLACK)["lastSyncAt"] == done["finishedAt"]
    newest, *_ = imported(api, "slack-sales")
    assert newest["content"] == "Their first invoice is paid."
    assert (newest["created_at"], newest["metadata"]["author"]) == (
        "2026-11-02T10:40:00.000Z",
        "Ana Lopes",
    )
    found = api.post("/api/v2/search", {"query": "borealis reams"})["results"]
    assert found[0]["content"].startswith("Borealis Papers orders 400 reams")


def test_an_import_is_filtered(sandbox: Sandbox, api: Api) -> None:
    period = {"since": "2026-10-05T11:15:00+02:00", "until": "2026-10-14T13:05:00Z"}
    assert run_import(sandbox, api, **period)["messagesTotal"] == 2
    assert imported(api, "slack-sales") == []
    assert run_import(sandbox, api, channels=[SALES])["messagesTotal"] == 2
    assert run_import(sandbox, api, limit=1)["messagesTotal"] == 1
    assert run_import(sandbox, api, since="2030-01-01T00:00:00Z")["messagesTotal"] == 0


def test_a_repeated_import_creates_no_duplicates(sandbox: Sandbox, api: Api) -> None:
    for _ in range(2):
        assert run_import(sandbox, api, channels=[GENERAL])["messagesImported"] == 3
    assert len(imported(api, "slack-general")) == 3


def test_an_import_advances_step_by_step(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    task = api.post(f"{SLACK}/imports", {"channels": [SALES]})
    seen = []
    for _ in range(4):
        shown = api.get(f"{SLACK}/imports/{task['id']}")
        seen.append((shown["status"], shown["messagesImported"], shown["messagesTotal"]))
        paced.advance(60)
    assert seen == [("queued", 0, None), ("running", 0, 2), ("running", 1, 2), ("completed", 2, 2)]


def test_disconnecting_ends_a_running_import(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    task = api.post(f"{SLACK}/imports", {"channels": [SALES]})
    paced.advance(130)
    api.post(f"{SLACK}/disconnect")
    paced.advance(600)
    assert len(imported(api, "slack-sales")) == 1
    api.get(f"{SLACK}/imports/{task['id']}", status=404)
    api.post(f"{SLACK}/imports", status=404)
