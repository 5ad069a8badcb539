"""Knowledge by hand: many items at once, and jobs to their end."""

from __future__ import annotations

import operator
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import aclosing
from typing import cast

from lvng_core import LvngError, RequestOptions
from lvng_core.helpers import async_ordered_map, async_poll

from .. import types
from .._errors import KnowledgeJobError
from .._executors import async_route
from .._generated import knowledge as generated
from .._ingest import IngestItem, IngestResult, IngestTask, check_bulk, make_tasks
from .._jobs import failed, finished


class AsyncKnowledge(generated.AsyncKnowledge):
    """What the platform knows: search it, add to it, ask it."""

    def ingest_many(
        self,
        items: Iterable[IngestItem],
        *,
        concurrency: int = 8,
        executor: Executor | None = None,
        on_progress: Callable[[int, int | None], object] | None = None,
        resume_key: str | None = None,
    ) -> AsyncGenerator[IngestResult]:
        """Ingest many items, several at a time, with a result for each, in their order.

        Items are taken as they are needed, so that any number of them takes the same memory. An item that
        fails does not stop the others: its result holds the error. Leaving the loop gives up what has not
        begun.

        Args:
            items: any iterable of dicts with the arguments of `ingest`.
            concurrency: how many at a time; default 8.
            executor: where to run: any `concurrent.futures.Executor`, such as a process pool or the
                executor of a Dask or Ray cluster. The client is pickled to other processes, with its key.
            on_progress: called after each result with the number done and the number of items, None
                where `items` does not tell; fits `tqdm` and `rich`.
            resume_key: a name for this run. The same run again, after a crash, gives an item of the same
                content the same idempotency key, so that nothing is taken in twice.

        Returns:
            An iterator of an `IngestResult` for each item: `index`, `item`, `ok`, `response`, `error`.

        Raises:
            InvalidArgumentError: `items` is no iterable of dicts.
            ConfigurationError: another argument is unusable.

        Source: `ingest`, once for each item.
        """
        check_bulk(items, concurrency, resume_key)
        return self._ingest_all(
            make_tasks(items, resume_key),
            concurrency,
            executor,
            on_progress,
            operator.length_hint(items, -1),
        )

    async def _ingest_all(
        self,
        tasks: Iterable[IngestTask],
        concurrency: int,
        executor: Executor | None,
        on_progress: Callable[[int, int | None], object] | None,
        total: int,
    ) -> AsyncGenerator[IngestResult]:
        with async_route(self._client, self._ingest_one, executor) as (function, carrier):
            results = cast(
                "AsyncGenerator[IngestResult]",
                async_ordered_map(function, tasks, concurrency=concurrency, executor=carrier),
            )
            async with aclosing(results):
                async for result in results:
                    if on_progress is not None:
                        on_progress(result.index + 1, total if total >= 0 else None)
                    yield result

    async def _ingest_one(self, task: IngestTask) -> IngestResult:
        try:
            return task.done(await self.ingest(**task.call()))
        except LvngError as error:
            return task.failed(error)

    async def wait_for_job(
        self,
        id: str,
        *,
        timeout: float = 300.0,
        poll_interval: float = 0.5,
        raise_on_failure: bool = True,
        options: RequestOptions | None = None,
    ) -> types.KnowledgeGetJobResponse:
        """Wait until an ingestion job has ended.

        Args:
            id: id of the job, as `ingest` returned it.
            timeout: seconds to wait in all; default 300.
            poll_interval: seconds before the second look; each further wait is half as long again, up to
                10 seconds; default 0.5.
            raise_on_failure: raise when the job failed; `False` returns it.
            options: overrides for each call.

        Returns:
            A dict with `success` and `data`, the `KnowledgeJob` in its last state.

        Raises:
            KnowledgeJobError: the job failed; `job` holds it.
            WaitTimeoutError: the job had not ended in time; it goes on.
            NotFoundError: there is no such job.

        Source: polls `get_job`; the states are those of the job's record.
        """
        answer = await async_poll(
            self._client,
            lambda bounded: self.get_job(id, options=bounded),
            finished,
            what=f"Job {id!r}",
            timeout=timeout,
            poll_interval=poll_interval,
            options=options,
        )
        if raise_on_failure and failed(answer):
            raise KnowledgeJobError.of(answer["data"])
        return answer
