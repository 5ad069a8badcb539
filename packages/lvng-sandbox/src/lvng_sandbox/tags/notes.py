"""Notes: pinned ones first, with tags that can be counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..platform.call import Call
from ..platform.crud import answer_page, answer_record, make_query
from ..platform.registry import Rule, handles, rules
from ..store.chunks import title_of

rules(notes=Rule(visible="user", text=("title", "content")))


@handles("notes.list")
def list_notes(call: Call) -> Any:
    notes = call.records("notes")
    query = make_query(call, notes)
    query.first = "is_pinned"
    return answer_page(call, notes, query)


@handles("notes.create")
def create(call: Call) -> Any:
    notes = call.records("notes")
    title = call.body.get("title") or title_of(call.body["content"])
    return answer_record(call, notes, notes.add({**call.body, "title": title}))


@handles("notes.list_tags")
def list_tags(call: Call) -> Any:
    notes = call.records("notes").page(make_query(call, call.records("notes")))
    counts = Counter(tag for note in notes for tag in dict.fromkeys(note["tags"]))
    found = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return call.fill({"data": [{"name": name, "count": count} for name, count in found]})
