"""From what the search finds to the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..platform.accounts import Caller
from ..platform.collection import EVERYBODY
from ..store.database import Record
from ..store.full_text import Hit

if TYPE_CHECKING:
    from ..platform.call import Call
    from ..platform.platform import Platform


def owners(caller: Caller) -> list[str]:
    """Whose texts a caller may find."""
    return [caller.tenant, caller.user_id, EVERYBODY]


def records_of(call: Call, hits: Iterable[Hit]) -> Iterator[tuple[Hit, Record]]:
    """Hits with their records; those that the caller does not see are left out."""
    return seen_by(call.platform, call.caller, hits)


def seen_by(
    platform: Platform, caller: Caller, hits: Iterable[Hit]
) -> Iterator[tuple[Hit, Record]]:
    """The same on behalf of any caller."""
    for hit in hits:
        if (record := platform.records(caller, hit.kind).find(hit.id)) is not None:
            yield hit, record
