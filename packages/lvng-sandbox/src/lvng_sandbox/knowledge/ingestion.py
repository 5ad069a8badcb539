"""Taking knowledge in: texts become documents with passages and entities; a job tells how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..platform.context import Context
from ..platform.registry import job
from ..store.chunks import split
from ..store.database import Record
from .entities import add_entities
from .text_extraction import extract_text

if TYPE_CHECKING:
    from ..platform.call import Call


def add_document(context: Context, fields: Mapping[str, Any]) -> Record:
    """Store a text as a document that is found at once."""
    text = fields["content"]
    known = {
        "type": fields.get("type") or "text",
        "mime_type": "text/plain",
        "size": len(text.encode()),
        "uploaded_by": context.user_id,
    }
    indexed = _indexed(context, text, fields.get("workspace_id"))
    return context.records("documents").add(fields, **known, **indexed)


def index_document(context: Context, document: Record, text: str) -> Record:
    """Index a document by its text, in place of the one that it had."""
    indexed = _indexed(context, text, document["workspace_id"])
    records = context.records("documents")
    return records.change(document["id"], {"content": text, **indexed})


def emit_indexed(context: Context, document: Mapping[str, Any], job_id: str | None = None) -> None:
    """Tell webhooks that a document can be found."""
    data = {
        "documentId": document["id"],
        "title": document["title"],
        "chunksIndexed": document["chunk_count"],
        "entitiesExtracted": document["entity_count"],
        "jobId": job_id,
    }
    context.emit("knowledge.indexed", data)


def enqueue_ingestion(call: Call, kind: str, work: Mapping[str, Any], **facts: Any) -> Record:
    """Queue work on a document; the job that tells of it.

    Args:
        call: the call that asks for it.
        kind: `ingest` or `reindex`.
        work: fields of a document to come, or why there will be none, as `error`; nothing for one that is there.
        facts: what the job tells of it.
    """
    task = call.records("knowledge.jobs").add({"kind": kind, "status": "queued", **facts})
    arguments = {"task": task["id"], "document": facts.get("documentId"), "work": work}
    step_delay = call.platform.step_delay
    step = (
        "knowledge.begin" if step_delay else "knowledge.finish"
    )  # without a pause nobody sees it begin
    call.enqueue(step, after=step_delay, **arguments)
    return task


@job("knowledge.begin")
def begin(context: Context, arguments: dict[str, Any]) -> None:
    """Show that a job is under way."""
    underway = {"status": "processing"}
    context.records("knowledge.jobs").change(arguments["task"], underway)
    documents, id = context.records("documents"), arguments["document"]
    if id and documents.find(id):
        documents.change(id, underway)
    context.enqueue("knowledge.finish", after=context.platform.step_delay, **arguments)


@job("knowledge.finish")
def finish(context: Context, arguments: dict[str, Any]) -> None:
    """Do the work of a job."""
    document = _document(context, arguments["document"], arguments["work"])
    error = document["error"]
    ended = {
        "status": "failed" if error else "completed",
        "error": error,
        "progress": 1,
        "documentId": document.get("id"),
        "chunksIndexed": document.get("chunk_count", 0),
        "entitiesExtracted": document.get("entity_count", 0),
        "completedAt": context.now(),
    }
    context.records("knowledge.jobs").change(arguments["task"], ended)
    if not error:
        emit_indexed(context, document, arguments["task"])


def _document(context: Context, id: str | None, work: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document that a job is about, indexed; or the error that there is none."""
    if id is None:
        return work if "error" in work else add_document(context, work)
    documents = context.records("documents")
    document = documents.find(id)
    if document is None:
        return {"error": "The document was deleted"}
    file = context.store.get_blob(id)
    text = document["content"] if file is None else extract_text(document["type"], file)
    if text is None:
        readable = "text, Markdown, HTML, JSON and CSV"
        error = f"No text in {document['mime_type']}: the sandbox reads {readable}"
        return documents.change(id, {"status": "failed", "error": error})
    return index_document(context, document, text)


def _indexed(context: Context, text: str, workspace_id: str | None) -> dict[str, Any]:
    """What a document tells of its text once it is indexed."""
    return {
        "status": "indexed",
        "error": None,
        "indexed_at": context.now(),
        "chunk_count": len(split(text)),
        "entity_count": add_entities(context, text, workspace_id),
    }
