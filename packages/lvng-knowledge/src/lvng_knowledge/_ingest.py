"""Bulk ingestion: what goes in, what comes out, and the call that each item makes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from lvng_core import ConfigurationError, InvalidArgumentError, LvngError, RequestOptions

from . import types

__all__ = ["IngestItem", "IngestResult"]


class IngestItem(TypedDict, total=False):
    """One item of `ingest_many`: the arguments of `ingest`. Either `content` or `url` must be there."""

    content: str
    url: str
    title: str
    type: str
    metadata: Mapping[str, Any]
    workspace_id: str


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one item.

    Attributes:
        index: place of the item among the items, from 0.
        item: the item.
        response: the answer of `ingest`; None where it failed.
        error: why it failed; None where it went well.
    """

    index: int
    item: IngestItem
    response: types.KnowledgeIngestResponse | None = None
    error: LvngError | None = None

    @property
    def ok(self) -> bool:
        """Whether the item was taken in."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class IngestTask:
    """One item on its way, and what its run is called."""

    index: int
    item: IngestItem
    run: str
    resumable: bool

    def call(self) -> dict[str, Any]:
        """The arguments of `ingest`.

        Raises:
            InvalidArgumentError: the item cannot be sent.
        """
        if not isinstance(self.item, Mapping):
            raise InvalidArgumentError(
                f"Item {self.index} must be a mapping with content or url, got {self.item!r:.100}."
            )
        if unknown := [key for key in self.item if key not in IngestItem.__annotations__]:
            raise InvalidArgumentError(
                f"Item {self.index} has unknown keys: {', '.join(map(str, unknown))}."
            )
        if not self.item.get("content") and not self.item.get("url"):
            raise InvalidArgumentError(f"Item {self.index} has neither content nor url.")
        return {**self.item, "options": RequestOptions(idempotency_key=self._key())}

    def done(self, response: types.KnowledgeIngestResponse) -> IngestResult:
        """The result of an item that was taken in."""
        return IngestResult(self.index, self.item, response)

    def failed(self, error: LvngError) -> IngestResult:
        """The result of an item that was not."""
        return IngestResult(self.index, self.item, error=error)

    def _key(self) -> str:
        """The key under which the server takes the item once: also if an executor does it twice.

        By content where the run may be resumed, so that neither its order nor what was added matters.
        """
        if not self.resumable:
            return f"{self.run}-{self.index}"
        try:
            content = json.dumps(self.item, sort_keys=True)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgumentError(
                f"Item {self.index} cannot be written as JSON: {error}."
            ) from error
        return hashlib.sha256(f"{self.run}\n{content}".encode()).hexdigest()


def make_tasks(items: Iterable[IngestItem], resume_key: str | None) -> Iterator[IngestTask]:
    """The tasks of a run, made as they are needed."""
    run = secrets.token_hex(8) if resume_key is None else resume_key
    for index, item in enumerate(items):
        yield IngestTask(index, item, run, resumable=resume_key is not None)


def check_bulk(items: object, concurrency: object, resume_key: object) -> None:
    """Refuse what cannot be meant."""
    if isinstance(items, (str, bytes, Mapping)) or not isinstance(items, Iterable):
        raise InvalidArgumentError(f"items must be an iterable of dicts, got {items!r:.100}.")
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(
            f"concurrency must be a whole number of at least 1, got {concurrency!r}."
        )
    if resume_key is not None and not (isinstance(resume_key, str) and resume_key):
        raise ConfigurationError(f"resume_key must be a string, got {resume_key!r}.")
