"""Source code: files are analysed for their symbols, and searched by line."""

from __future__ import annotations

from typing import Any

from ..knowledge.retrieval import searchable_owners, with_records
from ..knowledge.source_code import language_of, read_source
from ..platform.call import Call
from ..platform.context import Context
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler, seed
from ..store.database import Record
from ..store.full_text import any_of, keywords

_UNNAMED = "untitled"
_LINES = 5
_EXAMPLE = '''\
"""Retries a call with a growing delay."""

import time


def retry(call, *, attempts=3):
    """Retry with a growing delay."""
    for attempt in range(attempts):
        try:
            return call()
        except OSError:
            time.sleep(0.2 * 3**attempt)
    return call()
'''


@handler("code.analyze")
def analyze(call: Call) -> Any:
    body, error = call.body, None
    path = body.get("path", _UNNAMED)
    language = body.get("language", language_of(path) or "text").lower()
    if body.get("content"):
        try:
            keep_source(call, {**body, "path": path, "language": language})
        except ValueError as problem:
            error = str(problem)
    elif body.get("repository_url"):
        error = "The sandbox does not fetch repositories: send the source itself as content"
    else:
        error = "Neither content nor repository_url was given"
    analysis = {
        "id": call.new_id("can_0"),
        "status": "failed" if error else "completed",
        "repository_url": body.get("repository_url"),
        "branch": body.get("branch"),
        "path": body.get("path"),
        "files_analyzed": int(error is None),
        "languages": [] if error else [language],
        "error": error,
        "created_at": call.now(),
        "completed_at": call.now(),
    }
    return call.fill({"data": analysis})


@handler("code.search")
def search(call: Call) -> Any:
    body = call.body
    hits = call.search.texts(any_of(body["query"]), searchable_owners(call), ["code"])
    found = []
    for hit, file in with_records(call, hits):
        if any(body.get(name) not in {None, file[name]} for name in ("language", "repository_url")):
            continue
        text = (call.store.get_blob(file["id"]) or b"").decode()
        lines = _best_lines(text.splitlines(), file["symbols"], keywords(body["query"]))
        properties = {"file_id": file["id"], "path": file["path"], "language": file["language"]}
        found.append({**properties, **lines, "score": hit.score})
        if len(found) == body.get("limit", DEFAULT_LIMIT):
            break
    return call.fill({"data": found})


def keep_source(context: Context, fields: dict[str, Any]) -> Record:
    """Analyse a source file, replacing an earlier analysis of the same file.

    Raises:
        ValueError: it has a syntax error.
    """
    text = fields["content"]
    source = read_source(fields["language"], text)
    properties = {
        **fields,
        "summary": source.summary,
        "symbols": source.symbols,
        "imports": source.imports,
        "line_count": len(text.splitlines()),
        "analyzed_at": context.now(),
    }
    files = context.records("code")
    same = {name: fields.get(name) for name in ("path", "repository_url", "branch")}
    known = files.first(**same) if fields["path"] != _UNNAMED else None
    file = files.change(known["id"], properties) if known else files.add(properties)
    context.store.put_blob(file["id"], text.encode())
    context.search.index("code", files.key.owner, file["id"], file["path"], text)
    return file


@seed
def add_examples(context: Context) -> None:
    for file in context.records("code").all():
        keep_source(context, {**file, "content": _EXAMPLE})


def _best_lines(lines: list[str], symbols: list[Any], words: list[str]) -> dict[str, Any]:
    """The part of a file with most of the words: a symbol, or else a few lines."""

    def score(start: int, end: int) -> int:
        text = "\n".join(lines[start - 1 : end]).lower()
        return sum(word in text for word in words)

    spans = [(one["line_start"], one["line_end"], one["name"]) for one in symbols]
    spans += [(n, n, None) for n in range(1, len(lines) + 1)]
    # With equally many words, a symbol before a line, and the shorter part first.
    start, end, name = max(
        spans, key=lambda span: (score(*span[:2]), span[2] is not None, span[0] - span[1])
    )
    if name is None:
        end = min(start + _LINES - 1, len(lines))
    content = "\n".join(lines[start - 1 : end])
    return {"symbol": name, "content": content, "line_start": start, "line_end": end}
