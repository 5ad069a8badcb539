"""The latest searches of each user."""

from __future__ import annotations

from collections.abc import Sequence

from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import rules

rules(search__recent=Rule(visible="user", newest_first=True))


def record_search(context: Context, query: str, sources: Sequence[str], result_count: int) -> None:
    """Add a search to the caller's history."""
    entry = {"query": query, "sources": list(sources), "resultCount": result_count}
    context.records("search.recent").add(entry, searchedAt=context.now())
