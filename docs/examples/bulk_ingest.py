"""Bulk ingestion with a progress bar: items are generated lazily, and an invalid one does not stop the others.

pip install lvng rich; set LVNG_API_KEY
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.progress import Progress

from lvng import LvngClient
from lvng_knowledge import IngestItem

COUNT = 200


def items() -> Iterator[IngestItem]:
    """Yield items one by one, as from a database cursor; one of them is invalid."""
    for n in range(COUNT):
        if n == 100:
            yield {"title": "Neither content nor url"}
        else:
            yield {"title": f"Ticket {n}", "content": f"Ticket {n} was solved in {n % 7} days."}


def main() -> None:
    with LvngClient() as client, Progress() as bar:
        task = bar.add_task("tickets", total=COUNT)
        results = client.knowledge.ingest_many(
            items(),
            concurrency=4,
            on_progress=lambda done, _total: bar.update(task, completed=done),
            resume_key="tickets-1",  # repeating the run after a crash ingests nothing twice
        )
        failed = [result for result in results if not result.ok]
    for result in failed:
        print(f"item {result.index}: {result.error}")
    print(f"{COUNT - len(failed)} ingested, {len(failed)} failed")


if __name__ == "__main__":
    main()
