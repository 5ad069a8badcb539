"""Statistics, analytics and insights of the knowledge base."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import DOCUMENT_ID, WORKSPACE_ID
from support.sandbox import Api

BASE = "/api/knowledge"


def added(api: Api, title: str, content: str) -> str:
    """The id of a new document."""
    body = {"title": title, "content": content}
    return str(api.post(f"{BASE}/upload", body)["data"]["id"])


def test_health_is_public(nobody: Api, api: Api) -> None:
    before = nobody.get(f"{BASE}/health")
    assert before["status"] == "healthy"
    added(api, "Okapi", "Shy")
    after = nobody.get(f"{BASE}/health")
    counts = [one["subsystems"]["documents"]["documentCount"] for one in (before, after)]
    assert counts[1] == counts[0] + 1


def test_statistics_count_what_is_stored(api: Api, sandbox: Sandbox) -> None:
    before = api.get(f"{BASE}/stats")
    api.upload(f"{BASE}/documents", "a.html", b"<h1>One</h1><p>a</p><h1>Two</h1><p>b</p>")
    api.upload(f"{BASE}/audio", "talk.webm", b"\x1a")
    api.post(f"{BASE}/code/analyze", {"content": "x = 1", "path": "x.py"})
    sandbox.advance(0)
    after = api.get(f"{BASE}/stats")

    def grown(*path: str) -> Any:
        old, new = before, after
        for name in path:
            old, new = old[name], new[name]
        return new - old

    assert grown("documents", "total") == 1
    assert grown("documents", "byType", "html") == 1
    assert grown("documents", "totalChunks") == 2
    assert grown("audio", "totalRecordings") == 1
    assert grown("code", "filesAnalyzed") == 1


def test_analytics_count_additions_and_searches(api: Api) -> None:
    for _ in range(2):
        api.post(f"{BASE}/search", {"query": "what does Acme do"})
    added(api, "Okapi", "Shy")
    figures = api.get(f"{BASE}/analytics", start="2026-11-03T14:00:00+02:00")["data"]
    assert figures["start"] == "2026-11-03T12:00:00.000Z"
    assert figures["topQueries"][0] == {"query": "what does Acme do", "count": 2}
    assert figures["topEntities"][0]["name"] == "Acme"
    assert figures["daily"][-1]["searches"] == 2
    assert figures["documentsAdded"] == sum(day["documents"] for day in figures["daily"])
    assert figures["searches"] == sum(day["searches"] for day in figures["daily"])


def test_a_period_includes_its_start_but_not_its_end(api: Api) -> None:
    created = api.get(f"{BASE}/documents/{DOCUMENT_ID}")["data"]["created_at"]
    before, after = "2026-11-02T09:14:59.999Z", "2026-11-02T09:15:00.001Z"
    assert before < created < after

    def counted(start: str, end: str) -> int:
        return int(api.get(f"{BASE}/analytics", start=start, end=end)["data"]["documentsAdded"])

    assert counted(created, after) == 1
    assert counted(before, created) == 0
    error = api.get(f"{BASE}/analytics", start=after, end=created, status=400)["error"]
    assert error["details"][0]["field"] == "start"


def test_analytics_of_a_workspace_count_its_documents(api: Api) -> None:
    added(api, "Okapi", "of no workspace")
    whole = api.get(f"{BASE}/analytics")["data"]["documentsAdded"]
    part = api.get(f"{BASE}/analytics", workspaceId=WORKSPACE_ID)["data"]["documentsAdded"]
    assert part == whole - 1


def test_documents_with_the_same_text_are_an_insight(api: Api) -> None:
    assert api.get(f"{BASE}/insights")["data"] == []
    ids = [added(api, title, "Refunds within 14 days.") for title in ("Policy", "Handbook")]
    (insight,) = api.get(f"{BASE}/insights")["data"]
    assert (insight["type"], insight["sourceIds"]) == ("duplicate", ids)
    api.delete(f"{BASE}/documents/{ids[0]}")
    assert api.get(f"{BASE}/insights")["data"] == []


def test_failed_searches_are_an_insight_until_they_find_something(api: Api) -> None:
    for _ in range(2):
        api.post("/api/v2/search", {"query": "okapi"})
    (gap,) = api.get(f"{BASE}/insights", type="gap")["data"]
    assert "okapi" in gap["title"]
    assert "2 times" in gap["description"]
    assert api.get(f"{BASE}/insights", type="duplicate")["data"] == []
    added(api, "Okapi", "Shy")
    assert api.get(f"{BASE}/insights")["data"] == []


def test_workflows_are_summarized_with_their_runs(api: Api, sandbox: Sandbox) -> None:
    workflow = api.post("/api/v2/workflows", {"name": "Okapi watch", "steps": []})["data"]
    (memory,) = api.get(f"{BASE}/workflows", search="okapi")["data"]
    assert (memory["workflowId"], memory["runCount"]) == (workflow["id"], 0)
    assert (memory["summary"], memory["successRate"], memory["lastRunAt"]) == (None, None, None)

    api.post(f"/api/v2/workflows/{workflow['id']}/execute", {})
    sandbox.advance(0)
    memory = api.get(f"{BASE}/workflows/{memory['id']}")["data"]
    assert (memory["runCount"], memory["successRate"]) == (1, 1)
    assert memory["summary"] == "1 of 1 runs completed."
    api.get(f"{BASE}/workflows/kwf_nothing", status=404)


def test_workflows_are_searched_by_keywords(api: Api) -> None:
    body = {"query": "sort urgent questions"}
    found = api.post(f"{BASE}/workflows/search", body)["data"]
    assert found[0]["title"] == "Support triage"
    assert found[0]["source"] == "workflows"
