"""Bulk ingestion: items, results, and the arguments of the call for each item."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lvng_knowledge as package  # its names load on first use
from lvng_core import ConfigurationError, InvalidArgumentError, LvngError, RequestOptions

from . import types

__all__ = ["IngestResult"]


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The result of ingesting one item.

    Attributes:
        index: position of the item in `items`, from 0.
        item: the item.
        response: the response of `ingest`; None if it failed.
        error: the error; None if it succeeded.
    """

    index: int
    item: package.IngestItem
    response: types.KnowledgeIngestResponse | None = None
    error: LvngError | None = None

    @property
    def ok(self) -> bool:
        """Whether the item was ingested."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class IngestTask:
    """One item of a run, with the name of the run."""

    index: int
    item: package.IngestItem
    run: str
    resumable: bool

    def call(self) -> dict[str, Any]:
        """Make the arguments of `ingest` for this item.

        Raises:
            InvalidArgumentError: the item is not a valid `IngestItem`.
        """
        if not isinstance(self.item, Mapping):
            raise InvalidArgumentError(
                f"Item {self.index} must be a mapping with content or url, got {self.item!r:.100}."
            )
        if unknown := [key for key in self.item if key not in package.IngestItem.__annotations__]:
            raise InvalidArgumentError(
                f"Item {self.index} has unknown keys: {', '.join(map(str, unknown))}."
            )
        if not self.item.get("content") and not self.item.get("url"):
            raise InvalidArgumentError(f"Item {self.index} has neither content nor url.")
        return {**self.item, "options": RequestOptions(idempotency_key=self._key())}

    def done(self, response: types.KnowledgeIngestResponse) -> IngestResult:
        """Make the result of an item that was ingested."""
        return IngestResult(self.index, self.item, response)

    def failed(self, error: LvngError) -> IngestResult:
        """Make the result of an item that failed."""
        return IngestResult(self.index, self.item, error=error)

    def _key(self) -> str:
        """The idempotency key of the item: an executor may run an item twice.

        In a run that can be resumed it is made from the content, so that items may be reordered and added.
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


def make_tasks(items: Iterable[package.IngestItem], resume_key: str | None) -> Iterator[IngestTask]:
    """Make the tasks of a run lazily."""
    run = secrets.token_hex(8) if resume_key is None else resume_key
    for index, item in enumerate(items):
        yield IngestTask(index, item, run, resumable=resume_key is not None)


def check_bulk(items: object, concurrency: object, resume_key: object) -> None:
    """Check the arguments of `ingest_many`."""
    if isinstance(items, (str, bytes, Mapping)) or not isinstance(items, Iterable):
        raise InvalidArgumentError(f"items must be an iterable of dicts, got {items!r:.100}.")
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(
            f"concurrency must be a whole number of at least 1, got {concurrency!r}."
        )
    if resume_key is not None and not (isinstance(resume_key, str) and resume_key):
        raise ConfigurationError(f"resume_key must be a non-empty string, got {resume_key!r}.")
