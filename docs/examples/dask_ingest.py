"""Bulk ingestion on a Dask cluster: the calls run on the executor of the cluster.

pip install lvng distributed; set LVNG_API_KEY
"""

from __future__ import annotations

from distributed import Client, LocalCluster

from lvng import LvngClient
from lvng_knowledge import IngestItem

ITEMS: list[IngestItem] = [
    {"title": f"Page {n}", "content": f"Page {n} of the handbook."} for n in range(20)
]


def main() -> None:
    # Two worker processes on this machine; for a real cluster, pass the address of its scheduler.
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]  # distributed leaves it untyped
        Client(cluster) as dask,  # type: ignore[no-untyped-call]  # the same
        LvngClient() as client,
    ):
        results = client.knowledge.ingest_many(ITEMS, executor=dask.get_executor(), concurrency=4)
        print(sum(result.ok for result in results), "pages ingested by 2 workers")


if __name__ == "__main__":
    main()
