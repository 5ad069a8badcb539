"""The canvas: cards and folders."""

from __future__ import annotations

from typing import Any

from support.sandbox import Api

CARDS, FOLDERS = "/api/v2/canvas/cards", "/api/v2/canvas/folders"


def card(api: Api, folder: str | None = None, **more: Any) -> str:
    """The id of a new card."""
    body = {"type": "note", "folder_id": folder, **more}
    return str(api.post(CARDS, body)["card"]["id"])


def folder(api: Api) -> str:
    return str(api.post(FOLDERS, {"name": "Zoo"})["folder"]["id"])


def count(api: Api, id: str) -> int:
    return int(api.get(f"{FOLDERS}/{id}")["folder"]["card_count"])


def test_cards_are_listed_newest_first_and_by_folder(api: Api) -> None:
    zoo = folder(api)
    first, second = card(api), card(api, zoo)
    assert [one["id"] for one in api.get(CARDS)["cards"]][:2] == [second, first]
    assert [one["id"] for one in api.get(CARDS, folder_id=zoo)["cards"]] == [second]


def test_a_card_has_a_default_position(api: Api) -> None:
    created = api.get(f"{CARDS}/{card(api)}")["card"]
    assert (created["position"], created["content"], created["folder_id"]) == (
        {"x": 0, "y": 0},
        "",
        None,
    )


def test_folders_count_their_cards(api: Api) -> None:
    zoo, farm = folder(api), folder(api)
    moved = card(api, zoo)
    card(api, zoo)
    assert (count(api, zoo), count(api, farm)) == (2, 0)
    api.patch(f"{CARDS}/{moved}", {"folder_id": farm})
    assert (count(api, zoo), count(api, farm)) == (1, 1)
    api.patch(f"{CARDS}/{moved}", {"folder_id": None})
    assert (count(api, zoo), count(api, farm)) == (1, 0)
    assert {one["id"]: one["card_count"] for one in api.get(FOLDERS)["folders"]}[zoo] == 1


def test_deleting_a_folder_keeps_its_cards(api: Api) -> None:
    zoo = folder(api)
    inside, outside = card(api, zoo), card(api)
    api.delete(f"{FOLDERS}/{zoo}")
    api.get(f"{FOLDERS}/{zoo}", status=404)
    assert api.get(f"{CARDS}/{inside}")["card"]["folder_id"] is None
    api.get(f"{CARDS}/{outside}")


def test_the_folder_of_a_card_must_exist(api: Api, colleague: Api) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    own = card(api)
    for target in (nowhere, folder(colleague)):
        api.post(CARDS, {"type": "note", "folder_id": target}, status=404)
        api.patch(f"{CARDS}/{own}", {"folder_id": target}, status=404)
    assert api.get(f"{CARDS}/{own}")["card"]["folder_id"] is None


def test_a_canvas_is_private_to_its_user(api: Api, colleague: Api) -> None:
    id = card(api)
    colleague.get(f"{CARDS}/{id}", status=404)
    assert colleague.get(CARDS)["cards"] == []
