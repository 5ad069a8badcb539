"""Load the records of search hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from ..platform.caller import EVERYBODY
from ..platform.context import Context
from ..store.database import Record
from ..store.full_text import Hit


def searchable_owners(context: Context) -> list[str]:
    """The owners whose texts a caller may find."""
    return [context.tenant, context.user_id, EVERYBODY]


def with_records(context: Context, hits: Iterable[Hit]) -> Iterator[tuple[Hit, Record]]:
    """Hits with their records, without records that are hidden from the caller."""
    hidden: dict[str, Mapping[str, Set[str]]] = {}
    for hit in hits:
        records = context.records(hit.kind)
        if hit.kind not in hidden:
            hidden[hit.kind] = records.hidden()
        if (record := records.find(hit.id, hidden[hit.kind])) is not None:
            yield hit, record
