"""Bulk ingestion: what goes in, what comes out, and how one item is done wherever it runs."""

from __future__ import annotations

import functools
import hashlib
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from lvng_core import Client, ConfigurationError, InvalidArgumentError, LvngError, RequestOptions

from ._generated import types
from ._generated.knowledge import Knowledge


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
    """One item on its way, with the key under which the server takes it once."""

    index: int
    item: IngestItem
    idempotency_key: str | None

    def options(self) -> RequestOptions | None:
        """The options of its call."""
        if self.idempotency_key is None:
            return None
        return RequestOptions(idempotency_key=self.idempotency_key)

    def arguments(self) -> dict[str, Any]:
        """The arguments of its call."""
        if not isinstance(self.item, Mapping):
            raise InvalidArgumentError(
                f"Item {self.index} must be a mapping with content or url, got {self.item!r:.100}."
            )
        unknown = set(self.item) - set(IngestItem.__annotations__)
        if unknown:
            raise InvalidArgumentError(
                f"Item {self.index} has unknown keys: {', '.join(sorted(map(str, unknown)))}."
            )
        if not self.item.get("content") and not self.item.get("url"):
            raise InvalidArgumentError(f"Item {self.index} has neither content nor url.")
        return dict(self.item)


def make_task(resume_key: str | None, index: int, item: IngestItem) -> IngestTask:
    """The task of an item. The same run over the same items gives the same keys."""
    if resume_key is None:
        return IngestTask(index, item, None)
    content = json.dumps(item, sort_keys=True, default=str).encode()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return IngestTask(index, item, f"{resume_key}-{index}-{digest}")


def check_bulk(concurrency: object, resume_key: object) -> None:
    """Refuse options that cannot be meant."""
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(
            f"concurrency must be a whole number of at least 1, got {concurrency!r}."
        )
    if resume_key is not None and not (isinstance(resume_key, str) and resume_key):
        raise ConfigurationError(f"resume_key must be a string, got {resume_key!r}.")


@dataclass(frozen=True, slots=True)
class RemoteIngest:
    """`ingest` as a function that an executor can carry to another thread, process or machine."""

    client: bytes

    @classmethod
    def of(cls, client: object) -> RemoteIngest:
        """The function for a client of either colour."""
        state = client.__getstate__()
        return cls(pickle.dumps(state))

    def __call__(self, task: IngestTask) -> IngestResult:
        """Do one item."""
        try:
            knowledge = Knowledge(_client(self.client))
            response = knowledge.ingest(**task.arguments(), options=task.options())
        except LvngError as error:
            return IngestResult(task.index, task.item, error=error)
        return IngestResult(task.index, task.item, response)


@functools.lru_cache(maxsize=8)
def _client(state: bytes) -> Client:
    """The client of this process for a state: its connections serve all items that come here."""
    client = object.__new__(Client)
    client.__setstate__(pickle.loads(state))  # noqa: S301 - made by `of`, in the same program
    return client
