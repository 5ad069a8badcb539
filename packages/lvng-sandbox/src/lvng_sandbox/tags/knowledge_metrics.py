"""Statistics of the knowledge base, its growth, and insights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..clock import iso
from ..knowledge.retrieval import searchable_owners
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import slice_response
from ..platform.filters import parse_timestamp
from ..platform.registry import handler, seed
from ..problems import invalid
from ..store.database import Query

_TYPES = ("pdf", "markdown", "text", "html")
_MONTH = 30 * 86400
_MAX = 10
_SOURCES = 100


@handler("knowledge.health")
def health(call: Call) -> Any:
    counts = call.store.count_by_kind()
    subsystems = {
        "knowledgeGraph": {"status": "healthy", "connected": True, "latency": 0},
        "documents": {"status": "healthy", "documentCount": counts.get("documents", 0)},
        "audio": {"status": "healthy", "voiceNotes": counts.get("voice_notes", 0)},
        "workflows": {"status": "healthy", "enabled": True},
        "code": {"status": "healthy", "filesAnalyzed": counts.get("code", 0)},
    }
    return {
        "status": "healthy",
        "timestamp": call.now(),
        "version": "1.0.0",
        "subsystems": subsystems,
        "crossSystem": {"enabled": True, "queryService": "available"},
    }


@handler("knowledge.get_stats")
def get_stats(call: Call) -> Any:
    store, documents, audio = call.store, call.records("documents"), call.records("audio")
    types = store.count_by(documents.key, "type")
    seconds = store.sum(audio.key, "duration_seconds")
    return {
        "documents": {
            "total": documents.count(),
            "byType": {type: types.get(type, 0) for type in _TYPES},
            "totalChunks": store.sum(documents.key, "chunk_count"),
        },
        "audio": {
            "totalRecordings": audio.count(),
            "totalDurationMinutes": round(seconds / 60, 2),
        },
        "workflows": {"enabled": True, "remembered": call.records("workflows").count()},
        "code": {"filesAnalyzed": call.records("code").count()},
        "knowledgeGraph": {
            "entities": call.records("knowledge.entities").count(),
            "relationships": call.records("knowledge_graph.relationships").count(),
        },
    }


@handler("knowledge.get_analytics")
def get_analytics(call: Call) -> Any:
    start, end = _period(call)
    workspace = call.query.get("workspaceId")
    equal = {"workspace_id": workspace} if workspace else {}

    def within(moment: str, **equal: Any) -> Query:
        last = iso(datetime.fromisoformat(end).timestamp() - 0.001)  # the end is exclusive
        return Query(equal=equal, since={moment: start}, until={moment: last})

    tally, searches = call.store.count_by, call.records("search.recent").key
    documents = call.records("documents").key
    entities = call.records("knowledge.entities").key
    added = tally(documents, "created_at", within("created_at", **equal), length=10)
    searched = tally(searches, "searchedAt", within("searchedAt"), length=10)
    queries = list(tally(searches, "query", within("searchedAt")).items())[:_MAX]
    metrics = {
        "start": start,
        "end": end,
        "documentsAdded": sum(added.values()),
        "entitiesAdded": call.store.count(entities, within("created_at", **equal)),
        "searches": sum(searched.values()),
        "topQueries": [{"query": query, "count": count} for query, count in queries],
        "topEntities": _entities_asked_for(call, queries),
        "daily": [
            {"date": day, "documents": added.get(day, 0), "searches": searched.get(day, 0)}
            for day in sorted({*added, *searched})
        ],
    }
    return call.fill({"data": metrics})


@handler("knowledge.list_insights")
def list_insights(call: Call) -> Any:
    type, workspace = call.query.get("type"), call.query.get("workspaceId")
    found = [
        insight
        for insight in [*_duplicates(call), *_gaps(call)]
        if type in {None, insight["type"]} and workspace in {None, insight["workspaceId"]}
    ]
    return slice_response(call, found)


@seed
def add_examples(context: Context) -> None:
    """Delete the example insight: insights are computed, not stored."""
    insights = context.records("knowledge.insights")
    for insight in insights.all():
        insights.delete(insight["id"])


def _period(call: Call) -> tuple[str, str]:
    """The requested period; by default the last thirty days."""
    end = parse_timestamp("end", call.query.get("end") or call.later(0.001))
    default = iso(datetime.fromisoformat(end).timestamp() - _MONTH)
    start = parse_timestamp("start", call.query.get("start") or default)
    if start > end:
        raise invalid([("start", "comes after the end")])
    return start, end


def _entities_asked_for(call: Call, queries: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The entities that the queries find, with their counts."""
    found: dict[str, dict[str, Any]] = {}
    for query, count in queries:
        kinds = ["knowledge.entities"]
        for hit in call.search.find(query, searchable_owners(call), kinds=kinds, limit=1):
            entity = found.setdefault(hit.id, {"id": hit.id, "name": hit.title, "count": 0})
            entity["count"] += count
    return sorted(found.values(), key=lambda entity: -entity["count"])


def _duplicates(call: Call) -> Iterator[dict[str, Any]]:
    """Insights about documents with the same text."""
    documents = call.records("documents")
    for ids in call.store.duplicates(documents.key, "content"):
        first, last = documents.get(ids[0]), documents.get(ids[-1])
        yield _insight(
            "duplicate",
            first["id"],
            title=f"{len(ids)} documents have the same text",
            description=f"“{first['title']}” and {len(ids) - 1} more say the same, word for word.",
            sourceIds=ids[:_SOURCES],
            workspaceId=first["workspace_id"],
            createdAt=last["created_at"],
        )


def _gaps(call: Call) -> Iterator[dict[str, Any]]:
    """Insights about searches that still find nothing."""
    recent, search = call.records("search.recent"), call.search
    missed = call.store.count_by(recent.key, "query", Query(equal={"resultCount": 0}))
    for query, count in missed.items():
        if not search.find(query, searchable_owners(call), limit=1):
            first = recent.first(query=query, resultCount=0) or {}
            yield _insight(
                "gap",
                query,
                title=f"Nothing is known about “{query}”",
                description=f"It was searched for {count} times and never found.",
                sourceIds=[],
                workspaceId=None,
                createdAt=first["searchedAt"],
            )


def _insight(type: str, key: str, **fields: Any) -> dict[str, Any]:
    """An insight. It is a count, so its confidence is 1."""
    digest = hashlib.sha256(f"{type}\n{key}".encode()).hexdigest()
    return {"id": f"ins_{digest[:16]}", "type": type, "confidence": 1, **fields}
