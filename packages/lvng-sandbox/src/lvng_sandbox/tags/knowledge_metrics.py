"""What the knowledge base holds, how it grows, and what stands out in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..knowledge.retrieval import owners
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_slice, read_moment
from ..platform.platform import Platform, iso
from ..platform.registry import handles, sows
from ..problems import invalid
from ..store.database import Query

_TYPES = ("pdf", "markdown", "text", "html")
_MONTH = 30 * 86400
_MOST = 10
_SOURCES = 100


@handles("knowledge.health")
def health(call: Call) -> Any:
    def count(kind: str) -> int:
        sql = "SELECT count(*) FROM records WHERE kind = ?"
        return int(call.platform.store.sql.execute(sql, (kind,)).fetchone()[0])

    subsystems = {
        "knowledgeGraph": {"status": "healthy", "connected": True, "latency": 0},
        "documents": {"status": "healthy", "documentCount": count("documents")},
        "audio": {"status": "healthy", "voiceNotes": count("voice_notes")},
        "workflows": {"status": "healthy", "enabled": True},
        "code": {"status": "healthy", "filesAnalyzed": count("code")},
    }
    return {
        "status": "healthy",
        "timestamp": call.now(),
        "version": "1.0.0",
        "subsystems": subsystems,
        "crossSystem": {"enabled": True, "queryService": "available"},
    }


@handles("knowledge.get_stats")
def get_stats(call: Call) -> Any:
    store, documents, audio = call.platform.store, call.records("documents"), call.records("audio")
    types = store.tally(documents.place, "type")
    seconds = store.total(audio.place, "duration_seconds")
    return {
        "documents": {
            "total": documents.count(),
            "byType": {type: types.get(type, 0) for type in _TYPES},
            "totalChunks": store.total(documents.place, "chunk_count"),
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


@handles("knowledge.get_analytics")
def get_analytics(call: Call) -> Any:
    start, end = _period(call)
    workspace = call.query.get("workspaceId")
    equal = {"workspace_id": workspace} if workspace else {}

    def within(moment: str, **equal: Any) -> Query:
        last = iso(datetime.fromisoformat(end).timestamp() - 0.001)  # the end is exclusive
        return Query(equal=equal, since={moment: start}, until={moment: last})

    tally, searches = call.platform.store.tally, call.records("search.recent").place
    documents = call.records("documents").place
    entities = call.records("knowledge.entities").page(within("created_at", **equal))
    added = tally(documents, "created_at", within("created_at", **equal), length=10)
    searched = tally(searches, "searchedAt", within("searchedAt"), length=10)
    queries = list(tally(searches, "query", within("searchedAt")).items())[:_MOST]
    figures = {
        "start": start,
        "end": end,
        "documentsAdded": sum(added.values()),
        "entitiesAdded": len(entities),
        "searches": sum(searched.values()),
        "topQueries": [{"query": query, "count": count} for query, count in queries],
        "topEntities": _entities_asked_for(call, queries),
        "daily": [
            {"date": day, "documents": added.get(day, 0), "searches": searched.get(day, 0)}
            for day in sorted({*added, *searched})
        ],
    }
    return call.fill({"data": figures})


@handles("knowledge.list_insights")
def list_insights(call: Call) -> Any:
    type, workspace = call.query.get("type"), call.query.get("workspaceId")
    found = [
        insight
        for insight in [*_duplicates(call), *_gaps(call)]
        if type in {None, insight["type"]} and workspace in {None, insight["workspaceId"]}
    ]
    return answer_slice(call, found)


@sows
def drop_the_example(platform: Platform, caller: Caller) -> None:
    """Insights follow from what is stored; none is stored itself."""
    insights = platform.records(caller, "knowledge.insights")
    for insight in insights.all():
        insights.remove(insight["id"])


def _period(call: Call) -> tuple[str, str]:
    """The period that is asked for; the last thirty days unless it is said."""
    end = read_moment("end", call.query.get("end") or call.platform.later(0.001))
    begun = iso(datetime.fromisoformat(end).timestamp() - _MONTH)
    start = read_moment("start", call.query.get("start") or begun)
    if start > end:
        raise invalid([("start", "comes after the end")])
    return start, end


def _entities_asked_for(call: Call, queries: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The entity that each of the queries is about, where it is about one."""
    found: dict[str, dict[str, Any]] = {}
    for query, count in queries:
        kinds = ["knowledge.entities"]
        for hit in call.platform.search.find(query, owners(call.caller), kinds=kinds, limit=1):
            entity = found.setdefault(hit.id, {"id": hit.id, "name": hit.title, "count": 0})
            entity["count"] += count
    return sorted(found.values(), key=lambda entity: -entity["count"])


def _duplicates(call: Call) -> Iterator[dict[str, Any]]:
    """Documents of which each has the same text as another."""
    documents = call.records("documents")
    groups = call.platform.store.sql.execute(
        "SELECT json_group_array(id) FROM records WHERE path = ? AND owner = ? "
        "GROUP BY json_extract(body, '$.content') HAVING count(*) > 1 "
        "AND json_extract(body, '$.content') IS NOT NULL ORDER BY min(seq)",
        (documents.place.path, documents.place.owner),
    ).fetchall()
    for (group,) in groups:
        ids = json.loads(group)
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
    """What was searched for, and is still nowhere."""
    recent, search = call.records("search.recent"), call.platform.search
    missed = call.platform.store.tally(recent.place, "query", Query(equal={"resultCount": 0}))
    for query, count in missed.items():
        if not search.find(query, owners(call.caller), limit=1):
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


def _insight(type: str, key: str, **facts: Any) -> dict[str, Any]:
    """An insight; what it says can be counted, so there is no doubt about it."""
    digest = hashlib.sha256(f"{type}\n{key}".encode()).hexdigest()
    return {"id": f"ins_{digest[:16]}", "type": type, "confidence": 1, **facts}
