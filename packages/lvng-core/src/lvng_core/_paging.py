"""Paging in the three styles of the API: offset, page and cursor. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._errors import DecodeError
from ._operation import Paging


class Paginator:
    """Walks the pages of a list; stops if the server repeats a page or cursor.

    Attributes:
        arguments: of the page to fetch next; None after the last.
    """

    def __init__(self, paging: Paging[Any], arguments: Mapping[str, Any]) -> None:
        self._paging = paging
        self.arguments: Mapping[str, Any] | None = arguments
        self._before: list[Any] = []
        self._cursors = {arguments.get("cursor")}

    def items(self, page: Any) -> list[Any]:
        """The entries of the page that was fetched."""
        items = items_of(self._paging, page)
        if items and items == self._before and self._paging.style != "cursor":
            raise DecodeError(
                f"{self._paging.operation.id}: the server returned the same page twice; it ignores "
                f"{self._paging.style!r}.",
                body=page,
            )
        self._before = items
        return items

    def next_page(self, page: Any) -> None:
        """Move to the page after this one."""
        self.arguments = next_arguments(self._paging, self.arguments or {}, page)
        if self.arguments is None or self._paging.style != "cursor":
            return
        cursor = self.arguments["cursor"]
        if cursor in self._cursors:
            raise DecodeError(
                f"{self._paging.operation.id}: the server returned the same cursor twice ({cursor!r:.100}).",
                body=page,
            )
        self._cursors.add(cursor)


def items_of(paging: Paging[Any], page: Any) -> list[Any]:
    """The entries of a page."""
    items = page.get(paging.items) if isinstance(page, Mapping) else None
    if not isinstance(items, list):
        raise DecodeError(
            f"{paging.operation.id}: the response has no list under {paging.items!r}.", body=page
        )
    return items


def next_arguments(
    paging: Paging[Any], arguments: Mapping[str, Any], page: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The arguments of the page after this one; None after the last."""
    count = len(items_of(paging, page))
    if paging.style == "cursor":
        return _next_cursor(paging, arguments, page)
    if not count or not _has_more(paging, arguments, page, count):
        return None
    if paging.style == "offset":
        return {**arguments, "offset": (arguments.get("offset") or 0) + count}
    return {**arguments, "page": (arguments.get("page") or 1) + 1}


def _next_cursor(
    paging: Paging[Any], arguments: Mapping[str, Any], page: Mapping[str, Any]
) -> dict[str, Any] | None:
    cursor = page.get("nextCursor")
    if not cursor:
        return None
    if not isinstance(cursor, str):
        raise DecodeError(
            f"{paging.operation.id}: the cursor of the next page is no string ({cursor!r:.100}).",
            body=page,
        )
    # An offset only says where to begin; from the second page on the cursor alone counts.
    start = {"offset": None} if "offset" in arguments else {}
    return {**arguments, **start, "cursor": cursor}


def _has_more(
    paging: Paging[Any], arguments: Mapping[str, Any], page: Mapping[str, Any], count: int
) -> bool:
    """Whether entries remain: as the server says, else by its total, else by whether the page was full."""
    said = page.get("pagination")
    said = said if isinstance(said, Mapping) else {}
    more = said.get("hasMore", said.get("has_more"))
    if isinstance(more, bool):
        return more
    name = "page_size" if paging.style == "page" else "limit"
    size = said.get(name)  # it may be less than was asked for
    total = said.get("total")
    if isinstance(total, int):
        if paging.style == "offset":
            return (arguments.get("offset") or 0) + count < total
        return (arguments.get("page") or 1) * (size if isinstance(size, int) else count) < total
    size = size if isinstance(size, int) else arguments.get(name)
    return not isinstance(size, int) or count >= size
