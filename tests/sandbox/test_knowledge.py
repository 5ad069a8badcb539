"""Knowledge: ingestion jobs, search and queries."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import USER_ID, WORKSPACE_ID
from support.sandbox import Api, Connect

BASE = "/api/knowledge"
HARBOUR = "# Harbour plan\n\nNils Holgersson builds the harbour with Acme.\n\n# Costs\n\nIt costs 4 million."


def ingested(api: Api, sandbox: Sandbox, **body: Any) -> dict[str, Any]:
    """The job of an ingestion, when it is over."""
    job = api.post(f"{BASE}/ingest", body)["data"]
    sandbox.advance(0)
    found: dict[str, Any] = api.get(f"{BASE}/jobs/{job['id']}")["data"]
    return found


def test_ingestion_goes_from_queued_to_completed(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    body = {"content": HARBOUR, "metadata": {"source": "test"}, "workspaceId": WORKSPACE_ID}
    job = api.post(f"{BASE}/ingest", body)["data"]
    assert (job["status"], job["title"], job["documentId"]) == ("queued", "Harbour plan", None)
    assert api.post(f"{BASE}/search", {"query": "harbour"})["data"] == []

    paced.advance(60)
    assert api.get(f"{BASE}/jobs/{job['id']}")["data"]["status"] == "processing"

    paced.advance(60)
    job = api.get(f"{BASE}/jobs/{job['id']}")["data"]
    assert (job["status"], job["progress"], job["chunksIndexed"]) == ("completed", 1, 2)
    assert job["completedAt"] >= job["createdAt"]
    document = api.get(f"{BASE}/documents/{job['documentId']}")["data"]
    assert (document["status"], document["content"]) == ("indexed", HARBOUR)
    assert document["metadata"] == {"source": "test"}
    assert document["workspace_id"] == WORKSPACE_ID
    assert document["uploaded_by"] == USER_ID


def test_a_url_is_not_fetched_and_fails_the_job(api: Api, sandbox: Sandbox) -> None:
    job = ingested(api, sandbox, url="https://example.com/policy")
    assert (job["status"], job["url"]) == ("failed", "https://example.com/policy")
    assert "does not fetch URLs" in job["error"]
    assert job["documentId"] is None


def test_a_job_without_content_fails(api: Api, sandbox: Sandbox) -> None:
    assert "Neither content nor url" in ingested(api, sandbox)["error"]


def test_jobs_are_filtered_by_status(api: Api, sandbox: Sandbox) -> None:
    good = ingested(api, sandbox, content="Zebras")["id"]
    bad = ingested(api, sandbox, url="https://example.com")["id"]
    assert [job["id"] for job in api.get(f"{BASE}/jobs", offset=1)["data"]] == [good, bad]
    failed = api.call("GET", f"{BASE}/jobs", params={"status": "failed"})["data"]
    assert [job["id"] for job in failed] == [bad]


def test_ingestion_is_idempotent(api: Api, sandbox: Sandbox) -> None:
    for _ in range(3):
        api.call(
            "POST",
            f"{BASE}/ingest",
            json={"content": "A lonely okapi"},
            headers={"Idempotency-Key": "once"},
        )
        sandbox.advance(0)
    assert len(api.post(f"{BASE}/search", {"query": "okapi"})["data"]) == 1


def test_an_uploaded_text_is_found_at_once(api: Api) -> None:
    body = {"title": "Okapi", "content": "It lives in the Ituri forest.", "type": "document"}
    document = api.post(f"{BASE}/upload", body)["data"]
    assert (document["status"], document["type"]) == ("indexed", "document")
    (found,) = api.post(f"{BASE}/search", {"query": "ituri forests"})["data"]
    assert (found["id"], found["title"]) == (document["id"], "Okapi")


def test_ingestion_emits_an_event(api: Api, sandbox: Sandbox) -> None:
    job = ingested(api, sandbox, content="Okapi")
    events = api.get("/api/v2/developer/events", type="knowledge.indexed")["data"]
    assert events[0]["data"]["jobId"] == job["id"]
    assert events[0]["data"]["documentId"] == job["documentId"]


def test_results_are_ranked_and_scored_and_limited(api: Api, sandbox: Sandbox) -> None:
    ingested(api, sandbox, content="The okapi is a relative of the giraffe.", title="Okapi")
    ingested(api, sandbox, content="An okapi. " * 8, title="Okapi, okapi")
    ingested(api, sandbox, content="A giraffe is tall.", title="Giraffe")
    found = api.post(f"{BASE}/search", {"query": "okapi giraffe"})["data"]
    scores = [one["score"] for one in found]
    assert len(found) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len(api.post(f"{BASE}/search", {"query": "okapi giraffe", "limit": 1})["data"]) == 1


def test_a_long_document_is_one_result_by_its_best_chunk(api: Api, sandbox: Sandbox) -> None:
    pages = [f"Page {n}. " + "Nothing to see. " * 60 for n in range(20)]
    pages[3] += "No okapi."
    pages[13] += "The okapi hides here, and the okapi sleeps here."
    job = ingested(api, sandbox, content="\n\n".join(pages))
    assert job["chunksIndexed"] > 13
    (found,) = api.post(f"{BASE}/search", {"query": "okapi"})["data"]
    assert "The okapi hides here" in found["content"]


def test_entities_are_found_by_name_beside_documents(api: Api) -> None:
    (found,) = api.post(f"{BASE}/search", {"query": "Acme"})["data"]
    assert (found["type"], found["source"]) == ("entity", "knowledgeGraph")
    assert (found["name"], found["title"]) == ("Acme", "Acme")
    assert found["content"]
    assert found["description"] == "Supplier of recycled paper"


def test_an_answer_cites_its_documents_by_id_and_title(api: Api, sandbox: Sandbox) -> None:
    job = ingested(api, sandbox, content=HARBOUR)
    question = "Who builds the harbour with Acme?"
    answer = api.post(f"{BASE}/query", {"query": question})["data"]
    assert "Nils Holgersson builds the harbour" in answer["answer"]
    assert f"[1] documents {job['documentId']} Harbour plan" in answer["answer"]
    assert answer["results"][0]["id"] == job["documentId"]
    assert [entity["name"] for entity in answer["entities"]] == ["Acme"]


def test_a_query_without_results_has_no_answer(api: Api) -> None:
    answer = api.post(f"{BASE}/query", {"query": "xylophone quartet"})["data"]
    assert (answer["answer"], answer["results"], answer["entities"]) == (None, [], [])


def test_a_query_searches_the_given_subsystems(api: Api) -> None:
    body = {"query": "Acme refunds", "systems": ["documents"]}
    answer = api.post(f"{BASE}/query", body)["data"]
    assert answer["systems"] == ["documents"]
    assert {one["source"] for one in answer["results"]} == {"documents"}
    assert answer["entities"] == []
    nowhere = api.post(f"{BASE}/query", {**body, "systems": ["attic"]})["data"]
    assert (nowhere["answer"], nowhere["systems"]) == (None, [])


def test_a_query_is_limited_to_its_workspace(api: Api, sandbox: Sandbox) -> None:
    ingested(api, sandbox, content="Okapi one", workspaceId=WORKSPACE_ID)
    ingested(api, sandbox, content="Okapi two", workspaceId="ws_2")
    body = {"query": "okapi", "workspaceId": "ws_2"}
    found = api.post(f"{BASE}/query", body)["data"]["results"]
    assert [one["content"] for one in found] == ["Okapi two"]


def test_other_organizations_find_nothing(api: Api, stranger: Api, sandbox: Sandbox) -> None:
    job = ingested(api, sandbox, content="Okapi")
    assert stranger.post(f"{BASE}/search", {"query": "okapi"})["data"] == []
    assert stranger.post(f"{BASE}/query", {"query": "okapi"})["data"]["answer"] is None
    stranger.get(f"{BASE}/jobs/{job['id']}", status=404)
