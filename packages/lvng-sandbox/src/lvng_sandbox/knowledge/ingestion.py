"""Ingestion: texts become documents with chunks and entities. A job record shows the progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..platform.context import Context
from ..platform.registry import given_up, job
from ..store.chunks import split
from ..store.database import Record
from .entities import add_entities
from .text_extraction import extract_text

if TYPE_CHECKING:
    from ..platform.call import Call


def add_document(context: Context, fields: Mapping[str, Any]) -> Record:
    """Store a text as a document, indexed at once."""
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
    """Replace the text of a document, and index it."""
    indexed = _indexed(context, text, document["workspace_id"])
    records = context.records("documents")
    return records.change(document["id"], {"content": text, **indexed})


def emit_indexed(context: Context, document: Mapping[str, Any], job_id: str | None = None) -> None:
    """Emit the event that a document was indexed."""
    data = {
        "documentId": document["id"],
        "title": document["title"],
        "chunksIndexed": document["chunk_count"],
        "entitiesExtracted": document["entity_count"],
        "jobId": job_id,
    }
    context.emit("knowledge.indexed", data)


def enqueue_ingestion(call: Call, kind: str, work: Mapping[str, Any], **fields: Any) -> Record:
    """Queue the ingestion of a document; returns the job record that shows its progress.

    Args:
        call: the call that requests it.
        kind: `ingest` or `reindex`.
        work: the fields of a new document, or an `error` if there is none; empty for an existing document.
        fields: further properties of the job record.
    """
    task = call.records("knowledge.jobs").add({"kind": kind, "status": "queued", **fields})
    arguments = {"task": task["id"], "document": fields.get("documentId"), "work": work}
    step_delay = call.platform.step_delay
    step = (
        "knowledge.begin" if step_delay else "knowledge.finish"
    )  # without a delay the state `queued` could not be observed
    call.enqueue(step, after=step_delay, **arguments)
    return task


@job("knowledge.begin")
def begin(context: Context, arguments: dict[str, Any]) -> None:
    """Mark a job as being processed."""
    underway = {"status": "processing"}
    context.records("knowledge.jobs").change(arguments["task"], underway)
    documents, id = context.records("documents"), arguments["document"]
    if id and documents.find(id):
        documents.change(id, underway)
    context.enqueue("knowledge.finish", after=context.platform.step_delay, **arguments)


@job("knowledge.finish")
def finish(context: Context, arguments: dict[str, Any]) -> None:
    """Ingest the document of a job."""
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


@given_up("knowledge.begin", "knowledge.finish")
def fail(context: Context, arguments: dict[str, Any], error: str) -> None:
    """Mark a job as failed."""
    failed = {"status": "failed", "error": error}
    context.records("knowledge.jobs").change(
        arguments["task"], {**failed, "completedAt": context.now()}
    )
    documents, id = context.records("documents"), arguments["document"]
    if id and documents.find(id):
        documents.change(id, failed)


def _document(context: Context, id: str | None, work: Mapping[str, Any]) -> Mapping[str, Any]:
    """The indexed document of a job, or an error."""
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
    """Properties of a document that describe its indexed text."""
    return {
        "status": "indexed",
        "error": None,
        "indexed_at": context.now(),
        "chunk_count": len(split(text)),
        "entity_count": add_entities(context, text, workspace_id),
    }
