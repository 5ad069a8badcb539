"""Load the records of search hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ..platform.caller import EVERYBODY
from ..platform.context import Context
from ..store.database import Record
from ..store.full_text import Hit

_BATCH = 20
"""Number of records that are loaded at once."""


def searchable_owners(context: Context) -> list[str]:
    """The owners whose texts a caller may find."""
    return [context.tenant, context.user_id, EVERYBODY]


def with_records(context: Context, hits: Iterable[Hit]) -> Iterator[tuple[Hit, Record]]:
    """Hits with their records, without records that are hidden from the caller."""
    following = iter(hits)
    while batch := list(islice(following, _BATCH)):
        ids: dict[str, list[str]] = {}
        for hit in batch:
            ids.setdefault(hit.kind, []).append(hit.id)
        found = {kind: context.records(kind).find_all(wanted) for kind, wanted in ids.items()}
        yield from ((hit, found[hit.kind][hit.id]) for hit in batch if hit.id in found[hit.kind])
