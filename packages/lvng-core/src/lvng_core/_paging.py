"""Paging in the three styles of the API: offset, page and cursor. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import drift
from ._errors import DecodeError
from ._operation import Paging


class Paginator:
    """Walks the pages of a list; stops if the server repeats a page or cursor.

    Attributes:
        arguments: arguments for the next page; None after the last.
    """

    def __init__(self, paging: Paging[Any], arguments: Mapping[str, Any]) -> None:
        self._paging = paging
        self.arguments: Mapping[str, Any] | None = arguments
        self._before: list[Any] = []
        self._cursors = {arguments.get("cursor")}

    def items(self, page: Any) -> list[Any]:
        """The entries of the fetched page."""
        items = items_of(self._paging, page)
        if isinstance(page, Mapping) and page and items is not page.get(self._paging.items):
            drift.report(
                self._paging.operation.id,
                expected=f"a list under {self._paging.items!r}",
                received="a list elsewhere",
            )
        if items and items == self._before and self._paging.style != "cursor":
            if self._paging.operation.inferred and "pagination" not in page:
                self.arguments = None  # a list without pages is complete
                return []
            raise DecodeError(
                f"{self._paging.operation.id}: the server returned the same page twice; it ignores "
                f"{self._paging.style!r}.",
                body=page,
            )
        self._before = items
        return items

    def next_page(self, page: Any) -> None:
        """Move to the page after `page`."""
        if self.arguments is None:
            return
        self.arguments = next_arguments(self._paging, self.arguments, page)
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
    if not isinstance(items, list) and paging.operation.inferred:
        items = _find_items(paging, page)
    if not isinstance(items, list):
        raise DecodeError(
            f"{paging.operation.id}: the response has no list under {paging.items!r}.", body=page
        )
    return items


def _find_items(paging: Paging[Any], page: Any) -> list[Any] | None:
    """The entries of a page of another shape: a list, or the only list of an object."""
    if isinstance(page, list):
        return page
    if not page:
        return []
    if not isinstance(page, Mapping):
        return None
    if paging.items in page:
        return _find_items(paging, page[paging.items])
    lists = [value for value in page.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else None


def next_arguments(
    paging: Paging[Any], arguments: Mapping[str, Any], page: Any
) -> dict[str, Any] | None:
    """The arguments for the page after `page`; None after the last."""
    count = len(items_of(paging, page))
    page = page if isinstance(page, Mapping) else {}
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
            f"{paging.operation.id}: the cursor of the next page is not a string ({cursor!r:.100}).",
            body=page,
        )
    # An offset applies to the first page only; the cursor determines the others.
    start = {"offset": None} if "offset" in arguments else {}
    return {**arguments, **start, "cursor": cursor}


def _has_more(
    paging: Paging[Any], arguments: Mapping[str, Any], page: Mapping[str, Any], count: int
) -> bool:
    """Whether more entries follow: by the server's flag, else its total, else whether the page was full."""
    pagination = page.get("pagination")
    pagination = pagination if isinstance(pagination, Mapping) else {}
    more = pagination.get("hasMore", pagination.get("has_more"))
    if isinstance(more, bool):
        return more
    name = "page_size" if paging.style == "page" else "limit"
    size = pagination.get(name)  # the server may have applied a lower limit
    total = pagination.get("total")
    if isinstance(total, int):
        if paging.style == "offset":
            return (arguments.get("offset") or 0) + count < total
        return (arguments.get("page") or 1) * (size if isinstance(size, int) else count) < total
    size = size if isinstance(size, int) else arguments.get(name)
    return not isinstance(size, int) or count >= size
