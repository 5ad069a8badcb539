"""Taking knowledge in: texts become documents with passages and entities; a job tells how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..platform.accounts import Caller
from ..platform.registry import job
from ..store.chunks import split
from ..store.database import Record
from .entities import note_entities
from .text_extraction import text_of

if TYPE_CHECKING:
    from ..platform.call import Call
    from ..platform.platform import Platform


def add_document(platform: Platform, caller: Caller, fields: Mapping[str, Any]) -> Record:
    """Store a text as a document that is found at once."""
    text = fields["content"]
    known = {
        "type": fields.get("type") or "text",
        "mime_type": "text/plain",
        "size": len(text.encode()),
        "uploaded_by": caller.user_id,
    }
    indexed = _indexed(platform, caller, text, fields.get("workspace_id"))
    return platform.records(caller, "documents").add(fields, **known, **indexed)


def index_document(platform: Platform, caller: Caller, document: Record, text: str) -> Record:
    """Index a document by its text, in place of the one that it had."""
    indexed = _indexed(platform, caller, text, document["workspace_id"])
    records = platform.records(caller, "documents")
    return records.change(document["id"], {"content": text, **indexed})


def announce(
    platform: Platform, caller: Caller, document: Mapping[str, Any], job_id: str | None = None
) -> None:
    """Tell webhooks that a document can be found."""
    data = {
        "documentId": document["id"],
        "title": document["title"],
        "chunksIndexed": document["chunk_count"],
        "entitiesExtracted": document["entity_count"],
        "jobId": job_id,
    }
    platform.emit(caller, "knowledge.indexed", data)


def queue(call: Call, kind: str, work: Mapping[str, Any], **facts: Any) -> Record:
    """Queue work on a document; the job that tells of it.

    Args:
        call: the call that asks for it.
        kind: `ingest` or `reindex`.
        work: fields of a document to come, or why there will be none, as `error`; nothing for one that is there.
        facts: what the job tells of it.
    """
    task = call.records("knowledge.jobs").add({"kind": kind, "status": "queued", **facts})
    arguments = {"task": task["id"], "document": facts.get("documentId"), "work": work}
    pace = call.platform.pace
    step = "knowledge.begin" if pace else "knowledge.finish"  # without a pause nobody sees it begin
    call.platform.jobs.add(call.caller, step, after=pace, **arguments)
    return task


@job("knowledge.begin")
def begin(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    """Show that a job is under way."""
    underway = {"status": "processing"}
    platform.records(caller, "knowledge.jobs").change(arguments["task"], underway)
    documents, id = platform.records(caller, "documents"), arguments["document"]
    if id and documents.find(id):
        documents.change(id, underway)
    platform.jobs.add(caller, "knowledge.finish", after=platform.pace, **arguments)


@job("knowledge.finish")
def finish(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    """Do the work of a job."""
    document = _document(platform, caller, arguments["document"], arguments["work"])
    error = document["error"]
    ended = {
        "status": "failed" if error else "completed",
        "error": error,
        "progress": 1,
        "documentId": document.get("id"),
        "chunksIndexed": document.get("chunk_count", 0),
        "entitiesExtracted": document.get("entity_count", 0),
        "completedAt": platform.now(),
    }
    platform.records(caller, "knowledge.jobs").change(arguments["task"], ended)
    if not error:
        announce(platform, caller, document, arguments["task"])


def _document(
    platform: Platform, caller: Caller, id: str | None, work: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The document that a job is about, indexed; or the error that there is none."""
    if id is None:
        return work if "error" in work else add_document(platform, caller, work)
    documents = platform.records(caller, "documents")
    document = documents.find(id)
    if document is None:
        return {"error": "The document was deleted"}
    file = platform.store.blob(id)
    text = document["content"] if file is None else text_of(document["type"], file)
    if text is None:
        readable = "text, Markdown, HTML, JSON and CSV"
        error = f"No text in {document['mime_type']}: the sandbox reads {readable}"
        return documents.change(id, {"status": "failed", "error": error})
    return index_document(platform, caller, document, text)


def _indexed(
    platform: Platform, caller: Caller, text: str, workspace_id: str | None
) -> dict[str, Any]:
    """What a document tells of its text once it is indexed."""
    return {
        "status": "indexed",
        "error": None,
        "indexed_at": platform.now(),
        "chunk_count": len(split(text)),
        "entity_count": note_entities(platform, caller, text, workspace_id),
    }
