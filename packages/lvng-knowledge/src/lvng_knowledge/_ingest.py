"""Bulk ingestion: results, and validation of items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lvng_knowledge as package  # its names are loaded on first use
from lvng_core import ConfigurationError, InvalidArgumentError, LvngError, MapResult

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


def to_result(result: MapResult[Any, types.KnowledgeIngestResponse]) -> IngestResult:
    """The result of an item."""
    return IngestResult(result.index, result.item, result.response, result.error)


def check_item(index: int, item: object) -> None:
    """Check that an item is a valid `IngestItem`.

    Raises:
        InvalidArgumentError: it is not a mapping, has unknown keys, or neither content nor url.
    """
    if not isinstance(item, Mapping):
        raise InvalidArgumentError(
            f"Item {index} must be a mapping with content or url, got {item!r:.100}."
        )
    if unknown := [key for key in item if key not in package.IngestItem.__annotations__]:
        raise InvalidArgumentError(
            f"Item {index} has unknown keys: {', '.join(map(str, unknown))}."
        )
    if not item.get("content") and not item.get("url"):
        raise InvalidArgumentError(f"Item {index} has neither content nor url.")


def check_resume_key(resume_key: object) -> None:
    """Check that the name of a run is a non-empty string."""
    if resume_key is not None and not (isinstance(resume_key, str) and resume_key):
        raise ConfigurationError(f"resume_key must be a non-empty string, got {resume_key!r}.")
