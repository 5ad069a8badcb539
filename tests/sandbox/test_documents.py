"""Documents: background indexing, chunks and search."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api, Connect

BASE = "/api/knowledge/documents"
GUIDE = b"# Okapi\n\nThe okapi is shy.\n\n## Food\n\nIt eats leaves.\n"


def uploaded(api: Api, sandbox: Sandbox, name: str, content: bytes, **fields: Any) -> Any:
    """A document, when its file is read."""
    id = api.upload(BASE, name, content, **fields)["data"]["id"]
    sandbox.advance(0)
    return api.get(f"{BASE}/{id}")["data"]


def found(api: Api, query: str, **more: Any) -> list[str]:
    """The contents of the chunks that are found."""
    hits = api.post(f"{BASE}/search", {"query": query, **more})["data"]
    return [hit["content"] for hit in hits]


def test_a_file_goes_from_pending_to_indexed(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    document = api.upload(BASE, "okapi.md", GUIDE)["data"]
    seen = [document]
    for _ in range(2):
        paced.advance(60)
        seen.append(api.get(f"{BASE}/{document['id']}")["data"])
    assert [one["status"] for one in seen] == ["pending", "processing", "indexed"]
    assert [one["chunk_count"] for one in seen] == [0, 0, 2]
    (job,) = api.get("/api/knowledge/jobs", limit=1, offset=1)["data"]
    assert (job["documentId"], job["status"]) == (document["id"], "completed")


def test_a_document_has_the_fields_of_the_upload(api: Api, sandbox: Sandbox) -> None:
    fields = {"title": "The okapi", "tags": ["a", "b"], "metadata": '{"x": 1}'}
    document = uploaded(api, sandbox, "okapi.md", GUIDE, workspace_id=WORKSPACE_ID, **fields)
    assert (document["title"], document["file_name"]) == ("The okapi", "okapi.md")
    assert (document["tags"], document["metadata"]) == (["a", "b"], {"x": 1})
    assert (document["size"], document["workspace_id"]) == (len(GUIDE), WORKSPACE_ID)
    assert uploaded(api, sandbox, "guide.v2.md", GUIDE)["title"] == "guide.v2"


@pytest.mark.parametrize(
    ("name", "content", "type"),
    [
        ("a.txt", b"Shy okapi", "text"),
        ("a.md", b"Shy *okapi*", "markdown"),
        ("a.html", b"<style>x</style><p>Shy <b>okapi</b></p>", "html"),
        ("a.json", b'{"animal": "okapi"}', "text"),
        ("a.csv", b"animal,mood\nokapi,shy\n", "text"),
    ],
    ids=["text", "markdown", "html", "json", "csv"],
)
def test_files_are_found_by_their_text(
    name: str, content: bytes, type: str, api: Api, sandbox: Sandbox
) -> None:
    document = uploaded(api, sandbox, name, content)
    assert (document["type"], document["status"]) == (type, "indexed")
    (hit,) = api.post(f"{BASE}/search", {"query": "okapi"})["data"]
    assert hit["document_id"] == document["id"]


def test_an_unsupported_file_is_stored_with_an_error(api: Api, sandbox: Sandbox) -> None:
    document = uploaded(api, sandbox, "scan.pdf", b"%PDF-1.7\0")
    assert (document["type"], document["status"], document["content"]) == ("pdf", "failed", None)
    assert "application/pdf" in document["error"]
    assert api.get(f"{BASE}/{document['id']}/chunks")["data"] == []
    (job,) = api.get("/api/knowledge/jobs", limit=1, offset=1)["data"]
    assert (job["status"], job["error"]) == ("failed", document["error"])


def test_a_form_without_a_file_is_rejected(api: Api) -> None:
    error = api.call("POST", BASE, status=400, files={"file": (None, "text")})["error"]
    assert error["details"][0]["field"] == "file"


def test_chunks_are_listed_in_order(api: Api, sandbox: Sandbox) -> None:
    document = uploaded(api, sandbox, "okapi.md", GUIDE)
    chunks = api.get(f"{BASE}/{document['id']}/chunks")["data"]
    assert [one["heading"] for one in chunks] == ["Okapi", "Food"]
    assert [one["index"] for one in chunks] == [0, 1]
    assert chunks[1]["content"] == "## Food\n\nIt eats leaves."
    page = api.get(f"{BASE}/{document['id']}/chunks", limit=1, offset=1)
    assert page["data"] == chunks[1:]
    assert page["pagination"]["total"] == 2
    api.get(f"{BASE}/doc_none/chunks", status=404)


def test_search_returns_chunks(api: Api, sandbox: Sandbox) -> None:
    document = uploaded(api, sandbox, "okapi.md", GUIDE)
    (hit,) = api.post(f"{BASE}/search", {"query": "leaves"})["data"]
    chunks = api.get(f"{BASE}/{document['id']}/chunks")["data"]
    assert (hit["document_id"], hit["chunk_id"]) == (document["id"], chunks[1]["id"])
    assert hit["title"] == "okapi"
    assert 0 < hit["score"] <= 1


def test_search_is_filtered_by_document_type_and_limit(api: Api, sandbox: Sandbox) -> None:
    one = uploaded(api, sandbox, "a.md", b"okapi in Markdown")["id"]
    uploaded(api, sandbox, "b.txt", b"okapi as text")
    assert found(api, "okapi", document_ids=[one]) == ["okapi in Markdown"]
    assert found(api, "okapi", type="text") == ["okapi as text"]
    assert len(found(api, "okapi", limit=1)) == 1
    assert len(found(api, "okapi")) == 2


def test_lists_are_filtered_and_omit_texts(api: Api, sandbox: Sandbox) -> None:
    one = uploaded(api, sandbox, "a.md", b"okapi in Markdown", workspace_id="ws_2")
    for query in ({"type": "markdown"}, {"search": "OKAPI"}, {"workspace_id": "ws_2"}):
        (listed,) = api.call("GET", BASE, params=query)["data"]
        assert listed == {**one, "content": None}
    assert api.call("GET", BASE, params={"status": "failed"})["data"] == []


def test_a_changed_title_is_found(api: Api, sandbox: Sandbox) -> None:
    document = uploaded(api, sandbox, "a.txt", b"It is shy.")
    api.patch(f"{BASE}/{document['id']}", {"title": "Okapi"})
    assert found(api, "okapi") == ["It is shy."]


def test_a_deleted_document_is_not_found(api: Api, sandbox: Sandbox) -> None:
    document = uploaded(api, sandbox, "a.txt", b"okapi")
    api.delete(f"{BASE}/{document['id']}")
    assert found(api, "okapi") == []
    assert "know nothing" in api.post("/api/v2/chat", {"message": "okapi"})["reply"]
    api.get(f"{BASE}/{document['id']}/chunks", status=404)
    api.post(f"{BASE}/{document['id']}/reindex", status=404)


def test_deleting_a_document_fails_its_pending_job(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    document = api.upload(BASE, "a.txt", b"okapi")["data"]
    api.delete(f"{BASE}/{document['id']}")
    paced.advance(60)
    paced.advance(60)
    (job,) = api.get("/api/knowledge/jobs", limit=1, offset=1)["data"]
    assert (job["status"], job["error"]) == ("failed", "The document was deleted")
    assert found(api, "okapi") == []


def test_reindexing_is_a_job_and_reads_the_file_again(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = f"{BASE}/{api.upload(BASE, 'okapi.md', GUIDE)['data']['id']}"
    for _ in range(2):
        paced.advance(60)
    before = api.get(address)["data"]
    assert api.post(f"{address}/reindex")["data"]["status"] == "pending"
    assert len(found(api, "okapi")) == 2  # by its title too
    for _ in range(2):
        paced.advance(60)
    after = api.get(address)["data"]
    assert (after["status"], after["chunk_count"]) == ("indexed", 2)
    assert after["indexed_at"] > before["indexed_at"]
    assert len(found(api, "okapi")) == 2
    assert api.get("/api/knowledge/jobs", limit=1, offset=2)["data"][0]["kind"] == "reindex"


def test_seeded_documents_are_indexed(api: Api, sandbox: Sandbox) -> None:
    for document in api.get(BASE)["data"]:
        address = f"{BASE}/{document['id']}"
        assert len(api.get(f"{address}/chunks")["data"]) == document["chunk_count"] == 1
        api.post(f"{address}/reindex")
        sandbox.advance(0)
        assert api.get(address)["data"]["status"] == "indexed"
        api.delete(address)
    assert found(api, "sales report refunds revenue workspace") == []


def test_documents_are_hidden_from_other_organizations(
    api: Api, stranger: Api, sandbox: Sandbox
) -> None:
    document = uploaded(api, sandbox, "a.txt", b"okapi")
    assert found(stranger, "okapi") == []
    stranger.get(f"{BASE}/{document['id']}", status=404)
    stranger.get(f"{BASE}/{document['id']}/chunks", status=404)
