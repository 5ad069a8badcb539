"""What search results have: titles, contents, scores and addresses."""

from __future__ import annotations

from support.examples import CHANNEL_ID
from support.sandbox import Api


def test_results_lead_to_their_records(api: Api) -> None:
    said = {"channel_id": CHANNEL_ID, "content": "The okapi sleeps at noon."}
    message = api.post("/api/v2/messages", said)["data"]
    api.post("/api/v2/notes", {"title": "Okapi", "content": "An okapi is no zebra."})
    api.post("/api/knowledge/upload", {"title": "Okapis", "content": "The okapi lives in Ituri."})
    api.post("/api/knowledge-graph/entities", {"name": "Okapi Reserve", "type": "place"})
    results = api.post("/api/v2/search", {"query": "okapi"})["results"]
    assert {one["type"] for one in results} >= {"message", "note", "document", "entity"}
    for one in results:
        assert one["title"]
        assert one["content"]
        assert api.http.get(one["url"]).status_code == 200
    (hit,) = [one for one in results if one["type"] == "message"]
    assert hit["url"].endswith(f"/api/v2/messages/{message['id']}")
    assert hit["metadata"]["channel_id"] == CHANNEL_ID


def test_entities_have_title_and_content(api: Api) -> None:
    api.post("/api/knowledge-graph/entities", {"name": "Okapi Reserve", "type": "place"})
    (found,) = api.post("/api/knowledge/search", {"query": "okapi"})["data"]
    assert (found["title"], found["name"]) == ("Okapi Reserve", "Okapi Reserve")
    assert found["content"] == "Okapi Reserve"


def test_common_words_have_scores(api: Api) -> None:
    for n in range(30):
        api.post("/api/v2/notes", {"title": f"Tea {n}", "content": "Tea is common. " * (n % 5 + 1)})
    found = api.post("/api/v2/search", {"query": "tea", "sources": ["notes"], "limit": 30})
    scores = [one["score"] for one in found["results"]]
    assert len(scores) == 30
    assert all(0 < score < 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
