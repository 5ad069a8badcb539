"""Platform integrations: credentials are never returned."""

from __future__ import annotations

import pytest

from support.examples import COLLEAGUE_ID, WORKSPACE_ID
from support.sandbox import Api

INTEGRATIONS = "/api/v2/platform-integrations"
TOKEN = "xoxb-very-secret"


def make(api: Api, **more: object) -> str:
    """The address of a new integration."""
    body = {"workspace_id": WORKSPACE_ID, "platform": "discord", "config": {"botToken": TOKEN}}
    integration = api.post(INTEGRATIONS, {**body, **more})["integration"]
    return f"{INTEGRATIONS}/{integration['id']}"


def test_secrets_are_masked_in_every_response(api: Api) -> None:
    path = make(api, webhook_secret="whs_very_secret")
    shown = api.get(path)["integration"]
    assert shown["workspace_id"] == WORKSPACE_ID
    assert shown["config"] == {"configured": True}
    assert (shown["webhook_secret"], shown["enabled"]) == ("****", True)
    assert shown in api.get(INTEGRATIONS)["integrations"]
    for text in (api.http.get(path).text, api.http.get(INTEGRATIONS).text):
        assert TOKEN not in text
        assert "whs_very_secret" not in text


def test_the_configuration_can_be_completed_later(api: Api) -> None:
    path = make(api, platform="teams", config={"tenantId": "t", "clientId": "c"})
    assert api.get(path)["integration"]["config"] == {"configured": False}
    tested = api.post(f"{path}/test")
    assert (tested["connected"], tested["error"]) == (False, "missing_clientSecret")
    changed = api.patch(path, {"config": {"clientSecret": "s"}})["integration"]
    assert changed["config"] == {"configured": True}
    assert api.post(f"{path}/test")["connected"]


def test_a_test_updates_the_connection_status(api: Api) -> None:
    path = make(api)
    assert not api.get(path)["integration"]["connected"]
    tested = api.post(f"{path}/test")
    assert (tested["connected"], tested["error"], tested["latency_ms"]) == (True, None, None)
    shown = api.get(path)["integration"]
    assert (shown["connected"], shown["last_connected_at"]) == (True, tested["tested_at"])
    api.patch(path, {"enabled": False})
    assert api.post(f"{path}/test")["error"] == "disabled"
    shown = api.get(path)["integration"]
    assert (shown["connected"], shown["connection_error"]) == (False, "disabled")
    assert shown["last_connected_at"] == tested["tested_at"]


def test_a_webhook_secret_can_be_removed(api: Api) -> None:
    path = make(api, webhook_secret="s")
    assert api.patch(path, {"enabled": True})["integration"]["webhook_secret"] == "****"
    assert api.patch(path, {"webhook_secret": None})["integration"]["webhook_secret"] is None


def test_an_inbound_key_is_shown_once(api: Api) -> None:
    path = make(api)
    first = api.post(f"{path}/api-key")
    key = first["api_key"]
    assert key.startswith("int_")
    shown = api.get(path)["integration"]
    assert shown["api_key"] == f"int_****{key[-4:]}"
    assert shown["api_key_created_at"] == first["api_key_created_at"]
    assert api.post(f"{path}/api-key")["api_key"] != key
    api.delete(f"{path}/api-key")
    gone = api.get(path)["integration"]
    assert (gone["api_key"], gone["api_key_created_at"]) == (None, None)


def test_a_platform_is_unique_in_a_workspace(api: Api) -> None:
    path = make(api)
    body = {"workspace_id": WORKSPACE_ID, "platform": "discord", "config": {}}
    api.post(INTEGRATIONS, body, status=409)
    api.delete(path)
    api.get(path, status=404)
    assert not api.get(make(api, config={}))["integration"]["config"]["configured"]


def test_integrations_are_restricted_to_owners(api: Api, colleague: Api) -> None:
    path = make(api)
    colleague.get(path)
    members = f"/api/v2/workspaces/{WORKSPACE_ID}/members"
    api.patch(f"{members}/{COLLEAGUE_ID}", {"role": "admin"})
    colleague.get(path, status=404)
    assert colleague.get(INTEGRATIONS)["integrations"] == []
    body = {"workspace_id": WORKSPACE_ID, "platform": "teams", "config": {}}
    colleague.post(INTEGRATIONS, body, status=403)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [("platform", "pigeon", 422), ("workspace_id", "ws_unknown", 404)],
    ids=["platform", "workspace"],
)
def test_an_unknown_platform_is_rejected(api: Api, field: str, value: str, status: int) -> None:
    body = {"workspace_id": WORKSPACE_ID, "platform": "discord", "config": {}, field: value}
    api.post(INTEGRATIONS, body, status=status)


def test_platforms_list_their_required_credentials(api: Api) -> None:
    platforms = {one["platform"]: one for one in api.get(f"{INTEGRATIONS}/platforms")["platforms"]}
    assert platforms.keys() == {"slack", "discord", "teams"}
    assert platforms["slack"]["config_schema"]["required"] == ["botToken"]
