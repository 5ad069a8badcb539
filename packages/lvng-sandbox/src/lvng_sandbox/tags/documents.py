"""Documents: files and texts, indexed in chunks."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from ..engines.extractive import count_tokens
from ..knowledge.ingestion import enqueue_ingestion, index_document
from ..knowledge.retrieval import searchable_owners, with_records
from ..knowledge.text_extraction import document_type
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, slice_response
from ..platform.kinds import Rule
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler, rules, seed
from ..store.chunks import split
from ..store.database import Record
from ..store.full_text import any_of

rules(documents=Rule(text=("title", "content")))


@handler("documents.list")
def list_documents(call: Call) -> Any:
    answer = list_response(call, call.records("documents"))
    for document in answer["data"]:
        document["content"] = None  # a page of whole texts would be large; `get` returns it
    return answer


@handler("documents.upload")
def upload(call: Call) -> Any:
    file = call.upload()
    document = call.records("documents").add(
        {"title": PurePath(file.name).stem, **call.body},
        type=document_type(file.name, file.media_type),
        file_name=file.name,
        mime_type=file.media_type,
        size=len(file.content),
        uploaded_by=call.user_id,
    )
    call.store.put_blob(document["id"], file.content)
    _queue(call, "ingest", document)
    return call.fill({"data": document})


@handler("documents.reindex")
def reindex(call: Call) -> Any:
    documents = call.records("documents")
    id = documents.get(call.path["id"])["id"]
    document = documents.change(id, {"status": "pending", "error": None})
    _queue(call, "reindex", document)
    return call.fill({"data": document})


@handler("documents.list_chunks")
def list_chunks(call: Call) -> Any:
    return slice_response(call, _chunks(call.records("documents").get(call.path["id"])))


@handler("documents.search")
def search(call: Call) -> Any:
    body = call.body
    hits = call.search.chunks(any_of(body["query"]), searchable_owners(call), ["documents"])
    found: list[dict[str, Any]] = []
    for hit, document in with_records(call, hits):
        if not hit.content:  # not indexed yet, except for its title
            continue
        if body.get("document_ids") and hit.id not in body["document_ids"]:
            continue
        if body.get("type") and document["type"] != body["type"]:
            continue
        found.append(
            {
                "document_id": hit.id,
                "chunk_id": _chunk_id(hit.id, hit.part),
                "title": document["title"],
                "content": hit.content,
                "score": hit.score,
                "page": None,
                "metadata": document["metadata"],
            }
        )
        if len(found) == body.get("limit", DEFAULT_LIMIT):
            break
    return call.fill({"data": found})


@seed
def add_examples(context: Context) -> None:
    documents = context.records("documents")
    (example, *_) = documents.all()
    index_document(context, example, example["content"])
    for chunk in context.records("documents.chunks", example["id"]).all():
        context.records("documents.chunks", example["id"]).delete(chunk["id"])


def _queue(call: Call, kind: str, document: Record) -> None:
    enqueue_ingestion(
        call,
        kind,
        {},
        title=document["title"],
        documentId=document["id"],
        workspaceId=document["workspace_id"],
    )


def _chunks(document: Record) -> list[dict[str, Any]]:
    """The chunks of a document, computed from its text."""
    return [
        {
            "id": _chunk_id(document["id"], index),
            "document_id": document["id"],
            "index": index,
            "content": passage.content,
            "token_count": count_tokens(passage.content),
            "page": None,
            "heading": passage.heading,
            "metadata": {},
        }
        for index, passage in enumerate(split(document["content"] or ""))
    ]


def _chunk_id(document_id: str, index: int) -> str:
    return f"chk_{document_id.removeprefix('doc_')}_{index}"
