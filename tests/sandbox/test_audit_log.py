"""The audit log: entries, filters and exports."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from lvng_sandbox import Sandbox
from support.examples import (
    API_KEY_ID,
    CHANNEL_ID,
    MESSAGE_ID,
    ORGANIZATION_ID,
    USER_ID,
    WORKSPACE_ID,
)
from support.sandbox import Api

LOG = "/api/v2/audit-log"


def entries(api: Api, **query: Any) -> list[Any]:
    found: list[Any] = api.get(LOG, **query)["data"]
    return found


def test_a_change_is_recorded(api: Api, signed_in: Api) -> None:
    body = {"workspace_id": WORKSPACE_ID, "name": "launch"}
    response = signed_in.http.post("/api/v2/channels", json=body)
    entry = entries(api)[0]
    assert entry["action"] == "channel.create"
    assert (entry["actor_type"], entry["actor_id"]) == ("user", USER_ID)
    assert (entry["actor_email"], entry["organization_id"]) == ("ana@example.com", ORGANIZATION_ID)
    assert (entry["resource_type"], entry["workspace_id"]) == ("channel", WORKSPACE_ID)
    assert entry["resource_id"] == response.json()["channel"]["id"]
    assert entry["request_id"] == response.headers["x-request-id"]
    assert (entry["ip_address"], entry["user_agent"][:12]) == ("127.0.0.1", "python-httpx")
    assert api.get(f"{LOG}/{entry['id']}")["data"] == entry


def test_an_api_key_is_the_actor_of_its_changes(api: Api) -> None:
    api.post(f"/api/v2/channels/{CHANNEL_ID}/archive")
    (entry,) = entries(api, actor_id=API_KEY_ID)
    assert (entry["actor_type"], entry["resource_id"]) == ("api_key", CHANNEL_ID)


def test_an_update_records_old_and_new_values(api: Api) -> None:
    body = {"name": "press", "description": "Everything on the autumn launch"}
    api.patch(f"/api/v2/channels/{CHANNEL_ID}", body)
    assert entries(api)[0]["changes"] == {"name": {"from": "general", "to": "press"}}


def test_reads_and_failures_are_not_recorded(api: Api) -> None:
    before = entries(api)
    api.get(f"/api/v2/channels/{CHANNEL_ID}")
    api.post("/api/v2/channels", {"workspace_id": "nowhere", "name": "x"}, status=404)
    assert entries(api) == before


def test_each_filter_applies(api: Api, sandbox: Sandbox) -> None:
    sandbox.advance(60)
    start = sandbox._run(lambda platform: platform.clock.now())
    archive = f"/api/v2/channels/{CHANNEL_ID}/archive"
    api.post(archive)
    api.post("/api/v2/messages", {"channel_id": "nowhere", "content": "x"}, status=404)
    api.patch(f"/api/v2/messages/{MESSAGE_ID}", {"content": "Done."})
    assert len(entries(api, start=start)) == 2
    assert start not in str(entries(api, end="2026-11-03T00:00:00Z"))
    for query in ({"action": "channel.archive"}, {"resource_type": "channel"}):
        (entry,) = entries(api, start=start, **query)
        assert entry["resource_id"] == CHANNEL_ID
    (entry,) = entries(api, resource_id=MESSAGE_ID)
    assert entry["action"] == "message.update"
    assert entries(api, workspace_id="elsewhere") == []


def test_entries_are_paged_newest_first_by_cursor(api: Api) -> None:
    for name in ("a", "b", "c"):
        api.patch(f"/api/v2/channels/{CHANNEL_ID}", {"name": name})
    seen: list[Any] = []
    cursor = None
    while True:
        page = api.get(LOG, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += page["data"]
        if (cursor := page["nextCursor"]) is None:
            break
    names = [entry["changes"]["name"]["to"] for entry in seen[:3]]
    assert names == ["c", "b", "a"]
    assert len({entry["id"] for entry in seen}) == len(seen) == 4


def test_listed_actions_match_those_of_entries(api: Api) -> None:
    actions = {one["name"]: one["resource_type"] for one in api.get(f"{LOG}/actions")["data"]}
    assert actions["channel.create"] == "channel"
    assert actions["api_key.rotate"] == "api_key"
    assert "channel.get" not in actions
    api.post(f"/api/v2/channels/{CHANNEL_ID}/archive")
    assert entries(api)[0]["action"] in actions


def export(api: Api, **query: str) -> str:
    response = api.http.get(f"{LOG}/export", params=query)
    assert response.status_code == 200
    return response.text


def test_export_as_json(api: Api) -> None:
    assert json.loads(export(api, format="json")) == entries(api)
    assert json.loads(export(api, format="json", action="nothing")) == []


def test_export_as_csv(api: Api) -> None:
    api.patch(f"/api/v2/channels/{CHANNEL_ID}", {"name": 'of "quotes", and commas'})
    rows = list(csv.DictReader(io.StringIO(export(api))))
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries(api)]
    assert json.loads(rows[0]["changes"])["name"]["to"] == 'of "quotes", and commas'
    assert rows[0]["ip_address"] == "127.0.0.1"


def test_entries_are_visible_only_to_the_organization(
    api: Api, colleague: Api, stranger: Api
) -> None:
    api.post(f"/api/v2/channels/{CHANNEL_ID}/archive")
    (entry,) = entries(colleague, action="channel.archive")
    assert entry["actor_email"] == "ana@example.com"
    stranger.get(f"{LOG}/{entry['id']}", status=404)
    assert entries(stranger, action="channel.archive") == []
