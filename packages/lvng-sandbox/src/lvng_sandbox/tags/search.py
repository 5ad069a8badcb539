"""Search in notes, channels, messages and knowledge, and suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from ..engines.extractive import extract
from ..knowledge.retrieval import searchable_owners, with_records
from ..knowledge.search_history import record_search
from ..platform.call import Call
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler
from ..problems import invalid
from ..store.database import Query, Record
from ..store.full_text import Hit, all_of, any_of, keywords, prefix_of

SOURCES: dict[str, tuple[str, ...]] = {
    "notes": ("notes",),
    "channels": ("channels",),
    "messages": ("messages",),
    "knowledge": ("documents", "knowledge.entities", "audio", "code"),
}
_TYPES = {
    "notes": "note",
    "channels": "channel",
    "messages": "message",
    "documents": "document",
    "knowledge.entities": "entity",
    "audio": "recording",
    "code": "code_file",
}
_SOURCE_OF = {kind: source for source, kinds in SOURCES.items() for kind in kinds}
_TITLED = [kind for kind in _SOURCE_OF if _TYPES[kind] != "message"]
_PERIODS = {"h": 3600, "d": 86400, "w": 7 * 86400, "m": 30 * 86400, "y": 365 * 86400}
_FACTS = ("tags", "channel_id", "conversation_id", "parent_message_id")
"""Properties of a record that a result shows as its metadata."""
_RECENT = 100
_MAX = 1000
"""Most matches that are counted."""


@handler("search.query")
def query(call: Call) -> Any:
    body = call.body
    sources = _sources(body["sources"])
    kinds = [kind for source in sources for kind in SOURCES[source]]
    match = any_of(body["query"]) if body["useSemanticSearch"] else all_of(body["query"])
    found = _find(call, match, kinds, body.get("filters") or {})
    wanted = found[: body["limit"]]
    results = [_result(call, hit, record) for hit, record in wanted]
    record_search(call, body["query"], sources, len(found))
    return call.fill({"query": body["query"], "results": results, "total": len(found)})


@handler("search.suggest")
def suggest(call: Call) -> Any:
    prefix, limit = call.query["query"], call.query.get("limit", DEFAULT_LIMIT)
    found: dict[str, dict[str, Any]] = {}
    for one in _completions(call, prefix):
        if len(found) == limit:
            break
        found.setdefault(one["text"].casefold(), one)
    return call.fill({"query": prefix, "suggestions": list(found.values())})


def _find(
    call: Call, match: str, kinds: list[str], filters: dict[str, Any]
) -> list[tuple[Hit, Record]]:
    """The matches that pass the filters, best first."""
    if not kinds:
        return []
    since = _since(call, filters.get("dateRange"))
    hits = call.search.texts(match, searchable_owners(call), kinds)
    found = with_records(call, hits)
    passing = (one for one in found if _passes(call, *one, filters, since))
    return list(islice(passing, _MAX))


def _passes(call: Call, hit: Hit, record: Record, filters: dict[str, Any], since: str) -> bool:
    tags, channels = filters.get("tags"), filters.get("channelIds")
    channel = hit.id if hit.kind == "channels" else record.get("channel_id")
    if tags and not set(tags) & set(record.get("tags") or ()):
        return False
    if channels and channel not in channels:
        return False
    if workspace := filters.get("workspace"):
        holder = call.records("channels").find(channel) if channel else None
        if workspace != (record.get("workspace_id") or (holder or {}).get("workspace_id")):
            return False
    return str(record["created_at"]) >= since


def _since(call: Call, period: str | None) -> str:
    """The start of a period such as `7d`."""
    if not period:
        return ""
    if not (parsed := re.fullmatch(r"(\d{1,3})([hdwmy])", period)):
        raise invalid([("filters.dateRange", "must be a number and h, d, w, m or y, such as 7d")])
    return call.later(-int(parsed[1]) * _PERIODS[parsed[2]])


def _sources(names: list[str]) -> list[str]:
    if unknown := [name for name in names if name not in SOURCES]:
        raise invalid([("sources", f"have no {unknown[0]!r}; there are {', '.join(SOURCES)}")])
    return names


def _result(call: Call, hit: Hit, record: Record) -> dict[str, Any]:
    return {
        "id": hit.id,
        "source": _SOURCE_OF[hit.kind],
        "type": _TYPES[hit.kind],
        "title": hit.title if hit.kind in _TITLED else _where(call, record),
        "content": extract(hit.content or hit.title, keywords(call.body["query"])),
        "score": hit.score,
        "url": _url(call, hit),
        "metadata": {name: record[name] for name in _FACTS if record.get(name) is not None},
        "createdAt": record.get("created_at"),
    }


def _url(call: Call, hit: Hit) -> str:
    """The address of the record of a hit."""
    return f"{call.platform.base_url}{call.platform.kinds[hit.kind].path}/{quote(hit.id)}"


def _where(call: Call, message: Record) -> str | None:
    """The name of the channel or conversation of a message."""
    if channel := call.records("channels").find(message.get("channel_id") or ""):
        return str(channel["display_name"] or channel["name"])
    if conversation := call.records("conversations").find(message.get("conversation_id") or ""):
        return conversation["title"] or None
    return None


def _completions(call: Call, prefix: str) -> Iterator[dict[str, Any]]:
    """Completions of a query: earlier queries, and titles."""
    for recent in call.records("search.recent").select(Query(newest_first=True, limit=_RECENT)):
        if recent["query"].casefold().startswith(prefix.casefold()):
            yield {"text": recent["query"], "source": None, "count": recent["resultCount"]}
    hits = call.search.texts(prefix_of(prefix), searchable_owners(call), _TITLED)
    for hit, _ in with_records(call, hits):
        yield {"text": hit.title, "source": _SOURCE_OF[hit.kind], "count": None}
