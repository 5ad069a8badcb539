"""Personalities: built-in ones, and those of an organization."""

from __future__ import annotations

from typing import Any

from support.examples import PERSONALITY_ID
from support.sandbox import Api

PERSONALITIES = "/api/v2/personalities"


def names(api: Api, **query: Any) -> list[str]:
    return [one["name"] for one in api.get(PERSONALITIES, **query)["data"]]


def test_built_in_personalities_are_available_to_everybody(api: Api, stranger: Api) -> None:
    built_in = names(stranger)
    assert "Steve Jobs" in built_in
    assert names(api, is_builtin=True) == built_in
    assert names(api) == [*built_in, "The visionary"]
    assert names(api, is_builtin=False) == ["The visionary"]
    assert names(stranger, is_builtin=False) == []


def test_the_list_is_searched_and_paged(api: Api) -> None:
    assert names(api, search="figures") == ["Analyst"]
    whole = names(api)
    assert names(api, limit=2, offset=1) == whole[1:3]
    assert api.get(PERSONALITIES, limit=2)["pagination"]["total"] == len(whole)


def test_a_personality_is_found_by_id_or_slug(api: Api) -> None:
    built_in = api.get(f"{PERSONALITIES}/analyst")["data"]
    assert built_in["is_builtin"]
    assert api.get(f"{PERSONALITIES}/{built_in['id']}")["data"] == built_in
    own = api.get(f"{PERSONALITIES}/the-visionary")["data"]
    assert own == api.get(f"{PERSONALITIES}/{PERSONALITY_ID}")["data"]
    api.get(f"{PERSONALITIES}/nobody", status=404)


def test_a_built_in_one_cannot_be_changed(api: Api) -> None:
    before = api.get(f"{PERSONALITIES}/coach")["data"]
    address = f"{PERSONALITIES}/{before['id']}"
    assert api.patch(address, {"name": "Mine"}, status=403)["error"] == "Forbidden"
    api.delete(address, status=403)
    assert api.get(address)["data"] == before


def test_a_slug_is_made_unique_from_the_name(api: Api) -> None:
    slugs = [api.post(PERSONALITIES, {"name": "Ada, Countess"})["data"]["slug"] for _ in range(2)]
    assert slugs == ["ada-countess", "ada-countess-2"]


def test_a_slug_is_unique_in_an_organization(api: Api, stranger: Api) -> None:
    body = {"name": "Ada", "slug": "ada"}
    api.post(PERSONALITIES, body, status=201)
    assert api.post(PERSONALITIES, body, status=409)["error"]["code"] == "ALREADY_EXISTS"
    stranger.post(PERSONALITIES, body, status=201)


def test_a_private_personality_is_visible_only_to_its_creator(api: Api, colleague: Api) -> None:
    private = api.post(PERSONALITIES, {"name": "Mine"})["data"]
    public = api.post(PERSONALITIES, {"name": "Ours", "is_public": True})["data"]
    assert names(colleague, is_builtin=False) == ["Ours"]
    colleague.get(f"{PERSONALITIES}/{public['slug']}")
    for name in (private["id"], private["slug"]):
        colleague.get(f"{PERSONALITIES}/{name}", status=404)
    colleague.patch(f"{PERSONALITIES}/{private['id']}", {"name": "x"}, status=404)
    assert "Mine" in names(api)


def test_an_own_personality_takes_precedence_over_a_built_in_one(api: Api, stranger: Api) -> None:
    own = api.post(PERSONALITIES, {"name": "My coach", "slug": "coach"})["data"]
    assert api.get(f"{PERSONALITIES}/coach")["data"]["id"] == own["id"]
    assert stranger.get(f"{PERSONALITIES}/coach")["data"]["name"] == "Coach"
    stranger.get(f"{PERSONALITIES}/{own['id']}", status=404)
