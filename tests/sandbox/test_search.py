"""Search over notes, channels, messages and knowledge, and suggestions."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api

SEARCH = "/api/v2/search"
EVERYWHERE = ["notes", "channels", "messages", "knowledge"]


@pytest.fixture
def filled(api: Api) -> Api:
    """The okapi in every source."""
    api.post("/api/v2/notes", {"content": "Okapi, a note", "tags": ["zoo"]})
    channel = {"name": "okapi", "workspace_id": WORKSPACE_ID, "description": "Okapi, a channel"}
    id = api.post("/api/v2/channels", channel)["channel"]["id"]
    api.post("/api/v2/messages", {"channel_id": id, "content": "Okapi, a message"})
    api.post("/api/knowledge/upload", {"title": "Okapi", "content": "Okapi, a document"})
    return api


def found(api: Api, **body: Any) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = api.post(SEARCH, {"query": "okapi", **body})["results"]
    return results


def test_all_sources_are_searched_and_ranked_together(filled: Api) -> None:
    answer = filled.post(SEARCH, {"query": "okapi"})
    assert {one["source"] for one in answer["results"]} == set(EVERYWHERE)
    assert answer["total"] == len(answer["results"]) == 4
    scores = [one["score"] for one in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize("source", EVERYWHERE)
def test_sources_can_be_selected(source: str, filled: Api) -> None:
    (result,) = found(filled, sources=[source])
    assert result["source"] == source
    assert "okapi" in result["content"].lower()
    assert result["createdAt"] is not None


def test_an_unknown_source_is_rejected(api: Api) -> None:
    error = api.post(SEARCH, {"query": "okapi", "sources": ["attic"]}, status=400)["error"]
    assert error["details"][0]["field"] == "sources"
    assert found(api, sources=[]) == []


def test_the_limit_does_not_apply_to_the_total(filled: Api) -> None:
    answer = filled.post(SEARCH, {"query": "okapi", "limit": 1})
    assert (len(answer["results"]), answer["total"]) == (1, 4)


def test_exact_searches_need_every_word(filled: Api) -> None:
    query = {"query": "okapi note", "sources": ["notes", "knowledge"]}
    assert len(filled.post(SEARCH, query)["results"]) == 2
    exact = filled.post(SEARCH, {**query, "useSemanticSearch": False})
    assert [one["source"] for one in exact["results"]] == ["notes"]


def test_results_are_filtered_by_tag(filled: Api) -> None:
    (result,) = found(filled, filters={"tags": ["zoo", "else"]})
    assert (result["source"], result["metadata"]) == ("notes", {"tags": ["zoo"]})


def test_results_are_filtered_by_age(filled: Api, sandbox: Sandbox) -> None:
    assert len(found(filled, filters={"dateRange": "7d"})) == 4
    sandbox.advance(8 * 86400)
    assert found(filled, filters={"dateRange": "7d"}) == []
    assert len(found(filled, filters={"dateRange": "2w"})) == 4
    assert len(found(filled, filters={"dateRange": "999y"})) == 4
    for period in ("lately", "d", "1000y", "-1d"):
        body = {"query": "okapi", "filters": {"dateRange": period}}
        error = filled.post(SEARCH, body, status=400)["error"]
        assert error["details"][0]["field"] == "filters.dateRange"


def test_results_are_filtered_by_workspace(filled: Api) -> None:
    workspace = "a0c4e7d2-6b18-4f95-8e3a-1d7c9b5f2046"
    filled.post("/api/v2/notes", {"content": "Okapi elsewhere", "workspace_id": workspace})
    (result,) = found(filled, filters={"workspace": workspace})
    assert result["content"] == "Okapi elsewhere"


def test_other_organizations_are_not_searched(filled: Api, stranger: Api, colleague: Api) -> None:
    assert found(stranger) == []
    assert "notes" not in {one["source"] for one in found(colleague)}


def test_a_deleted_note_is_not_found(api: Api) -> None:
    note = api.post("/api/v2/notes", {"content": "Okapi"})["data"]
    assert len(found(api)) == 1
    api.delete(f"/api/v2/notes/{note['id']}")
    assert found(api) == []


def test_titles_with_the_prefix_are_suggested(filled: Api) -> None:
    filled.post("/api/v2/notes", {"title": "Okapi at dusk", "content": "x"})
    answer = filled.get(f"{SEARCH}/suggestions", query="okapi at du")
    assert answer["query"] == "okapi at du"
    assert answer["suggestions"] == [{"text": "Okapi at dusk", "source": "notes", "count": None}]


def test_earlier_queries_are_suggested_first_without_duplicates(filled: Api) -> None:
    found(filled)
    texts = [one["text"] for one in filled.get(f"{SEARCH}/suggestions", query="OKA")["suggestions"]]
    assert texts[0] == "okapi"
    assert len(texts) == len({text.casefold() for text in texts})
    assert len(filled.get(f"{SEARCH}/suggestions", query="oka", limit=1)["suggestions"]) == 1


def test_searches_are_recorded_per_user(filled: Api, colleague: Api) -> None:
    found(filled, sources=["notes"])
    filled.post("/api/knowledge/search", {"query": "okapi habitat"})
    recent = filled.get(f"{SEARCH}/recent", limit=2)["searches"]
    assert [one["query"] for one in recent] == ["okapi habitat", "okapi"]
    assert (recent[1]["sources"], recent[1]["resultCount"]) == (["notes"], 1)
    assert recent[0]["sources"] == ["knowledge"]
    assert colleague.get(f"{SEARCH}/recent")["searches"] == []


@pytest.mark.parametrize("query", ['"', "* OR", "a AND", "title:", "-", "(", "NEAR(", "{", "^"])
def test_every_query_is_valid(query: str, api: Api) -> None:
    api.post(SEARCH, {"query": query, "useSemanticSearch": False})
    api.post("/api/knowledge/search", {"query": query})
    api.get(f"{SEARCH}/suggestions", query=query)
