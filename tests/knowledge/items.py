"""Items to ingest, and servers that take them in."""

from __future__ import annotations

from collections.abc import Iterator

from lvng_knowledge import IngestItem
from support.scripted_server import Exchange, answer


def notes(count: int) -> Iterator[IngestItem]:
    """So many items, made as they are needed."""
    for number in range(count):
        yield {
            "content": f"Note number {number} is about topic {number % 7}.",
            "title": f"n{number}",
        }


def accept(exchange: Exchange) -> None:
    """Take an item in, as a job that has its title for an id."""
    sent = exchange.seen.json()
    answer(202, {"success": True, "data": {"id": sent.get("title"), "status": "queued"}})(exchange)
