"""Queries for logged requests."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable
from dataclasses import dataclass

from ..http.request_log import Entry


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """A filter for requests; an empty attribute matches all.

    Attributes:
        operation: the operation, or a pattern such as `notes.*`.
        method: the HTTP method.
        path: a part of the path, or a pattern with `*`.
        status: the status, or `4xx`.
        text: words that occur in path, query, bodies or events.
        account: user id of the caller.
        after: only requests with a higher number.
    """

    operation: str = ""
    method: str = ""
    path: str = ""
    status: str = ""
    text: str = ""
    account: str = ""
    after: int = 0

    def select(self, entries: Iterable[Entry]) -> list[Entry]:
        """The requests that match, in their order."""
        return [entry for entry in entries if self._matches(entry)]

    def _matches(self, entry: Entry) -> bool:
        path = self.path if "*" in self.path else f"*{self.path}*"
        return (
            entry.number > self.after
            and (not self.operation or fnmatch.fnmatchcase(entry.operation, self.operation))
            and self.method.upper() in {"", entry.method}
            and fnmatch.fnmatchcase(entry.path, path)
            and self._has_status(entry.status)
            and self.account in {"", entry.account}
            and (not self.text or self._has_text(entry))
        )

    def _has_status(self, status: int) -> bool:
        wanted = self.status.lower()
        return wanted in {"", str(status), f"{status // 100}xx"}

    def _has_text(self, entry: Entry) -> bool:
        events = [event.data for event in entry.events or ()]
        shown = json.dumps([entry.response, events], ensure_ascii=False)
        content = entry.content.decode("utf-8", "replace")
        where = f"{entry.operation} {entry.path} {entry.query} {content} {shown}".lower()
        return all(word in where for word in self.text.lower().split())
