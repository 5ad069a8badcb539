"""Hand-written methods of knowledge: ingest many items, wait for a job."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import aclosing
from typing import cast

import lvng_knowledge as package  # its names are loaded on first use
from lvng_core import MapResult, RequestOptions
from lvng_core.helpers import async_map, async_poll

from .. import types
from .._errors import KnowledgeJobError
from .._generated import knowledge as generated
from .._ingest import IngestResult, check_item, check_resume_key, to_result
from .._jobs import failed, finished, job_of


class AsyncKnowledge(generated.AsyncKnowledge):
    """The knowledge base: ingest, search, ask questions."""

    def ingest_many(
        self,
        items: Iterable[package.IngestItem],
        *,
        concurrency: int = 8,
        executor: Executor | None = None,
        on_progress: Callable[[int, int | None], object] | None = None,
        resume_key: str | None = None,
    ) -> AsyncGenerator[IngestResult]:
        """Ingest many items concurrently; yields a result for each item, in the order of the items.

        Calls `ingest` once for each item. Items are taken from the iterable only when there is room for
        them, so memory does not grow with their number. An item that fails does not stop the others: its
        result has the error. Leaving the loop cancels the items that have not been started.

        Args:
            items: any iterable of dicts with the arguments of `ingest`.
            concurrency: maximum number of calls at a time; default 8.
            executor: where to run the calls: any `concurrent.futures.Executor`, such as a process pool or
                the executor of a Dask or Ray cluster. The client is pickled for other processes, with its
                API key. Default: threads, or tasks in async code.
            on_progress: called after each result with the number of results so far and the number of
                items, None if `items` has no length; fits `tqdm` and `rich`.
            resume_key: name of this run. If a run is repeated under its name, for instance after a crash,
                items of the same content get the same idempotency key, so that nothing is ingested twice.

        Returns:
            An iterator of `IngestResult`s: `index`, `item`, `ok`, `response`, `error`.

        Raises:
            InvalidArgumentError: `items` is not an iterable of dicts.
            ConfigurationError: another argument is invalid, or the client has an `http_client` or
                `transport`, which cannot be copied for an executor.
        """
        check_resume_key(resume_key)
        results = async_map(
            self.ingest,
            items,
            concurrency=concurrency,
            executor=executor,
            on_progress=on_progress,
            run=resume_key,
            check=check_item,
        )
        return self._ingested(results)

    async def _ingested(
        self, results: AsyncGenerator[MapResult[package.IngestItem, types.KnowledgeIngestResponse]]
    ) -> AsyncGenerator[IngestResult]:
        async with aclosing(results):
            async for result in results:
                yield to_result(result)

    async def wait_for_job(
        self,
        id: str,
        *,
        timeout: float = 300.0,
        poll_interval: float = 0.5,
        raise_on_failure: bool = True,
        options: RequestOptions | None = None,
    ) -> types.KnowledgeGetJobResponse:
        """Wait until an ingestion job has ended. Polls `get_job`.

        Args:
            id: id of the job, as returned by `ingest`.
            timeout: seconds to wait in all; default 300.
            poll_interval: seconds between the first and the second poll; each further interval is 1.5 times
                as long, up to 10 seconds; default 0.5.
            raise_on_failure: whether to raise if the job failed or was cancelled; default True.
            options: overrides for each call.

        Returns:
            `success`, `data` (`KnowledgeJob` in its final state).

        Raises:
            KnowledgeJobError: the job failed or was cancelled; `job` is the `KnowledgeJob`.
            WaitTimeoutError: the job did not end within `timeout`; it continues on the server.
            NotFoundError: the job does not exist.
        """
        response = await async_poll(
            self._client,
            lambda bounded: self.get_job(id, options=bounded),
            finished,
            label=f"Job {id!r}",
            timeout=timeout,
            poll_interval=poll_interval,
            options=options,
        )
        if raise_on_failure and failed(response):
            raise KnowledgeJobError.of(cast("types.KnowledgeJob", job_of(response)))
        return response
