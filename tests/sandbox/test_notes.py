"""Notes: titles, order, filters and tags."""

from __future__ import annotations

from typing import Any

from support.sandbox import Api

NOTES = "/api/v2/notes"


def written(api: Api, content: str, **more: Any) -> str:
    """The id of a new note."""
    return str(api.post(NOTES, {"content": content, **more})["data"]["id"])


def listed(api: Api, **query: Any) -> list[str]:
    return [note["id"] for note in api.get(NOTES, **query)["data"]]


def test_the_title_defaults_to_the_first_line(api: Api) -> None:
    titles = [
        api.post(NOTES, body)["data"]["title"]
        for body in (
            {"content": "\n## Okapi ##\n\nShy."},
            {"content": "x", "title": "Zebra"},
            {"content": "#"},
        )
    ]
    assert titles == ["Okapi", "Zebra", "Untitled"]


def test_pinned_notes_are_listed_first(api: Api) -> None:
    (example,) = listed(api)
    plain, pinned = written(api, "plain"), written(api, "pinned", is_pinned=True)
    assert listed(api) == [pinned, example, plain]
    assert listed(api, is_pinned="true") == [pinned]
    assert listed(api, is_pinned="false") == [example, plain]
    api.patch(f"{NOTES}/{plain}", {"is_pinned": True})
    assert listed(api) == [plain, pinned, example]


def test_notes_are_filtered_by_tag_text_and_workspace(api: Api) -> None:
    note = written(api, 'An "okapi"', tags=["zoo"], workspace_id="ws_2")
    for query in ({"tag": "zoo"}, {"search": '"OKAPI"'}, {"workspace_id": "ws_2"}):
        assert listed(api, **query) == [note]
    assert listed(api, search="okapi zebra") == []


def test_tags_are_counted(api: Api) -> None:
    written(api, "1", tags=["zoo", "zoo", "shy"], workspace_id="ws_2")
    note = written(api, "2", tags=["zoo"])

    def counts(**query: Any) -> dict[str, int]:
        found = api.get(f"{NOTES}/tags", **query)["data"]
        return {tag["name"]: tag["count"] for tag in found}

    assert counts() == {"zoo": 2, "launch": 1, "q4": 1, "shy": 1}
    assert list(counts()) == ["zoo", "launch", "q4", "shy"]
    assert counts(workspace_id="ws_2") == {"zoo": 1, "shy": 1}
    api.delete(f"{NOTES}/{note}")
    assert counts()["zoo"] == 1


def test_current_notes_are_sources_of_chat(api: Api) -> None:
    note = written(api, "The okapi sleeps.")
    api.patch(f"{NOTES}/{note}", {"content": "The zebra sleeps."})
    assert note in api.post("/api/v2/chat", {"message": "zebra"})["reply"]
    api.patch(f"{NOTES}/{note}", {"title": "Animals"})
    assert "know nothing" in api.post("/api/v2/chat", {"message": "okapi"})["reply"]


def test_notes_are_private_to_their_user(api: Api, colleague: Api) -> None:
    note = written(api, "Okapi")
    colleague.get(f"{NOTES}/{note}", status=404)
    colleague.delete(f"{NOTES}/{note}", status=404)
    assert listed(colleague) == []
