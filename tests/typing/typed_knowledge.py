"""What the type checkers know of knowledge: items that go in, results that come out, jobs.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import Executor
from typing import assert_type

from lvng import AsyncLvngClient, LvngClient, LvngError
from lvng_knowledge import IngestItem, IngestResult, KnowledgeJobError, types


def one_by_one(client: LvngClient) -> None:
    found = client.knowledge.search(query="sales", limit=3)
    assert_type(found["data"], list[types.KnowledgeSearchResult])
    job = client.knowledge.ingest(content="text", metadata={"page": 3})["data"]
    assert_type(job, types.KnowledgeJob)
    assert_type(job["progress"], float)
    stored = client.knowledge.upload(title="Notes", content="text")
    assert_type(stored["data"], types.KnowledgeDocument)
    client.knowledge.search("sales")  # type: ignore[call-arg]
    client.knowledge.search(query="sales", limit="3")  # type: ignore[arg-type]
    client.knowledge.ingest(content=b"text")  # type: ignore[arg-type]
    client.knowledge.upload(title="Notes")  # type: ignore[call-arg]


def documents() -> Iterator[IngestItem]:
    yield {"content": "text", "title": "Notes"}
    yield {"url": "https://example.com", "metadata": {"page": 3}}
    yield {"contents": "text"}  # type: ignore[typeddict-unknown-key]
    yield {"content": 5}  # type: ignore[typeddict-item]


def many(client: LvngClient, executor: Executor) -> None:
    results = client.knowledge.ingest_many(
        documents(), concurrency=16, executor=executor, on_progress=print, resume_key="nightly"
    )
    assert_type(results, Generator[IngestResult, None, None])
    for result in results:
        assert_type(result, IngestResult)
        assert_type(result.ok, bool)
        assert_type(result.index, int)
        assert_type(result.item, IngestItem)
        assert_type(result.error, LvngError | None)
        assert_type(result.response, types.KnowledgeIngestResponse | None)
        if result.response:
            assert_type(result.response["data"]["id"], str)
        result.response["data"]  # type: ignore[index]
        result.ok = True  # type: ignore[misc]


def shapes_of_items(client: LvngClient) -> None:
    client.knowledge.ingest_many([{"content": "a"}, {"url": "https://example.com"}])
    client.knowledge.ingest_many({"content": text} for text in ("a", "b"))
    client.knowledge.ingest_many([])
    client.knowledge.ingest_many({"content": "a"})  # type: ignore[dict-item]
    client.knowledge.ingest_many(["a", "b"])  # type: ignore[list-item]
    client.knowledge.ingest_many([{"text": "a"}])  # type: ignore[typeddict-unknown-key]
    client.knowledge.ingest_many()  # type: ignore[call-arg]
    client.knowledge.ingest_many([], concurrency="8")  # type: ignore[arg-type]
    client.knowledge.ingest_many([], executor=map)  # type: ignore[arg-type]
    client.knowledge.ingest_many([], on_progress=len)  # type: ignore[arg-type]


async def async_many(client: AsyncLvngClient) -> None:
    results = client.knowledge.ingest_many(documents())
    assert_type(results, AsyncGenerator[IngestResult, None])
    async for result in results:
        assert_type(result.ok, bool)
    await results.aclose()
    list(results)  # type: ignore[call-overload]


def jobs(client: LvngClient) -> None:
    assert_type(client.knowledge.wait_for_job("job_1"), types.KnowledgeGetJobResponse)
    assert_type(client.knowledge.iter_jobs(status="failed"), Iterator[types.KnowledgeJob])
    try:
        client.knowledge.wait_for_job("job_1", timeout=5, raise_on_failure=True)
    except KnowledgeJobError as error:
        assert_type(error.job, types.KnowledgeJob)
    client.knowledge.wait_for_job()  # type: ignore[call-arg]
    client.knowledge.wait_for_job("job_1", poll_interval="fast")  # type: ignore[arg-type]
