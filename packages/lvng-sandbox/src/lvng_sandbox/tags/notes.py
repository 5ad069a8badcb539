"""Notes, pinned ones first, and their tags."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..platform.call import Call
from ..platform.crud import page_response, record_response
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import handler, rules
from ..store.chunks import title_of

rules(notes=Rule(visible="user", text=("title", "content")))


@handler("notes.list")
def list_notes(call: Call) -> Any:
    notes = call.records("notes")
    query = make_query(call, notes)
    query.first = "is_pinned"
    return page_response(call, notes, query)


@handler("notes.create")
def create(call: Call) -> Any:
    notes = call.records("notes")
    title = call.body.get("title") or title_of(call.body["content"])
    return record_response(call, notes, notes.add({**call.body, "title": title}))


@handler("notes.list_tags")
def list_tags(call: Call) -> Any:
    notes = call.records("notes").select(make_query(call, call.records("notes")))
    counts = Counter(tag for note in notes for tag in dict.fromkeys(note["tags"]))
    found = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return call.fill({"data": [{"name": name, "count": count} for name, count in found]})
