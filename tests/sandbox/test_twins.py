"""Twins: the catalogue, and twins in workspaces."""

from __future__ import annotations

from typing import Any

from support.examples import CHANNEL_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

CATALOGUE = "/api/v2/twin-workspace/available"
ADDED = "/api/v2/twin-workspace"


def add(api: Api, **fields: Any) -> dict[str, Any]:
    twin = api.get(CATALOGUE, category="Designer")["data"][0]
    added: dict[str, Any] = api.post(ADDED, {"twin_id": twin["id"], **fields})["data"]
    return added


def test_everybody_sees_the_same_catalogue_page_by_page(api: Api, stranger: Api) -> None:
    whole = api.get(CATALOGUE)["data"]
    assert stranger.get(CATALOGUE)["data"] == whole
    first, second = (api.get(CATALOGUE, page=n, page_size=4) for n in (1, 2))
    assert [*first["data"], *second["data"]] == whole
    assert first["pagination"] == {"page": 1, "page_size": 4, "total": len(whole), "hasMore": True}
    assert not second["pagination"]["hasMore"]
    assert stranger.get(f"{CATALOGUE}/{whole[0]['id']}")["data"] == whole[0]


def test_the_catalogue_is_searched_and_filtered(api: Api) -> None:
    assert [twin["name"] for twin in api.get(CATALOGUE, category="Engineer")["data"]] == ["Grace"]
    assert [twin["name"] for twin in api.get(CATALOGUE, search="compilers")["data"]] == ["Grace"]


def test_an_added_twin_includes_its_catalogue_entry(api: Api) -> None:
    added = add(api, workspace_id=WORKSPACE_ID, nickname="Rayleigh")
    assert added["twin"] == api.get(f"{CATALOGUE}/{added['twin_id']}")["data"]
    assert (added["nickname"], added["is_active"]) == ("Rayleigh", True)
    assert added["added_by"] == USER_ID
    assert added in api.get(ADDED, workspace_id=WORKSPACE_ID)["data"]


def test_the_workspace_defaults_to_the_callers_first(api: Api) -> None:
    assert add(api)["workspace_id"] == WORKSPACE_ID


def test_a_twin_is_unique_in_a_workspace_until_removed(api: Api) -> None:
    added = add(api)
    api.post(ADDED, {"twin_id": added["twin_id"]}, status=409)
    api.delete(f"{ADDED}/{added['id']}")
    api.delete(f"{ADDED}/{added['id']}", status=404)
    assert added["id"] not in [one["id"] for one in api.get(ADDED)["data"]]
    add(api)


def test_twin_and_workspace_must_exist(api: Api) -> None:
    api.post(ADDED, {"twin_id": "5f3b8a1c-6e70-4d29-b4f8-0c9d7e2a5164"}, status=404)
    twin = api.get(CATALOGUE)["data"][0]["id"]
    api.post(ADDED, {"twin_id": twin, "workspace_id": "ws_unknown"}, status=404)


def test_twins_are_filtered_by_activity(api: Api) -> None:
    added = add(api)
    changed = api.patch(f"{ADDED}/{added['id']}", {"is_active": False, "instructions": "Hush."})
    assert changed["data"]["twin"] == added["twin"]
    paused = api.get(ADDED, is_active=False)["data"]
    assert [(one["id"], one["instructions"]) for one in paused] == [(added["id"], "Hush.")]


def test_participation_defaults_to_mentions(api: Api) -> None:
    address = f"{ADDED}/{add(api)['id']}"
    assert api.get(f"{address}/participation")["data"]["mode"] == "mention_only"
    wanted = {"mode": "always", "channel_ids": [CHANNEL_ID], "max_messages_per_hour": 20}
    answer = api.put(f"{address}/participation", wanted)["data"]
    assert answer | wanted == answer
    assert api.get(f"{address}/participation")["data"] == answer
    (listed,) = [one for one in api.get(ADDED)["data"] if address.endswith(one["id"])]
    assert listed["participation"] == answer
    # It is set as a whole: what is left out is as at the beginning.
    assert api.put(f"{address}/participation", {"mode": "off"})["data"]["channel_ids"] == []


def test_channels_of_a_participation_must_exist(api: Api, stranger: Api) -> None:
    address = f"{ADDED}/{add(api)['id']}/participation"
    api.put(address, {"mode": "always", "channel_ids": ["ch_unknown"]}, status=404)
    api.put(address, {"mode": "always", "conversation_ids": ["conv_unknown"]}, status=404)
    stranger.get(address, status=404)
    stranger.put(address, {"mode": "off"}, status=404)
