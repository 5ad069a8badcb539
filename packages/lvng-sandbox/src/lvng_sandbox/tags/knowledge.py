"""The knowledge base: ingestion, search and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ..agents.answers import respond
from ..knowledge.ingestion import add_document, emit_indexed, enqueue_ingestion
from ..knowledge.retrieval import searchable_owners, with_records
from ..knowledge.search_history import record_search
from ..platform.call import Call
from ..platform.context import Context
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler, seed
from ..store.chunks import title_of
from ..store.database import Record
from ..store.full_text import Hit, any_of

KINDS = {
    "documents": ("documents", "document"),
    "knowledge.entities": ("knowledgeGraph", "entity"),
    "audio": ("audio", "recording"),
    "code": ("code", "code_file"),
}
"""The kinds of records in the knowledge base, with their subsystem and type."""

SYSTEMS = [system for system, _ in KINDS.values()]
_ENTITIES = 5


@handler("knowledge.upload")
def upload(call: Call) -> Any:
    document = add_document(call, call.body)
    emit_indexed(call, document)
    return call.fill({"data": document})


@handler("knowledge.ingest")
def ingest(call: Call) -> Any:
    body = call.body
    work = {name: body.get(name) for name in ("content", "url", "title", "type", "metadata")}
    work["workspace_id"] = body.get("workspaceId")
    if body.get("content"):
        work["title"] = body.get("title") or title_of(body["content"])
    elif body.get("url"):
        work = {"error": "The sandbox does not fetch URLs: send the text itself as content"}
    else:
        work = {"error": "Neither content nor url was given"}
    task = enqueue_ingestion(
        call,
        "ingest",
        work,
        title=work.get("title", body.get("title")),
        url=body.get("url"),
        workspaceId=body.get("workspaceId"),
    )
    return call.fill({"data": task})


@handler("knowledge.search")
def search(call: Call) -> Any:
    found = list(islice(_find(call, list(KINDS)), call.body.get("limit", DEFAULT_LIMIT)))
    record_search(call, call.body["query"], ["knowledge"], len(found))
    return call.fill({"data": [_result(hit, record) for hit, record in found]})


@handler("knowledge.query")
def query(call: Call) -> Any:
    body = call.body
    asked = [system for system in SYSTEMS if system in body.get("systems", SYSTEMS)]
    kinds = [kind for kind, (system, _) in KINDS.items() if system in asked]
    workspace = body.get("workspaceId")
    found = list(islice(_find(call, kinds, workspace), body.get("limit", DEFAULT_LIMIT)))
    entities = [kind for kind in kinds if kind == "knowledge.entities"]
    touched = islice(_find(call, entities, workspace), _ENTITIES)
    shown = call.records("knowledge.entities").shown
    answer = {
        "query": body["query"],
        "answer": respond(call, body["query"], [hit for hit, _ in found[:3]]).text
        if found
        else None,
        "results": [_result(hit, record) for hit, record in found],
        "entities": [shown(record) for _, record in touched],
        "systems": asked,
    }
    record_search(call, body["query"], ["knowledge"], len(found))
    return call.fill({"data": answer})


@seed
def add_examples(context: Context) -> None:
    """Complete the example job, which ingested the example document."""
    jobs = context.records("knowledge.jobs")
    for job in jobs.all():
        ended = {"status": "completed", "progress": 1, "error": None}
        jobs.put({**job, **ended, "chunksIndexed": 1, "entitiesExtracted": 0})


def _find(
    call: Call, kinds: Sequence[str], workspace: str | None = None
) -> Iterator[tuple[Hit, Record]]:
    """The results of the call's query in these kinds, best first."""
    if not kinds:
        return
    hits = call.search.texts(any_of(call.body["query"]), searchable_owners(call), kinds)
    for hit, record in with_records(call, hits):
        if workspace in {None, record["workspace_id"]}:
            yield hit, record


def _result(hit: Hit, record: Record) -> dict[str, Any]:
    system, type = KINDS[hit.kind]
    is_entity = hit.kind == "knowledge.entities"
    return {
        "id": hit.id,
        "title": hit.title,
        "name": record["name"] if is_entity else None,
        "content": hit.content or (hit.title if is_entity else None),
        "description": record["description"] if is_entity else None,
        "score": hit.score,
        "type": type,
        "source": system,
        "metadata": record.get("metadata") or {},
    }
